from __future__ import annotations

import pytest
from tests.unit.decisions.drawing import NUMBER, TEXT, TRUTH, doubts, feel, model, table, typed

from caseflow.decisions import (
    Decision,
    DecisionModel,
    InputData,
    Kind,
    Table,
    compile_decisions,
    lint_decisions,
)
from caseflow.errors import Severity

X = {"x": NUMBER}
GAP, OVERLAP, DEAD = "decision-gap", "decision-overlap", "decision-dead-rule"
NOT_CHECKED, UNUSED = "decision-not-checked", "decision-unused-input"


@pytest.mark.parametrize(
    "drawn",
    [
        table(X, "< 5 | 1", ">= 5 | 2"),
        table(X, "< 5 | 1", "5 | 2", "> 5 | 3"),
        table(X, "< 5 | 1", defaults={"out": "0"}),
        table(X, "[0..5] | 1", "[3..9] | 1", policy="COLLECT"),
        table({"x": TEXT}, '"a" | 1', 'not("a") | 2'),
        table({"x": typed(Kind.TEXT, allowed='"a", "b"')}, '"a" | 1', '"b" | 2'),
        table({"x": TRUTH}, "true | 1", "false | 2"),
        table({"x": typed(Kind.NUMBER, is_whole=True)}, "<= 2 | 1", ">= 3 | 2"),
        table({"x": typed(Kind.NUMBER, allowed=">= 0")}, "[0..5) | 1", ">= 5 | 2"),
        table(
            {"x": typed(Kind.DATE)},
            '<= date("2026-05-31") | 1',
            '>= date("2026-06-01") | 2',
        ),
        table({"x": typed(Kind.DAYS)}, '< @"P1D" | 1', '>= @"P1D" | 2'),
        table({"x": typed(Kind.MONTHS)}, '< @"P1Y" | 1', '>= @"P12M" | 2'),
        table([("x", NUMBER), ("x", NUMBER)], "> 3 | < 5 | 1", "<= 3 | - | 2", "- | >= 5 | 3"),
        table(X, "< 5 | 1", "< 9 | 1", ">= 9 | 2", policy="ANY"),
        table(X, "null | 0", "< 5 | 1", ">= 5 | 2"),
    ],
)
def test_a_whole_table_is_left_alone(drawn: Table) -> None:
    assert doubts(drawn) == []


@pytest.mark.parametrize(
    ("drawn", "example"),
    [
        (table(X, "< 5 | 1", "> 5 | 2"), "x = 5"),
        (table(X, "< 5 | 1", ">= 6 | 2"), "x = 5"),
        (table(X, "<= 5 | 1", ">= 6 | 2"), "x = 5.5"),
        (table(X, "[0..5] | 1", "> 5 | 2"), "x = -1"),
        (table({"x": TEXT}, '"a" | 1', '"b" | 2'), 'x = "other"'),
        (table({"x": typed(Kind.TEXT, allowed='"a", "b"')}, '"a" | 1'), 'x = "b"'),
        (table({"x": TRUTH}, "true | 1"), "x = false"),
        (table({"x": typed(Kind.NUMBER, is_whole=True)}, "< 2 | 1", "> 3 | 2"), "x = 2"),
        (
            table(
                {"x": typed(Kind.DATE)},
                '< date("2026-05-31") | 1',
                '> date("2026-05-31") | 2',
            ),
            'x = date("2026-05-31")',
        ),
        (
            table({"x": NUMBER, "y": TRUTH}, "< 5 | - | 1", ">= 5 | true | 2"),
            "x = 5, y = false",
        ),
        (table({"x": NUMBER, "y": TRUTH}, "< 5 | - | 1"), "x = 5"),
        (table({"x": NUMBER}), "any value"),
    ],
)
def test_a_gap_is_shown_as_an_example(drawn: Table, example: str) -> None:
    found = [message for rule, message in doubts(drawn) if rule == GAP]

    assert found == [f"no rule fits {example}"]


