"""Calendars: which days and hours an office works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from caseflow.errors import CalendarRefused, TimeRefused
from caseflow.worktime import CHINA, Calendar, OfficeHours

WEDNESDAY = date(2026, 3, 4)
SATURDAY = date(2026, 3, 7)


def hours(opens: str, closes: str) -> OfficeHours:
    return OfficeHours(opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))


def test_the_first_rule_that_names_a_day_decides() -> None:
    assert Calendar().is_working_day(WEDNESDAY)
    assert not Calendar().is_working_day(SATURDAY)
    assert not Calendar(rest_on=frozenset({WEDNESDAY})).is_working_day(WEDNESDAY)
    assert Calendar(work_on=frozenset({SATURDAY})).is_working_day(SATURDAY)
    assert not Calendar(
        work_on=frozenset({SATURDAY}), closed_on=frozenset({SATURDAY})
    ).is_working_day(SATURDAY)
    assert not Calendar(weekend=frozenset({2})).is_working_day(WEDNESDAY)


def test_a_unit_may_have_a_holiday_of_its_own() -> None:
    torch_festival = date(2026, 8, 6)

    chuxiong = replace(CHINA, name="chuxiong", closed_on=frozenset({torch_festival}))

    assert CHINA.is_working_day(torch_festival)
    assert not chuxiong.is_working_day(torch_festival)


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [
        ("08:59", False),
        ("09:00", True),
        ("11:59", True),
        ("12:00", False),
        ("14:00", True),
        ("18:00", False),
    ],
)
def test_office_time_begins_with_its_first_minute_and_ends_before_the_next(
    clock: str, *, is_open: bool
) -> None:
    moment = datetime.fromisoformat(f"2026-03-04T{clock}").replace(
        tzinfo=ZoneInfo("Asia/Shanghai")
    )

    assert CHINA.is_office_time(moment) is is_open
    assert CHINA.is_office_time(moment.astimezone(UTC)) is is_open


def test_no_hour_of_a_day_of_rest_is_office_time() -> None:
    assert not CHINA.is_office_time(datetime(2026, 3, 7, 2, tzinfo=UTC))


def test_an_office_may_close_at_midnight() -> None:
    night = Calendar(office_hours=(hours("18:00", "00:00"),), time_zone="UTC")

    assert night.is_office_time(datetime(2026, 3, 4, 23, 59, tzinfo=UTC))
    assert not night.is_office_time(datetime(2026, 3, 4, 17, 59, tzinfo=UTC))


def test_a_day_of_a_year_without_notice_is_provisional() -> None:
    assert not CHINA.is_provisional(date(2026, 12, 24))
    assert CHINA.is_provisional(date(2027, 1, 1))
    assert CHINA.is_provisional(date(2003, 12, 31))
    assert not Calendar().is_provisional(date(2027, 1, 1))


def test_the_last_days_of_a_year_wait_for_the_notice_of_the_next() -> None:
    """As 31 December 2018 became a day of rest by the notice for 2019."""
    only_2018 = replace(CHINA, published_years=frozenset({2018}))

    assert only_2018.is_provisional(date(2018, 12, 31))
    assert not CHINA.is_provisional(date(2018, 12, 31))
    assert not CHINA.is_working_day(date(2018, 12, 31))


def test_missing_years_are_those_whose_notice_may_change_the_span() -> None:
    assert CHINA.missing_years(date(2025, 1, 1), date(2026, 12, 24)) == ()
    assert CHINA.missing_years(date(2025, 1, 1), date(2026, 12, 25)) == (2027,)
    assert CHINA.missing_years(date(2003, 1, 1), date(2028, 1, 1)) == (2003, 2027, 2028)


def test_a_provisional_year_has_the_statutory_holidays_of_the_lunar_calendar_too() -> None:
    new_years_day_2027 = date(2027, 2, 8)  # the third of the first month, a Monday

    assert not CHINA.is_working_day(new_years_day_2027)
    assert CHINA.is_provisional(new_years_day_2027)


def test_a_published_year_replaces_what_was_expected() -> None:
    day_before_the_year, expected, swapped = date(2026, 12, 31), date(2027, 2, 10), SATURDAY

    published = CHINA.publish(2027, rest_on=[day_before_the_year], work_on=[date(2027, 2, 20)])

    assert not published.is_working_day(day_before_the_year)
    assert published.is_working_day(expected)
    assert published.is_working_day(date(2027, 2, 20))
    assert not published.is_provisional(expected)
    assert published.is_working_day(swapped) is CHINA.is_working_day(swapped)


def test_a_notice_may_take_back_a_make_up_day_of_the_year_before() -> None:
    calendar = CHINA.publish(2027, rest_on=[], work_on=[date(2026, 12, 26)])

    corrected = calendar.publish(2027, rest_on=[date(2026, 12, 26)])

    assert calendar.is_working_day(date(2026, 12, 26))
    assert not corrected.is_working_day(date(2026, 12, 26))


def test_a_calendar_that_announces_nothing_stays_so_with_a_notice() -> None:
    assert not Calendar().publish(2027, rest_on=[WEDNESDAY]).is_provisional(date(2028, 1, 1))


def test_a_moment_is_not_a_day() -> None:
    with pytest.raises(TimeRefused, match="a day is asked for"):
        CHINA.is_working_day(datetime(2026, 3, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (partial(Calendar, time_zone="Asia/Yuxi"), "there is no time zone “Asia/Yuxi”"),
        (partial(Calendar, time_zone="../zone"), "there is no time zone"),
        (partial(Calendar, weekend=frozenset(range(7))), "not all of them"),
        (partial(Calendar, weekend=frozenset({7})), "from 0 .Monday. to 6"),
        (partial(Calendar, office_hours=()), "no office hours"),
        (partial(Calendar, office_hours=(hours("09:00", "09:00"),)), "must close after it opens"),
        (
            partial(Calendar, office_hours=(hours("09:00", "13:00"), hours("12:00", "18:00"))),
            "overlap",
        ),
        (
            partial(Calendar, office_hours=(hours("09:00+08:00", "13:00"),)),
            "no time zone of their own",
        ),
        (
            partial(Calendar, rest_on=frozenset({SATURDAY}), work_on=frozenset({SATURDAY})),
            "2026-03-07 is a day of rest and a working day",
        ),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(
    wrong: Callable[[], Calendar], says: str
) -> None:
    with pytest.raises(CalendarRefused, match=says):
        wrong()


def test_a_refused_calendar_says_all_that_is_wrong() -> None:
    with pytest.raises(CalendarRefused) as refusal:
        Calendar(name="town 3", time_zone="x", office_hours=())

    assert str(refusal.value) == (
        "calendar “town 3”: there is no time zone “x”; it has no office hours"
    )
