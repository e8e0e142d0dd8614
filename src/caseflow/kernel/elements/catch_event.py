"""Intermediate catching events (BPMN 2.0.2, 10.5.4 and 13.5.2)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.errors import ExpressionFailed
from caseflow.kernel.case import Token
from caseflow.kernel.listener import Listener
from caseflow.kernel.run import Arc, Run, Vertex, Wake
from caseflow.model import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchElement:
    """Waits for a timer, message or signal; a catching link passes at once."""

    listener: Listener
    is_link: bool = False

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Wait."""
        if self.is_link:
            run.leave(frame, vertex)
            return
        token = run.hold(frame, vertex, arc=arc)
        try:
            self.arm(run, vertex, frame=frame, token=token.id)
        except ExpressionFailed as failure:
            run.release(token)
            run.stick(frame, vertex, str(failure), arc=arc)

    def arm(self, run: Run, vertex: Vertex, *, frame: int, token: int | None) -> None:
        """Listen, for its own token or for one at an event-based gateway before it."""
        self.listener.arm(run, vertex, frame=frame, token=token)

    def fired(self, run: Run, wake: Wake, vertex: Vertex, payload: Value) -> None:
        """Take the token over and go on."""
        token = run.tokens[wake.token or 0]
        self.listener.take_in(run, wake, vertex, payload)
        take_over(run, token, vertex)


def take_over(run: Run, token: Token, vertex: Vertex) -> None:
    """Let a token go on behind an event that it waited for, here or at a gateway before."""
    origin = run.vertex(token)
    run.release(token)
    if origin is not vertex:
        for way in origin.outgoing:
            if way.target is vertex:
                run.pass_by(way)
                break
    run.leave(token.frame, vertex)
