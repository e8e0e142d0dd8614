from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from caseflow.expressions import (
    Period,
    Repetition,
    parse_date,
    parse_duration,
    parse_moment,
    parse_repeating,
)

BEIJING = timezone(timedelta(hours=8))

DURATIONS = {
    "P1D": Period(days=1),
    "P1W": Period(days=7),
    "P1M": Period(months=1),
    "PT1M": Period(seconds=60),
    "P1Y2M10DT2H30M": Period(years=1, months=2, days=10, seconds=9_000),
    "PT36H": Period(seconds=129_600),
    "PT0S": Period(),
    "P0D": Period(),
    "PT1.5S": Period(seconds=1, microseconds=500_000),
    "PT1,5S": Period(seconds=1, microseconds=500_000),
    "PT0.5H": Period(seconds=1_800),
    "P0.5D": Period(seconds=43_200),
    "P1.5W": Period(days=10, seconds=43_200),
    "PT0.0000004S": Period(),
    "P1W2DT3S": Period(days=9, seconds=3),
    "-P1DT1H": Period(days=-1, seconds=-3_600),
    "+P1D": Period(days=1),
    "P10000Y": Period(years=10_000),
}


@pytest.mark.parametrize(("text", "period"), DURATIONS.items())
def test_a_duration_is_read(text: str, period: Period) -> None:
    assert parse_duration(text) == period


@pytest.mark.parametrize(
    "text",
    [
        "", "P", "PT", "P1DT", "1D", "P1", "P1H", "PT1D", "P1D1Y", "P1D ", " P1D", "p1d", "P-1D",
        "P1.D", "P.5D", "--P1D", "P1DT1", "P1DP1D", "P\uff11D", "P٣D", "P1D\n", "R/P1D", "1 day",
        "PT" + "9" * 200 + "S", "P9999999999D", "P1H30M",
    ],
)  # fmt: skip
def test_nonsense_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not an ISO 8601 duration: write it like P1D"):
        parse_duration(text)


def test_a_fraction_of_a_month_has_no_meaning() -> None:
    for text in ("P0.5M", "P1.5Y"):
        with pytest.raises(ValueError, match="fraction of a month: write it in days"):
            parse_duration(text)


def test_a_duration_is_shorter_than_history() -> None:
    for text in ("P10001Y", "P999999999D", "P120001M", "PT999999999H"):
        with pytest.raises(ValueError, match="longer than 10,000 years"):
            parse_duration(text)


def test_a_period_of_fixed_length_is_a_timedelta() -> None:
    assert parse_duration("P1DT2H").as_timedelta() == timedelta(days=1, hours=2)
    assert parse_duration("PT0.25S").as_timedelta() == timedelta(milliseconds=250)
    assert parse_duration("P1M").as_timedelta() is None
    assert parse_duration("P1Y").as_timedelta() is None


ADDED = [
    ("2026-01-31", "P1M", "2026-02-28"),
    ("2024-01-31", "P1M", "2024-02-29"),
    ("2024-02-29", "P1Y", "2025-02-28"),
    ("2026-01-31", "P1M1D", "2026-03-01"),
    ("2026-11-30", "P3M", "2027-02-28"),
    ("2026-03-31", "-P1M", "2026-02-28"),
    ("2026-01-15", "-P1Y1M", "2024-12-15"),
    ("2026-12-31", "P1D", "2027-01-01"),
    ("2026-01-01", "P0D", "2026-01-01"),
]


@pytest.mark.parametrize(("start", "period", "end"), ADDED)
def test_a_period_leads_to_the_day_or_the_end_of_the_month(
    start: str, period: str, end: str
) -> None:
    assert parse_duration(period).add_to(parse_date(start)) == parse_date(end)

    at = datetime.combine(parse_date(start), time(9), BEIJING)
    assert parse_duration(period).add_to(at) == datetime.combine(parse_date(end), time(9), BEIJING)


def test_hours_cannot_be_added_to_a_date() -> None:
    with pytest.raises(TypeError, match="cannot be added to a date"):
        parse_duration("PT1H").add_to(date(2026, 1, 31))


def test_a_period_ends_within_the_years_that_dates_know() -> None:
    for period in (Period(years=9_000), Period(months=-99_999), Period(days=9_999_999)):
        with pytest.raises(OverflowError):
            period.add_to(date(2026, 1, 31))


def test_days_follow_the_calendar_and_hours_the_clock() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 28, 12, tzinfo=berlin)  # the clock goes forward on 29 March

    assert parse_duration("P1D").add_to(before) == datetime(2026, 3, 29, 12, tzinfo=berlin)
    assert parse_duration("PT24H").add_to(before) == datetime(2026, 3, 29, 13, tzinfo=berlin)


def test_a_moment_without_a_zone_stays_without() -> None:
    naive = datetime(2026, 1, 31, 9)  # noqa: DTZ001 - what this is about

    assert parse_duration("P1MT1H").add_to(naive) == datetime(2026, 2, 28, 10)  # noqa: DTZ001


MOMENTS = {
    "2026-01-31T09:00:00+08:00": datetime(2026, 1, 31, 9, tzinfo=BEIJING),
    "2026-01-31T09:00:00+0800": datetime(2026, 1, 31, 9, tzinfo=BEIJING),
    "2026-01-31T09:00+08": datetime(2026, 1, 31, 9, tzinfo=BEIJING),
    "2026-01-31T09:00:00Z": datetime(2026, 1, 31, 9, tzinfo=UTC),
    "2026-01-31T09:00:00.25-03:30": datetime(
        2026, 1, 31, 9, 0, 0, 250_000, tzinfo=timezone(-timedelta(hours=3, minutes=30))
    ),
}


