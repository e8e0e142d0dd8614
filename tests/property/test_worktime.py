"""What holds for every limit, start and calendar; slow counting by hand is the judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from caseflow.model import CalendarKind, Limit
from caseflow.worktime import (
    CHINA,
    Calendar,
    OfficeHours,
    due,
    due_again,
    elapsed,
    extend,
    resume,
    working_days_between,
)

ONE_DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
STEADY = ("Asia/Shanghai", "UTC")
# Their clocks change by 03:00, when no office of these tests is open.
CHANGING = ("America/Havana", "America/New_York", "Asia/Beirut", "Europe/Berlin")
IN_DAYS = (CalendarKind.CD, CalendarKind.CM, CalendarKind.CY, CalendarKind.WD)

days = st.dates(date(2003, 6, 1), date(2028, 6, 1))
moments = st.integers(0, 25 * 366 * 24 * 3600).map(
    lambda seconds: datetime(2003, 6, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
kinds = st.sampled_from(CalendarKind)
shares = st.integers(1, 99).map(lambda n: Decimal(n) / 100)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """The calendar of China, with other hours, zones and closures; or one without notices."""
    zone = draw(st.sampled_from(STEADY + CHANGING))
    opens_at = 0 if zone in STEADY else 16
    cuts = sorted(draw(st.sets(st.integers(opens_at, 95), min_size=2, max_size=4)))
    quarters = [time(n // 4, n % 4 * 15) for n in cuts[: len(cuts) // 2 * 2]]
    closed_on = draw(st.frozensets(days, max_size=5))
    changed = replace(
        draw(st.sampled_from([CHINA, Calendar(), Calendar(weekend=frozenset())])),
        time_zone=zone,
        office_hours=tuple(
            OfficeHours(opens=opens, closes=closes)
            for opens, closes in zip(quarters[::2], quarters[1::2], strict=True)
        ),
        closed_on=closed_on,
        day_ends_at_close=draw(st.booleans()),
    )
    return draw(st.sampled_from([CHINA, changed]))


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    kind = draw(kinds)
    most = {CalendarKind.CLK: 100_000, CalendarKind.WH: 20_000, CalendarKind.CY: 3}.get(kind, 99)
    return Limit(name="limit", kind=kind, amount=draw(st.integers(1, most)))


@given(limits(), moments, calendars())
def test_a_due_date_lies_after_its_start(
    limit: Limit, start: datetime, calendar: Calendar
) -> None:
    assert due(limit, start, calendar).at > start


@given(limits(), moments, moments, calendars())
def test_who_starts_later_is_not_due_earlier(
    limit: Limit, one: datetime, other: datetime, calendar: Calendar
) -> None:
    early, late = sorted([one, other])

    assert due(limit, early, calendar).at <= due(limit, late, calendar).at


@given(limits(), st.integers(1, 50), moments, calendars())
def test_a_longer_limit_is_not_due_earlier(
    limit: Limit, more: int, start: datetime, calendar: Calendar
) -> None:
    longer = replace(limit, amount=limit.amount + more)

    assert due(limit, start, calendar).at <= due(longer, start, calendar).at


@given(st.sampled_from(IN_DAYS), st.integers(1, 30), moments, calendars())
def test_a_period_in_days_ends_on_a_working_day(
    kind: CalendarKind, amount: int, start: datetime, calendar: Calendar
) -> None:
    result = due(Limit(name="x", kind=kind, amount=amount), start, calendar)

    assert calendar.is_working_day(result.last_on)
    assert (result.at - MINUTE).astimezone(calendar.zone).date() == result.last_on


@given(st.integers(1, 400), moments, calendars())
def test_working_days_agree_with_counting_on_fingers(
    amount: int, start: datetime, calendar: Calendar
) -> None:
    day, counted = start.astimezone(calendar.zone).date(), 0
    while counted < amount:
        day += ONE_DAY
        counted += calendar.is_working_day(day)

    result = due(Limit(name="x", kind=CalendarKind.WD, amount=amount), start, calendar)

    assert result.last_on == day
    assert elapsed(CalendarKind.WD, start, result.at - MINUTE, calendar) == amount


@given(st.integers(1, 400), moments, calendars())
def test_calendar_days_agree_with_counting_on_fingers(
    amount: int, start: datetime, calendar: Calendar
) -> None:
    day = start.astimezone(calendar.zone).date() + amount * ONE_DAY
    while not calendar.is_working_day(day):
        day += ONE_DAY

    assert due(Limit(name="x", kind=CalendarKind.CD, amount=amount), start, calendar).last_on == (
        day
    )


@given(st.integers(1, 1_000), moments, calendars())
def test_office_time_agrees_with_watching_the_door(
    minutes: int, start: datetime, calendar: Calendar
) -> None:
    start = start.replace(second=0, microsecond=0)
    at, worked = start.astimezone(calendar.zone).replace(tzinfo=None), 0
    while worked < minutes:
        if not calendar.is_working_day(at.date()):
            at = datetime.combine(at.date(), time()) + ONE_DAY
            continue
        worked += any(
            hours.opens <= at.time() and (at.time() < hours.closes or hours.closes == time())
            for hours in calendar.office_hours
        )
        at += MINUTE

    result = due(Limit(name="x", kind=CalendarKind.WH, amount=minutes), start, calendar)

    assert result.at == at.replace(tzinfo=calendar.zone).astimezone(UTC)
    assert elapsed(CalendarKind.WH, start, result.at, calendar) == minutes


@given(days, days, calendars())
def test_working_days_between_add_up_day_by_day(
    one: date, other: date, calendar: Calendar
) -> None:
    first, last = sorted([one, other])
    span = range(1, (last - first).days + 1)

    counted = sum(calendar.is_working_day(first + n * ONE_DAY) for n in span)

    assert working_days_between(first, last, calendar) == counted
    assert working_days_between(last, first, calendar) == -counted


@given(limits(), shares, shares, moments, calendars())
def test_a_share_lies_between_start_and_end_and_a_larger_one_not_earlier(
    limit: Limit, one: Decimal, other: Decimal, start: datetime, calendar: Calendar
) -> None:
    small, large = sorted([one, other])

    first = due(replace(limit, share=small), start, calendar).at
    second = due(replace(limit, share=large), start, calendar).at

    assert start < first <= second <= due(limit, start, calendar).at


@given(limits(), shares, moments, moments, calendars())
def test_a_share_of_a_later_start_is_not_due_earlier(
    limit: Limit, share: Decimal, one: datetime, other: datetime, calendar: Calendar
) -> None:
    early, late = sorted([one, other])
    reminder = replace(limit, share=share)

    assert due(reminder, early, calendar).at <= due(reminder, late, calendar).at


@given(limits(), moments, st.integers(0, 60 * 24 * 99), st.integers(0, 60 * 24 * 99), calendars())
def test_a_pause_never_brings_the_end_closer_and_ends_before_it(
    limit: Limit, start: datetime, wait: int, pause: int, calendar: Calendar
) -> None:
    before = due(limit, start, calendar)
    paused_at = start + wait * MINUTE
    resumed_at = paused_at + pause * MINUTE

    after = resume(before, calendar, paused_at=paused_at, resumed_at=resumed_at)

    if paused_at >= before.at or pause == 0:
        assert after.at == before.at
    else:
        assert after.at >= max(before.at, resumed_at)


@given(limits(), shares, moments, st.integers(0, 60 * 24 * 99), st.integers(0, 60 * 24 * 99))
def test_a_share_of_a_paused_period_lies_before_its_end(
    limit: Limit, share: Decimal, start: datetime, wait: int, pause: int
) -> None:
    paused_at = start + wait * MINUTE
    resumed_at = paused_at + pause * MINUTE
    reminder, whole = (
        resume(due(one, start, CHINA), CHINA, paused_at=paused_at, resumed_at=resumed_at).at
        for one in (replace(limit, share=share), limit)
    )

    assert start <= reminder <= whole
    assert not paused_at < reminder < min(resumed_at, whole)


@given(limits(), moments, st.integers(0, 60 * 24 * 30), st.integers(0, 60 * 24 * 30))
def test_a_pause_of_the_running_clock_lasts_as_long_as_it_lasts(
    limit: Limit, start: datetime, wait: int, pause: int
) -> None:
    before = due(replace(limit, kind=CalendarKind.CLK), start, CHINA)
    paused_at = min(start + wait * MINUTE, before.at - MINUTE)

    after = resume(before, CHINA, paused_at=paused_at, resumed_at=paused_at + pause * MINUTE)

    assert after.at - before.at == pause * MINUTE


@given(limits(), limits(), moments, calendars())
def test_an_extension_lies_behind_what_it_extends(
    limit: Limit, by: Limit, start: datetime, calendar: Calendar
) -> None:
    before = due(limit, start, calendar)

    assert extend(before, by, calendar).at > before.at


@given(limits(), moments, calendars())
def test_a_repetition_lies_behind_the_one_before(
    limit: Limit, start: datetime, calendar: Calendar
) -> None:
    first = due(limit, start, calendar)

    assert due_again(limit, first.at, calendar).at > first.at


@given(limits(), moments, calendars())
def test_the_same_question_has_the_same_answer(
    limit: Limit, start: datetime, calendar: Calendar
) -> None:
    assert due(limit, start, calendar) == due(limit, start, replace(calendar, name=calendar.name))


@given(limits(), moments)
def test_a_date_that_is_not_provisional_survives_every_later_notice(
    limit: Limit, start: datetime
) -> None:
    early = replace(CHINA, published_years=frozenset(range(2004, 2025)))
    every_day = [date(2025, 1, 1) + n * ONE_DAY for n in range(365)]
    later = early.publish(2025, rest_on=[date(2024, 12, 31), *every_day[::2]])

    before = due(limit, start, early)

    assert before.is_provisional or due(limit, start, later).at == before.at
