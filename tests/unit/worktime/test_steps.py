"""How a due date explains itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from caseflow.model import CalendarKind, Limit
from caseflow.worktime import (
    CHINA,
    DayNotCounted,
    DaysCounted,
    Ends,
    MadeUpCounted,
    RestSkipped,
    Started,
    due,
    extend,
    resume,
)


def limit(kind: str, amount: int) -> Limit:
    return Limit(name=f"{amount} {kind}", kind=CalendarKind(kind), amount=amount)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def test_the_steps_are_values() -> None:
    rest = [date(2025, 1, 25), *(date(2025, 1, 28) + timedelta(days=n) for n in range(8))]

    assert due(limit("WD", 5), at("2025-01-24T10:00"), CHINA).steps == (
        Started(at=at("2025-01-24T10:00")),
        DayNotCounted(on=date(2025, 1, 24)),
        RestSkipped(days=tuple(rest)),
        MadeUpCounted(days=(date(2025, 1, 26),)),
        DaysCounted(kind=CalendarKind.WD, amount=5, last_on=date(2025, 2, 7)),
        Ends(at=at("2025-02-08T00:00")),
    )


def test_working_days_say_which_days_did_not_count_and_which_did() -> None:
    assert str(due(limit("WD", 5), at("2025-01-24T10:00"), CHINA)).splitlines() == [
        "starts 2025-01-24 10:00",
        "2025-01-24 (Friday) itself does not count",
        "days of rest do not count: 2025-01-25, 2025-01-28 to 2025-02-04",
        "make-up working days count: 2025-01-26",
        "5 working days: the last day is 2025-02-07 (Friday)",
        "ends 2025-02-07 24:00",
    ]


def test_days_over_the_turn_of_the_year_are_told_in_one_piece() -> None:
    text = str(due(limit("WD", 5), at("2022-12-29T10:00"), CHINA))

    assert "days of rest do not count: 2022-12-31 to 2023-01-02\n" in text


def test_days_of_rest_with_a_working_day_between_them_are_told_apart() -> None:
    often_closed = replace(CHINA, closed_on=frozenset({date(2026, 3, 3), date(2026, 3, 5)}))

    text = str(due(limit("WD", 3), at("2026-03-02T10:00"), often_closed))

    assert "days of rest do not count: 2026-03-03, 2026-03-05, 2026-03-07 to 2026-03-08\n" in text


def test_a_moved_last_day_says_why() -> None:
    assert str(due(limit("CD", 10), at("2026-02-10T10:00:05"), CHINA)).splitlines() == [
        "starts 2026-02-10 10:00:05",
        "2026-02-10 (Tuesday) itself does not count",
        "10 calendar days: the last day is 2026-02-20 (Friday)",
        "2026-02-20 (Friday) is a day of rest: the last day moves to 2026-02-24 (Tuesday)",
        "ends 2026-02-24 24:00",
    ]


def test_a_month_without_the_day_says_so() -> None:
    assert str(due(limit("CM", 1), at("2026-01-31T10:00"), CHINA)).splitlines()[2:4] == [
        "2026-02 has no such day: its last day holds",
        "1 calendar month: the last day is 2026-02-28 (Saturday)",
    ]


def test_a_start_outside_office_hours_says_which_limit_holds() -> None:
    sign_in = replace(limit("WH", 60), outside="2 h")
    limits = {"2 h": replace(limit("CLK", 120), name="2 h")}

    assert str(due(sign_in, at("2026-03-07T10:00"), CHINA, limits=limits)).splitlines() == [
        "starts 2026-03-07 10:00",
        "the start lies outside office hours: “2 h” holds",
        "2 h 0 min by the running clock: until 2026-03-07 12:00",
        "ends 2026-03-07 12:00",
    ]


def test_a_share_tells_the_whole_too() -> None:
    half = replace(limit("WD", 1), share=Decimal("0.5"))

    assert str(due(half, at("2026-03-04T10:00"), CHINA)).splitlines() == [
        "starts 2026-03-04 10:00",
        "2026-03-04 (Wednesday) itself does not count",
        "1 working day: the last day is 2026-03-05 (Thursday)",
        "50 % of the office time until 2026-03-05 24:00 are over at 2026-03-05 09:30",
        "ends 2026-03-05 09:30",
    ]


def test_a_share_of_the_running_clock_is_one_of_plain_time() -> None:
    most = replace(limit("CLK", 60), share=Decimal("0.125"))

    assert str(due(most, at("2026-03-04T10:00"), CHINA)).splitlines()[2] == (
        "12.5 % of the time until 2026-03-04 11:00 are over at 2026-03-04 10:07:30"
    )


def test_pauses_and_extensions_say_what_was_left_and_added() -> None:
    first = due(limit("WD", 5), at("2026-03-02T10:00"), CHINA)
    second = resume(
        first, CHINA, paused_at=at("2026-03-05T15:00"), resumed_at=at("2026-03-13T09:00")
    )
    third = extend(second, limit("WH", 30), CHINA)
    fourth = resume(
        third, CHINA, paused_at=at("2026-03-18T09:10"), resumed_at=at("2026-03-20T15:00")
    )
    fifth = resume(
        fourth, CHINA, paused_at=at("2026-04-01T09:00"), resumed_at=at("2026-04-02T09:00")
    )

    assert str(fifth).splitlines() == [
        "starts 2026-03-02 10:00",
        "2026-03-02 (Monday) itself does not count",
        "days of rest do not count: 2026-03-07 to 2026-03-08",
        "5 working days: the last day is 2026-03-09 (Monday)",
        "paused 2026-03-05 15:00, resumed 2026-03-13 09:00: 2 working days left",
        "2026-03-13 (Friday) itself does not count",
        "days of rest do not count: 2026-03-14 to 2026-03-15",
        "2 working days: the last day is 2026-03-17 (Tuesday)",
        "extended by “30 WH”",
        "30 min of office time: until 2026-03-18 09:30",
        "paused 2026-03-18 09:10, resumed 2026-03-20 15:00: 20 min of office time left",
        "20 min of office time: until 2026-03-20 15:20",
        "the pause from 2026-04-01 09:00 began after the end: it changes nothing",
        "ends 2026-03-20 15:20",
    ]


def test_a_provisional_date_names_the_years_that_are_missing() -> None:
    text = str(due(limit("WD", 20), at("2026-12-18T10:00"), CHINA))

    assert "provisional: the days of rest of 2027 are not published\n" in text
