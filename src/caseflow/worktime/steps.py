"""How a due date came about, step by step, as values that print themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

from caseflow.model import CalendarKind, Limit

_ONE_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)

_UNITS = {
    CalendarKind.CLK: "by the running clock",
    CalendarKind.CD: "calendar day",
    CalendarKind.CM: "calendar month",
    CalendarKind.CY: "calendar year",
    CalendarKind.WD: "working day",
    CalendarKind.WH: "of office time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The moment from which the limit is counted, in local time."""

    at: datetime

    def __str__(self) -> str:
        return f"starts {_moment(self.at)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideOfficeHours:
    """The start lies outside office hours, so another limit holds."""

    limit: Limit

    def __str__(self) -> str:
        return f"the start lies outside office hours: “{self.limit.name}” holds"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNotCounted:
    """The day on which the count starts or goes on does not count itself."""

    on: date

    def __str__(self) -> str:
        return f"{_day(self.on)} itself does not count"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestSkipped:
    """Days of rest that a count of working days passed over."""

    days: tuple[date, ...]

    def __str__(self) -> str:
        return f"days of rest do not count: {_days(self.days)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUpCounted:
    """Days on a weekend that counted, because they are make-up working days."""

    days: tuple[date, ...]

    def __str__(self) -> str:
        return f"make-up working days count: {_days(self.days)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysCounted:
    """A span in days, months or years was counted up to this last day."""

    kind: CalendarKind
    amount: int
    last_on: date

    def __str__(self) -> str:
        return f"{_days_of(self.kind, self.amount)}: the last day is {_day(self.last_on)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeCounted:
    """A span in minutes passed, up to this moment in local time."""

    kind: CalendarKind
    span: timedelta
    to: datetime

    def __str__(self) -> str:
        return f"{_time_of(self.kind, self.span)}: until {_end(self.to)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEnd:
    """The last month lacks the day of the start, so its last day holds."""

    on: date

    def __str__(self) -> str:
        return f"{self.on:%Y-%m} has no such day: its last day holds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """The count stood still; so much was left: days as ``kind`` counts them, or time."""

    paused_at: datetime
    resumed_at: datetime
    kind: CalendarKind
    left: int | timedelta

    def __str__(self) -> str:
        left = (
            _days_of(self.kind, self.left)
            if isinstance(self.left, int)
            else _time_of(self.kind, self.left)
        )
        return f"paused {_moment(self.paused_at)}, resumed {_moment(self.resumed_at)}: {left} left"


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedTooLate:
    """The period had run out before the pause began, so the pause changes nothing."""

    paused_at: datetime

    def __str__(self) -> str:
        return f"the pause from {_moment(self.paused_at)} began after the end: it changes nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDayMoved:
    """The last day was a day of rest, so the next working day is the last."""

    from_day: date
    to_day: date

    def __str__(self) -> str:
        return f"{_day(self.from_day)} is a day of rest: the last day moves to {_day(self.to_day)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """The period goes on where it would have ended, for the span of another limit."""

    by: Limit

    def __str__(self) -> str:
        return f"extended by “{self.by.name}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTaken:
    """The whole period ends at ``whole``; this share of it has passed at ``at``."""

    share: Decimal
    kind: CalendarKind
    whole: datetime
    at: datetime

    def __str__(self) -> str:
        line = "time" if self.kind is CalendarKind.CLK else "office time"
        percent = f"{(self.share * 100).normalize():f}"
        until = f"until {_end(self.whole)}"
        return f"{percent} % of the {line} {until} are over at {_moment(self.at)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisional:
    """The days of rest of these years are not published yet, so the result may change."""

    years: tuple[int, ...]

    def __str__(self) -> str:
        years = ", ".join(str(year) for year in self.years)
        return f"provisional: the days of rest of {years} are not published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The result, in local time."""

    at: datetime

    def __str__(self) -> str:
        return f"ends {_end(self.at)}"


Step: TypeAlias = (
    Started
    | OutsideOfficeHours
    | DayNotCounted
    | RestSkipped
    | MadeUpCounted
    | DaysCounted
    | TimeCounted
    | MonthEnd
    | Paused
    | PausedTooLate
    | LastDayMoved
    | Extended
    | ShareTaken
    | Provisional
    | Ends
)
"""One step of a count. `str` of it is a line for people."""


def _day(day: date) -> str:
    return f"{day.isoformat()} ({day:%A})"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}" + (f":{at:%S}" if at.second else "")


def _end(at: datetime) -> str:
    """Write midnight as the 24:00 of the day that ends."""
    if at.hour or at.minute or at.second or at.microsecond:
        return _moment(at)
    return f"{(at - _ONE_DAY).date().isoformat()} 24:00"


def _days_of(kind: CalendarKind, amount: int) -> str:
    return f"{amount} {_UNITS[kind]}{'' if amount == 1 else 's'}"


def _time_of(kind: CalendarKind, span: timedelta) -> str:
    hours, minutes = divmod(span // _MINUTE, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{minutes} min", _UNITS[kind]])


def _days(days: tuple[date, ...]) -> str:
    """Write runs of days as ``2025-01-28 to 2025-02-04``."""
    starts = [day for n, day in enumerate(days) if n == 0 or day - days[n - 1] > _ONE_DAY]
    ends = [a for a, b in pairwise(days) if b - a > _ONE_DAY] + [days[-1]]
    return ", ".join(
        f"{first}" if first == last else f"{first} to {last}"
        for first, last in zip(starts, ends, strict=True)
    )
