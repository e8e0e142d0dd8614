"""A whole engine for a test: in memory, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from caseflow.engine import CaseFilter, CaseView, Deployed, Engine, Entry, TaskView
from caseflow.kernel import (
    CaseState,
    Function,
    Interpreter,
    PathTaken,
    TaskOpened,
)
from caseflow.model import CalendarKind, Limit, ProcessId, Value
from caseflow.testing.clock import FakeClock
from caseflow.worktime import CHINA, Calendar, due

BEGINNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""When a test begins unless it says otherwise: a Monday, 9:00 in China."""

PAGE = 1_000
"""Cases and open tasks that are read at a time."""

MAX_STEPS = 100_000
"""Messages, signals and timers of one moment after which a test gives up."""


class Caseflow:
    """Deploys, starts, moves time, and looks at where a case waits.

    After every command the messages and signals on their way are delivered, so that a
    test sees what the outside would see a moment later.
    """

    def __init__(
        self,
        *,
        now: datetime = BEGINNING,
        calendar: Calendar = CHINA,
        functions: Mapping[str, Function] | None = None,
        interpreter: Interpreter | Literal["spiffworkflow"] | None = None,
        target: str = "sqlite://",
    ) -> None:
        """Make an engine on ``target``, by default a database in memory."""
        self.clock = FakeClock(now)
        self._calendar = calendar
        self.engine = Engine(
            target,
            clock=self.clock,
            calendar=calendar,
            functions=functions,
            interpreter=interpreter,
        )

    def close(self) -> None:
        """Close the engine."""
        self.engine.close()

    def deploy(self, source: str | Path | Mapping[str, bytes]) -> tuple[Deployed, ...]:
        """Deploy a folder, a diagram, or the content of files. Raises DiagramRefused."""
        return self.engine.deploy(source, actor="test")

    def start(  # noqa: PLR0913 - each is a fact about the new case, and goes by its name
        self,
        process: str,
        *,
        business_key: str = "",
        unit: str = "",
        tier: str = "",
        parameters: str = "",
        element: str | None = None,
        **variables: object,
    ) -> RunningCase:
        """Open a case; keywords that are not listed are its variables."""
        with self.engine.begin(actor="test") as work:
            case = work.start(
                process,
                business_key=business_key,
                unit=unit,
                tier=tier,
                parameters=parameters,
                element=element,
                variables=variables,
            )
        self.run_due()
        return RunningCase(self, case.id)

    def cases(self, process: str | None = None) -> list[RunningCase]:
        """Return all cases, or those of one process, in the order of their start."""
        wanted = CaseFilter(process=None if process is None else ProcessId(process))
        found: list[RunningCase] = []
        after: str | None = None
        with self.engine.read() as work:
            while True:
                page = work.cases(wanted, after=after, limit=PAGE)
                found.extend(RunningCase(self, row.id) for row in page)
                if page.next is None:
                    return found
                after = page.next

    def send(self, name: str, *, key: str = "", payload: object = None) -> RunningCase:
        """Send a message, and return the case that took it. Raises NothingWaits."""
        with self.engine.begin(actor="test") as work:
            case = work.send(name, key=key, payload=payload)
        self.run_due()
        return RunningCase(self, case.id)

    def broadcast(self, name: str, *, payload: object = None) -> None:
        """Throw a signal to all cases."""
        with self.engine.begin(actor="test") as work:
            work.broadcast(name, payload=payload)
        self.run_due()

    def advance(
        self,
        *,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
        working_days: int = 0,
    ) -> None:
        """Move time on, firing every timer on the way at its own moment.

        Working days come first: the clock goes to the end of that working day, counted
        in the calendar as a limit of that many working days would be.
        """
        if working_days:
            limit = Limit(name="advance", kind=CalendarKind.WD, amount=working_days)
            self.advance_to(due(limit, self.clock.now(), self._calendar).at)
        self.advance_to(
            self.clock.now() + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        )

    def advance_to(self, moment: datetime) -> None:
        """Move time to a moment, firing every timer on the way at its own moment."""
        while (following := self.engine.next_due()) is not None and following <= moment:
            self.clock.move_to(max(following, self.clock.now()))
            self.run_due()
        self.clock.move_to(moment)
        self.run_due()

    def run_due(self) -> None:
        """Deliver what is on its way and fire what is due, until all is at rest.

        Raises:
            AssertionError: it never comes to rest, because cases keep waking each other.
        """
        if self.engine.run_due(limit=MAX_STEPS).total == MAX_STEPS:
            raise AssertionError(
                f"after {MAX_STEPS} messages, signals and timers at {self.clock.now().isoformat()}"
                " there are still more: do cases wake each other without end?"
            )


class RunningCase:
    """One case, as a test sees it: it always shows the present state."""

    def __init__(self, caseflow: Caseflow, case: str) -> None:
        """Look at a case by its id."""
        self._caseflow = caseflow
        self.id = case

    @property
    def view(self) -> CaseView:
        """The case as it stands."""
        with self._caseflow.engine.read() as work:
            return work.case(self.id)

    @property
    def waiting_at(self) -> set[str]:
        """The elements at which it waits."""
        return set(self.view.waiting_at)

    @property
    def state(self) -> CaseState:
        """Whether it goes on, and if not, how it ended."""
        return self.view.state

    @property
    def outcome(self) -> str:
        """The end state it reached, or nothing yet."""
        return self.view.outcome

    @property
    def variables(self) -> Mapping[str, Value]:
        """Its case file."""
        return self.view.variables

    @property
    def history(self) -> tuple[Entry, ...]:
        """All facts about it."""
        with self._caseflow.engine.read() as work:
            return work.history(self.id)

    @property
    def path(self) -> list[str]:
        """The sequence flows it took, in order."""
        return [
            flow
            for entry in self.history
            if isinstance(entry.event, PathTaken)
            for flow in entry.event.flows
        ]

    @property
    def opened(self) -> list[str]:
        """The elements whose tasks were opened, in order."""
        return [
            entry.event.element for entry in self.history if isinstance(entry.event, TaskOpened)
        ]

    def tasks(self, element: str | None = None) -> tuple[TaskView, ...]:
        """Return its open tasks, or those of one element, those due first in front."""
        with self._caseflow.engine.read() as work:
            page = work.tasks(case=self.id, limit=PAGE)
        return tuple(task for task in page if element is None or task.element == element)

    def task(self, element: str) -> TaskView:
        """Return the open task of an element; of several, the one due first.

        Raises AssertionError where there is none, saying where the case waits instead.
        """
        tasks = self.tasks(element)
        if not tasks:
            places = ", ".join(sorted(self.waiting_at)) or "nowhere"
            raise AssertionError(
                f"case {self.id} has no open task {element!r}: it is {self.state} and waits at "
                f"{places}"
            )
        return tasks[0]

    def complete(self, element: str, **variables: object) -> RunningCase:
        """Complete the task of an element; keywords are what came of it."""
        task = self.task(element)
        with self._caseflow.engine.begin(actor=task.assignee or "test") as work:
            work.complete(task, variables)
        self._caseflow.run_due()
        return self

    def set(self, **variables: object) -> RunningCase:
        """Change the case file."""
        with self._caseflow.engine.begin(actor="test") as work:
            work.set_variables(self.id, variables)
        self._caseflow.run_due()
        return self

    def cancel(self, reason: str) -> RunningCase:
        """End the case now."""
        with self._caseflow.engine.begin(actor="test") as work:
            work.cancel(self.id, reason=reason)
        return self
