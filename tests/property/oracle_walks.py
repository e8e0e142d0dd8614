"""One case walked through two interpreters at a time, and compared after every step."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

from caseflow.bpmn import read_diagram
from caseflow.kernel import (
    Case,
    CaseId,
    Command,
    CompleteJob,
    CompleteTask,
    DeliverMessage,
    DeliverSignal,
    Event,
    FireTimer,
    IncidentRaised,
    Interpreter,
    Outcome,
    PathTaken,
    Setting,
    StartCase,
    SubscriptionKind,
    TaskCompleted,
    TaskOpened,
    Timer,
)
from caseflow.kernel import JobCompleted as JobDone
from caseflow.kernel import JobStarted as JobOpened
from caseflow.model import FlowId, Value

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
COUNT = re.compile(rb"count_\d+")
MAX_MOVES = 40
"""After so many steps a walk is left: random loops may go round for long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What can be done to a case, without the numbers that interpreters give."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a case shows to the outside, and what its history tells of the last step."""

    state: str
    outcome: str
    variables: dict[str, Value]
    moves: Counter[Move]
    stuck_at: Counter[str]
    facts: Counter[str]
    flows: Counter[FlowId]


def moves_of(case: Case) -> Iterator[tuple[Move, int]]:
    """Yield everything that can be done to a case, with its number."""
    for task in case.tasks.values():
        yield Move(kind="task", name=task.element), task.id
    for job in case.jobs.values():
        yield Move(kind="job", name=job.element), job.id
    for timer in case.timers.values():
        yield Move(kind="timer", name=timer.element), timer.id
    for one in case.subscriptions.values():
        name = one.name if one.kind is SubscriptionKind.SIGNAL else one.element
        yield Move(kind=one.kind, name=name), one.id


def picture(outcome: Outcome) -> Picture:
    """Return what can be compared of an outcome."""
    case = outcome.case
    return Picture(
        state=case.state,
        outcome=case.outcome,
        variables=dict(case.variables),
        moves=Counter(move for move, _ in moves_of(case)),
        stuck_at=Counter(incident.element for incident in case.incidents.values()),
        facts=Counter(
            repr(_plain(one)) for one in outcome.events if not isinstance(one, PathTaken)
        ),
        flows=Counter(
            flow for one in outcome.events if isinstance(one, PathTaken) for flow in one.flows
        ),
    )


def _plain(event: Event) -> Event:
    """Take the numbers out of a fact: each interpreter counts its own way."""
    match event:
        case TaskOpened() | TaskCompleted():
            return replace(event, task=0)
        case JobOpened() | JobDone():
            return replace(event, job=0)
        case IncidentRaised():
            return replace(event, incident=0)
        case _:
            return event


class Walker:
    """One interpreter on one diagram."""

    def __init__(self, interpreter: Interpreter, source: bytes) -> None:
        """Compile the diagram."""
        (process,) = read_diagram(source, file="oracle.bpmn").processes
        self.interpreter = interpreter
        self.source = source
        self.logged: list[str] = []
        setting = Setting(source=source, functions={"log": self.log})
        self.program = interpreter.compile(process, version=1, setting=setting)

    def log(self, text: str) -> None:
        """Record what a script of the diagram calls."""
        self.logged.append(text)

    def start(self) -> Outcome:
        """Open a case."""
        command = StartCase(
            at=MONDAY,
            case=CaseId("case"),
            process=self.program.key,
            variables={count.decode(): 0 for count in COUNT.findall(self.source)},
        )
        return self.interpreter.advance(self.program, None, command)

    def move(self, case: Case, move: Move, answer: int) -> Outcome:
        """Do one thing to a case."""
        number = next(number for one, number in moves_of(case) if one == move)
        return self.interpreter.advance(self.program, case, _command(case, move, number, answer))


def _command(case: Case, move: Move, number: int, answer: int) -> Command:
    match move.kind:
        case "task":
            values: dict[str, Value] = {f"answer_{move.name}": answer}
            return CompleteTask(at=MONDAY, task=number, variables=values)
        case "job":
            return CompleteJob(at=MONDAY, job=number)
        case "timer":
            return FireTimer(at=_due(case.timers[number]), timer=number)
        case SubscriptionKind.MESSAGE:
            return DeliverMessage(at=MONDAY, subscription=number, payload={"told": answer})
        case _:
            return DeliverSignal(at=MONDAY, name=move.name)


def _due(timer: Timer) -> datetime:
    return timer.due_at


def walk(first: Interpreter, second: Interpreter, source: bytes, random: Random) -> int:
    """Walk one case through both; return how many pictures were compared."""
    one, two = Walker(first, source), Walker(second, source)
    left, right = one.start(), two.start()
    compared = 0
    for _ in range(MAX_MOVES):
        shown = picture(left)
        assert picture(right) == shown
        assert sorted(two.logged) == sorted(one.logged)
        compared += 1
        if not shown.moves:
            assert left.case.state.is_over or shown.stuck_at
            break
        move = random.choice(sorted(shown.moves, key=lambda each: (each.kind, each.name)))
        answer = random.choice((0, 1, 1, 2))
        left, right = one.move(left.case, move, answer), two.move(right.case, move, answer)
    return compared
