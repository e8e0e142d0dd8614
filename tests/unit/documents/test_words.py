"""Values are written as Chinese documents write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError

from caseflow.documents.words import FILTERS


def written(name: str, value: object, *more: object) -> object:
    return FILTERS[name](value, *more)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "零元整"),
        (0.01, "壹分"),
        (0.5, "伍角整"),
        (7, "柒元整"),
        (10, "壹拾元整"),
        (105, "壹佰零伍元整"),
        (110, "壹佰壹拾元整"),
        (1_001, "壹仟零壹元整"),
        (1_010.05, "壹仟零壹拾元零伍分"),
        (12_500.5, "壹万贰仟伍佰元伍角整"),
        (10_000, "壹万元整"),
        (10_001, "壹万零壹元整"),
        (100_000_001, "壹亿零壹元整"),
        (100_010_000, "壹亿零壹万元整"),
        (20_030_405.67, "贰仟零叁万零肆佰零伍元陆角柒分"),
        (Decimal(1000000000000), "壹万亿元整"),
        ("-3.20", "负叁元贰角整"),
    ],
)
def test_money_in_characters_that_nobody_can_change(amount: object, words: str) -> None:
    assert written("capital_yuan", amount) == words


@pytest.mark.parametrize("amount", [True, "much", None, float("nan"), 10**16, [1]])
def test_what_is_no_amount_is_refused(amount: object) -> None:
    with pytest.raises(SecurityError, match="no amount of money"):
        written("yuan", amount)


def test_money_is_rounded_to_cents() -> None:
    assert written("yuan", 12500.5) == "12,500.50元"
    assert written("yuan", "0.005") == "0.00元"


def test_days_and_moments_are_local() -> None:
    late = datetime(2026, 3, 2, 17, 5, tzinfo=UTC)

    assert written("day", date(2026, 3, 2)) == "2026年3月2日"
    assert written("day", late) == "2026年3月3日"
    assert written("moment", late) == "2026年3月3日1时05分"
    assert written("moment", date(2026, 3, 2)) == "2026年3月2日"
    assert written("day", "三月初") == "三月初"
    assert written("day", None) == "    年  月  日"


def test_what_is_missing_gives_way_to_the_default() -> None:
    assert written("default", StrictUndefined(name="x"), "?") == "?"
    assert [written("default", one, "?") for one in (None, "", 0, "a")] == ["?", "?", 0, "a"]


def test_lists_boxes_and_lines() -> None:
    assert written("join", ["甲", "乙"]) == "甲、乙"
    assert written("join", "甲") == "甲"
    assert (written("box", "a", "a"), written("box", "b", "a")) == ("☑", "☐")
    assert written("lines", " one \n\n two") == ["one", "two"]
    assert written("items", {"a": 1}) == [("a", 1)]
    assert (written("length", [1, 2]), written("length", 3)) == (2, 0)
