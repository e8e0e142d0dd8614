"""Embedded sub-processes (BPMN 2.0.2, 10.3.5 and 13.3.4)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.kernel.activity import complete
from caseflow.kernel.case import Frame, FrameKind, Token
from caseflow.kernel.events import ScopeEntered
from caseflow.kernel.run import Run, Vertex
from caseflow.kernel.scopes import open_scope


@dataclass(frozen=True, slots=True)
class SubProcessWork:
    """Runs what is inside, and is done when nothing is alive in there."""

    isolates: bool = False

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Open the inside and begin at its start event."""
        graph = run.graphs[token.frame].bodies[vertex.id]
        if not graph.entries:  # nothing is drawn inside
            complete(run, token)
            return
        frame = Frame(
            id=run.number(),
            kind=FrameKind.BODY,
            parent=token.frame,
            token=token.id,
            element=vertex.id,
            variables={},
        )
        open_scope(run, frame, graph)
        run.emit(ScopeEntered(process=vertex.process, element=vertex.id))
        for entry in graph.entries:
            run.put(frame.id, entry)
