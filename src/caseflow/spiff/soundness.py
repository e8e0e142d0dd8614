"""Where tokens can go in a scope: what SpiffWorkflow's joins rely on must hold.

SpiffWorkflow's joins look for what has come by each incoming flow. Where two tokens can
be on one flow they count them as one, and a join that waits for ever is not noticed. So
all ways through a scope are tried, with an upper bound on how many that may be. What a
token only passes through counts as one place together with the flow that leads there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from caseflow.model import (
    BoundaryEvent,
    ElementId,
    EndEvent,
    EventGateway,
    ExclusiveGateway,
    FlowId,
    Node,
    ParallelGateway,
    Process,
    Scope,
    StartEvent,
    TerminateTrigger,
)
from caseflow.spiff.findings import Refusals

MAX_MARKINGS = 20_000
"""How many ways to stand in one scope are tried."""

At = FlowId | ElementId
Marking = frozenset[tuple[str, At]]
"""Where tokens are: on flows, in activities with boundary events, and which of these happened."""


class _TwoTokens(Exception):
    """Two tokens can be at one place."""

    def __init__(self, place: At) -> None:
        self.place = place


@dataclass(frozen=True, slots=True)
class _Net:
    """A scope with its boundary events; ``deciding`` are the nodes before a join or a stop."""

    scope: Scope
    boundary: dict[ElementId, list[Node]]
    deciding: frozenset[ElementId]

    def begin(self) -> Marking:
        starts = (
            one for one in self.scope.nodes.values() if isinstance(one.behaviour, StartEvent)
        )
        return _added(frozenset(), self._out(flow for one in starts for flow in one.outgoing))

    def _out(self, flows: Iterable[FlowId]) -> list[tuple[str, At]]:
        """Return where tokens on these flows come to something that decides.

        A token that can no more come to a join, or stop others, is of no interest.
        """
        return [
            ("flow", self._along(flow))
            for flow in flows
            if self.scope.flows[flow].target in self.deciding
        ]

    def _along(self, flow: FlowId) -> FlowId:
        first = flow
        while True:
            node = self.scope.nodes[self.scope.flows[flow].target]
            is_end = isinstance(node.behaviour, EndEvent)
            is_passed = len(node.incoming) == len(node.outgoing) == 1 and not is_end
            if not is_passed or node.id in self.boundary or node.outgoing[0] == first:
                return flow
            flow = node.outgoing[0]

    def steps(self, marking: Marking) -> Iterator[Marking]:
        """Yield every marking that is one step away."""
        for kind, at in marking:
            if kind == "flow":
                yield from self._arrive(marking, FlowId(at))
            elif kind == "in":
                yield from self._happen(marking, self.scope.nodes[ElementId(at)])

    def _arrive(self, marking: Marking, flow: FlowId) -> Iterator[Marking]:
        node = self.scope.nodes[self.scope.flows[flow].target]
        rest = marking - {("flow", flow)}
        match node.behaviour:
            case EndEvent(triggers=triggers):
                ends = any(isinstance(one, TerminateTrigger) for one in triggers)
                yield frozenset() if ends else rest
            case ParallelGateway():
                needed = {("flow", one) for one in node.incoming}
                if needed <= marking:
                    yield _added(marking - needed, self._out(node.outgoing))
            case ExclusiveGateway() | EventGateway():
                for one in node.outgoing:
                    yield _added(rest, self._out([one]))
            case _ if node.id in self.boundary:
                yield _added(rest, [("in", node.id)])
            case _:
                yield _added(rest, self._out(node.outgoing))

    def _happen(self, marking: Marking, host: Node) -> Iterator[Marking]:
        events = self.boundary[host.id]
        done = marking - {("in", host.id), *(("after", event.id) for event in events)}
        yield _added(done, self._out(host.outgoing))
        for event in events:
            behaviour = event.behaviour
            out = self._out(event.outgoing)
            if isinstance(behaviour, BoundaryEvent) and behaviour.is_interrupting:
                yield _added(done, out)
            elif ("after", event.id) not in marking:
                yield _added(marking, [("after", event.id), *out])


def check_tokens(refusals: Refusals, scope: Scope, owner: Process | Node) -> None:
    """Note where two tokens can meet on one flow, and joins that can wait for ever."""
    boundary: dict[ElementId, list[Node]] = {}
    for node in scope.nodes.values():
        if isinstance(node.behaviour, BoundaryEvent):
            boundary.setdefault(node.behaviour.attached_to, []).append(node)
    net = _Net(scope, boundary, _deciding(scope))
    try:
        dead = _explore(refusals, net, owner)
    except _TwoTokens as found:
        flow = scope.flows.get(FlowId(found.place))
        refusals.refuse(
            "two-tokens",
            flow or scope.nodes[ElementId(found.place)],
            f"two tokens can be at {found.place} at a time, which SpiffWorkflow counts as one",
            "join parallel branches with a parallel gateway before they go on together",
        )
        return
    joins: dict[ElementId, set[FlowId]] = {}
    for flow_id in {FlowId(at) for marking in dead for _, at in marking}:
        joins.setdefault(scope.flows[flow_id].target, set()).add(flow_id)
    for join, flows in sorted(joins.items()):
        refusals.refuse(
            "waits-for-ever",
            scope.nodes[join],
            f"a token that came by {' or '.join(sorted(flows))} can wait here for others that "
            "never come",
            "let the branches that meet here come from one parallel gateway",
        )


def _deciding(scope: Scope) -> frozenset[ElementId]:
    """Return the nodes from which a token can come to a join or to an end that stops others."""
    found: set[ElementId] = set()
    waiting = [node.id for node in scope.nodes.values() if _decides(node)]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        node = scope.nodes[name]
        waiting.extend(scope.flows[flow].source for flow in node.incoming)
        if isinstance(node.behaviour, BoundaryEvent):
            waiting.append(node.behaviour.attached_to)
    return frozenset(found)


def _decides(node: Node) -> bool:
    match node.behaviour:
        case ParallelGateway():
            return len(node.incoming) > 1
        case EndEvent(triggers=triggers):
            return any(isinstance(one, TerminateTrigger) for one in triggers)
        case _:
            return False


def _explore(refusals: Refusals, net: _Net, owner: Process | Node) -> list[Marking]:
    """Try all ways, and return where nothing can go on. Raises _TwoTokens."""
    seen = {net.begin()}
    waiting = list(seen)
    dead = []
    while waiting:
        marking = waiting.pop()
        following = list(net.steps(marking))
        if marking and not following:
            dead.append(marking)
        for one in following:
            if one not in seen:
                seen.add(one)
                waiting.append(one)
        if len(seen) > MAX_MARKINGS:
            refusals.refuse(
                "too-parallel",
                owner,
                f"there are more than {MAX_MARKINGS} ways for tokens to stand here at a time, "
                "too many to say whether SpiffWorkflow joins them rightly",
                "move parallel parts into sub-processes",
            )
            return []
    return dead


def _added(marking: Marking, places: Iterable[tuple[str, At]]) -> Marking:
    for place in places:
        if place in marking:
            raise _TwoTokens(place[1])
    return marking | frozenset(places)
