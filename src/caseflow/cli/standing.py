"""Where a case stands and which way it came, as marks on its diagrams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from caseflow.bpmn import Marks
from caseflow.cli.names import scopes_of
from caseflow.engine import Entry, Place
from caseflow.kernel import Incident, JobStarted, PathTaken, ScopeEntered, TaskOpened
from caseflow.model import (
    ComplexGateway,
    ElementId,
    FlowId,
    InclusiveGateway,
    Node,
    ParallelGateway,
    Process,
)


def marks_of(
    processes: Iterable[Process],
    *,
    places: Iterable[Place],
    history: Iterable[Entry],
    incidents: Iterable[Incident] = (),
    caption: str = "",
) -> Marks:
    """Return what to mark on the picture of some processes.

    An element was passed as often as a token came there and is gone again, whether it went
    on or was interrupted.

    Args:
        processes: those that are drawn.
        places: where the case stands now, in these and other processes.
        history: all events of the case, in order.
        incidents: its open incidents.
        caption: stands above the picture.
    """
    drawn = {process.id: process for process in processes}
    tokens = Counter(place.element for place in places if place.process.id in drawn)
    flows: Counter[FlowId] = Counter()
    begun: Counter[ElementId] = Counter()
    for entry in history:
        match entry.event:
            case PathTaken() as path if path.process in drawn:
                flows.update(path.flows)
            case ScopeEntered() | TaskOpened() | JobStarted() as work if work.process in drawn:
                begun[work.element] += 1
            case _:
                pass
    passed = {
        node.id: count
        for process in drawn.values()
        for scope in scopes_of(process.scope)
        for node in scope.nodes.values()
        if (count := _passed(node, tokens=tokens, flows=flows, begun=begun)) > 0
    }
    return Marks(
        tokens=dict(tokens),
        passed=passed,
        flows=frozenset(flows),
        incidents={one.element: one.message for one in incidents if one.process in drawn},
        caption=caption,
    )


def _passed(
    node: Node,
    *,
    tokens: Mapping[ElementId, int],
    flows: Mapping[FlowId, int],
    begun: Mapping[ElementId, int],
) -> int:
    """Return how often a token came to a node and is gone."""
    left = max((flows.get(flow, 0) for flow in node.outgoing), default=0)
    if not node.incoming:
        # A start or boundary event, a handler, or work in an ad-hoc sub-process.
        return max(left, begun.get(node.id, 0) - tokens.get(node.id, 0))
    arrived = [flows.get(flow, 0) for flow in node.incoming]
    if len(arrived) > 1 and isinstance(
        node.behaviour, ParallelGateway | InclusiveGateway | ComplexGateway
    ):
        # Several tokens come together and leave as one.
        return left if node.outgoing else min(arrived)
    return sum(arrived) - tokens.get(node.id, 0)
