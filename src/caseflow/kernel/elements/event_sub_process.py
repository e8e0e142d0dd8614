"""Event sub-processes: handlers inside a scope (BPMN 2.0.2, 10.3.5 and 13.5.4)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.kernel.case import Frame, FrameKind, Token
from caseflow.kernel.events import ScopeEntered
from caseflow.kernel.listener import Faults, Listener, rearm
from caseflow.kernel.run import Arc, Run, Vertex, Wake
from caseflow.kernel.scopes import cancel_contents, open_scope
from caseflow.model import ElementId, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSubProcessElement:
    """Listens as long as its scope is active, and runs inside that scope when called."""

    start: ElementId
    listener: Listener
    is_interrupting: bool
    faults: Faults

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:  # noqa: ARG002
        """Begin; nothing flows into an event sub-process, so only a call starts it."""
        self._open(run, frame, vertex)

    def arm(self, run: Run, vertex: Vertex, *, frame: int, token: int | None) -> None:
        """Listen for as long as the frame is there."""
        self.listener.arm(run, vertex, frame=frame, token=token)

    def fired(self, run: Run, wake: Wake, vertex: Vertex, payload: Value) -> None:
        """Take over the scope, or run beside it."""
        self.listener.take_in(run, wake, vertex, payload)
        if not self.is_interrupting:
            rearm(run, wake)
        self._open(run, wake.frame, vertex)

    def catches_error(self, code: str) -> bool:
        """Tell whether it is drawn for this code, or for every error."""
        return self.faults.has_error(code)

    def catches_escalation(self, code: str) -> bool:
        """Tell whether it is drawn for this code, or for every escalation."""
        return self.faults.has_escalation(code)

    def handle(
        self,
        run: Run,
        vertex: Vertex,
        *,
        frame: int,
        token: Token | None,  # noqa: ARG002
        payload: Value,
    ) -> None:
        """Act on an error or escalation out of the scope."""
        self.faults.take_in(run, frame, payload)
        self._open(run, frame, vertex)

    def _open(self, run: Run, parent: int, vertex: Vertex) -> None:
        if self.is_interrupting:
            cancel_contents(run, parent)
        graph = run.graphs[parent].bodies[vertex.id]
        frame = Frame(
            id=run.number(),
            kind=FrameKind.BODY,
            parent=parent,
            element=vertex.id,
            variables={},
            has_interrupted=self.is_interrupting,
        )
        open_scope(run, frame, graph)
        run.emit(ScopeEntered(process=vertex.process, element=vertex.id))
        run.put(frame.id, graph.vertices[self.start])
