"""The extensions of Camunda 8, ``zeebe:``."""

from __future__ import annotations

from types import MappingProxyType

from caseflow.bpmn.elements import Element
from caseflow.bpmn.extensions.tables import (
    ACTIVITIES,
    CALL,
    EVENTS,
    LOOP,
    MACHINE_TASKS,
    PEOPLE_TASKS,
    RESULT_TASKS,
    RULE_TASK,
    Kind,
    Row,
    Slot,
    Structure,
    Structured,
    Vendor,
)
from caseflow.bpmn.extensions.values import mapping
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.formulas import Dialect
from caseflow.model import DataMapping

_JOBS = RESULT_TASKS | {"endEvent", "intermediateThrowEvent"}
_FORM = "formDefinition"


def _data(children: tuple[Element, ...], findings: Findings) -> Structured:
    inputs = _mappings(children, "input", findings)
    outputs = _mappings(children, "output", findings)
    called = [child for child in children if _bare(child) == "calledElement"]
    for child in called:
        if child.get("propagateAllParentVariables") == "false":
            inputs = inputs or ()
        if child.get("propagateAllChildVariables") == "false":
            outputs = outputs or ()
    return Structured(inputs=inputs, outputs=outputs)


def _mappings(
    children: tuple[Element, ...], name: str, findings: Findings
) -> tuple[DataMapping, ...] | None:
    found = tuple(
        mapping(
            each.get("source"),
            each.get("target"),
            each.place,
            dialect=Dialect.ZEEBE,
            findings=findings,
        )
        for child in children
        for each in child.children
        if _bare(each) == name
    )
    return found or None


def _headers(children: tuple[Element, ...], _: Findings) -> Structured:
    return Structured(
        headers=tuple(
            (each.get("key"), each.get("value")) for child in children for each in child.children
        )
    )


def _bare(element: Element) -> str:
    return element.name.rpartition("}")[2]


_WHY_BINDING = "a called process is bound by caseflow:binding, at deployment by default"

ZEEBE = Vendor(
    name="Camunda 8",
    prefix="zeebe",
    namespaces=("http://camunda.org/schema/zeebe/1.0",),
    dialect=Dialect.ZEEBE,
    rows=(
        Row(
            path="assignmentDefinition/@assignee",
            on=PEOPLE_TASKS,
            slot=Slot.ASSIGNEE,
            kind=Kind.VALUE,
        ),
        Row(
            path="assignmentDefinition/@candidateGroups",
            on=PEOPLE_TASKS,
            slot=Slot.ROLES,
            kind=Kind.VALUES,
        ),
        Row(
            path="assignmentDefinition/@candidateUsers",
            on=PEOPLE_TASKS,
            slot=Slot.PEOPLE,
            kind=Kind.VALUES,
        ),
        Row(path="taskSchedule/@dueDate", on=PEOPLE_TASKS, slot=Slot.DUE, kind=Kind.MOMENT),
        Row(
            path="taskSchedule/@followUpDate",
            on=PEOPLE_TASKS,
            slot=Slot.FOLLOW_UP,
            kind=Kind.MOMENT,
        ),
        Row(
            path="priorityDefinition/@priority",
            on=PEOPLE_TASKS,
            slot=Slot.PRIORITY,
            kind=Kind.NUMBER,
        ),
        Row(path=f"{_FORM}/@formId", on=PEOPLE_TASKS, slot=Slot.FORM, kind=Kind.TEXT),
        Row(path=f"{_FORM}/@formKey", on=PEOPLE_TASKS, slot=Slot.FORM, kind=Kind.TEXT),
        Row(path=f"{_FORM}/@externalReference", on=PEOPLE_TASKS, slot=Slot.FORM, kind=Kind.TEXT),
        Row(path="taskDefinition/@type", on=_JOBS, slot=Slot.TOPIC, kind=Kind.TEXT),
        Row(path="taskDefinition/@retries", on=MACHINE_TASKS, slot=Slot.RETRIES, kind=Kind.NUMBER),
        Row(path="calledDecision/@decisionId", on=RULE_TASK, slot=Slot.DECISION, kind=Kind.TEXT),
        Row(path="calledDecision/@resultVariable", on=RULE_TASK, slot=Slot.RESULT, kind=Kind.NAME),
        Row(
            path="script/@expression",
            on=frozenset({"scriptTask"}),
            slot=Slot.SCRIPT,
            kind=Kind.EXPRESSION,
        ),
        Row(
            path="script/@resultVariable",
            on=frozenset({"scriptTask"}),
            slot=Slot.RESULT,
            kind=Kind.NAME,
        ),
        Row(path="calledElement/@processId", on=CALL, slot=Slot.CALLED, kind=Kind.TEXT),
        Row(path="calledElement/@bindingType", on=CALL, slot=Slot.BINDING, kind=Kind.BINDING),
        Row(
            path="loopCharacteristics/@inputCollection",
            on=LOOP,
            slot=Slot.COLLECTION,
            kind=Kind.EXPRESSION,
        ),
        Row(path="loopCharacteristics/@inputElement", on=LOOP, slot=Slot.ITEM, kind=Kind.NAME),
        Row(
            path="loopCharacteristics/@outputCollection",
            on=LOOP,
            slot=Slot.OUTPUT_COLLECTION,
            kind=Kind.NAME,
        ),
        Row(
            path="loopCharacteristics/@outputElement",
            on=LOOP,
            slot=Slot.OUTPUT_ITEM,
            kind=Kind.EXPRESSION,
        ),
        Row(
            path="subscription/@correlationKey",
            on=frozenset({"message"}),
            slot=Slot.CORRELATION,
            kind=Kind.EXPRESSION,
        ),
    ),
    structures=(
        Structure(
            names=("ioMapping", "calledElement"),
            on=ACTIVITIES | EVENTS,
            fills="DataFlow.inputs, DataFlow.outputs",
            read=_data,
        ),
        Structure(names=("taskHeaders",), on=_JOBS, fills="ServiceTask.headers", read=_headers),
    ),
    ignored=MappingProxyType(
        {
            "@modelerTemplate": "only the modeler uses it",
            "@modelerTemplateIcon": "only the modeler uses it",
            "@modelerTemplateVersion": "only the modeler uses it",
            "calledElement/@propagateAllChildVariables": "read with the mappings",
            "calledElement/@propagateAllParentVariables": "read with the mappings",
            "calledElement/@versionTag": _WHY_BINDING,
            "calledDecision/@bindingType": "a decision is bound at deployment",
            "calledDecision/@versionTag": "a decision is bound at deployment",
            "formDefinition/@bindingType": "the host shows the form",
            "formDefinition/@versionTag": "the host shows the form",
            "userTask": "every user task waits in the worklist",
            "userTaskForm": "the host shows the form",
            "versionTag": "caseflow counts versions itself",
        }
    ),
    refused=MappingProxyType(
        {
            "executionListeners": "put what it does into a service task",
            "taskListeners": "put what it does into a service task",
            "adHoc": "list the activities in the diagram",
        }
    ),
)