@pytest.mark.parametrize(
    ("drawn", "message"),
    [
        (
            table(X, "<= 5 | 1", ">= 5 | 2"),
            "rule 1 (r1) and rule 2 (r2) both fit: x = 5",
        ),
        (
            table({"x": NUMBER, "y": TEXT}, "< 5 | - | 1", '- | "a" | 2', '>= 5 | not("a") | 3'),
            'rule 1 (r1) and rule 2 (r2) both fit: x = 4, y = "a"',
        ),
        (
            table(X, "- | 1", "> 9 | 2", policy="ANY"),
            "rule 1 (r1) and rule 2 (r2) both fit and differ: x = 10",
        ),
    ],
)
def test_an_overlap_is_an_error_with_an_example(drawn: Table, message: str) -> None:
    found = lint_decisions(compile_decisions(model(drawn)))

    assert [(one.rule, one.severity, one.message) for one in found] == [
        (OVERLAP, Severity.ERROR, message)
    ]
    assert found[0].line == 2


@pytest.mark.parametrize(
    ("drawn", "message"),
    [
        (
            table(X, "< 9 | 1", "< 5 | 2", "- | 3", policy="FIRST"),
            "rule 2 (r2) never counts: rules before it take every case",
        ),
        (
            table(X, "< 5 | 1", ">= 5 | 2", "- | 3", policy="FIRST"),
            "rule 3 (r3) never counts: rules before it take every case",
        ),
        (
            table(
                {"x": typed(Kind.NUMBER, allowed=">= 0")}, ">= 0 | 1", "< 0 | 2", policy="FIRST"
            ),
            "rule 2 (r2) fits no value at all",
        ),
        (
            table([("x", NUMBER), ("x", NUMBER)], "- | - | 1", "> 5 | < 5 | 2"),
            "rule 2 (r2) fits no value at all",
        ),
    ],
)
def test_a_rule_that_never_counts_is_told(drawn: Table, message: str) -> None:
    assert doubts(drawn) == [(DEAD, message)]


def test_a_column_that_no_rule_asks_for_is_told() -> None:
    assert doubts(table({"x": NUMBER, "y": TEXT}, "- | - | 1")) == [
        (UNUSED, "no rule asks for x"),
        (UNUSED, "no rule asks for y"),
    ]


def test_tests_that_depend_on_variables_are_honestly_not_checked() -> None:
    ((rule, message),) = doubts(table(X, "> limit | 1"))

    assert (rule, message) == (
        NOT_CHECKED,
        "some tests depend on more than constants, so nobody looked for gaps and overlaps",
    )


def test_a_table_that_is_too_large_to_check_says_so() -> None:
    names = {f"x{number}": NUMBER for number in range(6)}
    rows = [
        " | ".join([*(f"[{(row * 7 + column) % 40}..{row + 40})" for column in range(6)), "1"])
        for row in range(40)
    ]

    ((rule, message),) = doubts(table(names, *rows, policy="COLLECT"))

    assert rule == NOT_CHECKED
    assert message.startswith("the table has too many combinations to look at")


def test_gaps_that_no_rule_tells_apart_are_told_once() -> None:
    drawn = table(X, *(f"{number} | 1" for number in range(0, 40, 2)))

    assert doubts(drawn) == [(GAP, "no rule fits x = -1")]


def test_the_first_gaps_are_told_one_by_one_and_the_rest_counted() -> None:
    drawn = table({"x": NUMBER, "y": TRUTH}, *(f"{number} | true | 1" for number in range(9)))

    assert [message for _, message in doubts(drawn)] == [
        "no rule fits x = -1",
        *(f"no rule fits x = {number}, y = false" for number in range(4)),
        "5 more gaps",
    ]


def test_a_need_that_is_never_spoken_of_is_told() -> None:
    decision = Decision(id="d", name="D", variable="d", logic=feel("x + 1"), needs=("i", "j"))
    inputs = {
        "i": InputData(id="i", name="I", variable="x"),
        "j": InputData(id="j", name="J", variable="y"),
    }
    drawn = DecisionModel(file="f", id="m", name="", decisions={"d": decision}, inputs=inputs)

    found = lint_decisions(compile_decisions(drawn))

    assert [(one.rule, one.message) for one in found] == [
        ("decision-unused-need", "it needs y, but never speaks of it")
    ]
