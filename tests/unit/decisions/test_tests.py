"""The unary tests of a cell, each on values that fit, that do not, and on null."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.unit.decisions.drawing import decided, refusals, table, typed

from caseflow.decisions import Kind, Type
from caseflow.errors import DecisionFailed
from caseflow.model import Value

ANY = Type()
JUNE = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

VERDICTS: list[tuple[str, list[Value], list[Value]]] = [
    ("-", [1, "a", None, [1]], []),
    ("", [1, None], []),
    ("5", [5, 5.0, Decimal("5.00")], [4, None]),
    ("-5", [-5], [5]),
    ("< 5", [4, Decimal("4.99")], [5, 6, None]),
    ("<= 5", [5], [6, None]),
    ("> 5", [6], [5, None]),
    (">= 5", [5], [4, None]),
    ("= 5", [5], [4, None]),
    ("!= 5", [4, None], [5]),
    ("[1..5]", [1, 5, 2.5], [0, 6, None]),
    ("(1..5)", [2], [1, 5]),
    ("]1..5[", [2], [1, 5]),
    ("[1..5)", [1], [5]),
    ("(1..5]", [5], [1]),
    ("1, 3, [5..7]", [1, 3, 6], [2, 4, 8, None]),
    ("not(1, 3)", [2, None], [1, 3]),
    ("not([1..3])", [0, 4], [1, 2, 3, None]),
    ("not(-)", [], []),
    ('"a", "b"', ["a", "b"], ["c", "", None]),
    ('not("a")', ["b", None], ["a"]),
    ('"a\\"b"', ['a"b'], ["ab"]),
    ('"签收"', ["签收"], ["办结"]),
    ("true", [True], [False, None]),
    ("null", [None], [1, "a", False]),
    ("not(null)", [1, "a"], [None]),
    ("1, null", [1, None], [2]),
    ('date("2026-06-01")', [JUNE], [date(2026, 6, 2), None]),
    ('< @"2026-06-02"', [JUNE], [date(2026, 6, 2)]),
    ('>= date and time("2026-06-01T20:00:00+08:00")', [NOON], [NOON - timedelta(hours=1)]),
    ('[duration("P1D")..duration("P3D")]', [timedelta(days=2)], [timedelta(hours=5)]),
    ("> limit", [6], [5]),
    ("limit", [5], [4, None]),
    ("not(limit)", [4], [5]),
    ("listed", [1, 2], [3]),
    ("? > 2 and ? < limit", [3, 4], [2, 5]),
    ("? * 2 = 8", [4], [5]),
    ('contains(?, "x")', ["axb"], ["ab"]),
    ('not(starts with(?, "a"))', ["ba"], ["ab"]),
    ("list contains(?, 3)", [[1, 3]], [[1, 2]]),
    ("limit + 1", [6], [5]),
]


@pytest.mark.parametrize(
    ("test", "fitting", "other"),
    [each for each in VERDICTS if each[0] != "not(-)"],
    ids=lambda each: str(each)[:30],
)
def test_a_cell_lets_pass_what_dmn_says(
    test: str, fitting: list[Value], other: list[Value]
) -> None:
    drawn = table({"x": ANY}, f"{test} | true", defaults={"out": "false"})

    def fits(value: Value) -> Value:
        return decided(drawn, x=value, limit=5, listed=[1, 2])

    assert [value for value in fitting if fits(value) is not True] == []
    assert [value for value in other if fits(value) is not False] == []


@pytest.mark.parametrize(
    ("declared", "test", "value", "message"),
    [
        (typed(Kind.NUMBER), "-", "5", 'decision d, x: "5" is not a number'),
        (typed(Kind.NUMBER), "-", True, "decision d, x: true is not a number"),
        (typed(Kind.TEXT), "-", 5, "decision d, x: 5 is not a text"),
        (typed(Kind.DATE), "-", NOON, "is not a date"),
        (typed(Kind.NUMBER, is_whole=True), "-", 2.5, "decision d, x: 2.5 is not a whole number"),
        (ANY, "< 5", "5", 'decision d, x: "5" is not a number'),
        (ANY, '"a"', 5, "decision d, x: 5 is not a text"),
        (
            typed(Kind.TEXT, allowed='"a", "b"'),
            "-",
            "c",
            'decision d, x: "c" is not one of the allowed values: "a", "b"',
        ),
        (
            typed(Kind.TEXT, allowed='"a", "b"'),
            "-",
            None,
            'decision d, x: null is not one of the allowed values: "a", "b"',
        ),
        (typed(Kind.NUMBER, allowed="[0..100]"), "-", 101, "not one of the allowed values"),
        (ANY, "> limit", "a", "a number and a text cannot be compared"),
    ],
)
def test_a_value_of_the_wrong_kind_is_an_error_and_no_miss(
    declared: Type, test: str, value: Value, message: str
) -> None:
    drawn = table({"x": declared}, f"{test} | 1")

    with pytest.raises(DecisionFailed, match=r".") as failure:
        decided(drawn, x=value, limit=5)

    assert message in str(failure.value)
    assert failure.value.clause == "x"


def test_a_missing_input_is_an_error() -> None:
    with pytest.raises(DecisionFailed, match="decision d, x: there is no variable x"):
        decided(table({"x": ANY}, "- | 1"))


@pytest.mark.parametrize(
    ("declared", "rows", "message"),
    [
        (
            typed(Kind.NUMBER),
            ['"a" | 1'],
            'rule 1 (r1), x: "a" is about a text, but the input is a number',
        ),
        (
            ANY,
            ["1 | 1", '"a" | 2'],
            'rule 2 (r2), x: "a" is about a text, but the input is a number',
        ),
        (
            typed(Kind.DATE),
            ["< 5 | 1"],
            "rule 1 (r1), x: < 5 is about a number, but the input is a date",
        ),
        (
            typed(Kind.NUMBER, allowed='"a"'),
            ["1 | 1"],
            'x, allowed values: "a" is about a text, but the type is a number',
        ),
    ],
)
def test_a_test_that_no_value_could_pass_is_refused(
    declared: Type, rows: list[str], message: str
) -> None:
    assert refusals(table({"x": declared}, *rows)) == [("decision-type", message)]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("< ", "something is missing at the end"),
        ("[1..", "this bracket is never closed"),
        ("[5]..6", "an interval stands in brackets"),
        ("a b", "stands where an operator belongs"),
    ],
)
def test_a_cell_that_is_no_test_is_refused_with_its_place(cell: str, reason: str) -> None:
    ((rule, message),) = refusals(table({"x": ANY}, f"{cell} | 1"))

    assert rule == "decision-test"
    assert message.startswith("rule 1 (r1), x: ")
    assert reason in message
