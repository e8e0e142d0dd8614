"""Two lines on which time passes: the running clock, and the time in which the office is open."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from caseflow.errors import TimeRefused
from caseflow.model import CalendarKind
from caseflow.worktime.calendar import Calendar, in_utc, local_time, since_midnight, utc_time
from caseflow.worktime.days import days_of

NOTHING = timedelta()


class Line(Protocol):
    """A way in which time passes."""

    def passed(self, start: datetime, end: datetime) -> timedelta:
        """Return how much time lies between two moments, ``start`` not after ``end``."""
        ...

    def after(self, start: datetime, span: timedelta) -> datetime:
        """Return the first moment at which ``span`` has passed since ``start``."""
        ...


class ClockLine:
    """Time passes round the clock."""

    def passed(self, start: datetime, end: datetime) -> timedelta:
        """Return how much time lies between two moments."""
        return in_utc(end) - in_utc(start)

    def after(self, start: datetime, span: timedelta) -> datetime:
        """Return the moment ``span`` after ``start``."""
        try:
            return in_utc(in_utc(start) + span)
        except OverflowError:
            raise TimeRefused("the span leads beyond the years that can be counted") from None


class OfficeLine:
    """Time passes only while the office is open."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._days = days_of(calendar)
        self._stretches = tuple(
            (hours.opens_after, hours.closes_after) for hours in calendar.office_hours
        )
        self._day = sum((closes - opens for opens, closes in self._stretches), NOTHING)

    def passed(self, start: datetime, end: datetime) -> timedelta:
        """Return how much office time lies between two moments, ``start`` not after ``end``."""
        first, done = self._position(start)
        last, reached = self._position(end)
        return self._days.working_in(first, last) * self._day + reached - done

    def after(self, start: datetime, span: timedelta) -> datetime:
        """Return the first moment at which ``span`` of office time has passed since ``start``."""
        if span <= NOTHING:
            return start
        day, done = self._position(start)
        days, rest = divmod(done + span, self._day)
        if rest == NOTHING:  # the close of a day, not the opening of the next
            days, rest = days - 1, self._day
        if days:
            day = self._days.working_after(day, days)
        return utc_time(day, self._time_of_day(rest), self._calendar)

    def _position(self, at: datetime) -> tuple[date, timedelta]:
        """Return the local day and how much of its office time is over.

        A day of rest stands where a working day stands when the office has closed.
        """
        local = local_time(at, self._calendar)
        day = local.date()
        if not self._calendar.is_working_day(day):
            return day, self._day
        now = since_midnight(local.time())
        done = NOTHING
        for opens, closes in self._stretches:
            if now <= opens:
                break
            done += min(now, closes) - opens
        return day, done

    def _time_of_day(self, done: timedelta) -> timedelta:
        """Return the earliest time of a working day at which so much of it is over."""
        for opens, closes in self._stretches[:-1]:
            if done <= closes - opens:
                return opens + done
            done -= closes - opens
        return self._stretches[-1][0] + done


CLOCK = ClockLine()


@lru_cache(maxsize=256)
def office_line(calendar: Calendar) -> OfficeLine:
    """Return the office time of the calendar."""
    return OfficeLine(calendar)


def line_of(kind: CalendarKind, calendar: Calendar) -> Line:
    """Return the line on which a span of this kind passes; days pass in office time."""
    return CLOCK if kind is CalendarKind.CLK else office_line(calendar)
