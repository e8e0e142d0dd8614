"""Standard loops: again while a condition holds (BPMN 2.0.2, 13.3.6)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from caseflow.expressions import Expression
from caseflow.kernel.activity import Activity, complete
from caseflow.kernel.case import Frame, FrameKind, Rounds, Token
from caseflow.kernel.casefile import value
from caseflow.kernel.run import Run, Vertex


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardLoopElement:
    """Rounds of one activity, one after the other, on the case file that all share.

    The condition knows in ``loopCounter`` how many rounds there were.
    """

    condition: Expression | None = None
    test_before: bool = False
    maximum: int | None = None
    keeps_writes: bool = False

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Begin the first round, unless the condition is tested before and fails."""
        frame = Frame(
            id=run.number(),
            kind=FrameKind.LOOP,
            parent=token.frame,
            token=token.id,
            element=vertex.id,
            variables={},
            rounds=Rounds(),
        )
        run.open_frame(frame, run.graphs[token.frame])
        if self.test_before and not self._holds(run, frame.id, completed=0):
            run.close_frame(frame.id)
            complete(run, token)
        else:
            self._start_next(run, frame, vertex)

    def _holds(self, run: Run, frame: int, *, completed: int) -> bool:
        if self.maximum is not None and completed >= self.maximum:
            return False
        return self.condition is None or bool(value(run, self.condition, frame))

    def _start_next(self, run: Run, loop: Frame, vertex: Vertex) -> None:
        rounds = loop.rounds or Rounds()
        run.frames[loop.id] = replace(loop, rounds=replace(rounds, started=rounds.started + 1))
        if isinstance(vertex.element, Activity):
            vertex.element.open_local(run, vertex, parent=loop.id, number=rounds.started + 1)

    def round_done(self, run: Run, frame: Frame, vertex: Vertex) -> None:
        """Count a round, and begin another one while the condition holds."""
        loop = run.frames[frame.parent or 0]
        rounds = loop.rounds or Rounds()
        again = self._holds(run, frame.id, completed=rounds.completed + 1)
        done = replace(loop, rounds=replace(rounds, completed=rounds.completed + 1))
        run.frames[loop.id] = done
        if again:
            self._start_next(run, done, vertex)
