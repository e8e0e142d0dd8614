"""Moments and spans in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from caseflow.cli.moments import Due, Pressure, due_in_words, iso, local, span

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (
            timedelta(seconds=-1),
            Due(at="2026-03-02 08:59", left="late < 1 min", pressure=Pressure.LATE),
        ),
        (
            timedelta(hours=-50),
            Due(at="2026-02-28 07:00", left="late 2 d 2 h", pressure=Pressure.LATE),
        ),
        (timedelta(), Due(at="2026-03-02 09:00", left="< 1 min", pressure=Pressure.SOON)),
        (timedelta(hours=24), Due(at="2026-03-03 09:00", left="1 d", pressure=Pressure.SOON)),
        (timedelta(hours=25), Due(at="2026-03-03 10:00", left="1 d 1 h", pressure=Pressure.TIME)),
    ],
)
def test_a_due_time_is_late_soon_or_neither(left: timedelta, expected: Due) -> None:
    assert due_in_words(NOW + left, now=NOW) == expected


def test_no_due_time_presses_nobody() -> None:
    assert due_in_words(None, now=NOW) == Due(at="", left="", pressure=Pressure.NONE)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "< 1 min"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=23, minutes=5), "23 h 5 min"),
        (timedelta(days=9, hours=23), "9 d 23 h"),
        (timedelta(days=10, hours=23), "10 d"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(length: timedelta, words: str) -> None:
    assert span(length) == words


def test_people_read_local_time_and_programs_utc() -> None:
    assert (local(NOW), iso(NOW), iso(None)) == (
        "2026-03-02 09:00",
        "2026-03-02T01:00:00+00:00",
        None,
    )
