"""Ninety days of a county: matters come in, people work, limits run out."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from examples.demo.calendar import Appointment
from examples.demo.entries import filled_in
from examples.demo.matters import Matter
from examples.demo.staff import Desk, decide

from caseflow import Engine, TaskFilter, Work
from caseflow.engine import CaseView, TaskView
from caseflow.errors import CaseNotOpen, NothingWaits, NotSamePerson, TaskNotOpen
from caseflow.testing import FakeClock
from caseflow.worktime import CHINA

LATE_SHARE = 0.025
"""How often a task is finished after its limit."""

LATE_SIGN_IN_SHARE = 0.012
MESSAGE_SHARES = {
    "dispute": (("party_sued", 0.03), ("party_withdrew", 0.03), ("risk_up", 0.03)),
    "whistle": (("whistle_withdrawn", 0.02), ("extension_requested", 0.1)),
    "emergency": (("casualties_changed", 0.1), ("rumour", 0.1), ("upper_takeover", 0.06)),
    "ticket": (("extension_requested", 0.1), ("ticket_withdrawn", 0.03)),
}
"""What the outside says meanwhile, by what a matter is about."""

ENROLMENTS = 12
COUNTY = "county"
COLLEAGUES = (1, 2, 3)
SOON = timedelta(minutes=10)
STEP = 5
"""Minutes to which people's plans are rounded up, so that one look at the worklist serves many."""


@dataclass(order=True)
class _Planned:
    at: datetime
    turn: int
    act: Callable[[Work], None] = field(compare=False)
    actor: str = field(compare=False)


