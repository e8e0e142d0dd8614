"""Functions that write down dates, moments and durations."""

from __future__ import annotations

from datetime import date, timedelta

from caseflow.expressions.bounds import Work
from caseflow.expressions.calculation import whole
from caseflow.expressions.iso8601 import parse_date, parse_duration, parse_moment
from caseflow.expressions.values import Result, kind

UNITS = frozenset({"weeks", "days", "hours", "minutes", "seconds"})


def to_date(work: Work, first: Result, *month_and_day: Result) -> Result:
    """``date(text)``, ``date(year, month, day)``."""
    work.spend(1)
    if isinstance(first, str) and not month_and_day:
        return parse_date(first)
    if len(month_and_day) != 2:  # noqa: PLR2004 - a month and a day
        raise TypeError("date needs a text like '2026-01-31', or a year, a month and a day")
    year, month, day = (whole(part, "date", 9_999) for part in (first, *month_and_day))
    return date(year, month, day)


def to_moment(work: Work, text: Result) -> Result:
    """``datetime(text)``."""
    work.spend(1)
    if not isinstance(text, str):
        raise TypeError("datetime needs a text like '2026-01-31T09:00:00+08:00'")
    return parse_moment(text)


def to_duration(work: Work, text: Result) -> Result:
    """``duration(text)``: a period only where it has months or years."""
    work.spend(1)
    if not isinstance(text, str):
        raise TypeError("duration needs a text like 'P1DT2H' or 'P1M'")
    period = parse_duration(text)
    exact = period.as_timedelta()
    return period if exact is None else exact


def to_timedelta(work: Work, days: Result = 0, **units: Result) -> Result:
    """``timedelta(days, hours=…)``."""
    work.spend(1)
    for unit, amount in {"days": days, **units}.items():
        _amount(amount, unit)
    return timedelta(
        weeks=_amount(units.get("weeks", 0), "weeks"),
        days=_amount(days, "days"),
        hours=_amount(units.get("hours", 0), "hours"),
        minutes=_amount(units.get("minutes", 0), "minutes"),
        seconds=_amount(units.get("seconds", 0), "seconds"),
    )


def days(work: Work, amount: Result) -> Result:
    """``days(amount)``."""
    work.spend(1)
    return timedelta(days=_amount(amount, "days"))


def hours(work: Work, amount: Result) -> Result:
    """``hours(amount)``."""
    work.spend(1)
    return timedelta(hours=_amount(amount, "hours"))


def minutes(work: Work, amount: Result) -> Result:
    """``minutes(amount)``."""
    work.spend(1)
    return timedelta(minutes=_amount(amount, "minutes"))


def _amount(value: Result, unit: str) -> float:
    if isinstance(value, int | float):
        return value
    raise TypeError(f"{unit} needs a number, not {kind(value)}")
