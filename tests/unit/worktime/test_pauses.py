"""Pauses, extensions and new calendars: what is left is counted on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from caseflow.errors import TimeRefused
from caseflow.model import CalendarKind, Limit
from caseflow.worktime import (
    CHINA,
    Deadline,
    Due,
    Pause,
    PausedTooLate,
    Recomputed,
    count,
    due,
    extend,
    recompute,
    resume,
)

MONDAY = "2026-03-02T10:00"


def limit(kind: str, amount: int) -> Limit:
    return Limit(name=f"{amount} {kind}", kind=CalendarKind(kind), amount=amount)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def paused(kind: str, amount: int, paused_at: str, resumed_at: str, start: str = MONDAY) -> Due:
    """A limit that starts on Monday, 2 March 2026 at 10:00, and is paused once."""
    return resume(
        due(limit(kind, amount), at(start), CHINA),
        CHINA,
        paused_at=at(paused_at),
        resumed_at=at(resumed_at),
    )


def test_the_running_clock_goes_on_with_what_was_left() -> None:
    assert paused("CLK", 60, "2026-03-02T10:20", "2026-03-05T03:00").at == at("2026-03-05T03:40")


def test_office_time_goes_on_with_what_was_left() -> None:
    result = paused("WH", 240, "2026-03-02T11:00", "2026-03-06T16:00")

    assert result.at == at("2026-03-09T10:00")


def test_a_pause_of_ten_days_puts_calendar_days_off_by_ten() -> None:
    assert due(limit("CD", 10), at(MONDAY), CHINA).last_on == date(2026, 3, 12)
    assert paused("CD", 10, "2026-03-06T09:00", "2026-03-16T17:00").last_on == date(2026, 3, 23)
    # 22 March is a Sunday: the last day moves only once, at the end


def test_months_go_on_in_the_days_that_were_left() -> None:
    result = paused("CM", 1, "2026-03-10T09:00", "2026-05-06T09:00")

    assert result.last_on == date(2026, 5, 29)  # 23 days, as from 10 March to 2 April


def test_working_days_go_on_with_the_working_days_that_were_left() -> None:
    result = paused("WD", 5, "2026-03-04T15:00", "2026-03-13T09:00")

    assert result.last_on == date(2026, 3, 18)  # Thursday, Friday, Monday were left


def test_a_pause_on_the_last_day_leaves_the_day_of_the_resumption() -> None:
    assert paused("WD", 1, "2026-03-03T15:00", "2026-03-10T09:00").last_on == date(2026, 3, 10)
    assert paused("WD", 1, "2026-03-03T15:00", "2026-03-14T09:00").last_on == date(2026, 3, 16)
    assert paused("CD", 1, "2026-03-03T15:00", "2026-03-14T09:00").last_on == date(2026, 3, 16)


def test_who_resumes_on_the_last_day_after_the_close_has_the_next_day() -> None:
    closing = replace(CHINA, day_ends_at_close=True)
    start = due(limit("WD", 1), at(MONDAY), closing)

    result = resume(
        start, closing, paused_at=at("2026-03-03T15:00"), resumed_at=at("2026-03-10T20:00")
    )

    assert result.at == at("2026-03-11T18:00")


def test_a_pause_in_the_days_of_rest_to_which_the_end_has_moved_leaves_nothing_to_count() -> None:
    result = paused("CD", 5, "2026-03-08T09:00", "2026-03-18T09:00")  # ended on Saturday 7 March

    assert result.last_on == date(2026, 3, 18)


@pytest.mark.parametrize("kind", list(CalendarKind))
def test_a_pause_of_no_length_changes_nothing(kind: CalendarKind) -> None:
    for amount in (1, 7):
        before = due(limit(kind, amount), at("2026-03-06T10:00"), CHINA)
        for minutes in (0, 3, 24 * 60, 60 * 60):
            moment = before.deadline.started_at + timedelta(minutes=minutes)
            assert resume(before, CHINA, paused_at=moment, resumed_at=moment).at == before.at


def test_pauses_add_up() -> None:
    once = paused("CD", 10, "2026-03-04T09:00", "2026-03-07T09:00")

    twice = resume(
        once, CHINA, paused_at=at("2026-03-09T09:00"), resumed_at=at("2026-03-11T09:00")
    )

    assert twice.last_on == date(2026, 3, 17)
    assert len(twice.deadline.pauses) == 2


def test_a_pause_after_the_end_changes_nothing_and_says_so() -> None:
    result = paused("WD", 1, "2026-03-04T00:00", "2026-03-09T09:00")

    assert result.last_on == date(2026, 3, 3)
    assert PausedTooLate(paused_at=at("2026-03-04T00:00")) in result.steps


def test_an_extension_counts_on_from_the_last_day_as_it_stands() -> None:
    ten = due(limit("WD", 10), at(MONDAY), CHINA)
    moved = due(limit("CD", 5), at(MONDAY), CHINA)  # Saturday 7 moved to Monday 9 March

    assert extend(ten, limit("WD", 5), CHINA).last_on == date(2026, 3, 23)
    assert extend(moved, limit("WD", 1), CHINA).last_on == date(2026, 3, 10)
    assert extend(moved, limit("CD", 1), CHINA).last_on == date(2026, 3, 10)
    assert extend(moved, limit("CLK", 90), CHINA).at == at("2026-03-10T01:30")
    assert extend(moved, limit("WH", 90), CHINA).at == at("2026-03-10T10:30")


def test_an_extension_twice_is_two_extensions() -> None:
    sixty = due(limit("CD", 60), at(MONDAY), CHINA)  # ends on Friday 1 May, moved to 6 May

    result = extend(extend(sixty, limit("CD", 30), CHINA), limit("CD", 30), CHINA)

    assert sixty.last_on == date(2026, 5, 6)
    assert result.last_on == date(2026, 7, 6)  # 5 June, then Sunday 5 July


def test_a_pause_falls_into_the_extension_that_runs_at_its_time() -> None:
    extended = extend(due(limit("CD", 2), at(MONDAY), CHINA), limit("WD", 3), CHINA)

    result = resume(
        extended, CHINA, paused_at=at("2026-03-05T09:00"), resumed_at=at("2026-03-10T09:00")
    )

    assert extended.last_on == date(2026, 3, 9)
    assert result.last_on == date(2026, 3, 12)  # of the extension, 6 and 9 March were left


def test_a_share_extends_nothing() -> None:
    half = replace(limit("CD", 2), share=Decimal("0.5"))

    with pytest.raises(TimeRefused, match="only a whole limit extends"):
        extend(due(limit("CD", 2), at(MONDAY), CHINA), half, CHINA)


def test_a_published_year_moves_a_provisional_date_and_both_are_shown() -> None:
    before = due(limit("WD", 10), at("2026-12-28T10:00"), CHINA)
    published = CHINA.publish(
        2027,
        rest_on=[date(2026, 12, 31), date(2027, 1, 1)],
        work_on=[date(2027, 1, 3)],
    )

    result = recompute(before, published)

    assert result == Recomputed(before=before, after=count(before.deadline, published))
    assert result.has_moved is False
    assert (before.is_provisional, result.after.is_provisional) == (True, False)
    assert result.after.last_on == date(2027, 1, 12) == before.last_on


def test_a_recomputed_date_says_whether_it_moved() -> None:
    before = due(limit("CD", 34), at("2026-12-28T10:00"), CHINA)  # Sunday, 31 January 2027
    published = CHINA.publish(2027, rest_on=[date(2027, 2, 1)], work_on=[])

    result = recompute(before, published)

    assert result.has_moved
    assert (before.last_on, result.after.last_on) == (date(2027, 2, 1), date(2027, 2, 2))


@pytest.mark.parametrize(
    ("pauses", "says"),
    [
        (
            [("2026-03-03T10:00", "2026-03-03T09:00")],
            "cannot end before it begins",
        ),
        (
            [("2026-03-02T09:00", "2026-03-03T09:00")],
            "before the period starts",
        ),
        (
            [("2026-03-03T09:00", "2026-03-05T09:00"), ("2026-03-04T09:00", "2026-03-06T09:00")],
            "overlap",
        ),
    ],
)
def test_pauses_that_cannot_be_are_refused(pauses: list[tuple[str, str]], says: str) -> None:
    deadline = Deadline(
        limit=limit("CD", 9),
        started_at=at(MONDAY),
        pauses=tuple(Pause(paused_at=at(a), resumed_at=at(b)) for a, b in pauses),
    )

    with pytest.raises(TimeRefused, match=says):
        count(deadline, CHINA)
