"""Event sub-processes: handlers inside a scope (BPMN 2.0.2, 10.3.5 and 13.5.4)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.errors import ExpressionFailed
from caseflow.kernel.case import Frame, FrameKind, Phase, Token
from caseflow.kernel.events import ScopeEntered
from caseflow.kernel.faults import Fault, Faults
from caseflow.kernel.incidents import stick
from caseflow.kernel.intake import take_in
from caseflow.kernel.listener import Listener, rearm
from caseflow.kernel.run import Arc, Run, Vertex, Wake
from caseflow.kernel.scopes import cancel_contents, cancel_frames, open_scope
from caseflow.model import ElementId, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSubProcessElement:
    """Listens as long as its scope is active, and runs inside that scope when called."""

    start: ElementId
    listener: Listener
    is_interrupting: bool
    faults: Faults

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:  # noqa: ARG002
        """Begin again after an incident: nothing flows into an event sub-process."""
        self._open(run, frame, vertex)
        run.consume(frame)

    def arm(self, run: Run, vertex: Vertex, *, frame: int, token: int | None) -> None:
        """Listen for as long as the frame is there."""
        self.listener.arm(run, vertex, frame=frame, token=token)

    def fired(self, run: Run, wake: Wake, vertex: Vertex, payload: Value) -> None:
        """Take over the scope, or run beside it."""
        brought = self.listener.brought(run, wake)
        problem = self.listener.take_in(run, wake, vertex, payload, brought=brought)
        if not self.listener.is_complete(run, wake, payload):
            return
        if not self.is_interrupting:
            rearm(run, wake)
        self._begin(run, wake.frame, vertex, problem=problem)

    def handle(
        self,
        run: Run,
        vertex: Vertex,
        *,
        frame: int,
        token: Token | None,  # noqa: ARG002 - the scope itself is the host
        fault: Fault,
    ) -> None:
        """Act on an error or escalation out of the scope."""
        into, outputs = self.faults.into(fault), self.listener.outputs
        problem = take_in(run, frame, fault.payload, into, outputs=outputs)
        self._begin(run, frame, vertex, problem=problem)

    def _begin(self, run: Run, parent: int, vertex: Vertex, *, problem: str) -> None:
        if self.is_interrupting:
            cancel_contents(run, parent)
        self._open(run, parent, vertex, problem=problem)

    def _open(self, run: Run, parent: int, vertex: Vertex, *, problem: str = "") -> None:
        graph = run.graphs[parent].bodies[vertex.id]
        frame = Frame(
            id=run.number(),
            kind=FrameKind.BODY,
            parent=parent,
            element=vertex.id,
            variables={},
            has_interrupted=self.is_interrupting,
        )
        try:
            open_scope(run, frame, graph)
        except ExpressionFailed as failure:
            cancel_frames(run, (frame.id,), parent)
            run.live[parent] += 1
            stick(run, parent, vertex, str(failure))
            return
        run.emit(ScopeEntered(process=vertex.process, element=vertex.id))
        start = graph.vertices[self.start]
        if problem:
            run.live[frame.id] += 1
            stick(run, frame.id, start, problem, phase=Phase.LEAVE)
        else:
            run.put(frame.id, start)
