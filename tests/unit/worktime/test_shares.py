"""A share of a limit: a reminder that comes while somebody can still act."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from caseflow.errors import TimeRefused
from caseflow.model import CalendarKind, Limit
from caseflow.worktime import CHINA, due, extend, resume


def share_of(kind: str, amount: int, share: str) -> Limit:
    return Limit(name="reminder", kind=CalendarKind(kind), amount=amount, share=Decimal(share))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("kind", "amount", "share", "start", "end"),
    [
        ("CLK", 60, "0.5", "2026-02-16T23:45", "2026-02-17T00:15"),
        ("CLK", 1440, "0.8", "2026-03-07T00:00", "2026-03-07T19:12"),
        ("WH", 60, "0.5", "2026-03-02T11:45", "2026-03-02T14:15"),
        ("WH", 60, "0.5", "2026-03-06T17:30", "2026-03-06T18:00"),
        # 6 h are left of Wednesday and 7 h of Thursday: half of 13 h is Thursday 09:30
        ("WD", 1, "0.5", "2026-03-04T10:00", "2026-03-05T09:30"),
        # a start at night leaves just the one day
        ("WD", 1, "0.5", "2026-03-04T22:00", "2026-03-05T14:30"),
        # Monday to Friday after the start on Friday evening: 35 h
        ("WD", 5, "0.8", "2026-03-06T18:00", "2026-03-12T18:00"),
        # nobody is reminded during the nine days of Spring Festival
        ("CD", 10, "0.9", "2026-02-12T18:00", "2026-02-24T15:54"),
        # 23 working days from Sunday 1 March to 1 April: the middle of the twelfth
        ("CM", 1, "0.5", "2026-03-01T00:00", "2026-03-17T14:30"),
    ],
)
def test_a_share_comes_when_that_much_of_the_time_to_act_is_over(
    kind: str, amount: int, share: str, start: str, end: str
) -> None:
    assert due(share_of(kind, amount, share), at(start), CHINA).at == at(end)


def test_the_whole_as_a_share_is_due_with_the_whole() -> None:
    start = at("2026-03-04T10:00")

    assert due(share_of("WD", 3, "1"), start, CHINA).at == (
        due(replace(share_of("WD", 3, "1"), share=None), start, CHINA).at
    )


def test_a_share_follows_the_limit_that_holds_outside_office_hours() -> None:
    reminder = replace(share_of("WH", 60, "0.5"), outside="2 h")
    outside = Limit(name="2 h", kind=CalendarKind.CLK, amount=120)

    result = due(reminder, at("2026-03-07T10:00"), CHINA, limits={"2 h": outside})

    assert result.at == at("2026-03-07T11:00")


def test_a_share_waits_while_the_period_is_paused() -> None:
    reminder = due(share_of("CLK", 600, "0.5"), at("2026-03-02T08:00"), CHINA)

    before = resume(
        reminder, CHINA, paused_at=at("2026-03-02T10:00"), resumed_at=at("2026-03-03T10:00")
    )
    after = resume(
        reminder, CHINA, paused_at=at("2026-03-02T15:00"), resumed_at=at("2026-03-03T15:00")
    )

    assert before.at == reminder.at + timedelta(days=1)
    assert after.at == reminder.at


def test_a_share_of_days_waits_while_the_period_is_paused() -> None:
    reminder = due(share_of("WD", 4, "0.5"), at("2026-03-02T18:00"), CHINA)

    later = resume(
        reminder, CHINA, paused_at=at("2026-03-03T18:00"), resumed_at=at("2026-03-10T18:00")
    )

    assert reminder.at == at("2026-03-04T18:00")
    assert later.at == at("2026-03-11T18:00")


def test_a_share_of_a_period_that_was_paused_all_the_time_is_due_at_once() -> None:
    reminder = due(share_of("WD", 1, "0.5"), at("2026-03-04T18:00"), CHINA)

    late = resume(
        reminder, CHINA, paused_at=at("2026-03-05T09:00"), resumed_at=at("2026-03-06T18:30")
    )

    assert late.at == at("2026-03-04T18:00")


def test_a_share_is_one_of_the_extended_period() -> None:
    reminder = due(share_of("WD", 2, "0.5"), at("2026-03-02T18:00"), CHINA)

    later = extend(reminder, Limit(name="more", kind=CalendarKind.WD, amount=2), CHINA)

    assert reminder.at == at("2026-03-03T18:00")
    assert later.at == at("2026-03-04T18:00")


def test_a_share_of_a_period_that_ends_in_a_year_without_notice_is_provisional() -> None:
    result = due(share_of("WD", 20, "0.1"), at("2026-12-18T18:00"), CHINA)

    assert result.at == at("2026-12-22T18:00")
    assert result.is_provisional


@pytest.mark.parametrize("share", ["0", "-0.5", "1.5"])
def test_a_share_lies_above_nothing_and_up_to_the_whole(share: str) -> None:
    with pytest.raises(TimeRefused, match=f"not {share}"):
        due(share_of("WD", 1, share), at("2026-03-04T10:00"), CHINA)
