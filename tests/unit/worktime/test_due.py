"""When a limit is due: the rules of each kind, and the traps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from caseflow.errors import TimeRefused
from caseflow.model import CalendarKind, Limit
from caseflow.worktime import CHINA, Calendar, due, due_again

ALL_DAYS_WORK = Calendar(name="all days", weekend=frozenset())


def limit(kind: str, amount: int, **more: str | Decimal) -> Limit:
    share = more.get("share")
    outside = more.get("outside")
    return Limit(
        name=f"{amount} {kind}",
        kind=CalendarKind(kind),
        amount=amount,
        share=share if isinstance(share, Decimal) else None,
        outside=outside if isinstance(outside, str) else None,
    )


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def test_five_working_days_from_before_spring_festival_2025_count_the_make_up_sunday() -> None:
    assert due(limit("WD", 5), at("2025-01-24T10:00"), CHINA).last_on == date(2025, 2, 7)


def test_one_month_from_2026_01_31_ends_on_the_last_of_february_a_make_up_working_day() -> None:
    result = due(limit("CM", 1), at("2026-01-31T10:00"), CHINA)

    assert result.last_on == date(2026, 2, 28)
    assert result.at == at("2026-03-01T00:00")


def test_calendar_days_ending_in_spring_festival_2026_move_behind_it() -> None:
    assert due(limit("CD", 10), at("2026-02-10T10:00"), CHINA).last_on == date(2026, 2, 24)


def test_thirty_minutes_of_the_running_clock_pass_over_midnight_and_new_years_eve() -> None:
    assert due(limit("CLK", 30), at("2026-02-16T23:45"), CHINA).at == at("2026-02-17T00:15")


def test_an_agreement_of_2026_01_25_may_be_confirmed_until_2026_02_24() -> None:
    assert due(limit("CD", 30), at("2026-01-25T15:00"), CHINA).last_on == date(2026, 2, 24)


def test_days_before_the_national_holiday_end_differently_by_calendar_and_by_working_days() -> (
    None
):
    friday = at("2024-09-27T09:00")

    assert due(limit("CD", 7), friday, CHINA).last_on == date(2024, 10, 8)
    assert due(limit("WD", 7), friday, CHINA).last_on == date(2024, 10, 12)


@pytest.mark.parametrize(
    ("kind", "amount", "start", "last_on"),
    [
        ("CD", 1, "2026-03-02T00:00", date(2026, 3, 3)),
        ("CD", 1, "2026-03-02T23:59", date(2026, 3, 3)),
        ("CD", 4, "2026-03-03T08:00", date(2026, 3, 9)),  # a Saturday moves to Monday
        ("WD", 1, "2026-03-06T08:00", date(2026, 3, 9)),
        ("WD", 1, "2026-03-07T08:00", date(2026, 3, 9)),  # a start on a day of rest
        ("CM", 1, "2026-03-31T08:00", date(2026, 4, 30)),
        ("CM", 12, "2024-02-29T08:00", date(2025, 2, 28)),
        ("CM", 23, "2024-01-31T08:00", date(2025, 12, 31)),
        ("CY", 1, "2024-02-29T08:00", date(2025, 2, 28)),
        ("CY", 2, "2024-03-01T08:00", date(2026, 3, 2)),  # a Sunday moves to Monday
    ],
)
def test_a_period_in_days_ends_with_its_last_day(
    kind: str, amount: int, start: str, last_on: date
) -> None:
    result = due(limit(kind, amount), at(start), CHINA)

    assert result.last_on == last_on
    assert result.at == at(f"{last_on}T00:00") + (at("2026-03-03T00:00") - at("2026-03-02T00:00"))


@pytest.mark.parametrize(
    ("minutes", "start", "end"),
    [
        (60, "2026-03-02T09:00", "2026-03-02T10:00"),
        (60, "2026-03-02T11:30", "2026-03-02T14:30"),  # over the lunch break
        (30, "2026-03-02T11:30", "2026-03-02T12:00"),  # ends at the close, not after lunch
        (60, "2026-03-02T17:30", "2026-03-03T09:30"),
        (60, "2026-03-02T06:00", "2026-03-02T10:00"),
        (60, "2026-03-02T12:30", "2026-03-02T15:00"),
        (60, "2026-03-02T20:00", "2026-03-03T10:00"),
        (60, "2026-03-06T18:00", "2026-03-09T10:00"),  # over a weekend
        (60, "2026-03-07T10:00", "2026-03-09T10:00"),  # on a weekend
        (420, "2026-03-02T09:00", "2026-03-02T18:00"),
        (421, "2026-03-02T09:00", "2026-03-03T09:01"),
        (840, "2026-03-02T10:00", "2026-03-04T10:00"),
        (420, "2026-02-13T09:00:30", "2026-02-14T09:00:30"),  # Saturday is made up
    ],
)
def test_office_time_counts_only_while_the_office_is_open(
    minutes: int, start: str, end: str
) -> None:
    assert due(limit("WH", minutes), at(start), CHINA).at == at(end)


def test_a_due_date_is_in_utc() -> None:
    result = due(limit("CD", 1), at("2026-03-02T08:00"), CHINA)

    assert result.at == datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert result.at.tzinfo is UTC


def test_the_time_zone_of_the_calendar_decides_on_which_day_a_start_falls() -> None:
    late_in_utc = datetime(2026, 3, 2, 17, tzinfo=UTC)  # the 3rd in Shanghai

    assert due(limit("CD", 1), late_in_utc, CHINA).last_on == date(2026, 3, 4)
    assert due(limit("CD", 1), late_in_utc, replace(CHINA, time_zone="UTC")).last_on == (
        date(2026, 3, 3)
    )


def test_the_running_clock_does_not_jump_with_summer_time() -> None:
    berlin = Calendar(name="berlin", time_zone="Europe/Berlin")
    before_the_jump = at("2026-03-29T01:30", "Europe/Berlin")

    result = due(limit("CLK", 60), before_the_jump, berlin)

    assert result.at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert result.at.astimezone(ZoneInfo("Europe/Berlin")).hour == 3


def test_a_day_of_summer_time_ends_at_midnight_though_it_has_23_hours() -> None:
    berlin = replace(ALL_DAYS_WORK, time_zone="Europe/Berlin")

    result = due(limit("CD", 1), at("2026-03-28T12:00", "Europe/Berlin"), berlin)

    assert result.at == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_office_hours_follow_the_clock_on_the_wall_through_summer_time() -> None:
    berlin = Calendar(name="berlin", time_zone="Europe/Berlin")

    result = due(limit("WH", 480), at("2026-03-27T09:00", "Europe/Berlin"), berlin)

    assert result.at == at("2026-03-30T10:00", "Europe/Berlin")


def test_a_calendar_without_days_of_rest_counts_plain_days() -> None:
    assert due(limit("CD", 60), at("2007-01-01T10:00"), ALL_DAYS_WORK).last_on == date(2007, 3, 2)


def test_a_period_in_days_may_end_when_the_office_closes() -> None:
    closing = replace(CHINA, day_ends_at_close=True)

    assert due(limit("WD", 1), at("2026-03-02T10:00"), closing).at == at("2026-03-03T18:00")


def test_a_limit_may_change_when_it_starts_outside_office_hours() -> None:
    sign_in = limit("WH", 60, outside="2 h")
    limits = {"2 h": limit("CLK", 120)}

    inside = due(sign_in, at("2026-03-02T11:30"), CHINA, limits=limits)
    at_the_close = due(sign_in, at("2026-03-02T12:00"), CHINA, limits=limits)
    on_sunday = due(sign_in, at("2026-03-01T10:00"), CHINA, limits=limits)

    assert inside.at == at("2026-03-02T14:30")
    assert at_the_close.at == at("2026-03-02T14:00")
    assert on_sunday.at == at("2026-03-01T12:00")


def test_a_due_date_in_a_year_without_notice_is_provisional() -> None:
    start = at("2026-12-21T10:00")

    assert not due(limit("WD", 3), start, CHINA).is_provisional
    assert due(limit("WD", 4), start, CHINA).is_provisional  # ends on 25 December
    assert due(limit("WD", 20), start, CHINA).is_provisional
    assert due(limit("WH", 60 * 70), start, CHINA).is_provisional
    assert not due(limit("CLK", 60 * 24 * 60), start, CHINA).is_provisional
    assert due(limit("CY", 1), start, CHINA).is_provisional


def test_calendar_days_depend_only_on_their_last_day() -> None:
    before_the_data = at("2003-12-29T10:00")

    assert not due(limit("CD", 8), before_the_data, CHINA).is_provisional
    assert due(limit("CD", 8, share=Decimal("0.5")), before_the_data, CHINA).is_provisional
    assert due(limit("WD", 8), before_the_data, CHINA).is_provisional


def test_the_day_of_the_start_does_not_make_working_days_provisional() -> None:
    assert not due(limit("WD", 8), at("2003-12-31T10:00"), CHINA).is_provisional


def test_a_limit_that_depends_on_the_hour_of_a_day_without_notice_is_provisional() -> None:
    sign_in = limit("CLK", 60, outside="2 h")

    result = due(sign_in, at("2027-03-02T10:00"), CHINA, limits={"2 h": limit("CLK", 120)})

    assert result.is_provisional


def test_a_calendar_that_announces_nothing_is_never_provisional() -> None:
    assert not due(limit("WD", 9), at("2090-01-01T00:00"), Calendar()).is_provisional


def test_a_cycle_of_days_does_not_drift() -> None:
    every_two_weeks = limit("CD", 14)
    first = due(every_two_weeks, at("2026-03-03T10:00"), CHINA)

    second = due_again(every_two_weeks, first.at, CHINA)
    third = due_again(every_two_weeks, second.at, CHINA)

    assert [first.last_on, second.last_on, third.last_on] == [
        date(2026, 3, 17),
        date(2026, 3, 31),
        date(2026, 4, 14),
    ]


def test_a_cycle_of_the_running_clock_goes_on_from_the_moment() -> None:
    assert due_again(limit("CLK", 60), at("2026-03-03T00:00"), CHINA).at == at("2026-03-03T01:00")


@pytest.mark.parametrize(
    ("wrong", "start", "says"),
    [
        (limit("CD", 1), datetime(2026, 3, 2), "time zone"),  # noqa: DTZ001 - that is the point
        (limit("CD", 0), at("2026-03-02T10:00"), "must be positive, not 0"),
        (limit("CLK", -5), at("2026-03-02T10:00"), "must be positive, not -5"),
        (limit("CD", 5_000_000), at("2026-03-02T10:00"), "beyond the year 9998"),
        (limit("CD", 10**12), at("2026-03-02T10:00"), "beyond the year 9998"),
        (limit("CD", 9), at("9998-12-30T10:00"), "beyond the year 9998"),
        (limit("WD", 9), at("9998-12-30T10:00"), "beyond the year 9998"),
        (limit("CM", 200_000), at("2026-03-02T10:00"), "beyond the year 9998"),
        (limit("CLK", 10**10), at("2026-03-02T10:00"), "beyond the years"),
        (limit("WH", 10**15), at("2026-03-02T10:00"), "too long"),
        (limit("CLK", 60 * 24 * (365 * 7979 - 100)), at("2026-03-02T10:00"), "too late"),
        (limit("WD", 1), datetime.max.replace(tzinfo=UTC), "too late"),
        (limit("WD", 1), datetime.min.replace(tzinfo=UTC), "too early"),
        (limit("CLK", 1, outside="x"), at("2026-03-02T10:00"), "no such limit"),
    ],
)
def test_what_cannot_be_counted_is_refused(wrong: Limit, start: datetime, says: str) -> None:
    with pytest.raises(TimeRefused, match=says):
        due(wrong, start, CHINA)
