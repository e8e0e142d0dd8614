"""Sequence flows of one process or sub-process (BPMN 2.0.2, 8.4.13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from caseflow.bpmn.elements import Element
from caseflow.bpmn.events import ACTIVITIES, EVENTS
from caseflow.bpmn.extensions import Slot, extension_of
from caseflow.bpmn.findings import Place
from caseflow.bpmn.formulas import optional_expression
from caseflow.bpmn.gateways import GATEWAYS
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source
from caseflow.model import ElementId, Flow, FlowId

FLOW_NODES = EVENTS | ACTIVITIES | GATEWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """The flows of a container in the order of the file, and whom they join."""

    all: Mapping[FlowId, Flow]
    incoming: Mapping[str, tuple[FlowId, ...]]
    outgoing: Mapping[str, tuple[FlowId, ...]]


@dataclass(slots=True)
class _Draft:
    flows: dict[FlowId, Flow] = field(default_factory=dict)
    incoming: dict[str, list[FlowId]] = field(default_factory=dict)
    outgoing: dict[str, list[FlowId]] = field(default_factory=dict)
    nameless: dict[str, int] = field(default_factory=dict)

    def identity(self, element: Element, joins: str) -> FlowId:
        """Return the id of a flow, which BPMN lets an author leave out.

        A made up one has a colon, which no id of XML can have, so it never clashes.
        """
        if element.id:
            return FlowId(element.id)
        count = self.nameless[joins] = self.nameless.get(joins, 0) + 1
        return FlowId(f"flow:{joins}" if count == 1 else f"flow:{joins}:{count}")


def flows_of(container: Element, source: Source, *, nodes: frozenset[str]) -> Flows:
    """Return the flows that join the nodes of a process or sub-process."""
    draft = _Draft()
    for element in container.all("sequenceFlow"):
        extension = extension_of(element, source.findings)
        start, end = element.reference("sourceRef"), element.reference("targetRef")
        if not (_joins(element, start, source, nodes) & _joins(element, end, source, nodes)):
            continue
        flow = Flow(
            id=draft.identity(element, f"{start}->{end}"),
            name=element.get("name"),
            line=element.line,
            source=ElementId(start),
            target=ElementId(end),
            condition=optional_expression(element.first("conditionExpression"), source),
            extension_point=extension.name(Slot.EXTENSION_POINT),
            is_legal=extension.says(Slot.IS_LEGAL),
        )
        draft.flows[flow.id] = flow
        draft.outgoing.setdefault(start, []).append(flow.id)
        draft.incoming.setdefault(end, []).append(flow.id)
    return Flows(
        all=draft.flows,
        incoming={node: tuple(ids) for node, ids in draft.incoming.items()},
        outgoing={node: tuple(ids) for node, ids in draft.outgoing.items()},
    )


def default_of(element: Element, source: Source, outgoing: tuple[FlowId, ...]) -> FlowId | None:
    """Return the default flow of a node, which must be one of its own outgoing flows."""
    default = FlowId(element.reference("default"))
    if not default or default in outgoing:
        return default or None
    source.findings.add(
        Rule.DEFAULT_FLOW,
        element.place,
        f"the default flow {default} does not leave it",
        "choose one of its own outgoing flows",
    )
    return None


def check_lists(element: Element, source: Source, flows: Flows) -> None:
    """Note where ``incoming`` and ``outgoing``, if they are written, are not what flows."""
    for name, joined in (("incoming", flows.incoming), ("outgoing", flows.outgoing)):
        written = set(element.references(name))
        actual = {flow for flow in joined.get(element.id, ()) if ":" not in flow}
        if written and written != actual:
            source.findings.add(
                Rule.FLOW_LISTS,
                element.place,
                f"lists {name} {_listed(written)}, but the sequence flows say {_listed(actual)}",
                "save the diagram again in the modeler: only the sequence flows count",
            )


def _joins(element: Element, node: str, source: Source, nodes: frozenset[str]) -> bool:
    """Tell whether one end of a flow is a node of the flow's own container."""
    if node in nodes:
        return True
    place = Place(element.line, element.id or element.place.element, element.get("name"))
    other = source.by_id.get(node)
    if other is not None and other.name in FLOW_NODES:
        source.findings.add(
            Rule.FLOW_CROSSES_SCOPE,
            place,
            f"crosses a border: {node} stands in another process or sub-process",
            "end it at the border; between pools use a message flow, out of a sub-process "
            "an event on its border",
        )
    else:
        is_what = "does not exist" if other is None else f"is a {other.name}"
        source.findings.add(
            Rule.DANGLING_REFERENCE,
            place,
            f"joins {node or 'nothing'}, which {is_what}",
            "join two events, activities or gateways",
        )
    return False


def _listed(ids: set[str] | set[FlowId]) -> str:
    return ", ".join(sorted(ids)) or "nothing"
