"""Deadlines of cases: when they are due and why, pausing, extending, counting them again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from caseflow.engine.cases import Cases
from caseflow.engine.ids import case_id
from caseflow.engine.views import CaseView, TaskView, view_case
from caseflow.errors import CommandRefused, TaskNotOpen
from caseflow.kernel import (
    AskExtension,
    Case,
    CaseId,
    Command,
    Counted,
    DecideExtension,
    PauseDeadlines,
    RecountDeadlines,
    ResumeDeadlines,
    Task,
    counted_deadlines,
)
from caseflow.model import ElementId, ProcessId
from caseflow.worktime import Due

_Make: TypeAlias = Callable[[datetime, str], Command]
_TASK = re.compile(r"(.+):([0-9]{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineView:
    """One deadline of a case that comes from a named limit.

    Attributes:
        number: of the task or timer that has it.
        is_task: whether it is a task's; otherwise it is that of an event.
        due_at: when it is due, in UTC; None while it stands still.
        paused_at: since when it stands still.
        light: the step of the task's ladder of warnings that it has come to.
        asked: the limit by which somebody asks to extend it.
        due: how it is counted: ``str(due)`` tells every step in words. Of a deadline that
            stands still, when it would have been due.
    """

    case: CaseId
    number: int
    process: ProcessId
    element: ElementId
    is_task: bool
    limit: str
    due_at: datetime | None
    paused_at: datetime | None
    light: str
    asked: str | None
    due: Due


class Deadlines:
    """What people do about the deadlines of cases."""

    def __init__(self, cases: Cases) -> None:
        """Work on cases within a transaction that somebody else ends."""
        self._cases = cases

    def of(self, case: str | CaseView) -> tuple[DeadlineView, ...]:
        """Return the deadlines of a case that come from limits, the earliest first.

        Raises UnknownCase.
        """
        found = self._cases.stores.cases.load(case_id(case))
        program = self._cases.program(found.process)
        return tuple(_view(found, one) for one in counted_deadlines(program, found))

    def pause(
        self, case: str | CaseView, *, reason: str, elements: Iterable[str] = ()
    ) -> CaseView:
        """Let deadlines stand still that are running: nothing is due, no timer fires.

        Args:
            case: whose deadlines.
            reason: why, such as an appraisal or a legal procedure.
            elements: only those of these elements; all of them, where nothing is said.

        Raises:
            CommandRefused: no reason is given, or none of them is running.
        """
        chosen = tuple(ElementId(one) for one in elements)
        return self._change(
            case,
            lambda at, actor: PauseDeadlines(
                at=at, actor=actor, reason=_reason(reason), elements=chosen
            ),
        )

    def resume(
        self, case: str | CaseView, *, reason: str = "", elements: Iterable[str] = ()
    ) -> CaseView:
        """Let deadlines run on that stand still: what was left is left from now on.

        Raises:
            CommandRefused: none of them stands still.
        """
        chosen = tuple(ElementId(one) for one in elements)
        return self._change(
            case,
            lambda at, actor: ResumeDeadlines(at=at, actor=actor, reason=reason, elements=chosen),
        )

    def ask_extension(self, task: str | TaskView, *, by: str, reason: str) -> CaseView:
        """Ask that the deadline of a task be extended by a limit of its parameter set.

        Raises:
            TaskNotOpen: the task is done.
            CommandRefused: its due time comes from no limit, there is no such limit, no
                reason is given, or somebody has asked already.
        """
        case, number = _task(task)
        return self._change(
            case,
            lambda at, actor: AskExtension(
                at=at, actor=actor, task=number, by=by, reason=_reason(reason)
            ),
        )

    def approve_extension(self, task: str | TaskView, *, reason: str = "") -> CaseView:
        """Extend the deadline of a task, and of the timers on it that run for the same limit.

        Raises:
            TaskNotOpen: the task is done.
            CommandRefused: nobody asked, or the actor did.
        """
        return self._decide(task, approved=True, reason=reason)

    def refuse_extension(self, task: str | TaskView, *, reason: str) -> CaseView:
        """Leave the deadline of a task as it is. Raises as `approve_extension`."""
        return self._decide(task, approved=False, reason=_reason(reason))

    def recount(self, case: str | CaseView, *, reason: str) -> CaseView:
        """Count all deadlines of a case again on the calendar as it is now, on record.

        For the year's notice of holidays, and for new office hours of a unit.
        """
        return self._change(
            case,
            lambda at, actor: RecountDeadlines(at=at, actor=actor, reason=_reason(reason)),
        )

    def is_to_recount(self, case: str | CaseView) -> bool:
        """Tell whether a deadline of a case would be another if it were counted now."""
        return any(one.due_at is not None and one.due_at != one.due.at for one in self.of(case))

    def _decide(self, task: str | TaskView, *, approved: bool, reason: str) -> CaseView:
        case, number = _task(task)
        return self._change(
            case,
            lambda at, actor: DecideExtension(
                at=at, actor=actor, task=number, approved=approved, reason=reason
            ),
        )

    def _change(self, case: str | CaseView, make: _Make) -> CaseView:
        actor = self._cases.actor
        return view_case(self._cases.change(case_id(case), lambda at: make(at, actor)))


def _view(case: Case, counted: Counted) -> DeadlineView:
    item = counted.item
    is_still = item.count is not None and item.count.paused_at is not None
    task = item if isinstance(item, Task) else None
    return DeadlineView(
        case=case.id,
        number=item.id,
        process=item.process,
        element=item.element,
        is_task=task is not None,
        limit=item.limit or "",
        due_at=None if is_still else item.due_at,
        paused_at=None if item.count is None else item.count.paused_at,
        light="" if task is None else task.light,
        asked=None if task is None or task.asked is None else task.asked.by,
        due=counted.due,
    )


def _task(task: str | TaskView) -> tuple[CaseId, int]:
    name = task if isinstance(task, str) else task.id
    parts = _TASK.fullmatch(name)
    if parts is None:
        raise TaskNotOpen(name)
    return case_id(parts[1]), int(parts[2])


def _reason(reason: str) -> str:
    if not reason.strip():
        raise CommandRefused("a reason is needed: it stands in the history")
    return reason
