"""Events on the border of an activity, interrupting it or not (BPMN 2.0.2, 13.5.3)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.kernel.case import Phase, Token
from caseflow.kernel.faults import Fault, Faults
from caseflow.kernel.flows import leave
from caseflow.kernel.incidents import stick
from caseflow.kernel.intake import take_in
from caseflow.kernel.listener import Listener, rearm
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
        leave(run, frame, vertex)

    def arm(self, run: Run, vertex: Vertex, *, frame: int, token: int | None) -> None:
        """Listen for as long as the activity's token is there."""
        self.listener.arm(run, vertex, frame=frame, token=token)

    def fired(self, run: Run, wake: Wake, vertex: Vertex, payload: Value) -> None:
        """Interrupt the activity and go on here, or go on here besides."""
        brought = self.listener.brought(run, wake)
        problem = self.listener.take_in(run, wake, vertex, payload, brought=brought)
        if not self.listener.is_complete(run, wake, payload):
            return
        if not self.is_interrupting:
            rearm(run, wake)
        self._go_on(run, wake.frame, vertex, run.tokens[wake.token or 0], problem=problem)

    def handle(
        self, run: Run, vertex: Vertex, *, frame: int, token: Token | None, fault: Fault
    ) -> None:
        """Act on an error or escalation out of the activity."""
        if token is not None:
            into, outputs = self.faults.into(fault), self.listener.outputs
            problem = take_in(run, frame, fault.payload, into, outputs=outputs)
            self._go_on(run, frame, vertex, token, problem=problem)

    def _go_on(self, run: Run, frame: int, vertex: Vertex, host: Token, *, problem: str) -> None:
        if self.is_interrupting:
            cancel_token(run, host)
        else:
            run.live[frame] += 1
        if problem:
            stick(run, frame, vertex, problem, phase=Phase.LEAVE)
        else:
            leave(run, frame, vertex)