class County:
    """Plays the matters against an engine, on a clock that this class alone moves."""

    def __init__(self, engine: Engine, clock: FakeClock, *, on_day: Callable[[], None]) -> None:
        """Play on an engine; ``on_day`` is called when a day is over."""
        self._engine = engine
        self._clock = clock
        self._on_day = on_day
        self._plans: list[_Planned] = []
        self._turn = 0
        self._matters: dict[str, Matter] = {}
        self.commands = 0

    def play(
        self, matters: list[Matter], plan: Iterable[Appointment] = (), *, until: datetime
    ) -> None:
        """Let everything happen, in the order of time, up to a moment.

        Args:
            matters: what comes in.
            plan: what the county opens by itself.
            until: when the play is over.
        """
        for one in plan:
            self._matters[one.number] = Matter(
                number=one.number,
                received_at=one.at,
                process=one.process,
                unit=one.unit,
                title=one.title,
                location="",
            )
            self._plan(one.at, self._keep(one))
        for matter in matters:
            self._matters[matter.number] = matter
            self._plan(matter.received_at, self._open(matter))
        day = self._clock.now().date()
        while (at := self._next()) is not None and at <= until:
            self._clock.move_to(max(at, self._clock.now()))
            while day < self._clock.now().date():
                day += timedelta(days=1)
                self._on_day()
            self._engine.run_due()
            self._work()
        self._clock.move_to(until)

    def _next(self) -> datetime | None:
        """Return when the next thing happens: something planned, or a timer."""
        moments = [plan.at for plan in self._plans[:1]]
        timer = self._engine.next_due()
        return min([*moments, timer] if timer is not None else moments, default=None)

    def _work(self) -> None:
        """Do what is planned for now, and hand out the tasks that have appeared."""
        while self._plans and self._plans[0].at <= self._clock.now():
            plan = heapq.heappop(self._plans)
            with self._engine.begin(actor=plan.actor) as work:
                plan.act(work)
        with self._engine.begin(actor=COUNTY) as work:
            for task in work.tasks(TaskFilter(is_assigned=False)):
                self._hand_out(work, task)

    def _open(self, matter: Matter) -> Callable[[Work], None]:
        def act(work: Work) -> None:
            work.start(
                matter.process,
                business_key=matter.number,
                unit=matter.unit,
                tier="township",
                variables=matter.variables,
            )
            self.commands += 1
            self._plan_messages(matter)

        return act

    def _keep(self, appointment: Appointment) -> Callable[[Work], None]:
        def act(work: Work) -> None:
            work.start(
                appointment.process,
                business_key=appointment.number,
                unit=appointment.unit,
                tier="county",
                variables=appointment.variables,
            )
            self.commands += 1

        return act

    def _plan_messages(self, matter: Matter) -> None:
        """What the parties, the sky and the upper tiers will do meanwhile."""
        chance = random.Random(f"{matter.number} outside")  # noqa: S311 - a play
        about = str(matter.facts.get("category"))
        hours = 12 if about == "emergency" else 24 * 25
        for name, share in MESSAGE_SHARES.get(about, ()):
            if chance.random() < share:
                at = self._clock.now() + timedelta(hours=chance.uniform(1, hours))
                self._plan(at, self._send(name, matter.number, _payload(name, chance)))

    def _send(self, name: str, key: str, payload: object) -> Callable[[Work], None]:
        def act(work: Work) -> None:
            with suppress(NothingWaits, CaseNotOpen):  # the case has ended, or is past that point
                work.send(name, key=key, payload=payload)
                self.commands += 1

        return act

    def _hand_out(self, work: Work, task: TaskView) -> None:
        """Let somebody claim a task, and plan when it will be done."""
        roles = task.roles or ("county_center",)
        chance = random.Random(f"{task.business_key} {task.id.rpartition(':')[2]}")  # noqa: S311
        role = chance.choice(roles)
        for number in chance.sample(COLLEAGUES, len(COLLEAGUES)):
            person = f"{role}-{number}@{task.unit or COUNTY}"
            with suppress(NotSamePerson):  # who did the one step must not check it
                work.claim(task, person=person)
                self.commands += 1
                self._plan(self._when(task, chance), self._do(task, chance), actor=person)
                return

    def _when(self, task: TaskView, chance: random.Random) -> datetime:
        """Return when a task will be done: before its limit, as a rule, and in office hours."""
        now = self._clock.now()
        if task.due_at is not None:
            span = max(task.due_at - now, SOON)
            late = LATE_SIGN_IN_SHARE if task.element == "sign_in" else LATE_SHARE
            share = (
                chance.uniform(1.02, 1.6) if chance.random() < late else chance.betavariate(2, 3)
            )
            if task.process.startswith(("emergency", "event")) or span < timedelta(hours=3):
                return now + span * share
            return min(_office_time(now + span * share), now + span * max(share, 0.98))
        if task.process.startswith(("emergency", "event")):
            return now + timedelta(minutes=chance.lognormvariate(3.2, 0.7))
        return _office_time(now + timedelta(hours=chance.lognormvariate(2.6, 0.9)))

    def _do(self, task: TaskView, chance: random.Random) -> Callable[[Work], None]:
        def act(work: Work) -> None:
            desk = Desk(
                matter=self._matter_of(work, task),
                task=task,
                at=self._clock.now(),
                file=work.case(task.case).variables,
                chance=chance,
            )
            try:
                form = work.teamwork.form(task)
                answers = filled_in(decide(desk), form.form if form else None, at=desk.at)
                case = work.complete(task, answers)
            except (CaseNotOpen, TaskNotOpen):
                return  # withdrawn meanwhile, by a limit or by another event
            except NotSamePerson:  # both steps were in one hand: a colleague does this one
                colleague = _colleague(work.actor)
                work.assign(task, person=colleague)
                self._plan(self._clock.now() + SOON, self._do(task, chance), actor=colleague)
                return
            self.commands += 1
            self._follow(case, task, chance)

        return act

    def _follow(self, case: CaseView, task: TaskView, chance: random.Random) -> None:
        """What the outside does in answer to a task."""
        if task.element == "fix_session":
            for turn in range(1, ENROLMENTS + 1):
                at = self._clock.now() + timedelta(hours=9 * turn)
                self._plan(at, self._send("forum_enrolment", case.business_key, f"听众{turn}"))
        answers = {
            "inform_of_legal_route": ("legal_route_accepted", "legal_route_declined"),
            "improve": ("investigation_report",),
        }
        if task.element in answers:
            name = chance.choice(answers[task.element])
            at = self._clock.now() + timedelta(days=chance.uniform(1, 12))
            self._plan(at, self._send(name, case.business_key, {"text": "回函"}))

    def _matter_of(self, work: Work, task: TaskView) -> Matter:
        """Return the matter behind a task; a case that another case started gets its own."""
        if task.business_key not in self._matters:
            case = work.case(task.case)
            self._matters[task.business_key] = Matter(
                number=task.business_key,
                received_at=case.started_at,
                process=case.process,
                unit=case.unit,
                title=str(case.variables.get("title", "")),
                location=str(case.variables.get("location", "")),
            )
        return self._matters[task.business_key]

    def _plan(self, at: datetime, act: Callable[[Work], None], *, actor: str = COUNTY) -> None:
        self._turn += 1
        minute = at.replace(second=0, microsecond=0) + timedelta(minutes=STEP - at.minute % STEP)
        heapq.heappush(self._plans, _Planned(minute, self._turn, act, actor))


def _colleague(person: str) -> str:
    """Return somebody else of the same role and unit."""
    name, _, unit = person.partition("@")
    role, _, number = name.rpartition("-")
    return f"{role}-{int(number) % len(COLLEAGUES) + 1}@{unit}"


def _office_time(at: datetime) -> datetime:
    """Return the moment itself in office hours, else a little after they begin again."""
    local = at.astimezone(CHINA.zone)
    if CHINA.is_working_day(local.date()) and CHINA.is_office_time(at):
        return at
    day = local.date()
    if not (CHINA.is_working_day(day) and local.hour < 9):  # noqa: PLR2004 - nine o'clock
        day += timedelta(days=1)
        while not CHINA.is_working_day(day):
            day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, 9, local.minute, tzinfo=CHINA.zone)


def _payload(name: str, chance: random.Random) -> dict[str, object]:
    match name:
        case "risk_up":
            return {"risk_colour": "red", "violence": chance.random() < 0.3}  # noqa: PLR2004
        case "casualties_changed":
            return {"deaths": chance.randint(0, 3), "serious_injuries": chance.randint(0, 12)}
        case _:
            return {"text": name}
