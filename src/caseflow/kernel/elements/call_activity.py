"""Call activities: another process, run inside the same case (BPMN 2.0.2, 10.3.6)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.kernel.case import Frame, FrameKind, ProcessKey, Token
from caseflow.kernel.events import ScopeEntered
from caseflow.kernel.run import Run, Vertex
from caseflow.kernel.scopes import open_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWork:
    """Runs a called process; with declared data it sees nothing but its inputs."""

    called: ProcessKey
    isolates: bool = True

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Open the called process and begin at its start event."""
        graph = run.program.library[self.called].graph
        frame = Frame(
            id=run.number(),
            kind=FrameKind.PROCESS,
            parent=token.frame,
            token=token.id,
            process=self.called,
            element=vertex.id,
            variables={},
        )
        open_scope(run, frame, graph)
        run.emit(ScopeEntered(process=vertex.process, element=vertex.id))
        for entry in graph.entries:
            run.put(frame.id, entry)
