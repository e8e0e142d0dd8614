"""What is due: messages and signals on their way, and timers whose moment has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from caseflow.engine.work import Stores, Work
from caseflow.errors import StepLimitReached
from caseflow.kernel import CaseId, SubscriptionKind
from caseflow.store import DueTimer, MessageRow

MESSAGE_LIFE = timedelta(days=30)
"""How long a message that nobody waits for yet is kept, unless it says so itself."""


class Due(StrEnum):
    """What kind of thing was due."""

    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What one run of what is due did."""

    timers: int = 0
    messages: int = 0
    signals: int = 0

    @property
    def total(self) -> int:
        """All of it together."""
        return self.timers + self.messages + self.signals


@dataclass(frozen=True, slots=True)
class Stopped:
    """A clock that always tells the same moment."""

    at: datetime

    def now(self) -> datetime:
        """Return that moment."""
        return self.at


def run_next(stores: Stores, work: Work, now: datetime) -> Due | None:
    """Do the one thing that is due longest; return what it was, None if nothing is."""
    message = stores.waiting.next_message()
    if message is not None:
        if message.kind is SubscriptionKind.SIGNAL:
            _deliver_signal(stores, work, message)
            return Due.SIGNAL
        _deliver_message(stores, work, message, now)
        return Due.MESSAGE
    timer = stores.waiting.due_timer(now)
    if timer is not None:
        _fire(work, timer)
        return Due.TIMER
    return None


def _fire(work: Work, timer: DueTimer) -> None:
    try:
        work.fire_timer(timer.case, timer.number)
    except StepLimitReached as endless:
        work.suspend(timer.case, reason=str(endless))


def _deliver_message(stores: Stores, work: Work, message: MessageRow, now: datetime) -> None:
    """Deliver a message and take it out, or keep it for somebody who may wait for it later."""
    is_over = message.expires_at is not None and message.expires_at <= now
    if is_over or work.deliver(message.name, key=message.key, payload=message.payload):
        stores.waiting.drop_message(message.id)
    else:
        until = message.expires_at or message.sent_at + MESSAGE_LIFE
        stores.waiting.keep_message(message.id, until=until)


def _deliver_signal(stores: Stores, work: Work, signal: MessageRow) -> None:
    """Deliver a signal to the next case that waits for it; with the last one it is done."""
    if not signal.reached:
        work.start_on_signal(signal.name, signal.payload)
    waiting = stores.waiting.subscribers(
        SubscriptionKind.SIGNAL, signal.name, after=signal.reached, limit=2
    )
    for one in waiting:
        stores.waiting.mark_reached(signal.id, one.case)
        if one.case != signal.source:  # it has had the signal at once
            _give(work, signal, one.case)
            return
    stores.waiting.drop_message(signal.id)


def _give(work: Work, signal: MessageRow, case: CaseId) -> None:
    try:
        work.deliver_signal(case, signal.name, signal.payload)
    except StepLimitReached as endless:
        work.suspend(case, reason=str(endless))
