"""The order in which a reader meets the elements of a scope: as cases flow through it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from caseflow.model import (
    BoundaryEvent,
    CatchEvent,
    ElementId,
    Flow,
    LinkTrigger,
    Node,
    Scope,
    StartEvent,
    ThrowEvent,
)

_Ways: TypeAlias = Mapping[ElementId, Sequence[ElementId]]


def flow_order(scope: Scope) -> tuple[Node, ...]:
    """Return the nodes of a scope, each after those that lead to it, loops aside.

    A branch is followed to its end before the next one begins. Boundary events stand right
    behind their activity; what has no way in, an event sub-process say, comes last.
    """
    order = _reversed_postorder(ways(scope))
    boundary = _boundary(scope)
    return tuple(
        scope.nodes[element]
        for reached in order
        if not isinstance(scope.nodes[reached].behaviour, BoundaryEvent)
        for element in (reached, *boundary.get(reached, ()))
    )


def outgoing(scope: Scope) -> Mapping[ElementId, Sequence[Flow]]:
    """Return the flows of a scope by their source, in the order of the file."""
    flows: dict[ElementId, list[Flow]] = {}
    for flow in scope.flows.values():
        flows.setdefault(flow.source, []).append(flow)
    return flows


def ways(scope: Scope) -> _Ways:
    """Return where one can go from each node: flows, exceptions, compensations, links.

    Start events come first, then the other nodes in the order of the file.
    """
    nodes = sorted(scope.nodes.values(), key=lambda node: not _is_start(node))
    found: dict[ElementId, list[ElementId]] = {node.id: [] for node in nodes}
    steps = [(flow.source, flow.target) for flow in scope.flows.values()]
    for host, events in _boundary(scope).items():
        steps += [(host, event) for event in events]
    steps += [(association.source, association.target) for association in scope.associations]
    for source, target in (*steps, *_links(scope)):
        if source in found and target in found:
            found[source].append(target)
    return found


def _is_start(node: Node) -> bool:
    return isinstance(node.behaviour, StartEvent)


def _boundary(scope: Scope) -> _Ways:
    events: dict[ElementId, list[ElementId]] = {}
    for node in scope.nodes.values():
        if isinstance(node.behaviour, BoundaryEvent):
            events.setdefault(node.behaviour.attached_to, []).append(node.id)
    return events


def _links(scope: Scope) -> Iterator[tuple[ElementId, ElementId]]:
    caught = {
        trigger.name: node.id
        for node in scope.nodes.values()
        if isinstance(node.behaviour, CatchEvent)
        for trigger in node.behaviour.triggers
        if isinstance(trigger, LinkTrigger)
    }
    for node in scope.nodes.values():
        if isinstance(node.behaviour, ThrowEvent):
            for trigger in node.behaviour.triggers:
                if isinstance(trigger, LinkTrigger) and trigger.name in caught:
                    yield node.id, caught[trigger.name]


def _reversed_postorder(ways: _Ways) -> Sequence[ElementId]:
    """Sort by flow, with every circle cut open where it comes back to its beginning."""
    onward = _without_returns(ways)
    finished: list[ElementId] = []
    # What is followed first stands last, so all is followed from the last to the first.
    for element, is_done in _walk(onward, reversed(_unreached(onward)), last_first=True):
        if is_done:
            finished.append(element)
    return finished[::-1]


def _without_returns(ways: _Ways) -> _Ways:
    """Leave out each way back to where a walk in the order of the file came from."""
    onward: dict[ElementId, Sequence[ElementId]] = {}
    path: set[ElementId] = set()
    for element, is_done in _walk(ways, (*_unreached(ways), *ways), last_first=False):
        if is_done:
            path.remove(element)
        else:
            path.add(element)
            onward[element] = [target for target in ways[element] if target not in path]
    return {element: onward[element] for element in ways}


def _unreached(ways: _Ways) -> Sequence[ElementId]:
    reached = {target for targets in ways.values() for target in targets}
    return [element for element in ways if element not in reached]


def _walk(
    ways: _Ways, beginnings: Iterable[ElementId], *, last_first: bool
) -> Iterator[tuple[ElementId, bool]]:
    """Go depth first, yielding each element when it is met and again when it is done.

    Without recursion: a diagram may be a thousand steps long.
    """
    met: set[ElementId] = set()
    for beginning in beginnings:
        waiting = [(beginning, False)]
        while waiting:
            element, is_done = waiting.pop()
            if is_done:
                yield element, True
            elif element not in met:
                met.add(element)
                yield element, False
                waiting.append((element, True))
                targets = ways[element] if last_first else reversed(ways[element])
                waiting += [(target, False) for target in targets]
