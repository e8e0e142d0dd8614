"""The extensions of Flowable, ``flowable:``, and of Activiti before it."""

from __future__ import annotations

from types import MappingProxyType

from caseflow.bpmn.elements import Element
from caseflow.bpmn.extensions import java
from caseflow.bpmn.extensions.tables import (
    CALL,
    MACHINE_TASKS,
    Kind,
    Row,
    Slot,
    Structure,
    Structured,
    Vendor,
)
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.formulas import Dialect


def _fields(children: tuple[Element, ...], _: Findings) -> Structured:
    return Structured(headers=tuple((child.get("name"), _text_of(child)) for child in children))


def _text_of(field: Element) -> str:
    written = field.get("stringValue") or field.get("expression")
    return written or "".join(child.text.strip() for child in field.children)


FLOWABLE = Vendor(
    name="Flowable",
    prefix="flowable",
    namespaces=("http://flowable.org/bpmn", "http://activiti.org/bpmn"),
    dialect=Dialect.JUEL,
    rows=(
        *java.ROWS,
        Row(path="@resultVariableName", on=MACHINE_TASKS, slot=Slot.RESULT, kind=Kind.NAME),
    ),
    structures=(
        Structure(
            names=java.CALL_DATA,
            on=CALL,
            fills="DataFlow.inputs, DataFlow.outputs",
            read=java.call_data,
        ),
        Structure(names=("field",), on=MACHINE_TASKS, fills="ServiceTask.headers", read=_fields),
    ),
    ignored=MappingProxyType(
        java.IGNORED
        | {
            "@businessKey": "a called process works on the case of its caller",
            "@calledElementType": "a process is always called by its id",
            "@candidateStarterGroups": "the host decides who may start a case",
            "@candidateStarterUsers": "the host decides who may start a case",
            "@category": "the worklist sorts by process and element",
            "@fallbackToDefaultTenant": "each tenant has processes of its own",
            "@formFieldValidation": "the host shows the form",
            "@inheritBusinessKey": "a called process works on the case of its caller",
            "@isEagerExecutionFetching": "only Flowable's storage uses it",
            "@sameDeployment": "a called process is bound at deployment by default",
            "@triggerable": "a job always waits until its handler has answered",
            "formProperty": "the host shows the form",
        }
    ),
    refused=MappingProxyType(
        java.REFUSED
        | {
            "@skipExpression": "put an exclusive gateway before the task",
            "eventListener": "put what it does into a service task",
            "variableAggregation": "use outputCollection and outputItem",
        }
    ),
)
