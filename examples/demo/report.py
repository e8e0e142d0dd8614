"""What the demo counts: where the cases ended, which limits were kept, who waited longest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from caseflow import Engine, Work
from caseflow.engine import CaseRow, Entry
from caseflow.kernel import (
    IncidentRaised,
    MessageSent,
    ScopeEntered,
    ScopeLeft,
    TaskCompleted,
    TaskOpened,
    TimerFired,
)
from caseflow.model import (
    AdHocSubProcess,
    CallActivity,
    ElementId,
    ProcessId,
    Scope,
    SubProcess,
    Transaction,
)

TIER_OF = {
    "assign_by_parent": "county 县",
    "designate_unit": "county 县",
    "follow_instruction": "county 县",
    "decide_upward": "county 县",
    "reply_to_order": "supervision 督查",
    "assign_signer": "county 县",
    "rule_objection": "county 县",
    "designate_departments": "county 县",
    "confer_at_county": "county 县",
    "coordinate_at_county": "county 县",
    "register_major_matter": "county 县",
    "review_case": "county 县",
    "supervise": "county 县",
}
"""Tasks that a matter reaches only by going up, and the tier that then acts."""

UPWARD = {
    "upper_support_requested": "city and above 市及以上",
    "investigation_handed_over": "city and above 市及以上",
    "major_matter_reported": "county 县",
    "supervision_requested": "supervision 督查",
    "department_head_notified": "department head 部门负责人",
    "conference_requested": "joint conference 联席会议",
}
"""Messages that go up, and to whom."""


Calls: TypeAlias = dict[tuple[ProcessId, ElementId], ProcessId]
"""The process that is called, by the process and the element that call it."""


@dataclass(slots=True)
class Limits:
    """How often one limit was kept."""

    on_time: int = 0
    late: int = 0
    open_late: int = 0
    ran_out: int = 0


@dataclass(slots=True)
class Wait:
    """How long a task waited for a person."""

    span: timedelta
    number: str
    process: str
    element: str


@dataclass(slots=True)
class Course:
    """How one process went: as cases of its own, or called by others."""

    opened: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    on_time: int = 0
    late: int = 0
    longest: timedelta = timedelta()


@dataclass(slots=True)
class Figures:
    """All that is counted over the histories."""

    courses: dict[str, Course] = field(default_factory=dict)
    ends: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    limits: dict[str, Limits] = field(default_factory=dict)
    escalations: Counter[str] = field(default_factory=Counter)
    waits: list[Wait] = field(default_factory=list)
    incidents: int = 0
    events: int = 0


def count(engine: Engine, *, at: datetime) -> Figures:
    """Read the history of every case."""
    figures = Figures()
    with engine.read() as work:
        figures.courses = {process.id: Course() for process in work.processes()}
        calls = _calls(work)
        for case in cases_of(work):
            outcome = (case.outcome or "—") if case.ended_at is not None else "open 在办"
            figures.ends[case.process, case.state, outcome] += 1
            course = figures.courses[case.process]
            course.opened += 1
            if case.ended_at is not None:
                course.ends[case.outcome or case.state] += 1
            reader = _Reader(figures, case, calls)
            for entry in work.history(case.id):
                reader.read(entry)
            reader.close(at)
    return figures


class _Reader:
    """Reads the history of one case into the figures."""

    def __init__(self, figures: Figures, case: CaseRow, calls: Calls) -> None:
        self._figures = figures
        self._calls = calls
        self._case = case
        self._open: dict[int, tuple[datetime, TaskOpened]] = {}

    def read(self, entry: Entry) -> None:
        """Count one fact."""
        figures = self._figures
        figures.events += 1
        match entry.event:
            case TaskOpened() as opened:
                self._open[opened.task] = (entry.at, opened)
                if opened.element in TIER_OF:
                    figures.escalations[TIER_OF[opened.element]] += 1
            case TaskCompleted() as done:
                self._done(entry.at, done)
            case TimerFired(limit=str() as limit):
                self._limit(limit).ran_out += 1
            case MessageSent(name=name) if name in UPWARD:
                figures.escalations[UPWARD[name]] += 1
            case ScopeEntered() | ScopeLeft():
                self._call(entry.event)
            case IncidentRaised():
                figures.incidents += 1
            case _:
                pass

    def _call(self, event: ScopeEntered | ScopeLeft) -> None:
        """Count a process that another one called."""
        called = self._calls.get((event.process, event.element))
        if called is None:
            return
        course = self._figures.courses[called]
        match event:
            case ScopeEntered():
                course.opened += 1
            case ScopeLeft(outcome=outcome):
                course.ends[outcome or "done"] += 1

    def close(self, at: datetime) -> None:
        """Count what is still open and too late, now that all facts are read."""
        if self._case.ended_at is not None:
            return
        for _, task in self._open.values():
            if task.limit is not None and task.due_at is not None and task.due_at < at:
                self._limit(task.limit).open_late += 1

    def _done(self, at: datetime, done: TaskCompleted) -> None:
        since, _ = self._open.pop(done.task)
        course = self._figures.courses[done.process]
        course.longest = max(course.longest, at - since)
        self._figures.waits.append(
            Wait(at - since, self._case.business_key, done.process, done.element)
        )
        if done.limit is not None:
            kept = self._limit(done.limit)
            kept.late += done.is_late
            kept.on_time += not done.is_late
            course.late += done.is_late
            course.on_time += not done.is_late

    def _limit(self, name: str) -> Limits:
        return self._figures.limits.setdefault(name, Limits())


def cases_of(work: Work) -> Iterator[CaseRow]:
    """Yield every case, in the order in which they were opened."""
    after: str | None = None
    while True:
        page = work.cases(after=after)
        yield from page
        after = page.next
        if after is None:
            return


def _calls(work: Work) -> Calls:
    """Return which process each call activity of the library calls."""
    return {
        (process.id, element): called
        for view in work.processes()
        for process in work.diagram(view.id, view.version).processes
        for element, called in _called(process.scope)
    }


def _called(scope: Scope) -> Iterator[tuple[ElementId, ProcessId]]:
    for node in scope.nodes.values():
        match node.behaviour:
            case CallActivity(called=called):
                yield node.id, called
            case SubProcess() | Transaction() | AdHocSubProcess():
                yield from _called(node.behaviour.scope)
            case _:
                pass
