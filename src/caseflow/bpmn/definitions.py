"""From the root element of a file to the diagram: processes, pools, notes, the drawing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from caseflow.bpmn.correlation import bindings_of, keys_by_message, keys_of
from caseflow.bpmn.elements import Element
from caseflow.bpmn.events import ACTIVITIES, DEFINITIONS
from caseflow.bpmn.extensions import SPIFF, ZEEBE, Slot, Vendor, extension_of, vendors_in
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.flows import FLOW_NODES
from caseflow.bpmn.formulas import notation_of
from caseflow.bpmn.interchange import drawing_of
from caseflow.bpmn.lanes import lanes_of, roles_of
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.scopes import Lanes, documentation_of, scope_of
from caseflow.bpmn.source import Source
from caseflow.model import (
    Annotation,
    Diagram,
    ElementId,
    MessageFlow,
    Notation,
    Participant,
    Process,
    ProcessId,
)

_PLATFORM = "{http://camunda.org/schema/modeler/1.0}executionPlatform"
_UNSAID_LANGUAGES = frozenset(
    {
        "",
        # The schema's own default, which several modelers write without meaning it.
        "http://www.w3.org/1999/XPath",
        "http://www.w3.org/1999/xpath",
    }
)
_PROCESS = frozenset({"process"})
_EXTENDED = (
    FLOW_NODES
    | DEFINITIONS
    | {
        "error",
        "escalation",
        "lane",
        "message",
        "multiInstanceLoopCharacteristics",
        "process",
        "sequenceFlow",
        "signal",
    }
)


def diagram_of(root: Element, findings: Findings) -> Diagram:
    """Return everything that a file holds; what is wrong with it goes into ``findings``."""
    source = _source(root, findings)
    processes = tuple(_process(each, root, source) for each in root.all("process"))
    if not processes:
        findings.add(
            Rule.NO_PROCESS,
            root.place,
            "the file holds no process",
            "draw one, or do not deploy the file",
        )
    for element in root.children:
        if element.name != "process":
            _check_elsewhere(element, findings)
    collaborations = list(root.all("collaboration", "globalConversation"))
    return Diagram(
        file=findings.file,
        processes=processes,
        participants=tuple(
            _participant(each, source)
            for collaboration in collaborations
            for each in collaboration.all("participant")
        ),
        message_flows=tuple(
            _message_flow(each, source)
            for collaboration in collaborations
            for each in collaboration.all("messageFlow")
        ),
        annotations=tuple(
            _annotation(each) for each in root.walk() if each.name == "textAnnotation"
        ),
        drawing=drawing_of(root, source),
    )


def _check_elsewhere(around: Element, findings: Findings) -> None:
    """Note extensions at elements that take none, so that none is skipped in silence."""
    for element in around.walk():
        if element.name not in _EXTENDED and not element.name.startswith("{"):
            extension_of(element, findings)


def _source(root: Element, findings: Findings) -> Source:
    by_id: dict[str, Element] = {}
    for element in root.walk():
        if element.id and not element.name.startswith("{"):
            by_id.setdefault(element.id, element)
    vendors = vendors_in(root)
    plain, marked = _notations(root, findings, vendors)
    source = Source(
        findings=findings,
        by_id=by_id,
        plain=plain,
        marked=marked,
        lane_is_role=SPIFF in vendors,
        handlers=_handlers(root, by_id),
    )
    return replace(source, keys=keys_by_message(root, source))


def _notations(
    root: Element, findings: Findings, vendors: Collection[Vendor]
) -> tuple[Notation, Notation]:
    """Return the notations of expressions that name no language, without and with ``=``."""
    language = root.get("expressionLanguage")
    if language not in _UNSAID_LANGUAGES:
        notation = notation_of(language)
        if notation is not None:
            return notation, notation
        findings.add(
            Rule.UNSUPPORTED_LANGUAGE,
            root.place,
            f"the expression language of the file, {language}, is not read",
            "remove expressionLanguage and write expressions in the Python subset or in FEEL",
        )
    is_camunda8 = ZEEBE in vendors or root.get(_PLATFORM) == "Camunda Cloud"
    return Notation.PYTHON, Notation.FEEL if is_camunda8 else Notation.PYTHON


def _handlers(
    root: Element, by_id: Mapping[str, Element]
) -> Mapping[str, tuple[tuple[str, ElementId | None], ...]]:
    """Return the activities that are associated with boundary events, in either direction."""
    found: dict[str, tuple[tuple[str, ElementId | None], ...]] = {}
    for each in root.walk():
        if each.name != "association":
            continue
        ends = each.reference("sourceRef"), each.reference("targetRef")
        for event, handler in (ends, ends[::-1]):
            kinds = [by_id[end].name if end in by_id else "" for end in (event, handler)]
            if kinds[0] == "boundaryEvent" and kinds[1] in ACTIVITIES:
                joined = (handler, ElementId(each.id) if each.id else None)
                found[event] = (*found.get(event, ()), joined)
    return found


def _process(element: Element, root: Element, source: Source) -> Process:
    is_executable = _is_executable(element, source)
    own = Findings(source.findings.file, is_lenient=not is_executable)
    inner = replace(source, findings=own)
    inner = replace(inner, bindings=bindings_of(element, inner))
    if not element.id:
        own.add(
            Rule.ELEMENT_WITHOUT_ID,
            element.place,
            "the process has no id",
            "give it one: it is deployed and started under this name",
        )
    extension = extension_of(element, own)
    lanes = lanes_of(element, inner)
    process = Process(
        id=ProcessId(element.id),
        name=element.get("name"),
        file=own.file,
        line=element.line,
        is_executable=is_executable,
        scope=scope_of(element, inner, Lanes(roles_of(lanes))),
        lanes=lanes,
        correlation_keys=keys_of(root, inner.bindings),
        documentation=documentation_of(element),
        business_key=extension.formula(Slot.BUSINESS_KEY),
        properties=extension.structured.properties,
        overlay_of=ProcessId(base) if (base := extension.name(Slot.OVERLAY_OF)) else None,
        mandatory=extension.texts(Slot.MANDATORY),
    )
    _check_elsewhere(element, own)
    source.findings.extend(own)
    return process


def _is_executable(element: Element, source: Source) -> bool:
    """Tell whether a process is meant to run; where nothing is said, it is unless public."""
    if element.get("isExecutable"):
        return element.says("isExecutable")
    if element.get("processType") == "Public":
        return False
    source.findings.add(
        Rule.EXECUTABLE_UNSAID,
        element.place,
        "does not say whether it is executable, and is taken as executable",
        'write isExecutable="true", or "false" if it is documentation',
    )
    return True


def _participant(element: Element, source: Source) -> Participant:
    process = source.resolve(element.reference("processRef"), element.place, to=_PROCESS)
    return Participant(
        id=_identity(element),
        name=element.get("name"),
        process=None if process is None else ProcessId(process.id),
    )


def _message_flow(element: Element, source: Source) -> MessageFlow:
    ends = element.reference("sourceRef"), element.reference("targetRef")
    for end in ends:
        if end not in source.by_id:
            source.findings.add(
                Rule.DANGLING_REFERENCE,
                element.place,
                f"joins {end or 'nothing'}, which does not exist",
                "join pools, events or tasks of two pools",
            )
    return MessageFlow(
        id=_identity(element),
        name=element.get("name"),
        source=ElementId(ends[0]),
        target=ElementId(ends[1]),
    )


def _annotation(element: Element) -> Annotation:
    text = element.first("text")
    return Annotation(id=_identity(element), text="" if text is None else text.text.strip())


def _identity(element: Element) -> ElementId:
    """Return the id of an element that may go without one, or one that nobody else has."""
    return ElementId(element.id or f"{element.name}:{element.line}")
