"""What is due: messages and signals on their way, and timers whose moment has come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from caseflow.engine.cases import Cases, Stores
from caseflow.engine.messages import deliver_message, deliver_signal
from caseflow.kernel import FireTimer, SubscriptionKind, SuspendCase
from caseflow.store import DueTimer


class Due(StrEnum):
    """What kind of thing was due."""

    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """One step: what was due, and whether nothing went wrong."""

    kind: Due
    is_well: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How many steps one run of what is due took, each a transaction of its own.

    A signal takes a step for each case that it reaches, and a last one for the processes
    that start with it. ``failed`` of all steps could not be done: the case of a timer was
    suspended, a message or signal put aside. ``expired`` messages found nobody in time.
    """

    timers: int = 0
    messages: int = 0
    signals: int = 0
    failed: int = 0
    expired: int = 0

    @property
    def total(self) -> int:
        """All steps together."""
        return self.timers + self.messages + self.signals

    def plus(self, did: Did) -> Done:
        """Return what was done, with one step more."""
        return replace(
            self,
            timers=self.timers + (did.kind is Due.TIMER),
            messages=self.messages + (did.kind is Due.MESSAGE),
            signals=self.signals + (did.kind is Due.SIGNAL),
            failed=self.failed + (not did.is_well),
        )


@dataclass(frozen=True, slots=True)
class Stopped:
    """A clock that always tells the same moment."""

    at: datetime

    def now(self) -> datetime:
        """Return that moment."""
        return self.at


def is_due(stores: Stores, now: datetime) -> bool:
    """Tell whether there is anything to do."""
    return (
        stores.waiting.due_timer(now) is not None
        or stores.messages.next() is not None
        or stores.messages.has_expired(now)
    )


def run_next(cases: Cases) -> Did | None:
    """Do the one thing that is due longest; return what it was, None if nothing is."""
    message = cases.stores.messages.next()
    timer = cases.stores.waiting.due_timer(cases.now())
    if timer is not None and (message is None or timer.due_at < message.sent_at):
        return Did(kind=Due.TIMER, is_well=_fire(cases, timer))
    if message is None:
        return None
    if message.kind is SubscriptionKind.SIGNAL:
        return Did(kind=Due.SIGNAL, is_well=deliver_signal(cases, message))
    return Did(kind=Due.MESSAGE, is_well=deliver_message(cases, message))


def _fire(cases: Cases, timer: DueTimer) -> bool:
    """Fire a timer, or suspend a case that cannot take it, because it would be due for ever."""
    problem = cases.change_or_tell(
        timer.case, lambda at: FireTimer(at=at, actor=cases.actor, timer=timer.number)
    )
    if problem is not None:
        cases.change(timer.case, lambda at: SuspendCase(at=at, actor=cases.actor, reason=problem))
    return problem is None
