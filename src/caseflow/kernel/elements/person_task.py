"""User and manual tasks: work for a person (BPMN 2.0.2, 10.3.4 and 13.3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression
from caseflow.kernel.case import Task, Token
from caseflow.kernel.casefile import value
from caseflow.kernel.correlation import MAX_NAME
from caseflow.kernel.doers import doers
from caseflow.kernel.events import TaskOpened
from caseflow.kernel.ladders import set_lights
from caseflow.kernel.moments import Moment, moment_or_none
from caseflow.kernel.run import Run, Vertex
from caseflow.model import ElementId

DEFAULT_PRIORITY = 50
MAX_PRIORITY = 1_000_000


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
    not_same_as: ElementId | None = None
    ladder: str | None = None
    isolates: bool = False

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Open the task: who may do it and by when is settled now."""
        frame = token.frame
        unit = _name(run, self.unit, frame)
        due = _moment(run, self.due, frame, unit)
        follow_up = _moment(run, self.follow_up, frame, unit)
        task = Task(
            id=token.id,
            process=vertex.process,
            element=vertex.id,
            name=vertex.node.name or vertex.id,
            assignee=run.handing.pop((vertex.process, vertex.id), None)
            or _name(run, self.assignee, frame)
            or None,
            roles=_names(run, self.roles, frame),
            people=_names(run, self.people, frame),
            unit=unit or run.case.unit,
            created_at=run.at,
            due_at=due.at if due is not None else None,
            limit=due.limit if due is not None else None,
            count=due.count if due is not None else None,
            ladder=self.ladder,
            follow_up_at=follow_up.at if follow_up is not None else None,
            priority=priority_of(run, self.priority, frame),
            form=self.form,
            excluded=doers(run, frame, self.not_same_as),
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
        if task.ladder is not None:
            set_lights(run, task)


def is_late(due_at: datetime | None, at: datetime) -> bool:
    """Tell whether something done at ``at`` came after its due time."""
    return due_at is not None and at > due_at


def _moment(run: Run, expression: Expression | None, frame: int, unit: str) -> Moment | None:
    if expression is None:
        return None
    return moment_or_none(run, expression, frame, start=run.at, unit=unit)


def _name(run: Run, expression: Expression | None, frame: int) -> str:
    if expression is None:
        return ""
    found = value(run, expression, frame)
    return "" if found is None else _checked(expression, str(found))


def _names(run: Run, expressions: Sequence[Expression], frame: int) -> tuple[str, ...]:
    if not expressions:
        return ()
    names: list[str] = []
    for expression in expressions:
        found = value(run, expression, frame)
        if isinstance(found, str):
            names.append(_checked(expression, found))
        elif isinstance(found, Sequence):
            names.extend(_checked(expression, str(one)) for one in found)
        elif found is not None:
            raise _failed(expression, f"{found!r} is neither a name nor a list of names")
    return tuple(dict.fromkeys(name for name in names if name))


def _checked(expression: Expression, name: str) -> str:
    if len(name) > MAX_NAME:
        raise _failed(expression, f"{name[:40]}… is longer than {MAX_NAME} characters")
    return name


def priority_of(run: Run, expression: Expression | None, frame: int) -> int:
    """Return the priority of a task or job; that of most where the diagram says nothing."""
    if expression is None:
        return DEFAULT_PRIORITY
    found = value(run, expression, frame)
    text = str(found).strip()
    if text.isdecimal() and len(text) <= len(str(MAX_PRIORITY)) and int(text) <= MAX_PRIORITY:
        return int(text)
    raise _failed(
        expression, f"a priority is a whole number from 0 to {MAX_PRIORITY}, not {text[:40]}"
    )


def _failed(expression: Expression, message: str) -> ExpressionFailed:
    return ExpressionFailed(message, source=expression.source, column=1)
