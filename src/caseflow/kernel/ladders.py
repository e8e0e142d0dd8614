"""Ladders of warnings: notices on the way to a due time, and steps behind it.

Each step that lies ahead is a timer of the task, which tells instead of moving a token.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from caseflow.kernel.case import Task, Timer
from caseflow.kernel.counts import due_of
from caseflow.kernel.deadline_events import DeadlineWarned
from caseflow.kernel.effects import SendMessage
from caseflow.kernel.functions import counted_on, parameters
from caseflow.kernel.run import Run
from caseflow.kernel.throwing import send
from caseflow.model import LadderStep, ParameterSet, Value

_WHOLE = Decimal(1)


def set_lights(run: Run, task: Task) -> None:
    """Let the steps of a task's ladder come at their moments, as it is due now.

    The step that is shown is the last whose moment is over. While the deadline stands
    still it stays the one that it is, and none comes.
    """
    for wake in [one for one in run.wakes.values() if one.token == task.id]:
        if isinstance(wake, Timer) and wake.light:
            del run.wakes[wake.id]
    if task.ladder is None or task.due_at is None:
        return
    light = ""
    for step, at in _moments(run, task, task.due_at):
        if at <= run.at:
            light = step.light
        else:
            number = run.number()
            run.wakes[number] = Timer(
                id=number,
                frame=run.tokens[task.id].frame,
                token=task.id,
                process=task.process,
                element=task.element,
                due_at=at,
                light=step.light,
            )
    run.tasks[task.id] = replace(task, light=light)


def warn(run: Run, timer: Timer) -> None:
    """Tell that a task has come to a step of its ladder."""
    task = run.tasks[timer.token or 0]
    del run.wakes[timer.id]
    step = next(one for one in _steps(run, task) if one.light == timer.light)
    priority = task.priority if step.priority is None else max(task.priority, step.priority)
    run.tasks[task.id] = replace(task, light=step.light, priority=priority)
    due_at = task.due_at or timer.due_at
    run.emit(
        DeadlineWarned(
            process=task.process,
            element=task.element,
            task=task.id,
            light=step.light,
            due_at=due_at,
            notify=step.notify,
        )
    )
    if step.message is not None:
        vertex = run.graphs[timer.frame].vertices[timer.element]
        payload: dict[str, Value] = {
            "task": task.id,
            "element": task.element,
            "name": task.name,
            "light": step.light,
            "due_at": due_at,
        }
        message = SendMessage(
            element=task.element,
            name=step.message,
            key=run.case.business_key,
            payload=payload,
            expires_at=None,
        )
        send(run, vertex, message)


def _moments(run: Run, task: Task, due_at: datetime) -> Iterator[tuple[LadderStep, datetime]]:
    """Yield the steps of a ladder with their moments."""
    for step in _steps(run, task):
        at = _behind(run, task, step, due_at) if step.after else _ahead(run, task, step, due_at)
        if at is not None:
            yield step, at


def _ahead(run: Run, task: Task, step: LadderStep, due_at: datetime) -> datetime | None:
    """Return when a share of the span is over; of a fixed moment, by the running clock."""
    share = step.share or _WHOLE
    if share == _WHOLE:
        return due_at
    limit = None if task.limit is None else _parameters(run, task).limits.get(task.limit)
    if task.count is None or limit is None:
        return task.created_at + (due_at - task.created_at) * float(share)
    part = replace(limit, share=(limit.share or _WHOLE) * share, of=limit.of or limit.name)
    due = due_of(run, run.tokens[task.id].frame, part, task.count)
    return None if due is None else due.at


def _behind(run: Run, task: Task, step: LadderStep, due_at: datetime) -> datetime | None:
    setting = run.graphs[run.tokens[task.id].frame].setting
    limit = _parameters(run, task).limits.get(step.after or "")
    try:
        return None if limit is None else counted_on(run, setting, limit, due_at, unit=task.unit)
    except ValueError:
        return None  # after the last year that dates know


def _steps(run: Run, task: Task) -> tuple[LadderStep, ...]:
    ladder = _parameters(run, task).ladders.get(task.ladder or "")
    return () if ladder is None else ladder.steps


def _parameters(run: Run, task: Task) -> ParameterSet:
    return parameters(run, run.graphs[run.tokens[task.id].frame].setting)
