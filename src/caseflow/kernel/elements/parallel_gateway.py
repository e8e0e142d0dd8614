"""Parallel gateways: wait for a token on every flow, then take all (BPMN 2.0.2, 13.4.1)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.kernel.case import Token, TokenKind
from caseflow.kernel.run import Arc, Run, Vertex


@dataclass(frozen=True, slots=True)
class ParallelGatewayElement:
    """Joins one token of each incoming flow and splits into every outgoing one."""

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Wait for the other flows; a second token of one flow waits for the next turn."""
        if len(vertex.incoming) > 1 and arc is not None:
            waiting = first_of_each_flow(run, frame, vertex)
            if arc.id in waiting or len(waiting) < len(vertex.incoming) - 1:
                run.hold(frame, vertex, arc=arc, kind=TokenKind.JOINING)
                return
            for token in waiting.values():
                run.release(token)
            run.live[frame] -= len(waiting)
        run.fan_out(frame, vertex.outgoing)


def first_of_each_flow(run: Run, frame: int, vertex: Vertex) -> dict[str, Token]:
    """Return the tokens that wait at a join, the oldest of each incoming flow."""
    first: dict[str, Token] = {}
    for token in run.tokens.values():
        if (
            token.element == vertex.id
            and token.frame == frame
            and token.kind is TokenKind.JOINING
            and token.flow is not None
        ):
            first.setdefault(token.flow, token)
    return first
