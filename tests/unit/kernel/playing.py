"""Plays a case through the kernel: work done, messages sent, time moved, laws kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from tests.unit.kernel.laws import lawful

from caseflow.kernel import (
    AssignTask,
    CancelCase,
    Case,
    CaseId,
    ClaimTask,
    Command,
    CompleteJob,
    CompleteTask,
    DeliverMessage,
    DeliverSignal,
    Event,
    FailJob,
    FireTimer,
    Outcome,
    Program,
    ResolveIncident,
    ResumeCase,
    Setting,
    SetVariables,
    StartCase,
    SubscriptionKind,
    SuspendCase,
    Task,
    ThrowError,
    compile_process,
)
from caseflow.model import ElementId, ParameterSet, Process, ProcessId, Value

Advance: TypeAlias = Callable[[Program, Case | None, Command], Outcome]

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""When a case is opened: a Monday, 9:00 in China."""


def compiled(
    process: Process,
    *,
    calls: Iterable[Program] = (),
    parameters: Mapping[str, ParameterSet] | None = None,
) -> Program:
    """The program of a process that calls these."""
    called: dict[ProcessId, Program] = {one.key.id: one for one in calls}
    return compile_process(process, setting=Setting(called=called, parameters=parameters or {}))


@dataclass(slots=True)
class Played:
    """A case in play. Elements go by their ids, and the clock stands until it is moved."""

    program: Program
    case: Case
    at: datetime
    last: Outcome
    history: list[Event] = field(default_factory=list)
    by: Advance = lawful

    # Commands

    def apply(self, command: Command) -> Played:
        """Apply any command."""
        self.last = self.by(self.program, self.case, command)
        self.case = self.last.case
        self.history.extend(self.last.events)
        return self

    def claim(self, element: str, person: str) -> Played:
        return self.apply(ClaimTask(at=self.at, task=self.task(element).id, person=person))

    def assign(self, element: str, person: str) -> Played:
        return self.apply(AssignTask(at=self.at, task=self.task(element).id, person=person))

    def do(self, element: str, **variables: Value) -> Played:
        """Complete the oldest open task of an element."""
        number = self.task(element).id
        return self.apply(CompleteTask(at=self.at, task=number, variables=variables))

    def finish(self, element: str, result: Value = None, **variables: Value) -> Played:
        """Complete the oldest job of an element."""
        number = self._oldest(self.case.jobs, element)
        return self.apply(CompleteJob(at=self.at, job=number, variables=variables, result=result))

    def fail(self, element: str, message: str = "no answer") -> Played:
        number = self._oldest(self.case.jobs, element)
        return self.apply(FailJob(at=self.at, job=number, message=message))

    def raise_error(self, element: str, code: str, payload: Value = None) -> Played:
        """End the oldest task or job of an element with an error."""
        number = self._oldest({**self.case.tasks, **self.case.jobs}, element)
        return self.apply(ThrowError(at=self.at, token=number, code=code, payload=payload))

    def send(self, name: str, payload: Value = None) -> Played:
        """Deliver a message to the oldest subscription of its name."""
        number = next(
            one.id
            for one in self.case.subscriptions.values()
            if one.kind is SubscriptionKind.MESSAGE and one.name == name
        )
        return self.apply(DeliverMessage(at=self.at, subscription=number, payload=payload))

    def signal(self, name: str, payload: Value = None) -> Played:
        return self.apply(DeliverSignal(at=self.at, name=name, payload=payload))

    def set(self, **variables: Value) -> Played:
        return self.apply(SetVariables(at=self.at, variables=variables))

    def resolve(self, element: str, *, tries: int = 1) -> Played:
        number = self._oldest(self.case.incidents, element)
        return self.apply(ResolveIncident(at=self.at, incident=number, tries=tries))

    def suspend(self) -> Played:
        return self.apply(SuspendCase(at=self.at, reason="audit"))

    def resume(self) -> Played:
        return self.apply(ResumeCase(at=self.at, reason="audited"))

    def cancel(self) -> Played:
        return self.apply(CancelCase(at=self.at, reason="withdrawn"))

    def fire(self, element: str) -> Played:
        """Fire the oldest timer of an element, which must be due."""
        return self.apply(FireTimer(at=self.at, timer=self._oldest(self.case.timers, element)))

    def later(self, **span: float) -> Played:
        """Move the clock, then fire what is due by then, the earliest first."""
        self.at += timedelta(**span)
        while due := [one for one in self.case.timers.values() if one.due_at <= self.at]:
            first = min(due, key=lambda one: (one.due_at, one.id))
            self.apply(FireTimer(at=self.at, timer=first.id))
        return self

    # What can be seen

    def task(self, element: str) -> Task:
        """The oldest open task of an element."""
        return self.case.tasks[self._oldest(self.case.tasks, element)]

    @property
    def tasks(self) -> list[str]:
        """The elements with open tasks, the oldest first."""
        return [one.element for one in self.case.tasks.values()]

    @property
    def jobs(self) -> list[str]:
        return [one.element for one in self.case.jobs.values()]

    @property
    def timers(self) -> list[str]:
        return [one.element for one in self.case.timers.values()]

    @property
    def awaited(self) -> list[str]:
        """The elements that wait for a message or signal."""
        return [one.element for one in self.case.subscriptions.values()]

    @property
    def stuck(self) -> list[str]:
        """The elements with incidents."""
        return [one.element for one in self.case.incidents.values()]

    @property
    def state(self) -> str:
        return self.case.state.value

    @property
    def variables(self) -> dict[str, Value]:
        return dict(self.case.variables)

    def facts(self, *kinds: type[Event]) -> list[Event]:
        """The events of these kinds in the whole history."""
        return [one for one in self.history if isinstance(one, kinds)]

    @staticmethod
    def _oldest(rows: Mapping[int, object], element: str) -> int:
        return next(
            number
            for number, row in rows.items()
            if getattr(row, "element") == element  # noqa: B009
        )


def play(  # noqa: PLR0913 - each is a fact about the new case, and goes by its name
    process: Process | Program,
    *,
    at: datetime = MONDAY,
    begin: str | None = None,
    payload: Value = None,
    parameters: str = "",
    key: str = "2026-0017",
    case_file: Mapping[str, Value] | None = None,
    by: Advance = lawful,
    **variables: Value,
) -> Played:
    """Open a case with these variables, by name of its start event where there is one."""
    program = process if isinstance(process, Program) else compiled(process)
    command = StartCase(
        at=at,
        case=CaseId("c1"),
        process=program.key,
        business_key=key,
        unit="village-3",
        tier="village",
        parameters=parameters,
        variables={**(case_file or {}), **variables},
        start=None if begin is None else ElementId(begin),
        payload=payload,
    )
    outcome = by(program, None, command)
    return Played(
        program=program,
        case=outcome.case,
        at=at,
        last=outcome,
        history=list(outcome.events),
        by=by,
    )
