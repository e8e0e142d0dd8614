"""What people, other systems and operators do all at once, each in a thread of its own."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from tests.faults import office

from caseflow.engine import CaseFilter, Engine, Part, TaskView, Work
from caseflow.errors import CaseflowError, CommandRefused
from caseflow.kernel import CaseState
from caseflow.model import ProcessId

MATTER = ProcessId("matter")
OPEN = CaseFilter(process=MATTER, state=CaseState.RUNNING)
SOME = 50


@dataclass(slots=True)
class Town:
    """People at work on one engine until it is over; what they hear is counted."""

    engine: Engine
    seed: int
    is_over: threading.Event = field(default_factory=threading.Event)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    retryable: Counter[str] = field(default_factory=Counter)
    broken: list[BaseException] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def work(self, *, seconds: float) -> None:
        """Let everybody work for so long."""
        acts: Sequence[Callable[[random.Random], None]] = (
            self.open_case, self.do_task, self.do_task, self.do_task, self.send, self.broadcast,
            self.merge_or_split, self.link, self.deploy, self.look,
        )  # fmt: skip
        threads = [
            threading.Thread(target=self._go_on, args=(act, random.Random(self.seed + number)))  # noqa: S311
            for number, act in enumerate(acts)
        ]
        for one in threads:
            one.start()
        self.is_over.wait(seconds)
        self.is_over.set()
        for one in threads:
            one.join()

    def _go_on(self, act: Callable[[random.Random], None], chance: random.Random) -> None:
        while not self.is_over.is_set():
            try:
                act(chance)
            except CommandRefused as refusal:
                if refusal.is_retryable:
                    self.retryable[type(refusal).__name__] += 1
                else:  # somebody else was there before: so it is among people
                    self.refused[type(refusal).__name__] += 1
            except CaseflowError as failure:
                if failure.is_retryable:
                    self.retryable[type(failure).__name__] += 1
                else:
                    self.broken.append(failure)
            except Exception as failure:  # noqa: BLE001 - it belongs into the report
                self.broken.append(failure)
            else:
                self.done[act.__name__] += 1
            self.is_over.wait(chance.uniform(0.01, 0.05))

    def open_case(self, _: random.Random) -> None:
        with self.engine.begin(actor="li") as work:
            start(work, f"{next(self._numbers)}")
        self.is_over.wait(0.1)

    def do_task(self, chance: random.Random) -> None:
        task = self._some_task(chance)
        if task is None:
            return
        with self.engine.begin(actor=f"clerk {chance.randrange(5)}") as work:
            if chance.random() < 1 / 2 and task.assignee is None:
                work.claim(task)
            work.complete(task, {"text": "办" * chance.randrange(100)}, person=task.assignee)

    def send(self, chance: random.Random) -> None:
        key = f"{chance.randrange(max(1, self._number()))}"
        with self.engine.begin(actor="another system") as work:
            if chance.random() < 1 / 2:
                work.post("answer", key=key, message_id=f"answer {key}")
            else:
                work.send("answer", key=key)

    def broadcast(self, chance: random.Random) -> None:
        with self.engine.begin(actor="operator") as work:
            work.broadcast("alarm")
        self.is_over.wait(chance.uniform(1, 2))

    def merge_or_split(self, chance: random.Random) -> None:
        cases = self._some_cases(chance, 2)
        if len(cases) < 2:
            return
        with self.engine.begin(actor="head") as work:
            if chance.random() < 1 / 2:
                work.matters.merge(cases[0], cases[1:], reason="the same matter")
            else:
                parts = [Part(business_key=f"{next(self._numbers)}") for _ in "ab"]
                work.matters.split(cases[0], parts, reason="two matters", ends=True)
        self.is_over.wait(0.1)

    def link(self, chance: random.Random) -> None:
        cases = self._some_cases(chance, 3)
        if len(cases) < 3:
            return
        with self.engine.begin(actor="head") as work:
            work.hold(*cases)
            for case in chance.sample(cases, 3):  # in any order: they are held
                work.set_variables(case, {"seen": chance.randrange(100)})

    def deploy(self, chance: random.Random) -> None:
        number = chance.randrange(1_000_000)
        drawn = office.DIAGRAMS["matter.bpmn"].replace(
            b'name="Matter"', f'name="Matter {number}"'.encode()
        )
        self.engine.deploy({"matter.bpmn": drawn})
        self.is_over.wait(1)

    def look(self, chance: random.Random) -> None:
        with self.engine.read() as work:
            for case in self._some_cases(chance, 3):
                work.verify(case)

    def finish(self, *, within: float) -> None:
        """Bring every case to its end."""
        ends = time.monotonic() + within
        while rows := self._open_cases():
            if time.monotonic() > ends:
                raise TimeoutError(f"cases are still open: {rows[:3]}")
            for case in rows:
                self._push(case)
            threading.Event().wait(0.2)
        with self.engine.begin(actor="operator") as work:  # for those that ended before
            for message in work.messages(limit=10_000):
                with suppress(CommandRefused):
                    work.discard(message)

    def _push(self, case: str) -> None:
        with suppress(CommandRefused):  # a machine did something meanwhile
            self.engine.run(lambda work: push(work, case), actor="operator")

    def _number(self) -> int:
        return int(repr(self._numbers)[len("count(") : -1])

    def _open_cases(self) -> list[str]:
        with self.engine.read() as work:
            return [row.id for row in work.cases(OPEN, limit=500)]

    def _some_cases(self, chance: random.Random, number: int) -> list[str]:
        with self.engine.read() as work:
            found = [row.id for row in work.cases(OPEN, limit=SOME)]
        return chance.sample(found, min(number, len(found)))

    def _some_task(self, chance: random.Random) -> TaskView | None:
        with self.engine.read() as work:
            found = work.tasks(limit=SOME).items
        return chance.choice(found) if found else None


def start(work: Work, key: str) -> None:
    """Open a matter."""
    work.start("matter", business_key=key, variables={"total": 0})


def push(work: Work, case: str) -> None:
    """Do what a case waits for people and other systems to do."""
    view = work.case(case)
    for task in work.tasks(case=case):
        work.complete(task, person=task.assignee)
    if any(place.element == "answer" for place in work.places(case)):
        work.send("answer", key=view.business_key)
