"""End events: a path, a scope or the whole case ends here (BPMN 2.0.2, 10.5.3 and 13.5.6)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from caseflow.kernel.case import FrameKind
from caseflow.kernel.compensation import Undoing
from caseflow.kernel.elements.throw_event import throw_all
from caseflow.kernel.run import Arc, Run, Vertex
from caseflow.kernel.scopes import cancel_contents
from caseflow.kernel.throwing import Throwing


@dataclass(frozen=True, slots=True, kw_only=True)
class EndElement:
    """Throws what it is drawn with and uses up the token; ``terminates``: and all others."""

    outcome: str
    throwing: Throwing
    terminates: bool
    undoing: Undoing | None = None

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """End the path, and with the last one the scope."""
        if self.outcome:
            _name_outcome(run, frame, self.outcome)
        if self.undoing is not None or not self.throwing.is_nothing:
            token = throw_all(run, frame, vertex, self.throwing, arc=arc)
            if token is None:
                return
            if self.undoing is not None and self.undoing.begin(run, vertex, token):
                return
            run.release(token)
        if self.terminates:
            cancel_contents(run, frame)
            run.idle.append(frame)
        else:
            run.consume(frame)


def _name_outcome(run: Run, frame: int, outcome: str) -> None:
    """Give the process its end state, also from an event sub-process that took it over."""
    here = run.frames[frame]
    while here.has_interrupted and here.parent is not None:
        here = run.frames[here.parent]
    if here.kind is FrameKind.PROCESS:
        run.frames[here.id] = replace(here, outcome=outcome)
