"""How much time lies between two moments."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from caseflow.errors import TimeRefused
from caseflow.model import CalendarKind
from caseflow.worktime import CHINA, elapsed, working_days_between


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2025, 1, 24), date(2025, 2, 7), 5),
        (date(2025, 2, 7), date(2025, 1, 24), -5),
        (date(2026, 3, 4), date(2026, 3, 4), 0),
        (date(2026, 3, 6), date(2026, 3, 8), 0),
        (date(2023, 12, 31), date(2026, 12, 31), 251 + 248 + 248),
    ],
)
def test_working_days_are_counted_after_the_first_up_to_the_last(
    start: date, end: date, days: int
) -> None:
    assert working_days_between(start, end, CHINA) == days


@pytest.mark.parametrize(
    ("kind", "start", "end", "units"),
    [
        ("CLK", "2026-03-06T17:30", "2026-03-09T09:30", 64 * 60),
        ("WH", "2026-03-06T17:30", "2026-03-09T09:30", 60),
        ("WH", "2026-03-06T12:10", "2026-03-06T13:50", 0),
        ("WH", "2026-03-07T12:10", "2026-03-08T13:50", 0),
        ("WD", "2026-03-06T17:30", "2026-03-09T09:30", 1),
        ("CD", "2026-03-06T17:30", "2026-03-09T09:30", 3),
        ("CD", "2026-03-06T23:59", "2026-03-07T00:00", 1),
        ("CM", "2026-01-31T10:00", "2026-02-27T10:00", 0),
        ("CM", "2026-01-31T10:00", "2026-02-28T10:00", 1),
        ("CM", "2026-01-15T10:00", "2026-03-14T10:00", 1),
        ("CY", "2024-02-29T10:00", "2025-02-28T10:00", 1),
        ("CY", "2024-03-01T10:00", "2026-02-28T10:00", 1),
    ],
)
def test_whole_units_are_counted_and_backwards_they_are_negative(
    kind: str, start: str, end: str, units: int
) -> None:
    assert elapsed(CalendarKind(kind), at(start), at(end), CHINA) == units
    assert elapsed(CalendarKind(kind), at(end), at(start), CHINA) == -units


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(TimeRefused, match="needs a time zone"):
        elapsed(
            CalendarKind.CD,
            datetime(2026, 3, 4),  # noqa: DTZ001 - that is the point
            datetime(2026, 3, 4, tzinfo=UTC),
            CHINA,
        )