@pytest.mark.parametrize(("text", "moment"), MOMENTS.items())
def test_a_moment_is_read_with_its_offset(text: str, moment: datetime) -> None:
    read = parse_moment(text)

    assert read == moment
    assert read.utcoffset() == moment.utcoffset()
    assert parse_moment(text, zone=UTC) == moment


def test_a_moment_without_offset_stands_in_the_given_zone() -> None:
    assert parse_moment("2026-01-31T09:00", zone=BEIJING) == datetime(
        2026, 1, 31, 9, tzinfo=BEIJING
    )
    assert parse_moment("2026-01-31", zone=BEIJING) == datetime(2026, 1, 31, tzinfo=BEIJING)


NO_MOMENTS = {
    "2026-01-31T09:00:00": "lacks its offset: add Z or one like",
    "2026-01-31": "is not an ISO 8601 moment: write it like",
    "2026-02-30T09:00:00Z": "does not exist: day is out of range",
    "2026-01-31T25:00:00Z": "does not exist: hour must be in",
    "2026-01-31T09:00:00+99:00": "does not exist",
    "2026-01-31 09:00:00Z": "is not an ISO 8601 moment",
    "20260131T090000Z": "is not an ISO 8601 moment",
    "2026-W01-1T09:00:00Z": "is not an ISO 8601 moment",
    "\uff12026-01-31T09:00:00Z": "is not an ISO 8601 moment",
    "tomorrow": "is not an ISO 8601 moment",
    "": "is not an ISO 8601 moment",
    "9" * 5_000: "9…",
}


@pytest.mark.parametrize(("text", "reason"), NO_MOMENTS.items(), ids=range(len(NO_MOMENTS)))
def test_nonsense_is_no_moment(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason.replace("9…", "9'…")) as error:
        parse_moment(text)

    assert len(str(error.value)) < 250


def test_a_date_is_read() -> None:
    assert parse_date("2026-01-31") == date(2026, 1, 31)


def test_nonsense_is_no_date() -> None:
    for text in ("", "2026-1-31", "20260131", "2026-01-31T00:00", "31.1.2026"):
        with pytest.raises(ValueError, match="is not an ISO 8601 date: write it like"):
            parse_date(text)
    with pytest.raises(ValueError, match="does not exist"):
        parse_date("2026-13-01")


HOUR = Period(seconds=3_600)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
REPETITIONS = {
    "R3/PT1H": Repetition(times=3, start=None, period=HOUR),
    "R/PT1H": Repetition(times=None, start=None, period=HOUR),
    "R/P1M": Repetition(times=None, start=None, period=Period(months=1)),
    "R/2026-01-01T00:00:00Z/PT1H": Repetition(times=None, start=NEW_YEAR, period=HOUR),
    "R3/2026-01-01T00:00:00Z/2026-01-01T01:00:00Z": Repetition(
        times=3, start=NEW_YEAR, period=HOUR
    ),
    "R3/2026-01-01T00:00:00Z/2026-01-02T00:00:00.5Z": Repetition(
        times=3, start=NEW_YEAR, period=Period(seconds=86_400, microseconds=500_000)
    ),
    "R3/PT1H/2026-01-01T01:00:00Z": Repetition(times=3, start=NEW_YEAR, period=HOUR),
    "R1/P1M/2026-02-01T00:00:00Z": Repetition(times=1, start=NEW_YEAR, period=Period(months=1)),
}


@pytest.mark.parametrize(("text", "repetition"), REPETITIONS.items())
def test_a_repeating_interval_is_read(text: str, repetition: Repetition) -> None:
    assert parse_repeating(text) == repetition


def test_a_repeating_interval_without_offset_stands_in_the_given_zone() -> None:
    assert parse_repeating("R/2026-01-01/P1D", zone=UTC) == Repetition(
        times=None, start=NEW_YEAR, period=Period(days=1)
    )


NOT_REPEATING = {
    "0 0 9 * * MON": r"is not an ISO 8601 repeating interval.*a cron text is not one",
    "PT1H": "is not an ISO 8601 repeating interval",
    "R": "is not an ISO 8601 repeating interval",
    "R3": "is not an ISO 8601 repeating interval",
    "R3/": "is not an ISO 8601 repeating interval",
    "R-1/PT1H": "is not an ISO 8601 repeating interval",
    "R3/PT1H/P1D/P1D": "is not an ISO 8601 repeating interval",
    "R3/PT1H/PT1H": "is not an ISO 8601 moment",
    "R3/1H": "is not an ISO 8601 moment",
    "R3/2026-01-01T00:00:00Z": "needs a period after it, like 2026-01-01T00:00:00Z/P1D",
    "R3/2026-01-01T00:00:00/P1D": "lacks its offset",
    "R0/PT1H": "never happens: repeat at least once",
    "R3/PT0S": "never moves on: its period must be longer than zero",
    "R3/-PT1H": "is not an ISO 8601 moment",
    "R3/2026-01-02T00:00:00Z/2026-01-01T00:00:00Z": "never moves on",
    "R3/P3000Y/2026-01-01T00:00:00Z": "starts before year 1",
    "R3/P1DT" + "9" * 100 + "H": "is not an ISO 8601 repeating interval",
}


@pytest.mark.parametrize(("text", "reason"), NOT_REPEATING.items(), ids=range(len(NOT_REPEATING)))
def test_nonsense_does_not_repeat(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_repeating(text)
