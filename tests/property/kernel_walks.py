"""Random walks through a case: work, faults, and commands that come twice, late or never."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import get_args

from tests.property.kernel_diagrams import CODES, NAMES, Choose
from tests.unit.kernel.laws import lawful
from tests.unit.kernel.playing import MONDAY

from caseflow.errors import CommandRefused
from caseflow.kernel import (
    AssignTask,
    BindCalls,
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
    FindNewest,
    FireTimer,
    ProcessKey,
    Program,
    ResolveIncident,
    ResumeCase,
    SetVariables,
    StartCase,
    SubscriptionKind,
    SuspendCase,
    ThrowError,
    UnclaimTask,
    advance,
    dump_case,
    starting_triggers,
)
from caseflow.model import ElementId, MessageTrigger, ProcessId, SignalTrigger, Value

PERSONS = ("li", "wu")
STALE = 60
"""Numbers up to this one are tried where nothing may stand."""


@dataclass(slots=True)
class Walk:
    """One case under way; ``taken`` are the commands that were not refused.

    The laws are checked on every step, or on one of so many where ``checked`` says so.
    """

    choose: Choose
    program: Program
    checked: int = 1
    at: datetime = MONDAY
    case: Case | None = None
    taken: list[Command] = field(default_factory=list)
    refused: int = 0
    last: Command | None = None
    late: set[ProcessId] = field(default_factory=set)

    @property
    def steps(self) -> int:
        """How many commands were tried."""
        return len(self.taken) + self.refused

    def begin(self) -> None:
        """Open the case: where nobody says where, or at any of its start events."""
        start, trigger, payload = None, "", None
        opening = list(self.program.starts.values())
        if opening and not (self.program.graph.entries and self.some(2)):
            vertex = opening[self.some(len(opening) - 1)]
            start = vertex.id
            sent = [
                one.name
                for one in starting_triggers(vertex.node)
                if isinstance(one, MessageTrigger | SignalTrigger)
            ]
            if sent:
                trigger, payload = self.pick(*sent), self._payload()
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
                start=start,
                trigger=trigger,
                payload=payload,
            )
        )

    def step(self) -> None:
        """Try one more command: mostly one that is wanted, now and then any."""
        if self.late and self.some(3):
            newest = tuple(self._version(one) for one in sorted(self.late))
            self.late.clear()
            self.try_it(BindCalls(at=self.at, newest=newest))
            return
        match self.some(15):
            case 0:
                self.try_it(self._stale())
            case 1:
                self.try_it(self._life())
            case 2 if self.last is not None:
                self.try_it(replace(self.last, at=self.at))
            case 3:
                self.try_it(SetVariables(at=self.at, variables=self._variables()))
            case 4:
                self.try_it(any_command(self.choose, self.program.key, at=self.at))
            case _:
                self.try_it(self._wanted())

    def try_it(self, command: Command) -> None:
        """Apply a command lawfully; one that is refused must have changed nothing."""
        self.last = command
        is_checked = self.steps % self.checked == 0
        before = None if self.case is None or not is_checked else dump_case(self.case)
        by = lawful if is_checked else advance
        try:
            outcome = by(self.program, self.case, command)
        except CommandRefused:
            self.refused += 1
            assert before is None or self.case is None or dump_case(self.case) == before
        else:
            self.case = outcome.case
            self.taken.append(command)
            self.late |= {one.process for one in outcome.effects if isinstance(one, FindNewest)}

    def _version(self, process: ProcessId) -> ProcessKey:
        """Any version of a process that is at hand."""
        known = sorted(key.version for key in self.program.library if key.id == process)
        return ProcessKey(id=process, version=known[self.some(len(known) - 1)])

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
        match self.some(29):
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


def any_command(choose: Choose, process: ProcessKey, *, at: datetime) -> Command:
    """A command of any kind there is, with any numbers and names in it."""
    texts = ("", "li", "wu", "E1", "m1", "a", "c1")
    some: Mapping[str, Callable[[], object]] = {
        "int": lambda: choose(STALE),
        "bool": lambda: bool(choose(1)),
        "str": lambda: texts[choose(len(texts) - 1)],
        "CaseId": lambda: CaseId("c1"),
        "ElementId": lambda: ElementId("start"),
        "ProcessKey": lambda: process,
        "datetime": lambda: at + timedelta(hours=choose(2)),
        "Value": lambda: choose(3),
        "Values": lambda: {"a": choose(3)},
        "tuple[str, ...]": lambda: ("a", "li")[: choose(2)],
        "tuple[ProcessKey, ...]": lambda: (process,),
    }
    kinds = [
        kind
        for kind in get_args(Command)
        if _needed(kind) <= some.keys() and (kind is not CancelCase or choose(20) == 0)
    ]
    kind = kinds[choose(len(kinds) - 1)]
    given = {
        one.name: some[str(one.type).removesuffix(" | None")]()
        for one in fields(kind)
        if str(one.type).removesuffix(" | None") in some and (_is_needed(one) or choose(1))
    }
    command: Command = kind(**given)
    return replace(command, at=at)


def _needed(kind: type[Command]) -> set[str]:
    """The types of the fields that a command cannot do without."""
    return {str(one.type) for one in fields(kind) if _is_needed(one)}


def _is_needed(one: Field[object]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING
