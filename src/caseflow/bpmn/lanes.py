"""Lanes, who works in them, and which lane an element stands in (BPMN 2.0.2, 10.8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from caseflow.bpmn.elements import Element
from caseflow.bpmn.extensions import Slot, extension_of
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source
from caseflow.model import (
    AdHocSubProcess,
    ElementId,
    Lane,
    Process,
    Scope,
    SubProcess,
    Transaction,
)


def lanes_of(container: Element, source: Source) -> tuple[Lane, ...]:
    """Return the lanes of a process or sub-process, each with the lanes inside it."""
    return tuple(
        _lane(lane, source)
        for lane_set in container.all("laneSet", "childLaneSet")
        for lane in lane_set.all("lane")
    )


def roles_of(lanes: tuple[Lane, ...], around: str = "") -> Mapping[str, str]:
    """Return the role of every element that stands in a lane; the innermost lane wins."""
    found: dict[str, str] = {}
    for lane in lanes:
        role = lane.role or around
        if role:
            found.update(dict.fromkeys(lane.nodes, role))
        found.update(roles_of(lane.lanes, role))
    return found


def lane_of(process: Process, element: ElementId) -> Lane | None:
    """Return the innermost lane of an element; what is in a sub-process has its lane."""
    around = next(_chain(process.scope, element), ())
    by_node = {node: lane for lane in _all(process.lanes) for node in lane.nodes}
    return next((by_node[node] for node in around if node in by_node), None)


def _lane(element: Element, source: Source) -> Lane:
    role = extension_of(element, source.findings).name(Slot.ROLE)
    inner = lanes_of(element, source)
    taken = {node for lane in _all(inner) for node in lane.nodes}
    nodes = element.references("flowNodeRef")
    for node in nodes:
        if node not in source.by_id:
            source.findings.add(
                Rule.LANE_OF_NOTHING,
                element.place,
                f"holds {node}, which does not exist",
                "save the diagram again in the modeler",
            )
    return Lane(
        id=ElementId(element.id or f"lane:{element.line}:{element.get('name')}"),
        name=element.get("name"),
        role=role or (element.get("name") if source.lane_is_role else ""),
        nodes=frozenset(
            ElementId(node) for node in nodes if node in source.by_id and node not in taken
        ),
        lanes=inner,
    )


def _all(lanes: tuple[Lane, ...]) -> Iterator[Lane]:
    for lane in lanes:
        yield lane
        yield from _all(lane.lanes)


def _chain(scope: Scope, element: ElementId) -> Iterator[tuple[ElementId, ...]]:
    """Yield the way from an element outwards, where the scope holds it at any depth."""
    for node in scope.nodes.values():
        if node.id == element:
            yield (node.id,)
        elif isinstance(node.behaviour, SubProcess | Transaction | AdHocSubProcess):
            for inner in _chain(node.behaviour.scope, element):
                yield (*inner, node.id)
