"""What is counted, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from caseflow.model import Limit
from caseflow.worktime.steps import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A time in which a period stands still."""

    paused_at: datetime
    resumed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """All that a due date follows from, but for the calendar: keep this, recompute at will.

    Attributes:
        limit: how long; for a reminder, the share of it.
        outside: what holds instead of ``limit`` when the start lies outside office hours.
        pauses: in the order of time, without overlap.
        extensions: limits by which the period was extended, in that order.
    """

    limit: Limit
    started_at: datetime
    outside: Limit | None = None
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A due date, and how it came about.

    Attributes:
        at: the moment, in UTC; what is done at this moment is in time.
        last_on: the last day, in local time: ``at`` is its 24:00 when days are counted.
        is_provisional: a notice that is not published yet may still change ``at``.
        steps: how ``at`` came about; `str` of each is a line for people.
    """

    at: datetime
    last_on: date
    is_provisional: bool
    steps: tuple[Step, ...]
    deadline: Deadline

    def __str__(self) -> str:
        return "\n".join(str(step) for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """A due date before and after the calendar changed, for the record."""

    before: Due
    after: Due

    @property
    def has_moved(self) -> bool:
        """Tell whether the moment changed, not only how sure it is."""
        return self.before.at != self.after.at
