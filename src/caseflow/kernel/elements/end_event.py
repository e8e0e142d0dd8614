"""End events: a path, a scope or the whole case ends here (BPMN 2.0.2, 10.5.3 and 13.5.6)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from caseflow.errors import ExpressionFailed
from caseflow.kernel.case import FrameKind
from caseflow.kernel.run import Arc, Run, Vertex
from caseflow.kernel.scopes import cancel_contents
from caseflow.kernel.throwing import (
    Fault,
    OutgoingMessage,
    OutgoingSignal,
    broadcast,
    send,
    throw_error,
    throw_escalation,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndElement:
    """Throws what it is drawn with and uses up the token."""

    outcome: str = ""
    messages: tuple[OutgoingMessage, ...] = ()
    signals: tuple[OutgoingSignal, ...] = ()
    escalations: tuple[str, ...] = ()
    error: str | None = None
    terminates: bool = False

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """End the path, and with the last one the scope."""
        if self.outcome:
            self._name_outcome(run, frame)
        if not (self.messages or self.signals or self.escalations or self.is_abrupt):
            run.consume(frame)
            return
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
        if token.id in run.tokens:
            run.release(token)
            run.consume(frame)
            self._finish(run, frame, vertex)

    def _name_outcome(self, run: Run, frame: int) -> None:
        """Give the process its end state, also from an event sub-process that took it over."""
        here = run.frames[frame]
        while here.has_interrupted and here.parent is not None:
            here = run.frames[here.parent]
        if here.kind is FrameKind.PROCESS:
            run.frames[here.id] = replace(here, outcome=self.outcome)

    @property
    def is_abrupt(self) -> bool:
        """Whether more than its own path ends with it."""
        return self.terminates or self.error is not None

    def _finish(self, run: Run, frame: int, vertex: Vertex) -> None:
        for code in self.escalations:
            if frame in run.frames:
                throw_escalation(run, vertex, code, frame=frame)
        if self.error is not None:
            throw_error(run, vertex, Fault(code=self.error), frame=frame)
        elif self.terminates:
            cancel_contents(run, frame)
            run.idle.append(frame)
