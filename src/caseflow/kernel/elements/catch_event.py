"""Intermediate catching events (BPMN 2.0.2, 10.5.4 and 13.5.2)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.errors import ExpressionFailed
from caseflow.kernel.activity import complete
from caseflow.kernel.case import Phase, Token
from caseflow.kernel.flows import leave
from caseflow.kernel.incidents import stick
from caseflow.kernel.listener import Listener
from caseflow.kernel.run import Arc, Run, Vertex, Wake
from caseflow.model import Value

NEVER = "nothing will ever happen here: all occurrences of its timer lie in the past"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchElement:
    """Waits for a timer, message, signal or condition; a catching link passes at once."""

    listener: Listener
    is_link: bool = False

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Wait."""
        if self.is_link:
            leave(run, frame, vertex)
        else:
            await_any(run, frame, vertex, (vertex,), arc=arc)

    def arm(self, run: Run, vertex: Vertex, *, frame: int, token: int | None) -> None:
        """Listen, for its own token or for one at an event-based gateway before it."""
        self.listener.arm(run, vertex, frame=frame, token=token)

    def fired(self, run: Run, wake: Wake, vertex: Vertex, payload: Value) -> None:
        """Take the token over and go on."""
        brought = self.listener.brought(run, wake)
        if self.listener.is_complete(run, wake, payload):
            token = reach(run, wake, vertex)
            problem = self.listener.take_in(run, wake, vertex, payload, brought=brought)
            if problem:
                run.release(token)
                stick(run, token.frame, vertex, problem, phase=Phase.LEAVE)
            else:
                complete(run, token)
        else:
            self.listener.take_in(run, wake, vertex, payload, brought=brought)


def await_any(
    run: Run, frame: int, vertex: Vertex, events: tuple[Vertex, ...], *, arc: Arc | None
) -> None:
    """Let a token wait at ``vertex`` until one of the events happens."""
    token = run.hold(frame, vertex, arc=arc)
    try:
        for event in events:
            if event.catcher is not None:
                event.catcher.arm(run, event, frame=frame, token=token.id)
        is_awaited = any(wake.token == token.id for wake in run.wakes.values())
        problem = "" if is_awaited else NEVER
    except ExpressionFailed as failure:
        problem = str(failure)
    if problem:
        run.release(token)
        stick(run, frame, vertex, problem, arc=arc)


def reach(run: Run, wake: Wake, vertex: Vertex) -> Token:
    """Return the token that waited, moved to the event that happened behind its gateway."""
    token = run.tokens[wake.token or 0]
    origin = run.vertex(token)
    if origin is vertex:
        return token
    run.release(token)
    for way in origin.outgoing:
        if way.target is vertex:
            run.pass_by(way)
            break
    return run.hold(token.frame, vertex)
