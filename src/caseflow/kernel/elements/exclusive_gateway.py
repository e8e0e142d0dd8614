"""Exclusive gateways: the first flow whose condition holds (BPMN 2.0.2, 13.4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from caseflow.errors import ExpressionFailed
from caseflow.kernel.casefile import value
from caseflow.kernel.flows import NO_WAY
from caseflow.kernel.incidents import stick
from caseflow.kernel.reasons import tell_why
from caseflow.kernel.run import Arc, Run, Vertex


@dataclass(frozen=True, slots=True)
class ExclusiveGatewayElement:
    """Merges by letting every token pass, and splits by choosing one flow."""

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Send the token along one flow; where none can be taken, the case is stuck here."""
        try:
            chosen = _choose(run, frame, vertex)
        except ExpressionFailed as failure:
            stick(run, frame, vertex, str(failure), arc=arc)
            return
        if chosen is not None:
            tell_why(run, vertex.process, frame, _tested(vertex, chosen))
            run.take(frame, chosen)
        elif vertex.outgoing:
            stick(run, frame, vertex, NO_WAY, arc=arc)
        else:
            run.consume(frame)


def _tested(vertex: Vertex, chosen: Arc) -> Iterator[Arc]:
    """Yield the flows whose conditions were asked before one held."""
    for way in vertex.outgoing:
        yield way
        if way is chosen and way is not vertex.default:
            return


def _choose(run: Run, frame: int, vertex: Vertex) -> Arc | None:
    for way in vertex.outgoing:
        if way is not vertex.default and (
            way.condition is None or value(run, way.condition, frame)
        ):
            return way
    return vertex.default
