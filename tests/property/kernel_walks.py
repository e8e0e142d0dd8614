"""Random walks through a case: work, faults, and commands that come twice, late or never."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.property.kernel_diagrams import CODES, NAMES, Choose
from tests.unit.kernel.laws import lawful
from tests.unit.kernel.playing import MONDAY

from caseflow.errors import CommandRefused
from caseflow.kernel import (
    AssignTask,
    CancelCase,
    Case,
    CaseId,
    CaseState,
    ClaimTask,
    Command,
    CompleteJob,
    CompleteTask,
    DeliverMessage,
    DeliverSignal,
    FailJob,
    FireTimer,
    Program,
    ResolveIncident,
    ResumeCase,
    SetVariables,
    StartCase,
    SubscriptionKind,
    SuspendCase,
    ThrowError,
    UnclaimTask,
    dump_case,
)
from caseflow.model import Value

PERSONS = ("li", "wu")
STALE = 60
"""Numbers up to this one are tried where nothing may stand."""


@dataclass(slots=True)
class Walk:
    """One case under way; ``taken`` are the commands that were not refused."""

    choose: Choose
    program: Program
    at: datetime = MONDAY
    case: Case | None = None
    taken: list[Command] = field(default_factory=list)
    refused: int = 0
    last: Command | None = None

    def begin(self) -> None:
        """Open the case."""
        self.try_it(
            StartCase(
                at=self.at,
                case=CaseId("c1"),
                process=self.program.key,
                business_key="k",
                variables={
                    "a": self.some(3),
                    "b": self.some(3),
                    "c": self.some(3),
                    "again": False,
                },
            )
        )

    def step(self) -> None:
        """Try one more command: mostly one that is wanted, now and then any."""
        match self.some(15):
            case 0:
                self.try_it(self._stale())
            case 1:
                self.try_it(self._life())
            case 2 if self.last is not None:
                self.try_it(replace(self.last, at=self.at))
            case 3:
                self.try_it(SetVariables(at=self.at, variables=self._variables()))
            case _:
                self.try_it(self._wanted())

    def try_it(self, command: Command) -> None:
        """Apply a command lawfully; one that is refused must have changed nothing."""
        self.last = command
        before = None if self.case is None else dump_case(self.case)
        try:
            self.case = lawful(self.program, self.case, command).case
        except CommandRefused:
            self.refused += 1
            assert self.case is None or dump_case(self.case) == before
        else:
            self.taken.append(command)

    def some(self, most: int) -> int:
        """A number from 0 to ``most``."""
        return self.choose(most)

    def pick(self, *options: str) -> str:
        return options[self.some(len(options) - 1)]

    def _variables(self) -> dict[str, Value]:
        """A few new values."""
        all_: dict[str, Value] = {
            "a": self.some(3),
            "b": self.some(3),
            "c": self.some(3),
            "again": bool(self.some(1)),
            "maybe": self.some(2),
            "when": "PT1H",
        }
        kept = self.some(63)
        return {name: all_[name] for place, name in enumerate(all_) if kept & (1 << place)}

    def _payload(self) -> Value:
        return [None, 5, {"a": 1}, {"b": 2, "again": True}][self.some(3)]

    def _wanted(self) -> Command:
        """A command that something in the case waits for, if anything does."""
        case = self.case
        if case is None or case.state is not CaseState.RUNNING:
            return ResumeCase(at=self.at)
        if case.incidents and self.some(2) == 0:
            return SetVariables(at=self.at, variables={"maybe": self.some(2), "again": False})
        waiting = (
            *((self._on_task, one) for one in case.tasks),
            *((self._on_job, one) for one in case.jobs),
            *((self._on_timer, one) for one in case.timers),
            *((self._on_subscription, one) for one in case.subscriptions),
            *((self._on_incident, one) for one in case.incidents),
        )
        if not waiting:
            return SetVariables(at=self.at, variables=self._variables())
        act, number = waiting[self.some(len(waiting) - 1)]
        return act(number)

    def _on_task(self, number: int) -> Command:
        match self.some(25):
            case 0:
                return ClaimTask(at=self.at, task=number, person=self.pick(*PERSONS))
            case 1:
                return AssignTask(at=self.at, task=number, person=self.pick(*PERSONS))
            case 2:
                return UnclaimTask(at=self.at, task=number)
            case 3:
                return self._error(number)
            case 4:
                return CompleteTask(at=self.at, task=number, person=self.pick(*PERSONS))
            case _:
                return CompleteTask(at=self.at, task=number, variables=self._variables())

    def _on_job(self, number: int) -> Command:
        match self.some(12):
            case 0:
                return FailJob(at=self.at, job=number, message="no answer")
            case 1:
                return self._error(number)
            case _:
                return CompleteJob(at=self.at, job=number, variables=self._variables())

    def _on_timer(self, number: int) -> Command:
        due = MONDAY if self.case is None else self.case.timers[number].due_at
        if self.some(4):
            self.at = max(self.at, due) + timedelta(hours=self.some(2))
        return FireTimer(at=self.at, timer=number)

    def _on_subscription(self, number: int) -> Command:
        one = None if self.case is None else self.case.subscriptions[number]
        if one is not None and one.kind is SubscriptionKind.SIGNAL:
            return DeliverSignal(at=self.at, name=one.name, payload=self._payload())
        return DeliverMessage(at=self.at, subscription=number, payload=self._payload())

    def _on_incident(self, number: int) -> Command:
        return ResolveIncident(at=self.at, incident=number)

    def _error(self, number: int) -> Command:
        return ThrowError(
            at=self.at, token=number, code=self.pick(*CODES), payload=self._payload()
        )

    def _life(self) -> Command:
        match self.some(9):
            case 0:
                return CancelCase(at=self.at, reason="enough")
            case 1 | 2:
                return SuspendCase(at=self.at, reason="audit")
            case _:
                return ResumeCase(at=self.at, reason="audited")

    def _stale(self) -> Command:
        """A command on a number that may mean nothing, or something else than is meant."""
        at, number = self.at, self.some(STALE)
        commands: tuple[Command, ...] = (
            CompleteTask(at=at, task=number),
            ClaimTask(at=at, task=number, person="li"),
            CompleteJob(at=at, job=number),
            FailJob(at=at, job=number, message="late"),
            FireTimer(at=at, timer=number),
            DeliverMessage(at=at, subscription=number),
            ResolveIncident(at=at, incident=number),
            ThrowError(at=at, token=number, code=self.pick(*CODES)),
            DeliverSignal(at=at, name=self.pick(*NAMES, "unheard")),
            StartCase(at=at, case=CaseId("c1"), process=self.program.key),
        )
        return commands[self.some(len(commands) - 1)]
