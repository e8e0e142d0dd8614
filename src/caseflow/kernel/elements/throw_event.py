"""Intermediate throwing events (BPMN 2.0.2, 10.5.4 and 13.5.2)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.errors import ExpressionFailed
from caseflow.kernel.case import Token
from caseflow.kernel.compensation import Undoing
from caseflow.kernel.flows import leave
from caseflow.kernel.incidents import stick
from caseflow.kernel.run import Arc, Run, Vertex
from caseflow.kernel.throwing import Throwing, broadcast, send, throw


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowElement:
    """Throws what it is drawn with, and goes on unless that interrupted it."""

    throwing: Throwing
    undoing: Undoing | None = None

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Throw and go on, where it is drawn so when all compensation is done."""
        token = throw_all(run, frame, vertex, self.throwing, arc=arc)
        if token is None or (self.undoing is not None and self.undoing.begin(run, vertex, token)):
            return
        run.release(token)
        leave(run, frame, vertex)


@dataclass(slots=True)
class LinkThrowElement:
    """Goes on at the catching link of the same name (10.5.4, link events)."""

    target: Vertex | None = None

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Jump."""
        if self.target is None:
            stick(run, frame, vertex, "no link of this name can be caught here", arc=arc)
        else:
            run.queue.append((frame, self.target, None))


def throw_all(
    run: Run, frame: int, vertex: Vertex, throwing: Throwing, *, arc: Arc | None
) -> Token | None:
    """Throw all that an event is drawn with; return its token, unless that is gone by then.

    The token stands at the event while it throws, so that whatever is interrupted by
    what it throws takes it along. What an event throws, it throws at once: messages and
    signals still go out where one of them interrupts it, and only faults need its place.
    """
    token = run.hold(frame, vertex, arc=arc)
    try:
        thrown = throwing.prepare(run, vertex, frame)
    except ExpressionFailed as failure:
        run.release(token)
        stick(run, frame, vertex, str(failure), arc=arc)
        return None
    for message in thrown.messages:
        send(run, vertex, message)
    for signal in thrown.signals:
        broadcast(run, vertex, signal)
    for fault in thrown.faults:
        if token.id in run.tokens:
            throw(run, vertex, fault, frame=frame)
    return run.tokens.get(token.id)
