"""ISO 8601 durations: what is written is read, and months lead where the calendar says."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from caseflow.expressions import Period, parse_duration, parse_repeating

numbers = st.integers(0, 999)
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
moments = st.datetimes(
    datetime(1900, 1, 1),  # noqa: DTZ001 - strategies want it so
    datetime(2200, 12, 31),  # noqa: DTZ001 - strategies want it so
    timezones=st.just(UTC),
)


@given(numbers, numbers, numbers, numbers, numbers, numbers, st.integers(0, 999_999))
def test_a_duration_is_read_as_it_is_written(  # noqa: PLR0913, PLR0917 - one for each unit
    years: int, months: int, days: int, hours: int, minutes: int, seconds: int, micro: int
) -> None:
    text = f"P{years}Y{months}M{days}DT{hours}H{minutes}M{seconds}.{micro:06}S"

    period = parse_duration(text)

    assert period == Period(
        years=years,
        months=months,
        days=days,
        seconds=hours * 3_600 + minutes * 60 + seconds,
        microseconds=micro,
    )
    assert parse_duration(f"-{text}") == -period
    if period != Period():
        assert parse_repeating(f"R/{text}").period == period


@given(days, st.integers(-1_200, 1_200))
def test_months_lead_to_the_same_day_or_the_end_of_the_month(start: date, months: int) -> None:
    end = Period(months=months).add_to(start)

    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == min(start.day, monthrange(end.year, end.month)[1])


@given(moments, st.integers(-9_999, 9_999), st.integers(-99_999, 99_999))
def test_a_period_without_months_is_a_timedelta(start: datetime, days: int, seconds: int) -> None:
    period = Period(days=days, seconds=seconds)

    assert period.as_timedelta() == timedelta(days=days, seconds=seconds)
    assert period.add_to(start) == start + timedelta(days=days, seconds=seconds)
    assert (-period).add_to(period.add_to(start)) == start


@given(st.text(alphabet="PT0123456789YMWDHS.,-+R/:Z ") | st.text())
def test_any_text_is_a_duration_and_a_repetition_or_refused(text: str) -> None:
    for parse in (parse_duration, parse_repeating):
        try:
            parse(text)
        except ValueError as error:
            assert "ISO 8601" in str(error) or ":" in str(error)  # noqa: PT017 - both are right
