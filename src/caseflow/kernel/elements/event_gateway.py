"""Event-based gateways: the first event that happens decides (BPMN 2.0.2, 13.4.4)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.errors import ExpressionFailed
from caseflow.kernel.run import Arc, Run, Vertex


@dataclass(frozen=True, slots=True)
class EventGatewayElement:
    """Listens for all the events behind it; the one that fires takes the token over."""

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Wait for any of the events."""
        token = run.hold(frame, vertex, arc=arc)
        try:
            for way in vertex.outgoing:
                if way.target.catcher is not None:
                    way.target.catcher.arm(run, way.target, frame=frame, token=token.id)
        except ExpressionFailed as failure:
            run.release(token)
            run.stick(frame, vertex, str(failure), arc=arc)
