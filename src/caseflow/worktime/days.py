"""Counting days: in tables of a year, so that a long span costs little more than a short one."""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from caseflow.errors import TimeRefused
from caseflow.worktime.calendar import LAST_YEAR, Calendar

MONTHS = 12
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Year:
    """The days of one year, sorted out."""

    working: tuple[date, ...]
    resting: tuple[date, ...]
    made_up: tuple[date, ...]


class Days:
    """The working days and days of rest of one calendar; `days_of` keeps it at hand."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._years: dict[int, _Year] = {}  # filled when first asked for

    def working_after(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day``; ``count`` is at least 1."""
        year = day.year
        working = self._year(year).working
        index = bisect_right(working, day) + count - 1
        while index >= len(working):
            index -= len(working)
            year += 1
            working = self._year(year).working
        return working[index]

    def working_from(self, day: date) -> date:
        """Return ``day`` if it is a working day, else the next one that is."""
        return day if self._calendar.is_working_day(day) else self.working_after(day, 1)

    def working_in(self, start: date, end: date) -> int:
        """Count the working days after ``start`` up to ``end``, which is not before it."""
        before = bisect_right(self._year(start.year).working, start)
        up_to = bisect_right(self._year(end.year).working, end)
        years = range(start.year, end.year)
        return sum(len(self._year(year).working) for year in years) + up_to - before

    def resting_in(self, start: date, end: date) -> tuple[date, ...]:
        """Return the days of rest after ``start`` up to ``end``."""
        if start.year == end.year:
            return _part(self._year(start.year).resting, start, end)
        years = range(start.year, end.year + 1)
        return _part(sum((self._year(year).resting for year in years), ()), start, end)

    def made_up_in(self, start: date, end: date) -> tuple[date, ...]:
        """Return the make-up working days after ``start`` up to ``end``."""
        if start.year == end.year:
            return _part(self._year(start.year).made_up, start, end)
        years = range(start.year, end.year + 1)
        return _part(sum((self._year(year).made_up for year in years), ()), start, end)

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = _sorted_out(self._calendar, year)
        return known


@lru_cache(maxsize=256)
def days_of(calendar: Calendar) -> Days:
    """Return the days of ``calendar``."""
    return Days(calendar)


def plus_days(day: date, count: int) -> date:
    """Return the day so many days later.

    Raises:
        TimeRefused: it lies beyond the years that can be counted.
    """
    try:
        later = day + timedelta(days=count)
    except OverflowError:
        raise _too_far() from None
    if later.year > LAST_YEAR:
        raise _too_far()
    return later


def plus_months(day: date, count: int) -> date:
    """Return the corresponding day so many months later, or the end of a month without it.

    Raises:
        TimeRefused: it lies beyond the years that can be counted.
    """
    years, month = divmod(day.month - 1 + count, MONTHS)
    year = day.year + years
    if year > LAST_YEAR:
        raise _too_far()
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _part(days: tuple[date, ...], start: date, end: date) -> tuple[date, ...]:
    return days[bisect_right(days, start) : bisect_right(days, end)]


def _sorted_out(calendar: Calendar, year: int) -> _Year:
    if year > LAST_YEAR:
        raise _too_far()
    first = date(year, 1, 1)
    days = [first + n * ONE_DAY for n in range((date(year + 1, 1, 1) - first).days)]
    working = tuple(day for day in days if calendar.is_working_day(day))
    return _Year(
        working=working,
        resting=tuple(day for day in days if not calendar.is_working_day(day)),
        made_up=tuple(day for day in working if day.weekday() in calendar.weekend),
    )


def _too_far() -> TimeRefused:
    return TimeRefused(f"the span leads beyond the year {LAST_YEAR}")
