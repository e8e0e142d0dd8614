"""Deadlines of tasks and timers: standing still, running on, extended, counted again.

A due time that comes from a named limit keeps what it was counted from, so that it can be
counted again; one that an expression gave as a moment is what it is, and nothing moves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from caseflow.errors import CommandRefused, TaskNotOpen
from caseflow.kernel.case import Case, Count, ExtensionRequest, Task, Timer
from caseflow.kernel.counts import due_of
from caseflow.kernel.deadline_commands import (
    AskExtension,
    DeadlineCommand,
    DecideExtension,
    PauseDeadlines,
    RecountDeadlines,
    ResumeDeadlines,
)
from caseflow.kernel.deadline_events import (
    DeadlineMoved,
    DeadlinesPaused,
    DeadlinesRecounted,
    DeadlinesResumed,
    ExtensionAsked,
    ExtensionDecided,
)
from caseflow.kernel.functions import parameters
from caseflow.kernel.ladders import set_lights
from caseflow.kernel.run import Program, Run
from caseflow.model import Limit
from caseflow.worktime import Due, Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A task or timer whose due time comes from a limit, and how that came about.

    Of one that stands still, ``due`` tells when it would be due if it had not been paused.
    """

    item: Task | Timer
    due: Due


def counted_deadlines(program: Program, case: Case) -> tuple[Counted, ...]:
    """Return every deadline of a case that comes from a limit, the earliest first."""
    run = Run(program, case, at=case.started_at)
    found = [
        Counted(item=item, due=due)
        for item in _counted(run)
        if (due := _due(run, item)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.due.at, one.item.id)))


def apply_to_deadlines(run: Run, command: DeadlineCommand) -> None:
    """Do what a command asks of deadlines.

    Raises:
        TaskNotOpen: there is no such task.
        CommandRefused: nothing runs, nothing stands still, or nobody asked.
    """
    match command:
        case PauseDeadlines():
            _pause(run, command)
        case ResumeDeadlines():
            _resume(run, command)
        case AskExtension():
            _ask(run, command)
        case DecideExtension():
            _decide(run, command)
        case RecountDeadlines():
            run.emit(DeadlinesRecounted(reason=command.reason))
            for item in list(_counted(run)):
                _recount(run, item)
        case _:
            assert_never(command)


def count_for_unit(run: Run, before: str, after: str) -> None:
    """Count what ran on the calendar of one unit, or of the case's, on that of another."""
    for item in list(_counted(run)):
        if item.count is not None and item.count.unit in {"", before}:
            _put(run, item, replace(item.count, unit=after if item.count.unit else ""))


def count_task_for_unit(run: Run, task: Task, unit: str) -> None:
    """Count one task, and the timers on its border for the same duty, for another unit."""
    for item in list(_of_one_duty(run, task)):
        if item.count is not None:
            _put(run, item, replace(item.count, unit=unit))


def _pause(run: Run, command: PauseDeadlines) -> None:
    chosen = [
        item
        for item in _counted(run, command.elements)
        if item.count is not None
        and item.count.paused_at is None
        and item.due_at is not None
        and item.due_at > run.at
    ]
    if not chosen:
        raise CommandRefused(f"no deadline of case {run.case.id} is running that could be paused")
    run.emit(
        DeadlinesPaused(
            tasks=tuple(item.id for item in chosen if isinstance(item, Task)),
            timers=_numbers(chosen),
            reason=command.reason,
        )
    )
    for item in chosen:
        if item.count is not None:
            _put(run, item, replace(item.count, paused_at=run.at))


def _resume(run: Run, command: ResumeDeadlines) -> None:
    chosen = [
        item
        for item in _counted(run, command.elements)
        if item.count is not None and item.count.paused_at is not None
    ]
    if not chosen:
        raise CommandRefused(f"no deadline of case {run.case.id} stands still")
    run.emit(
        DeadlinesResumed(
            tasks=tuple(item.id for item in chosen if isinstance(item, Task)),
            timers=_numbers(chosen),
            reason=command.reason,
        )
    )
    for item in chosen:
        if item.count is not None and item.count.paused_at is not None:
            pause = Pause(paused_at=item.count.paused_at, resumed_at=run.at)
            over = replace(item.count, pauses=(*item.count.pauses, pause), paused_at=None)
            _put(run, item, over)


