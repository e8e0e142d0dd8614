"""The statutory calendar of China, checked day by day against two independent packages."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar  # type: ignore[import-untyped]  # it ships no types
import holidays
import pytest

from caseflow.worktime import CHINA

ROOT = Path(__file__).parents[3]


def _days(first_year: int, last_year: int) -> Iterator[date]:
    day = date(first_year, 1, 1)
    while day.year <= last_year:
        yield day
        day += timedelta(days=1)


def test_every_day_from_2004_to_2026_agrees_with_chinese_calendar() -> None:
    differ = [
        day
        for day in _days(2004, 2026)
        if CHINA.is_working_day(day) != chinese_calendar.is_workday(day)
    ]

    assert differ == []


def test_every_day_from_2010_to_2050_agrees_with_holidays() -> None:
    theirs = holidays.country_holidays("CN", years=range(2010, 2051))

    differ = [
        day for day in _days(2010, 2050) if CHINA.is_working_day(day) != theirs.is_working_day(day)
    ]

    assert differ == []


@pytest.mark.parametrize(
    ("year", "working_days"),
    [
        (2019, 250),
        (2020, 249),
        (2021, 250),
        (2022, 249),
        (2023, 249),
        (2024, 251),
        (2025, 248),
        (2026, 248),
    ],
)
def test_a_year_has_as_many_working_days_as_the_notice_leaves(
    year: int, working_days: int
) -> None:
    assert sum(CHINA.is_working_day(day) for day in _days(year, year)) == working_days


def test_the_data_file_is_what_the_script_writes() -> None:
    script = runpy.run_path(str(ROOT / "tools" / "make_china_calendar.py"))

    written = (ROOT / "src" / "caseflow" / "worktime" / "china_days.py").read_text("utf-8")

    assert script["module_text"]() == written
