"""Parallel gateways: wait for a token on every flow, then take all (BPMN 2.0.2, 13.4.1)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.kernel.case import TokenKind
from caseflow.kernel.run import Arc, Run, Vertex


@dataclass(frozen=True, slots=True)
class ParallelGatewayElement:
    """Joins one token of each incoming flow and splits into every outgoing one."""

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Wait for the other flows; a second token of one flow waits for the next turn."""
        if len(vertex.incoming) > 1 and arc is not None:
            waiting = run.joining(frame, vertex)
            if arc.id in waiting or len(waiting) < len(vertex.incoming) - 1:
                run.hold(frame, vertex, arc=arc, kind=TokenKind.JOINING)
                return
            for token in waiting.values():
                run.release(token)
            run.live[frame] -= len(waiting)
        run.fan_out(frame, vertex.outgoing)
