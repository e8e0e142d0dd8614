"""Counting after a fault: what was lost, what was done twice, and what is left over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, func, select
from tests.faults import office
from tests.faults.sizes import SIZES

from caseflow.engine import CaseFilter, Engine, Work
from caseflow.errors import CaseflowError
from caseflow.kernel import CaseId, CaseState, JobCompleted, TimerFired
from caseflow.model import ProcessId
from caseflow.store.tables import (
    CANDIDATES,
    DELIVERIES,
    INCIDENTS,
    JOBS,
    MESSAGES,
    SUBSCRIPTIONS,
    TASKS,
    TIMERS,
)

WAITING = (TASKS, CANDIDATES, TIMERS, JOBS, SUBSCRIPTIONS, INCIDENTS, MESSAGES, DELIVERIES)
"""Where no row is left when all cases are over."""

PAGE = 500
TIMER = "timer "


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How many cases of a process there should be, and what each has been through."""

    cases: int
    jobs: int
    timers: int = 0


CASES = SIZES.transitions // office.STEPS
COUNTING = Expected(cases=CASES, jobs=office.STEPS, timers=1)
"""What most tests let happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What is in the database when all is over."""

    transitions: int
    lost: int
    doubled: int
    left: int
    again: int
    problems: Sequence[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.left or self.problems)


def count(
    engine: Engine, url: str, folder: Path, expected: Mapping[str, Expected] | None = None
) -> Count:
    """Count what all cases have been through, and compare it with what was ``expected``."""
    shapes = expected or {"count": COUNTING}
    happened: Counter[str] = Counter()
    problems: list[str] = []
    lost = doubled = 0
    with engine.read() as work:
        for name, shape in shapes.items():
            cases = all_cases(work, name)
            steps = Counter(step for case in cases for step in steps_of(work, case))
            happened.update(steps)
            missing = shape.cases * (shape.jobs + shape.timers) - len(steps)
            lost += max(missing, 0)
            doubled += steps.total() - len(steps) + max(-missing, 0)
            for case in cases:
                problems.extend(problems_of(work, case, total=shape.jobs))
    calls = Counter(key for key, _ in office.ledger(folder))
    jobs = {step for step in happened if not step.startswith(TIMER)}
    problems.extend(f"{key} was applied, but never done" for key in jobs - calls.keys())
    problems.extend(f"{key} was done, but never applied" for key in calls.keys() - jobs)
    return Count(
        transitions=sum(one.cases * (one.jobs + one.timers) for one in shapes.values()),
        lost=lost,
        doubled=doubled,
        left=left_over(url),
        again=calls.total() - len(calls),
        problems=problems,
    )


def steps_of(work: Work, case: CaseId) -> Iterator[str]:
    """Yield the idempotency key of each job that was applied, and a name for each timer."""
    for entry in work.history(case):
        match entry.event:
            case JobCompleted(element=element, job=job):
                yield f"{case}:{element}:{job}"
            case TimerFired(element=element, due_at=due_at):
                yield f"{TIMER}{case}:{element}:{due_at}"
            case _:
                pass


def problems_of(work: Work, case: CaseId, *, total: int | None = None) -> list[str]:
    """Return what is wrong with a case: its hashes, its replay, its end, its total."""
    problems = []
    try:
        work.verify(case)
        work.records.replay(case)
    except CaseflowError as failure:
        problems.append(f"{case}: {failure}")
    view = work.case(case)
    if total is not None:
        if view.state is not CaseState.COMPLETED:
            problems.append(f"{case} is {view.state}")
        elif view.variables["total"] != total:
            problems.append(f"{case} counted {view.variables['total']}")
    return problems


def all_cases(work: Work, process: str | None = None) -> list[CaseId]:
    """Return the ids of all cases, or of those of a process."""
    wanted = CaseFilter(process=None if process is None else ProcessId(process))
    found: list[CaseId] = []
    after: str | None = None
    while True:
        page = work.cases(wanted, after=after, limit=PAGE)
        found.extend(row.id for row in page)
        after = page.next
        if after is None:
            return found


def open_cases(engine: Engine) -> int:
    """Return how many cases are open, at most a page; one where the database cannot be asked."""
    try:
        with engine.read() as work:
            return sum(
                len(work.cases(CaseFilter(state=state), limit=PAGE).items)
                for state in (CaseState.RUNNING, CaseState.SUSPENDED)
            )
    except CaseflowError:
        return 1


def left_over(url: str) -> int:
    """Return how many rows wait for something."""
    engine = create_engine(url)
    with engine.connect() as connection:
        left = sum(
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in WAITING
        )
    engine.dispose()
    return left


def start_cases(engine: Engine, keys: Iterable[str], *, process: str = "count") -> None:
    """Start cases, one transaction each."""
    for key in keys:

        def start(work: Work, key: str = key) -> None:
            work.start(process, business_key=key, variables={"total": 0})

        engine.run(start)
