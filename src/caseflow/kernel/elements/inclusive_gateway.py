"""Inclusive gateways: wait for what can still come, then take what holds (13.4.3)."""

from __future__ import annotations

from dataclasses import dataclass, field

from caseflow.kernel.case import TokenKind
from caseflow.kernel.elements.complex_gateway import ComplexGatewayElement
from caseflow.kernel.flows import split
from caseflow.kernel.run import Arc, Run, Vertex
from caseflow.model import ElementId, FlowId


@dataclass(slots=True)
class InclusiveGatewayElement:
    """``reach`` tells for each element which flows into this gateway it can still feed."""

    reach: dict[ElementId, frozenset[FlowId]] = field(default_factory=dict)

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Wait where several flows come in; whether to go on is asked when all else rests."""
        if len(vertex.incoming) > 1 and arc is not None:
            run.hold(frame, vertex, arc=arc, kind=TokenKind.JOINING)
        else:
            split(run, frame, vertex, arc=arc)

    def is_ready(self, run: Run, frame: int, vertex: Vertex) -> bool:
        """Tell whether nothing more can come that this join would have to wait for.

        By 13.4.3 a token elsewhere keeps the join waiting if it can reach a flow that is
        still empty, unless it can also reach one that has its token already.
        """
        filled = run.joining(frame, vertex).keys()
        for token in run.tokens.values():
            if token.frame == frame and token.element != vertex.id:
                reachable = self.reach.get(token.element, _NOWHERE)
                if reachable - filled and not reachable & filled:
                    return False
        return True

    def go_on(self, run: Run, frame: int, vertex: Vertex) -> None:
        """Join one token of each flow that has one, and split."""
        waiting = run.joining(frame, vertex)
        for token in waiting.values():
            run.release(token)
        run.live[frame] -= len(waiting) - 1
        split(run, frame, vertex)


def settle(run: Run) -> bool:
    """Let one inclusive or complex join go on that can; tell whether there was one."""
    for frame, name in run.joins:
        vertex = run.graphs[frame].vertices[name]
        element = vertex.element
        if isinstance(element, ComplexGatewayElement) and element.settle(run, frame, vertex):
            return True
        if isinstance(element, InclusiveGatewayElement) and element.is_ready(run, frame, vertex):
            element.go_on(run, frame, vertex)
            return True
    return False


_NOWHERE: frozenset[FlowId] = frozenset()
