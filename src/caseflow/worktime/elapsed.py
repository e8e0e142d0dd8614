"""How much time lies between two moments or days, in the units of limits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import assert_never

from caseflow.model import CalendarKind
from caseflow.worktime.calendar import Calendar, local_time
from caseflow.worktime.days import MONTHS, ONE_DAY, days_of
from caseflow.worktime.lines import line_of

_MINUTE = timedelta(minutes=1)


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Count the working days after ``start`` up to ``end``; negative when ``end`` is earlier."""
    if end < start:
        return -days_of(calendar).working_in(end, start)
    return days_of(calendar).working_in(start, end)


def elapsed(kind: CalendarKind, start: datetime, end: datetime, calendar: Calendar) -> int:
    """Return how many whole units of ``kind`` lie between two moments.

    Minutes for CLK and WH, days for CD and WD, months for CM, years for CY; days are counted
    between the local days of the moments. Negative when ``end`` is earlier.
    """
    first, last = local_time(start, calendar).date(), local_time(end, calendar).date()
    if end < start:
        return -elapsed(kind, end, start, calendar)
    match kind:
        case CalendarKind.CLK | CalendarKind.WH:
            return line_of(kind, calendar).passed(start, end) // _MINUTE
        case CalendarKind.CD:
            return (last - first).days
        case CalendarKind.CM:
            return _months(first, last)
        case CalendarKind.CY:
            return _months(first, last) // MONTHS
        case CalendarKind.WD:
            return days_of(calendar).working_in(first, last)
        case _:
            assert_never(kind)


def _months(first: date, last: date) -> int:
    """Count the months whose corresponding day has come."""
    months = (last.year - first.year) * MONTHS + last.month - first.month
    is_month_end = (last + ONE_DAY).month != last.month
    return months if last.day >= first.day or is_month_end else months - 1
