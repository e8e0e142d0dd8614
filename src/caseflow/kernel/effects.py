"""Effects: what the shell has to do after a command, as a closed union.

Rows of the worklist and the timer table are the difference between the case before
and after, so they cannot disagree with the case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, TypeVar

from caseflow.kernel.case import Case, Incident, Job, Subscription, Task, Timer
from caseflow.model import ElementId, Hand, ProcessId, Value


@dataclass(frozen=True, slots=True)
class ShowTask:
    """Put a task on the worklist, or replace what stands there."""

    task: Task


@dataclass(frozen=True, slots=True)
class HideTask:
    """Take a task off the worklist."""

    id: int


@dataclass(frozen=True, slots=True)
class StartJob:
    """Hand a job to the workers, or replace what they know of it."""

    job: Job


@dataclass(frozen=True, slots=True)
class CancelJob:
    """Forget a job: it is done or no longer wanted."""

    id: int


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Wake the case at a moment, or at another moment than before."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Forget a timer."""

    id: int


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Listen for a message or signal."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Stop listening."""

    id: int


@dataclass(frozen=True, slots=True)
class RaiseIncident:
    """Show an operator where the case is stuck."""

    incident: Incident


@dataclass(frozen=True, slots=True)
class ClearIncident:
    """The case is no longer stuck there."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage:
    """Deliver a message to the case or process that waits for it, now or until it expires."""

    element: ElementId
    name: str
    key: str
    payload: Value
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastSignal:
    """Deliver a signal to every other case that waits for it."""

    element: ElementId
    name: str
    payload: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class FindNewest:
    """Find the newest version of a process that is called, and answer with `BindCalls`."""

    call: int
    process: ProcessId


@dataclass(frozen=True, slots=True, kw_only=True)
class FindUnit:
    """Find the unit that an element hands the case to, and answer with `PlaceUnit`.

    ``unit`` is where the case lies, ``to`` what the diagram says, nothing for the unit above.
    """

    token: int
    hand: Hand
    unit: str
    to: str
    reason: str


Effect: TypeAlias = (
    ShowTask
    | HideTask
    | StartJob
    | CancelJob
    | StartTimer
    | CancelTimer
    | Subscribe
    | Unsubscribe
    | RaiseIncident
    | ClearIncident
    | SendMessage
    | BroadcastSignal
    | FindNewest
    | FindUnit
)

T = TypeVar("T")


def changes(before: Case, after: Case) -> tuple[Effect, ...]:
    """Return what must be done to the rows of ``before`` so that they show ``after``."""
    return (
        *_rows(before.tasks, after.tasks, ShowTask, HideTask),
        *_rows(before.jobs, after.jobs, StartJob, CancelJob),
        *_rows(_running(before), _running(after), StartTimer, CancelTimer),
        *_rows(before.subscriptions, after.subscriptions, Subscribe, Unsubscribe),
        *_rows(before.incidents, after.incidents, RaiseIncident, ClearIncident),
    )


def _running(case: Case) -> Mapping[int, Timer]:
    """Return the timers that do not stand still."""
    if any(timer.is_paused for timer in case.timers.values()):
        return {one.id: one for one in case.timers.values() if not one.is_paused}
    return case.timers


def _rows(
    old: Mapping[int, T],
    new: Mapping[int, T],
    put: Callable[[T], Effect],
    drop: Callable[[int], Effect],
) -> list[Effect]:
    if not old and not new:
        return []
    gone = [drop(number) for number in sorted(old.keys() - new.keys())]
    return gone + [put(row) for number, row in new.items() if old.get(number) is not row]
