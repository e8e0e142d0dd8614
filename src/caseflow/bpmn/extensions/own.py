"""caseflow's own extensions, ``urn:caseflow:bpmn:1.0``."""

from __future__ import annotations

from caseflow.bpmn.elements import Element
from caseflow.bpmn.extensions.tables import (
    ACTIVITIES,
    CALL,
    EVENT_DATA,
    EVENTS,
    GATEWAYS,
    HANDS,
    LOOP,
    MACHINE_TASKS,
    MESSAGES,
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


def _mappings(children: tuple[Element, ...], findings: Findings) -> Structured:
    found: dict[str, list[DataMapping]] = {}
    for child in children:
        found.setdefault(child.name.rpartition("}")[2], []).append(
            mapping(
                child.get("source"),
                child.get("target"),
                child.place,
                dialect=Dialect.OWN,
                findings=findings,
            )
        )
    return Structured(
        inputs=tuple(found["input"]) if "input" in found else None,
        outputs=tuple(found["output"]) if "output" in found else None,
    )


OWN = Vendor(
    name="caseflow",
    prefix="caseflow",
    namespaces=("urn:caseflow:bpmn:1.0",),
    dialect=Dialect.OWN,
    is_own=True,
    rows=(
        Row(path="@role", on=frozenset({"lane"}), slot=Slot.ROLE, kind=Kind.TEXT),
        Row(path="@role", on=PEOPLE_TASKS, slot=Slot.ROLES, kind=Kind.VALUES),
        Row(path="@people", on=PEOPLE_TASKS, slot=Slot.PEOPLE, kind=Kind.VALUES),
        Row(path="@assignee", on=PEOPLE_TASKS, slot=Slot.ASSIGNEE, kind=Kind.VALUE),
        Row(path="@unit", on=PEOPLE_TASKS, slot=Slot.UNIT, kind=Kind.VALUE),
        Row(path="@due", on=PEOPLE_TASKS, slot=Slot.DUE, kind=Kind.LIMIT),
        Row(path="@followUp", on=PEOPLE_TASKS, slot=Slot.FOLLOW_UP, kind=Kind.LIMIT),
        Row(path="@priority", on=PEOPLE_TASKS, slot=Slot.PRIORITY, kind=Kind.NUMBER),
        Row(path="@form", on=PEOPLE_TASKS, slot=Slot.FORM, kind=Kind.TEXT),
        Row(path="@notSameAs", on=PEOPLE_TASKS, slot=Slot.NOT_SAME_AS, kind=Kind.TEXT),
        Row(path="@ladder", on=PEOPLE_TASKS, slot=Slot.LADDER, kind=Kind.TEXT),
        Row(path="@topic", on=MACHINE_TASKS, slot=Slot.TOPIC, kind=Kind.TEXT),
        Row(path="@priority", on=MACHINE_TASKS, slot=Slot.PRIORITY, kind=Kind.NUMBER),
        Row(path="@retries", on=MACHINE_TASKS, slot=Slot.RETRIES, kind=Kind.NUMBER),
        Row(path="@result", on=RESULT_TASKS, slot=Slot.RESULT, kind=Kind.NAME),
        Row(path="@decision", on=RULE_TASK, slot=Slot.DECISION, kind=Kind.TEXT),
        Row(path="@correlation", on=MESSAGES, slot=Slot.CORRELATION, kind=Kind.EXPRESSION),
        Row(path="@timeToLive", on=MESSAGES, slot=Slot.TIME_TO_LIVE, kind=Kind.EXPRESSION),
        Row(path="@payload", on=EVENT_DATA, slot=Slot.PAYLOAD, kind=Kind.EXPRESSION),
        Row(path="@into", on=EVENT_DATA, slot=Slot.INTO, kind=Kind.NAME),
        Row(path="@outcome", on=frozenset({"endEvent"}), slot=Slot.OUTCOME, kind=Kind.TEXT),
        Row(path="@binding", on=CALL, slot=Slot.BINDING, kind=Kind.BINDING),
        Row(path="@collection", on=LOOP, slot=Slot.COLLECTION, kind=Kind.EXPRESSION),
        Row(path="@item", on=LOOP, slot=Slot.ITEM, kind=Kind.NAME),
        Row(path="@outputCollection", on=LOOP, slot=Slot.OUTPUT_COLLECTION, kind=Kind.NAME),
        Row(path="@outputItem", on=LOOP, slot=Slot.OUTPUT_ITEM, kind=Kind.EXPRESSION),
        Row(
            path="@businessKey",
            on=frozenset({"process"}),
            slot=Slot.BUSINESS_KEY,
            kind=Kind.EXPRESSION,
        ),
        Row(path="@hand", on=HANDS, slot=Slot.HAND, kind=Kind.HAND),
        Row(path="@to", on=HANDS, slot=Slot.HAND_TO, kind=Kind.VALUE),
        Row(path="@reason", on=HANDS, slot=Slot.HAND_REASON, kind=Kind.VALUE),
        Row(path="@ground", on=HANDS, slot=Slot.HAND_GROUND, kind=Kind.TEXT),
        Row(path="@optional", on=ACTIVITIES, slot=Slot.IS_OPTIONAL, kind=Kind.FLAG),
        Row(
            path="@legal",
            on=ACTIVITIES | EVENTS | GATEWAYS | {"sequenceFlow"},
            slot=Slot.IS_LEGAL,
            kind=Kind.FLAG,
        ),
        Row(path="@replaceable", on=RULE_TASK, slot=Slot.IS_REPLACEABLE, kind=Kind.FLAG),
        Row(
            path="@extensionPoint",
            on=frozenset({"sequenceFlow"}),
            slot=Slot.EXTENSION_POINT,
            kind=Kind.TEXT,
        ),
        Row(
            path="@mandatory",
            on=frozenset({"endEvent", "process"}),
            slot=Slot.MANDATORY,
            kind=Kind.TEXTS,
        ),
        Row(path="@overlayOf", on=frozenset({"process"}), slot=Slot.OVERLAY_OF, kind=Kind.TEXT),
    ),
    structures=(
        Structure(
            names=("input", "output"),
            on=ACTIVITIES | EVENTS,
            fills="DataFlow.inputs, DataFlow.outputs",
            read=_mappings,
        ),
    ),
)