def _numbers(chosen: Iterable[Task | Timer]) -> tuple[int, ...]:
    return tuple(item.id for item in chosen if isinstance(item, Timer))


def _ask(run: Run, command: AskExtension) -> None:
    task = _task(run, command.task)
    by = _limit(run, task, command.by)
    if task.count is None:
        raise CommandRefused(
            f"the due time of task {run.case.id}:{task.id} comes from no limit that could be "
            "extended: plan it anew"
        )
    if task.asked is not None:
        raise CommandRefused(f"task {run.case.id}:{task.id} waits for a decision already")
    if by is None or by.share is not None:
        raise CommandRefused(f"the parameter set has no whole limit {command.by!r}")
    asked = ExtensionRequest(by=command.by, person=command.actor, reason=command.reason)
    run.tasks[task.id] = replace(task, asked=asked)
    run.emit(ExtensionAsked(task=task.id, by=command.by, reason=command.reason))


def _decide(run: Run, command: DecideExtension) -> None:
    task = _task(run, command.task)
    if task.asked is None:
        raise CommandRefused(f"nobody asked to extend task {run.case.id}:{task.id}")
    if command.actor and command.actor == task.asked.person:
        raise CommandRefused("who asks for an extension cannot decide on it")
    by = task.asked.by
    run.tasks[task.id] = task = replace(task, asked=None)
    run.emit(
        ExtensionDecided(task=task.id, by=by, approved=command.approved, reason=command.reason)
    )
    if command.approved:
        for item in list(_of_one_duty(run, task)):
            if item.count is not None:
                _put(run, item, replace(item.count, extensions=(*item.count.extensions, by)))


def _of_one_duty(run: Run, task: Task) -> Iterator[Task | Timer]:
    """Yield a task and the timers on its border that run for the same limit, or a share of it."""
    yield task
    limits = parameters(run, run.graphs[run.tokens[task.id].frame].setting).limits
    for wake in run.wakes.values():
        if isinstance(wake, Timer) and wake.token == task.id and wake.limit:
            limit = limits.get(wake.limit)
            if limit is not None and task.limit in {limit.name, limit.of}:
                yield wake


def _task(run: Run, number: int) -> Task:
    task = run.tasks.get(number)
    if task is None:
        raise TaskNotOpen(f"{run.case.id}:{number}")
    return task


def _counted(run: Run, elements: tuple[str, ...] = ()) -> Iterator[Task | Timer]:
    """Yield what has a due time from a limit, in the order of the numbers."""
    items: list[Task | Timer] = [one for one in run.wakes.values() if isinstance(one, Timer)]
    items.extend(run.tasks.values())
    for item in sorted(items, key=lambda one: one.id):
        if item.count is not None and (not elements or item.element in elements):
            yield item


def _recount(run: Run, item: Task | Timer) -> None:
    if item.count is not None:
        _put(run, item, item.count)


def _put(run: Run, item: Task | Timer, counting: Count) -> None:
    """Keep how a deadline is counted from now on, and when it is due by that."""
    due = _due(run, replace(item, count=counting))
    at: datetime | None
    if isinstance(item, Timer):
        moved = replace(item, count=counting)
        if due is not None and counting.paused_at is None:
            moved = replace(moved, due_at=due.at)
        at = moved.due_at
        run.wakes[item.id] = moved
    else:
        at = item.due_at if due is None else due.at
        at = None if counting.paused_at is not None else at
        run.tasks[item.id] = replace(item, count=counting, due_at=at)
        set_lights(run, run.tasks[item.id])
    if at != item.due_at and item.limit is not None:
        run.emit(
            DeadlineMoved(
                process=item.process,
                element=item.element,
                number=item.id,
                limit=item.limit,
                due_before=item.due_at,
                due_at=at,
            )
        )


def _due(run: Run, item: Task | Timer) -> Due | None:
    """Count a deadline; None where its parameter set has the limit no more."""
    limit = None if item.limit is None else _limit(run, item, item.limit)
    if limit is None or item.count is None:
        return None
    return due_of(run, _frame(run, item), limit, item.count)


def _limit(run: Run, item: Task | Timer, name: str) -> Limit | None:
    setting = run.graphs[_frame(run, item)].setting
    return parameters(run, setting).limits.get(name)


def _frame(run: Run, item: Task | Timer) -> int:
    return item.frame if isinstance(item, Timer) else run.tokens[item.id].frame
