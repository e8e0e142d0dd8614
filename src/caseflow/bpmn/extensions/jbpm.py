"""The extensions of jBPM, ``drools:``."""

from __future__ import annotations

from types import MappingProxyType

from caseflow.bpmn.extensions.tables import Vendor
from caseflow.bpmn.formulas import Dialect

_TO_TASK = "put what it does into a script or service task"

JBPM = Vendor(
    name="jBPM",
    prefix="drools",
    namespaces=("http://www.jboss.org/drools",),
    dialect=Dialect.JUEL,
    rows=(),
    ignored=MappingProxyType(
        {
            "@adHoc": "where a process has no start event, what nothing leads to begins",
            "@dg": "the attribute default of BPMN says which flow is the default",
            "@dtype": "variables need no declared type",
            "@independent": "a called process runs inside the case of its caller",
            "@packageName": "a process is known by its id alone",
            "@priority": "the flows of a gateway are looked at in the order of the file",
            "@selectable": "only the modeler uses it",
            "@serviceimplementation": "the operation of the task names its handler",
            "@serviceinterface": "the operation of the task names its handler",
            "@serviceoperation": "the operation of the task names its handler",
            "@version": "caseflow counts versions itself",
            "@waitForCompletion": "a called process runs inside the case of its caller",
            "import": "variables need no declared type",
            "metaData": "what the modeler notes about an element",
        }
    ),
    refused=MappingProxyType(
        {
            "@ruleFlowGroup": "name a decision table with caseflow:decision",
            "@taskName": "draw a service task with caseflow:topic",
            "global": "hand the value in as a variable, or as a function of the host",
            "onEntry-script": _TO_TASK,
            "onExit-script": _TO_TASK,
        }
    ),
)
