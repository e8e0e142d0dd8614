"""Receive tasks (BPMN 2.0.2, 10.3.4 and 13.3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.kernel.activity import complete
from caseflow.kernel.case import Token
from caseflow.kernel.elements.catch_event import reach
from caseflow.kernel.listener import Listener
from caseflow.kernel.run import Run, Vertex, Wake
from caseflow.model import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveWork:
    """Waits for a message, as an activity or behind an event-based gateway."""

    listener: Listener
    isolates: bool = False

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Wait."""
        self.arm(run, vertex, frame=token.frame, token=token.id)

    def arm(self, run: Run, vertex: Vertex, *, frame: int, token: int | None) -> None:
        """Listen, for its own token or for one at an event-based gateway before it."""
        self.listener.arm(run, vertex, frame=frame, token=token)

    def fired(self, run: Run, wake: Wake, vertex: Vertex, payload: Value) -> None:
        """Take what the message carries and go on."""
        token = reach(run, wake, vertex)
        self.listener.take_in(run, wake, vertex, payload, brought={})
        complete(run, token)
