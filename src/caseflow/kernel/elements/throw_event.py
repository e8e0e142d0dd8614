"""Intermediate throwing events (BPMN 2.0.2, 10.5.4 and 13.5.2)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.errors import ExpressionFailed
from caseflow.kernel.run import Arc, Run, Vertex
from caseflow.kernel.throwing import (
    OutgoingMessage,
    OutgoingSignal,
    broadcast,
    send,
    throw_escalation,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowElement:
    """Throws what it is drawn with, and goes on unless that interrupted it."""

    messages: tuple[OutgoingMessage, ...] = ()
    signals: tuple[OutgoingSignal, ...] = ()
    escalations: tuple[str, ...] = ()

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Throw and go on."""
        token = run.hold(frame, vertex, arc=arc)
        try:
            for message in self.messages:
                send(run, vertex, message, frame)
            for signal in self.signals:
                broadcast(run, vertex, signal, frame)
        except ExpressionFailed as failure:
            run.release(token)
            run.stick(frame, vertex, str(failure), arc=arc)
            return
        for code in self.escalations:
            if token.id in run.tokens:
                throw_escalation(run, vertex, code, frame=frame)
        if token.id in run.tokens:
            run.release(token)
            run.leave(frame, vertex)


@dataclass(slots=True)
class LinkThrowElement:
    """Goes on at the catching link of the same name (10.5.4, link events)."""

    target: Vertex | None = None

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:  # noqa: ARG002
        """Jump."""
        if self.target is not None:
            run.queue.append((frame, self.target, None))
