"""Service tasks, and all others that a handler of the host works (BPMN 2.0.2, 13.3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression
from caseflow.kernel.case import FrameKind, Job, Token
from caseflow.kernel.casefile import LOOP_COUNTER, value
from caseflow.kernel.elements.person_task import priority_of
from caseflow.kernel.events import JobStarted
from caseflow.kernel.run import Run, Vertex
from caseflow.model import Value

DEFAULT_TRIES = 3
MAX_TRIES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineWork:
    """Waits until the handler of ``topic`` has done the job."""

    topic: str
    tries: Expression | None = None
    priority: Expression | None = None
    result: str | None = None
    isolates: bool = False

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Start the job; the handler gets what is the task's own: its inputs, item and counter.

        Where it compensates an activity, it gets what was that activity's own.
        """
        here = run.frames[token.frame]
        own: dict[str, Value] = {LOOP_COUNTER: here.round} if here.round else {}
        if here.kind in {FrameKind.LOCAL, FrameKind.UNDO}:
            own |= run.variables[token.frame]
        run.jobs[token.id] = Job(
            id=token.id,
            process=vertex.process,
            element=vertex.id,
            topic=self.topic,
            tries_left=self._tries(run, token.frame),
            names_tries=self.tries is not None,
            priority=priority_of(run, self.priority, token.frame),
            created_at=run.at,
            input=own,
        )
        run.emit(
            JobStarted(process=vertex.process, element=vertex.id, job=token.id, topic=self.topic)
        )

    def _tries(self, run: Run, frame: int) -> int:
        if self.tries is None:
            return DEFAULT_TRIES
        found = value(run, self.tries, frame)
        text = str(found).partition("/")[0].removeprefix("R")  # R3/PT10M: three tries
        if text.isdecimal() and len(text) <= len(str(MAX_TRIES)) and 1 <= int(text) <= MAX_TRIES:
            return int(text)
        raise ExpressionFailed(
            f"the number of tries is a whole number from 1 to {MAX_TRIES}, not {found!r}",
            source=self.tries.source,
            column=1,
        )
