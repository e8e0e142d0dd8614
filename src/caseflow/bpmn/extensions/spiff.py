"""The extensions of SpiffWorkflow and SpiffArena, ``spiffworkflow:``."""

from __future__ import annotations

from types import MappingProxyType

from caseflow.bpmn.elements import Element
from caseflow.bpmn.extensions.tables import (
    MACHINE_TASKS,
    MESSAGES,
    PEOPLE_TASKS,
    RULE_TASK,
    Kind,
    Row,
    Slot,
    Structure,
    Structured,
    Vendor,
)
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.formulas import Dialect
from caseflow.bpmn.names import variable_name
from caseflow.bpmn.rules import Rule
from caseflow.model import CorrelationValue, DataMapping, Formula

_MESSAGE_DATA = MESSAGES | {"message"}
_PAYLOADS = frozenset({"error", "escalation", "signal"})
_SERVICE = frozenset({"serviceTask"})
_OPERATOR = "serviceTaskOperator"


def _operator(children: tuple[Element, ...], findings: Findings) -> Structured:
    inner = [each for child in children for each in child.walk()]
    for each in inner:
        if _bare(each) == "retry":
            findings.add(
                Rule.UNREAD_EXTENSION,
                each.place,
                "the retries of a service task operator are not read",
                "give the task caseflow:retries",
            )
    return Structured(
        inputs=tuple(
            DataMapping(
                source=Formula(text=each.get("value"), line=each.line),
                target=variable_name(each.get("id"), each.place, findings),
            )
            for each in inner
            if _bare(each) == "parameter" and each.get("value")
        )
        or None
    )


def _correlations(children: tuple[Element, ...], _: Findings) -> Structured:
    return Structured(
        bindings=tuple(
            CorrelationValue(
                property=_text(child, "propertyId"),
                path=Formula(text=_text(child, "expression"), line=child.line),
            )
            for child in children
        )
    )


def _metadata(children: tuple[Element, ...], _: Findings) -> Structured:
    return Structured(
        properties=tuple(
            (each.get("name"), each.get("value")) for child in children for each in child.children
        )
    )


def _instructions(children: tuple[Element, ...], _: Findings) -> Structured:
    return Structured(properties=tuple((_bare(child), child.text.strip()) for child in children))


def _text(element: Element, name: str) -> str:
    return next((each.text.strip() for each in element.children if _bare(each) == name), "")


def _bare(element: Element) -> str:
    return element.name.rpartition("}")[2]


SPIFF = Vendor(
    name="SpiffWorkflow",
    prefix="spiffworkflow",
    namespaces=(
        "http://spiffworkflow.org/bpmn/schema/1.0/core",
        "https://www.spiffworkflow.org/bpmn/schema/1.0/core",
    ),
    dialect=Dialect.PYTHON,
    rows=(
        Row(
            path="properties/formJsonSchemaFilename",
            on=PEOPLE_TASKS,
            slot=Slot.FORM,
            kind=Kind.TEXT,
        ),
        Row(path=f"{_OPERATOR}/@id", on=_SERVICE, slot=Slot.TOPIC, kind=Kind.TEXT),
        Row(path=f"{_OPERATOR}/@resultVariable", on=_SERVICE, slot=Slot.RESULT, kind=Kind.NAME),
        Row(path="calledDecisionId", on=RULE_TASK, slot=Slot.DECISION, kind=Kind.TEXT),
        Row(path="messagePayload", on=_MESSAGE_DATA, slot=Slot.PAYLOAD, kind=Kind.EXPRESSION),
        Row(path="messageVariable", on=_MESSAGE_DATA, slot=Slot.INTO, kind=Kind.NAME),
        Row(path="payloadExpression", on=_PAYLOADS, slot=Slot.PAYLOAD, kind=Kind.EXPRESSION),
        Row(path="variableName", on=_PAYLOADS, slot=Slot.INTO, kind=Kind.NAME),
    ),
    structures=(
        Structure(names=(_OPERATOR,), on=_SERVICE, fills="DataFlow.inputs", read=_operator),
        Structure(
            names=("processVariableCorrelation",),
            on=_MESSAGE_DATA,
            fills="CorrelationKey.binding",
            read=_correlations,
        ),
        Structure(
            names=("taskMetadataValues",),
            on=PEOPLE_TASKS | MACHINE_TASKS,
            fills="Node.properties",
            read=_metadata,
        ),
        Structure(
            names=("instructionsForEndUser",),
            on=PEOPLE_TASKS | {"endEvent"},
            fills="Node.properties",
            read=_instructions,
        ),
    ),
    ignored=MappingProxyType(
        {
            "@isOutputSynchronous": "what an activity writes is seen at once",
            "allowGuest": "the host decides who may see a task",
            "category": "only the modeler uses it",
            "guestConfirmation": "the host shows the form",
            "signalButtonLabel": "the host shows the form",
            "unitTests": "caseflow's simulation tests a process",
        }
    ),
    refused=MappingProxyType(
        {
            "@scriptsOnInstances": "put the scripts into script tasks inside a sub-process",
            "postScript": "put the script into a script task after this one",
            "preScript": "put the script into a script task before this one",
        }
    ),
)
