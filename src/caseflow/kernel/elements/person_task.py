"""User and manual tasks: work for a person (BPMN 2.0.2, 10.3.4 and 13.3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression
from caseflow.kernel.case import Task, Token
from caseflow.kernel.events import TaskOpened
from caseflow.kernel.moments import Moment, moment_or_none
from caseflow.kernel.run import Run, Vertex

DEFAULT_PRIORITY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonWork:
    """Waits until a person has completed the task."""

    assignee: Expression | None = None
    roles: tuple[Expression, ...] = ()
    people: tuple[Expression, ...] = ()
    unit: Expression | None = None
    due: Expression | None = None
    follow_up: Expression | None = None
    priority: Expression | None = None
    form: str | None = None
    isolates: bool = False

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Open the task: who may do it and by when is settled now."""
        frame = token.frame
        due = _moment(run, self.due, frame)
        follow_up = _moment(run, self.follow_up, frame)
        task = Task(
            id=token.id,
            process=vertex.process,
            element=vertex.id,
            name=vertex.node.name or vertex.id,
            assignee=_text(run, self.assignee, frame) or None,
            roles=_names(run, self.roles, frame),
            people=_names(run, self.people, frame),
            unit=_text(run, self.unit, frame) or run.case.unit,
            created_at=run.at,
            due_at=due.at if due is not None else None,
            limit=due.limit if due is not None else None,
            follow_up_at=follow_up.at if follow_up is not None else None,
            priority=_whole(run, self.priority, frame),
            form=self.form,
        )
        run.tasks[token.id] = task
        run.emit(
            TaskOpened(
                process=vertex.process,
                element=vertex.id,
                task=token.id,
                due_at=task.due_at,
                limit=task.limit,
            )
        )


def is_late(due_at: datetime | None, at: datetime) -> bool:
    """Tell whether something done at ``at`` came after its due time."""
    return due_at is not None and at > due_at


def _moment(run: Run, expression: Expression | None, frame: int) -> Moment | None:
    if expression is None:
        return None
    return moment_or_none(run, expression, frame, start=run.at)


def _text(run: Run, expression: Expression | None, frame: int) -> str:
    if expression is None:
        return ""
    value = run.value(expression, frame)
    return "" if value is None else str(value)


def _names(run: Run, expressions: Sequence[Expression], frame: int) -> tuple[str, ...]:
    names: list[str] = []
    for expression in expressions:
        value = run.value(expression, frame)
        if isinstance(value, str):
            names.append(value)
        elif isinstance(value, Sequence):
            names.extend(str(one) for one in value)
        elif value is not None:
            raise ExpressionFailed(
                f"{value!r} is neither a name nor a list of names",
                source=expression.source,
                column=1,
            )
    return tuple(dict.fromkeys(name for name in names if name))


def _whole(run: Run, expression: Expression | None, frame: int) -> int:
    if expression is None:
        return DEFAULT_PRIORITY
    value = run.value(expression, frame)
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    if isinstance(value, int):
        return value
    raise ExpressionFailed(
        f"a priority is a whole number, not {value!r}", source=expression.source, column=1
    )
