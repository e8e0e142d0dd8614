"""The statutory calendar of China."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from caseflow.worktime.calendar import Calendar
from caseflow.worktime.china_days import EXPECTED, PUBLISHED


def _days(year: int, text: str) -> Iterator[date]:
    """Read ``0216-0220 0223``."""
    for part in text.split():
        first, _, last = part.partition("-")
        day, end = _day(year, first), _day(year, last or first)
        while day <= end:
            yield day
            day += timedelta(days=1)


def _day(year: int, text: str) -> date:
    return date(year, int(text[:2]), int(text[2:]))


def _rest_days() -> Iterator[date]:
    for year, (rest, _) in PUBLISHED.items():
        yield from _days(year, rest)
    for year, rest in EXPECTED.items():
        yield from _days(year, rest)


CHINA = Calendar(
    name="china",
    rest_on=frozenset(_rest_days()),
    work_on=frozenset(day for year, (_, work) in PUBLISHED.items() for day in _days(year, work)),
    published_years=frozenset(PUBLISHED),
)
"""2004 to 2026 as published by the State Council.

A later year is provisional: until 2050 it has the weekends and the statutory holidays, those of
the lunar calendar included, with a holiday on a weekend made up on the next weekday; which days
are really swapped is known only from the notice. After 2050, and before 2004, weekends only.
"""
