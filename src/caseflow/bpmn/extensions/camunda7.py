"""The extensions of Camunda 7, ``camunda:``."""

from __future__ import annotations

from types import MappingProxyType

from caseflow.bpmn.extensions import java
from caseflow.bpmn.extensions.tables import (
    ACTIVITIES,
    CALL,
    EVENTS,
    MACHINE_TASKS,
    PEOPLE_TASKS,
    RULE_TASK,
    Kind,
    Row,
    Slot,
    Structure,
    Vendor,
)
from caseflow.bpmn.formulas import Dialect

_MESSAGE = frozenset({"messageEventDefinition"})
_WHY_BINDING = "a called process is bound by caseflow:binding, at deployment by default"

CAMUNDA7 = Vendor(
    name="Camunda 7",
    prefix="camunda",
    namespaces=("http://camunda.org/schema/1.0/bpmn",),
    dialect=Dialect.JUEL,
    rows=(
        *java.ROWS,
        Row(path="@followUpDate", on=PEOPLE_TASKS, slot=Slot.FOLLOW_UP, kind=Kind.MOMENT),
        Row(path="@formRef", on=PEOPLE_TASKS, slot=Slot.FORM, kind=Kind.TEXT),
        Row(path="@decisionRef", on=RULE_TASK, slot=Slot.DECISION, kind=Kind.TEXT),
        Row(path="@taskPriority", on=MACHINE_TASKS, slot=Slot.PRIORITY, kind=Kind.NUMBER),
        Row(path="@topic", on=_MESSAGE, slot=Slot.TOPIC, kind=Kind.TEXT),
        Row(path="@class", on=_MESSAGE, slot=Slot.TOPIC, kind=Kind.CODE),
        Row(path="@delegateExpression", on=_MESSAGE, slot=Slot.TOPIC, kind=Kind.CODE),
        Row(path="@expression", on=_MESSAGE, slot=Slot.TOPIC, kind=Kind.CODE),
        Row(path="@type", on=_MESSAGE, slot=Slot.TOPIC, kind=Kind.CODE),
        Row(path="@calledElementBinding", on=CALL, slot=Slot.BINDING, kind=Kind.BINDING),
    ),
    structures=(
        Structure(
            names=java.CALL_DATA,
            on=CALL,
            fills="DataFlow.inputs, DataFlow.outputs",
            read=java.call_data,
        ),
        Structure(
            names=("inputOutput",),
            on=ACTIVITIES | EVENTS,
            fills="DataFlow.inputs, DataFlow.outputs",
            read=java.parameters,
        ),
    ),
    ignored=MappingProxyType(
        java.IGNORED
        | {
            "@asyncAfter": "each step of a case is its own transaction where it has to be",
            "@asyncBefore": "each step of a case is its own transaction where it has to be",
            "@calledElementVersion": _WHY_BINDING,
            "@calledElementVersionTag": _WHY_BINDING,
            "@candidateStarterGroups": "the host decides who may start a case",
            "@candidateStarterUsers": "the host decides who may start a case",
            "@decisionRefBinding": "a decision is bound at deployment",
            "@decisionRefVersion": "a decision is bound at deployment",
            "@diagramRelationId": "only the modeler uses it",
            "@formRefBinding": "the host shows the form",
            "@formRefVersion": "the host shows the form",
            "@historyTimeToLive": "the host decides how long a history is kept",
            "@isStartableInTasklist": "the host decides who may start a case",
            "@jobPriority": "jobs are worked in the order in which they are due",
            "@modelerTemplate": "only the modeler uses it",
            "@modelerTemplateVersion": "only the modeler uses it",
            "@versionTag": "caseflow counts versions itself",
            "formData": "the host shows the form",
            "in/@businessKey": "a called process works on the case of its caller",
        }
    ),
    refused=MappingProxyType(
        java.REFUSED
        | {
            "@caseRef": "call a process instead of a CMMN case",
            "@resource": "write the script into the diagram",
            "connector": "give the task a topic and do the call in its handler",
            "errorEventDefinition": "let the handler of the topic raise the error",
        }
    ),
)
