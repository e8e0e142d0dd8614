"""Which days and which hours an office works."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from caseflow.errors import CalendarRefused, TimeRefused

FIRST_YEAR, LAST_YEAR = 2, 9998  # a year less than dates know: their 24:00 in any zone exists
_WHOLE_DAY = timedelta(days=1)
_YEAR_END = (12, 25)
"""From here on the notice of the next year may move days of this one, as for 2018-12-31."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """One stretch of office time, in local time; closing at 00:00 means 24:00."""

    opens: time
    closes: time

    @property
    def opens_after(self) -> timedelta:
        """How long after midnight the office opens."""
        return since_midnight(self.opens)

    @property
    def closes_after(self) -> timedelta:
        """How long after midnight the office closes."""
        return since_midnight(self.closes) or _WHOLE_DAY


DEFAULT_HOURS = (
    OfficeHours(opens=time(9), closes=time(12)),
    OfficeHours(opens=time(14), closes=time(18)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The working days and office hours of a unit.

    A day is a working day by the first line that names it: ``closed_on`` (no),
    ``work_on`` (yes), ``rest_on`` (no), ``weekend`` (no), else yes.

    Attributes:
        time_zone: an IANA name; it decides on which day a moment falls.
        office_hours: the same on every working day, in order.
        weekend: days of the week as ``date.weekday()`` counts them, Monday is 0.
        rest_on: public days of rest beside the weekends.
        work_on: working days on weekends (调休上班日).
        closed_on: days on which this unit alone rests: local holidays, closures.
        published_years: the years whose days of rest are settled; a day of another year is
            provisional. ``None``: nothing is ever announced, so no day is provisional.
        day_ends_at_close: a period in days ends when the office closes, not at 24:00.

    Raises:
        CalendarRefused: the time zone is unknown, no day or hour is left to work, or the
            office hours overlap or are out of order.
    """

    name: str = ""
    time_zone: str = "Asia/Shanghai"
    office_hours: tuple[OfficeHours, ...] = DEFAULT_HOURS
    weekend: frozenset[int] = frozenset({5, 6})
    rest_on: frozenset[date] = field(default=frozenset(), repr=False)
    work_on: frozenset[date] = field(default=frozenset(), repr=False)
    closed_on: frozenset[date] = field(default=frozenset(), repr=False)
    published_years: frozenset[int] | None = field(default=None, repr=False)
    day_ends_at_close: bool = False

    def __post_init__(self) -> None:
        if problems := list(self._problems()):
            raise CalendarRefused(f"calendar “{self.name}”: {'; '.join(problems)}")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone, ready for ``datetime.astimezone``."""
        return ZoneInfo(self.time_zone)

    def is_working_day(self, day: date) -> bool:
        """Tell whether the office works on ``day``."""
        if isinstance(day, datetime):
            raise TimeRefused(f"a day is asked for, not a moment: {day.isoformat()}")
        if day in self.closed_on:
            return False
        if day in self.work_on:
            return True
        return day.weekday() not in self.weekend and day not in self.rest_on

    def is_provisional(self, day: date) -> bool:
        """Tell whether a notice that is not published yet may still change ``day``."""
        return bool(self.missing_years(day, day))

    def missing_years(self, first: date, last: date) -> tuple[int, ...]:
        """Return the years whose notice may still change days from ``first`` to ``last``."""
        known = self.published_years
        if known is None:
            return ()
        is_year_end = (last.month, last.day) >= _YEAR_END
        years = range(first.year, last.year + is_year_end + 1)
        return () if known.issuperset(years) else tuple(y for y in years if y not in known)

    def is_office_time(self, at: datetime) -> bool:
        """Tell whether the office is open at the moment ``at``."""
        local = local_time(at, self)
        if not self.is_working_day(local.date()):
            return False
        now = since_midnight(local.time())
        return any(hours.opens_after <= now < hours.closes_after for hours in self.office_hours)

    def publish(
        self, year: int, *, rest_on: Iterable[date], work_on: Iterable[date] = ()
    ) -> Calendar:
        """Return this calendar with the notice of ``year``: it replaces what was expected.

        The notice may also name days of the last December before the year.
        """
        rest, work = frozenset(rest_on), frozenset(work_on)
        named, years = rest | work, self.published_years

        def kept(days: frozenset[date]) -> frozenset[date]:
            return frozenset(day for day in days if day.year != year and day not in named)

        return replace(
            self,
            rest_on=kept(self.rest_on) | rest,
            work_on=kept(self.work_on) | work,
            published_years=None if years is None else years | {year},
        )

    def _problems(self) -> Iterator[str]:
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            yield f"there is no time zone “{self.time_zone}”"
        if not self.weekend < frozenset(range(7)):
            yield "weekend takes days from 0 (Monday) to 6, and not all of them"
        if not self.office_hours:
            yield "it has no office hours"
        if any(hours.opens.tzinfo or hours.closes.tzinfo for hours in self.office_hours):
            yield "office hours are local and take no time zone of their own"
        if any(hours.closes_after <= hours.opens_after for hours in self.office_hours):
            yield "an office must close after it opens"
        if any(b.opens_after < a.closes_after for a, b in pairwise(self.office_hours)):
            yield "office hours overlap or are out of order"
        if both := self.rest_on & self.work_on:
            yield f"{min(both)} is a day of rest and a working day"


def in_utc(at: datetime) -> datetime:
    """Return ``at`` in UTC.

    Raises:
        TimeRefused: ``at`` has no time zone, or lies in the first or last year of all dates.
    """
    if at.utcoffset() is None:
        raise TimeRefused(f"a moment needs a time zone: {at.isoformat()}")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise TimeRefused(f"{at.isoformat()} is too early or too late to be counted")
    return at.astimezone(UTC)


def local_time(at: datetime, calendar: Calendar) -> datetime:
    """Return ``at`` in the time zone of the calendar; refuses what `in_utc` refuses."""
    return in_utc(at).astimezone(calendar.zone)


def utc_time(day: date, passed: timedelta, calendar: Calendar) -> datetime:
    """Return the moment so long after the local midnight of ``day``, by the clock on the wall."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
    return (midnight + passed).astimezone(UTC)  # in one zone Python adds on the wall clock


def since_midnight(at: time) -> timedelta:
    """Return the time of day as a span."""
    return timedelta(
        hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond
    )
