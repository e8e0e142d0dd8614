"""What is due: messages and signals on their way, and timers whose moment has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from caseflow.engine.cases import Cases, Stores
from caseflow.engine.messages import deliver_message, deliver_signal
from caseflow.errors import CaseflowError
from caseflow.kernel import (
    Case,
    CaseId,
    FireTimer,
    StartCase,
    SubscriptionKind,
    SuspendCase,
    next_start_timer,
)
from caseflow.store import DueTimer, MessageRow, Schedule


class Due(StrEnum):
    """What kind of thing was due."""

    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """One step: what was due, and whether nothing went wrong."""

    kind: Due
    is_well: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How much one run of what is due has done.

    Timers are those that cases wait for, and those that open cases. Of a signal, each case
    that it reached and each process that it started counts, and nothing where there was none.
    Events count as often as a subscriber was called. ``failed`` of all these could not be
    done: the case of a timer was suspended, a message or signal put aside, an event put off.
    ``expired`` messages found nobody in time.
    """

    timers: int = 0
    messages: int = 0
    signals: int = 0
    events: int = 0
    failed: int = 0
    expired: int = 0

    @property
    def total(self) -> int:
        """All steps together."""
        return self.timers + self.messages + self.signals + self.events

    def plus(self, *steps: Did) -> Done:
        """Return what was done, with some steps more."""
        count = dict.fromkeys(Due, 0)
        for did in steps:
            count[did.kind] += 1
        return replace(
            self,
            timers=self.timers + count[Due.TIMER],
            messages=self.messages + count[Due.MESSAGE],
            signals=self.signals + count[Due.SIGNAL],
            events=self.events + count[Due.EVENT],
            failed=self.failed + sum(not did.is_well for did in steps),
        )


@dataclass(frozen=True, slots=True)
class Stopped:
    """A clock that always tells the same moment."""

    at: datetime

    def now(self) -> datetime:
        """Return that moment."""
        return self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one transaction did.

    ``has_moved`` is false where nothing that is due could be done: there is nothing, or
    others have it in their hands.
    """

    steps: tuple[Did, ...] = ()
    has_moved: bool = False


@dataclass(slots=True)
class Stuck:
    """Cases that cannot even be suspended; they are passed over until the run ends."""

    cases: set[CaseId] = field(default_factory=set)


Item: TypeAlias = DueTimer | Schedule | MessageRow


def is_due(stores: Stores, now: datetime) -> bool:
    """Tell whether there is anything to do."""
    return (
        stores.waiting.due_timer(now) is not None
        or stores.schedules.due(now) is not None
        or stores.messages.next() is not None
        or stores.messages.has_expired(now)
        or stores.receipts.has_old(now)
    )


def run_batch(cases: Cases, *, limit: int, stuck: Stuck) -> Batch:
    """Do up to ``limit`` things in one transaction, in the order in which they are due.

    What fails is contained in its own step, so that it takes nothing else with it.
    """
    steps: list[Did] = []
    has_moved = False
    while len(steps) < limit:
        was = len(steps), has_moved
        has_moved = False
        for item in _next_items(cases, limit - len(steps), stuck):
            did = _do(cases, item, limit - len(steps), stuck)
            if did is not None:
                steps.extend(did)
                has_moved = True
            if len(steps) >= limit or cases.take_news() or isinstance(item, Schedule):
                break  # what was sent meanwhile may come before the rest
        if not has_moved:
            has_moved = was[1]
            break
    return Batch(steps=tuple(steps), has_moved=has_moved)


def _next_items(cases: Cases, limit: int, stuck: Stuck) -> list[Item]:
    """Return what is due longest: at most one timer of each case, and one that opens cases."""
    now = cases.now()
    due = cases.stores.waiting.due_timers(now, limit=limit + len(stuck.cases))
    timers = {timer.case: timer for timer in reversed(due) if timer.case not in stuck.cases}
    opening = cases.stores.schedules.due(now)
    items: list[Item] = [*cases.stores.messages.claim(limit=limit), *timers.values()]
    items.extend([] if opening is None else [opening])
    return sorted(items, key=_turn)


def _turn(item: Item) -> tuple[datetime, int, str]:
    """Return when it is the turn of a thing: of one moment, messages before timers."""
    match item:
        case MessageRow(sent_at=at, id=name):
            return at, 0, name
        case DueTimer(due_at=at, case=name):
            return at, 1, name
        case Schedule():
            return item.due_at, 2, ""


def _do(cases: Cases, item: Item, limit: int, stuck: Stuck) -> list[Did] | None:
    """Do one thing that is due; None where others have it in their hands."""
    match item:
        case DueTimer():
            return _told(Due.TIMER, _fire(cases, item, stuck))
        case Schedule():
            return _told(Due.TIMER, _open(cases, item))
        case MessageRow(kind=SubscriptionKind.SIGNAL):
            return _told(Due.SIGNAL, deliver_signal(cases, item, limit=limit))
        case MessageRow():
            return _told(Due.MESSAGE, deliver_message(cases, item))


def _told(kind: Due, went_well: Iterable[bool] | None) -> list[Did] | None:
    return (
        None if went_well is None else [Did(kind=kind, is_well=is_well) for is_well in went_well]
    )


def _fire(cases: Cases, due: DueTimer, stuck: Stuck) -> list[bool] | None:
    """Fire a timer, or suspend a case that cannot take it, because it would be due for ever.

    The case says which: the one that it has been waiting for longest. The row was there
    before the case was claimed, and the timer may be cancelled or moved since.
    """

    def fire(case: Case, at: datetime) -> FireTimer | None:
        running = [timer for timer in case.timers.values() if not timer.is_paused]
        waiting = [timer for timer in running if timer.due_at <= at]
        first = min(waiting, key=lambda timer: (timer.due_at, timer.id), default=None)
        return None if first is None else FireTimer(at=at, actor=cases.actor, timer=first.id)

    tried = cases.attempt(due.case, fire)
    if tried is None or tried.problem is None:
        return None if tried is None else [True]
    reason = tried.problem
    try:
        cases.change(due.case, lambda at: SuspendCase(at=at, actor=cases.actor, reason=reason))
    except CaseflowError as failure:
        if failure.is_retryable:
            raise
        stuck.cases.add(due.case)
    return [False]


def _open(cases: Cases, schedule: Schedule) -> list[bool] | None:
    """Open the case that a timer is for, or put the timer aside if that is not possible.

    The timer moves on in the same transaction, and only if it still waits for this moment:
    so one occurrence opens one case, however many workers see it.
    """
    timer = schedule.timer
    key = cases.key(timer.process, schedule.version)
    schedules = cases.stores.schedules
    if not schedules.claim(timer):
        return None  # another worker was there first
    command = StartCase(
        at=cases.now(),
        actor=cases.actor,
        case=cases.new_id(),
        process=key,
        start=timer.element,
        due_at=timer.due_at,
    )
    problem = cases.attempt_start(command).problem
    if problem is None:
        schedules.move(timer, next_start_timer(cases.program(key), timer))
    else:
        schedules.stick(timer, problem=problem)
    return [problem is None]
