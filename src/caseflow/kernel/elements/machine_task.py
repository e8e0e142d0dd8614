"""Service tasks, and all others that a handler of the host works (BPMN 2.0.2, 13.3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression
from caseflow.kernel.activity import Activity
from caseflow.kernel.case import Job, Token
from caseflow.kernel.events import JobStarted
from caseflow.kernel.run import Run, Vertex

DEFAULT_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineWork:
    """Waits until the handler of ``topic`` has done the job."""

    topic: str
    tries: Expression | None = None
    result: str | None = None
    isolates: bool = False

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Start the job, with the declared inputs as what the handler gets."""
        element = vertex.element
        names = [
            one.target for one in (element.inputs or () if isinstance(element, Activity) else ())
        ]
        run.jobs[token.id] = Job(
            id=token.id,
            process=vertex.process,
            element=vertex.id,
            topic=self.topic,
            tries_left=self._tries(run, token.frame),
            created_at=run.at,
            input=run.read(token.frame, names),
        )
        run.emit(
            JobStarted(process=vertex.process, element=vertex.id, job=token.id, topic=self.topic)
        )

    def _tries(self, run: Run, frame: int) -> int:
        if self.tries is None:
            return DEFAULT_TRIES
        value = run.value(self.tries, frame)
        text = str(value).partition("/")[0].removeprefix("R")  # R3/PT10M: three tries
        if not text.isdecimal() or int(text) < 1:
            raise ExpressionFailed(
                f"the number of tries is a whole number from 1, not {value!r}",
                source=self.tries.source,
                column=1,
            )
        return int(text)
