"""Exclusive gateways: the first flow whose condition holds (BPMN 2.0.2, 13.4.2)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.errors import ExpressionFailed
from caseflow.kernel.run import Arc, Run, Vertex


@dataclass(frozen=True, slots=True)
class ExclusiveGatewayElement:
    """Merges by letting every token pass, and splits by choosing one flow."""

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Send the token along one flow; where none can be taken, the case is stuck here."""
        outgoing = vertex.outgoing
        if len(outgoing) == 1 and outgoing[0].condition is None:
            run.take(frame, outgoing[0])
            return
        if not outgoing:
            run.consume(frame)
            return
        try:
            for way in outgoing:
                if way is not vertex.default and (
                    way.condition is None or run.value(way.condition, frame)
                ):
                    run.take(frame, way)
                    return
        except ExpressionFailed as failure:
            run.stick(frame, vertex, str(failure), arc=arc)
            return
        if vertex.default is not None:
            run.take(frame, vertex.default)
        else:
            message = "no flow can be taken: no condition holds and there is no default flow"
            run.stick(frame, vertex, message, arc=arc)
