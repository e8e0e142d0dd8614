"""Events on the border of an activity, interrupting it or not (BPMN 2.0.2, 13.5.3)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.kernel.case import Token
from caseflow.kernel.listener import Faults, Listener, rearm
from caseflow.kernel.run import Arc, Run, Vertex, Wake
from caseflow.kernel.scopes import cancel_token
from caseflow.model import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryElement:
    """Listens as long as its activity is active; a non-interrupting one again and again."""

    listener: Listener
    is_interrupting: bool
    faults: Faults

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:  # noqa: ARG002
        """Go on behind the event, which has happened."""
        run.leave(frame, vertex)

    def arm(self, run: Run, vertex: Vertex, *, frame: int, token: int | None) -> None:
        """Listen for as long as the activity's token is there."""
        self.listener.arm(run, vertex, frame=frame, token=token)

    def fired(self, run: Run, wake: Wake, vertex: Vertex, payload: Value) -> None:
        """Interrupt the activity and go on here, or go on here besides."""
        self.listener.take_in(run, wake, vertex, payload)
        if self.is_interrupting:
            cancel_token(run, run.tokens[wake.token or 0])
        else:
            rearm(run, wake)
            run.live[wake.frame] += 1
        run.leave(wake.frame, vertex)

    def catches_error(self, code: str) -> bool:
        """Tell whether it is drawn for this code, or for every error."""
        return self.faults.has_error(code)

    def catches_escalation(self, code: str) -> bool:
        """Tell whether it is drawn for this code, or for every escalation."""
        return self.faults.has_escalation(code)

    def handle(
        self, run: Run, vertex: Vertex, *, frame: int, token: Token | None, payload: Value
    ) -> None:
        """Act on an error or escalation out of the activity."""
        if token is None:
            return
        self.faults.take_in(run, frame, payload)
        if self.is_interrupting:
            cancel_token(run, token)
        else:
            run.live[frame] += 1
        run.leave(frame, vertex)
