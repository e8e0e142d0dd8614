"""Write src/caseflow/worktime/china_days.py from the packages that publish the notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import chinese_calendar  # type: ignore[import-untyped]  # it ships no types
import holidays

FIRST = 2004
PUBLISHED_TO = 2026
"""Raise by one when the notice of the next year is in the installed `chinese_calendar`."""
EXPECTED_TO = 2050

TARGET = Path(__file__).parents[1] / "src" / "caseflow" / "worktime" / "china_days.py"

HEADER = '''"""The days of rest and the make-up working days of China, year by year.

Written by ``tools/make_china_calendar.py``: do not edit by hand. Days are ``MMDD``.
"""

from __future__ import annotations

'''
PUBLISHED = """PUBLISHED: dict[int, tuple[str, str]] = {
    # year: weekdays that are days of rest, weekend days that are working days
"""
EXPECTED = """EXPECTED: dict[int, str] = {
    # year: weekdays of rest by the regulation alone, before the notice of the year is out;
    # a holiday that falls on a weekend is made up on the next weekday
"""


def module_text() -> str:
    """Return the module as it should be, whole."""
    return HEADER + PUBLISHED + _published() + "}\n\n" + EXPECTED + _expected() + "}\n"


def _published() -> str:
    return "".join(
        f'    {year}: (\n        "{_ranges(_rest(year))}",\n'
        f'        "{_ranges(_work(year))}",\n    ),\n'
        for year in range(FIRST, PUBLISHED_TO + 1)
    )


def _expected() -> str:
    years = range(PUBLISHED_TO + 1, EXPECTED_TO + 1)
    rules = holidays.country_holidays("CN", years=years)
    return "".join(
        f'    {year}: "{_ranges(d for d in _days(year) if _is_weekday(d) and d in rules)}",\n'
        for year in years
    )


def _rest(year: int) -> Iterator[date]:
    return (
        day for day in _days(year) if _is_weekday(day) and not chinese_calendar.is_workday(day)
    )


def _work(year: int) -> Iterator[date]:
    return (
        day for day in _days(year) if not _is_weekday(day) and chinese_calendar.is_workday(day)
    )


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


def _is_weekday(day: date) -> bool:
    return day.weekday() < 5  # noqa: PLR2004 - Saturday


def _ranges(days: Iterable[date]) -> str:
    """Write runs of days as ``0216-0220 0223``."""
    found = list(days)
    starts = [day for n, day in enumerate(found) if n == 0 or (day - found[n - 1]).days > 1]
    ends = [a for a, b in pairwise(found) if (b - a).days > 1] + found[-1:]
    return " ".join(
        f"{first:%m%d}" if first == last else f"{first:%m%d}-{last:%m%d}"
        for first, last in zip(starts, ends, strict=True)
    )


if __name__ == "__main__":
    TARGET.write_text(module_text(), encoding="utf-8")
