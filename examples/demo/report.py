"""What the demo prints: where the cases ended, which limits were kept, who waited longest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rich.console import Console
from rich.table import Table

from caseflow import Engine, Work
from caseflow.engine import CaseRow, Entry
from caseflow.kernel import (
    IncidentRaised,
    MessageSent,
    TaskCompleted,
    TaskOpened,
    TimerFired,
)

TIER_OF = {
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
}
"""Messages that go up, and to whom."""

LONGEST = 8


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
class Figures:
    """All that is counted over the histories."""

    ends: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    limits: dict[str, Limits] = field(default_factory=dict)
    escalations: Counter[str] = field(default_factory=Counter)
    waits: list[Wait] = field(default_factory=list)
    incidents: int = 0
    events: int = 0


def count(engine: Engine, *, at: datetime) -> Figures:
    """Read the history of every case."""
    figures = Figures()
    with engine.begin() as work:
        for case in _cases(work):
            outcome = (case.outcome or "—") if case.ended_at is not None else "open 在办"
            figures.ends[case.process, case.state, outcome] += 1
            reader = _Reader(figures, case)
            for entry in work.history(case.id):
                reader.read(entry)
            reader.close(at)
    return figures


class _Reader:
    """Reads the history of one case into the figures."""

    def __init__(self, figures: Figures, case: CaseRow) -> None:
        self._figures = figures
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
            case IncidentRaised():
                figures.incidents += 1
            case _:
                pass

    def close(self, at: datetime) -> None:
        """Count what is still open and too late, now that all facts are read."""
        if self._case.ended_at is not None:
            return
        for _, task in self._open.values():
            if task.limit is not None and task.due_at is not None and task.due_at < at:
                self._limit(task.limit).open_late += 1

    def _done(self, at: datetime, done: TaskCompleted) -> None:
        since, _ = self._open.pop(done.task)
        self._figures.waits.append(
            Wait(at - since, self._case.business_key, done.process, done.element)
        )
        if done.limit is not None:
            kept = self._limit(done.limit)
            kept.late += done.is_late
            kept.on_time += not done.is_late

    def _limit(self, name: str) -> Limits:
        return self._figures.limits.setdefault(name, Limits())


def _cases(work: Work) -> Iterator[CaseRow]:
    after: str | None = None
    while True:
        page = work.cases(after=after)
        yield from page
        after = page.next
        if after is None:
            return


def show(figures: Figures, console: Console) -> None:
    """Print the four tables."""
    ends = Table(title="Cases by process and end state 各流程办结情况")
    for name in ("process 流程", "state 状态", "end state 结果", "cases 件"):
        ends.add_column(name, justify="right" if name == "cases 件" else "left")
    for (process, state, outcome), number in sorted(figures.ends.items()):
        ends.add_row(process, state, outcome, str(number))
    console.print(ends)

    limits = Table(title="Limits 时限")
    limits.add_column("limit 时限", no_wrap=True)
    for name in ("on time 按期", "late 逾期", "late, open 逾期未结", "timer ran out 计时届满"):
        limits.add_column(name, justify="right")
    for name, kept in sorted(figures.limits.items()):
        limits.add_row(
            name, str(kept.on_time), str(kept.late), str(kept.open_late), str(kept.ran_out)
        )
    console.print(limits)

    tiers = Table(title="Escalations by tier 提级与督办")
    tiers.add_column("tier 层级")
    tiers.add_column("times 次", justify="right")
    for tier, number in figures.escalations.most_common():
        tiers.add_row(tier, str(number))
    console.print(tiers)

    waits = Table(title="Longest waits 最长等待")
    for name in ("days 天", "matter 事项", "process 流程", "task 任务"):
        waits.add_column(name, justify="right" if name == "days 天" else "left")
    for wait in sorted(figures.waits, key=lambda one: (-one.span, one.number))[:LONGEST]:
        days = wait.span / timedelta(days=1)
        waits.add_row(f"{days:.1f}", wait.number, wait.process, wait.element)
    console.print(waits)
