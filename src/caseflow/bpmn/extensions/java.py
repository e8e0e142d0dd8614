"""What Camunda 7 and Flowable have in common, which both got from Activiti."""

from __future__ import annotations

from caseflow.bpmn.elements import Element
from caseflow.bpmn.extensions.tables import (
    CALL,
    LOOP,
    MACHINE_TASKS,
    PEOPLE_TASKS,
    RESULT_TASKS,
    Kind,
    Row,
    Slot,
    Structured,
)
from caseflow.bpmn.extensions.values import expression_of, mapping
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.formulas import Dialect
from caseflow.bpmn.names import variable_name
from caseflow.bpmn.rules import Rule
from caseflow.model import DataMapping, Formula

ROWS = (
    Row(path="@assignee", on=PEOPLE_TASKS, slot=Slot.ASSIGNEE, kind=Kind.VALUE),
    Row(path="@candidateGroups", on=PEOPLE_TASKS, slot=Slot.ROLES, kind=Kind.VALUES),
    Row(path="@candidateUsers", on=PEOPLE_TASKS, slot=Slot.PEOPLE, kind=Kind.VALUES),
    Row(path="@dueDate", on=PEOPLE_TASKS, slot=Slot.DUE, kind=Kind.MOMENT),
    Row(path="@priority", on=PEOPLE_TASKS, slot=Slot.PRIORITY, kind=Kind.NUMBER),
    Row(path="@formKey", on=PEOPLE_TASKS, slot=Slot.FORM, kind=Kind.TEXT),
    Row(path="@topic", on=MACHINE_TASKS, slot=Slot.TOPIC, kind=Kind.TEXT),
    Row(path="@class", on=MACHINE_TASKS, slot=Slot.TOPIC, kind=Kind.CODE),
    Row(path="@delegateExpression", on=MACHINE_TASKS, slot=Slot.TOPIC, kind=Kind.CODE),
    Row(path="@expression", on=MACHINE_TASKS, slot=Slot.TOPIC, kind=Kind.CODE),
    Row(path="@type", on=MACHINE_TASKS, slot=Slot.TOPIC, kind=Kind.CODE),
    Row(path="@resultVariable", on=RESULT_TASKS, slot=Slot.RESULT, kind=Kind.NAME),
    Row(path="failedJobRetryTimeCycle", on=MACHINE_TASKS, slot=Slot.RETRIES, kind=Kind.TRIES),
    Row(path="@collection", on=LOOP, slot=Slot.COLLECTION, kind=Kind.VARIABLE),
    Row(path="@elementVariable", on=LOOP, slot=Slot.ITEM, kind=Kind.NAME),
)
"""Attributes that both write in the same way."""

IGNORED = {
    "@async": "each step of a case is its own transaction where it has to be",
    "@exclusive": "a case never works at two steps at the same instant",
    "failedJobRetryTimeCycle": "no job of its own stands behind this element",
}
"""What has no meaning here, in both."""

REFUSED = {
    "executionListener": "put what it does into a service task",
    "taskListener": "put what it does into a service task",
}
"""What would change what happens, in both."""

CALL_DATA = ("in", "out")
ON_CALL = CALL


def call_data(children: tuple[Element, ...], findings: Findings) -> Structured:
    """Read the ``in`` and ``out`` elements of a call activity.

    A call that says what goes in shares nothing else, unless it says ``variables="all"``.
    """
    return Structured(
        inputs=_passed(children, "in", findings), outputs=_passed(children, "out", findings)
    )


def _passed(
    children: tuple[Element, ...], name: str, findings: Findings
) -> tuple[DataMapping, ...] | None:
    own = [child for child in children if child.name.rpartition("}")[2] == name]
    mapped = tuple(
        _mapped(child, findings)
        for child in own
        if child.get("source") or child.get("sourceExpression")
    )
    shares = [child for child in own if child.get("variables")]
    if not shares:
        return mapped
    if mapped:
        findings.add(
            Rule.UNSUPPORTED_EXTENSION,
            shares[0].place,
            f"{name} passes all variables and {len(mapped)} more under other names",
            'either pass all variables, or map each of them without variables="all"',
        )
    return None


def _mapped(child: Element, findings: Findings) -> DataMapping:
    target = variable_name(child.get("target"), child.place, findings)
    if written := child.get("sourceExpression"):
        source = expression_of(written, child.place, Dialect.JUEL, findings)
        return DataMapping(source=source, target=target)
    name = variable_name(child.get("source"), child.place, findings)
    return DataMapping(source=Formula(text=name, line=child.line), target=target)


def parameters(children: tuple[Element, ...], findings: Findings) -> Structured:
    """Read ``inputOutput`` with its inputParameter and outputParameter."""
    found: dict[str, list[DataMapping]] = {}
    for each in (inner for child in children for inner in child.children):
        if each.children:
            findings.add(
                Rule.UNSUPPORTED_EXTENSION,
                each.place,
                f"the parameter {each.get('name')} holds a script, a list or a map",
                "write it as one expression, such as ${[first, second]}",
            )
        found.setdefault(each.name.rpartition("}")[2], []).append(
            mapping(
                each.text.strip(),
                each.get("name"),
                each.place,
                dialect=Dialect.JUEL,
                findings=findings,
            )
        )
    return Structured(
        inputs=tuple(found["inputParameter"]) if "inputParameter" in found else None,
        outputs=tuple(found["outputParameter"]) if "outputParameter" in found else None,
    )
