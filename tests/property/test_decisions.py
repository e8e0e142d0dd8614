"""Random tables decide as a reader of the table would, row by row, and no text breaks out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.decisions.drawing import NUMBER, TEXT, TRUTH, answer, model, table

from caseflow.decisions import Table, compile_decisions, compile_feel, lint_decisions
from caseflow.errors import DecisionFailed, ExpressionFailed, ExpressionRefused
from caseflow.model import Value

NUMBERS = st.integers(-3, 6)
WORDS = st.sampled_from(["a", "b", "c"])
Row = tuple[str, str, str, int]
"""The cells of a rule: a test on x, on y, on z, and its output."""


@st.composite
def number_cells(draw: st.DrawFn) -> str:
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    opening, closing = draw(st.sampled_from(["[", "(", "]"])), draw(st.sampled_from("])["))
    tests = [
        "-",
        str(low),
        f"{draw(st.sampled_from(['<', '<=', '>', '>=']))} {low}",
        f"{opening}{low}..{high}{closing}",
        f"{low}, [{high}..{high + 2}]",
    ]
    test = draw(st.sampled_from(tests))
    return f"not({test})" if test != "-" and draw(st.booleans()) else test


WORD_CELLS = st.sampled_from(["-", '"a"', '"a", "b"', 'not("a")', 'not("b", "c")', '"c"'])
TRUTH_CELLS = st.sampled_from(["-", "true", "false", "not(true)"])
ROWS = st.lists(st.tuples(number_cells(), WORD_CELLS, TRUTH_CELLS, st.integers(0, 2)), max_size=7)


def drawn(rows: list[Row], policy: str) -> Table:
    written = [" | ".join([x, y, z, str(out)]) for x, y, z, out in rows]
    return table({"x": NUMBER, "y": TEXT, "z": TRUTH}, *written, policy=policy)


# A reader of tables, who knows nothing of how they are compiled


RELATIONS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


def passes(test: str, value: Value) -> bool:
    if test == "-":
        return True
    if test.startswith("not("):
        return not passes(test[4:-1], value)
    if ".." in test and test[0] in "[(]" and test[-1] in "])[" and "," not in test:
        low, high = (Decimal(each) for each in test[1:-1].split(".."))
        number = number_of(value)
        is_behind = number >= low if test[0] == "[" else number > low
        return is_behind and (number <= high if test[-1] == "]" else number < high)
    if "," in test:
        return any(passes(part.strip(), value) for part in test.split(","))
    for sign, holds in RELATIONS.items():
        if test.startswith(sign):
            return holds(number_of(value), Decimal(test[len(sign) :]))
    return test == as_written(value)


def number_of(value: Value) -> Decimal:
    assert isinstance(value, int | Decimal)
    return Decimal(value)


def as_written(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def hits(rows: list[Row], names: Mapping[str, Value]) -> list[int]:
    return [
        number
        for number, (x, y, z, _) in enumerate(rows)
        if passes(x, names["x"]) and passes(y, names["y"]) and passes(z, names["z"])
    ]


@given(
    rows=ROWS,
    x=NUMBERS | st.sampled_from([Decimal("0.5"), Decimal("2.5")]),
    y=WORDS,
    z=st.booleans(),
)
def test_the_rules_that_fit_are_those_a_reader_finds(
    rows: list[Row], x: int | Decimal, y: str, *, z: bool
) -> None:
    names: dict[str, Value] = {"x": x, "y": y, "z": z}
    fitting = hits(rows, names)

    all_of_them = answer(drawn(rows, "RULE ORDER"), **names)
    first = answer(drawn(rows, "FIRST"), **names).result

    assert all_of_them.result == [rows[number][3] for number in fitting]
    assert [row.number - 1 for row in all_of_them.steps[0].rows if row.fits] == fitting
    assert first == (rows[fitting[0]][3] if fitting else None)


@given(rows=ROWS, x=NUMBERS, y=WORDS, z=st.booleans())
def test_unique_and_any_fail_just_where_they_must(
    rows: list[Row], x: int, y: str, *, z: bool
) -> None:
    names: dict[str, Value] = {"x": x, "y": y, "z": z}
    outputs = [rows[number][3] for number in hits(rows, names)]

    for policy, contradicts in (("UNIQUE", len(outputs) > 1), ("ANY", len(set(outputs)) > 1)):
        try:
            found = answer(drawn(rows, policy), **names).result
        except DecisionFailed:
            assert contradicts
        else:
            assert not contradicts
            assert found == (outputs[0] if outputs else None)


@given(rows=ROWS)
def test_gaps_and_overlaps_are_found_exactly_where_there_are_some(rows: list[Row]) -> None:
    every = [
        hits(rows, {"x": x, "y": y, "z": z})
        for x, y, z in product(
            [Decimal(half) / 2 for half in range(-10, 22)],
            ["a", "b", "c", "other"],
            [True, False],
        )
    ]

    found = lint_decisions(compile_decisions(model(drawn(rows, "UNIQUE"))))

    rules = {finding.rule for finding in found}
    assert ("decision-gap" in rules) == any(not fitting for fitting in every)
    assert ("decision-overlap" in rules) == any(len(fitting) > 1 for fitting in every)
    ever = {number for fitting in every for number in fitting}
    dead = {finding.line - 1 for finding in found if finding.rule == "decision-dead-rule"}
    assert dead == set(range(len(rows))) - ever


@given(rows=ROWS)
def test_rules_that_never_come_first_are_found(rows: list[Row]) -> None:
    every = [
        hits(rows, {"x": x, "y": y, "z": z})
        for x, y, z in product(
            [Decimal(half) / 2 for half in range(-10, 22)],
            ["a", "b", "c", "other"],
            [True, False],
        )
    ]

    found = lint_decisions(compile_decisions(model(drawn(rows, "FIRST"))))

    dead = {finding.line - 1 for finding in found if finding.rule == "decision-dead-rule"}
    assert dead == set(range(len(rows))) - {fitting[0] for fitting in every if fitting}


PIECES = st.sampled_from(
    [
        *("1", "2.5", '"a"', "x", "风险", "true", "null", "(", ")", "[", "]", "{", "}", ".."),
        *(",", ".", "+", "-", "*", "/", "**", "<", ">=", "=", "!=", "and", "or", "not", "if"),
        *("then", "else", "for", "in", "return", "some", "satisfies", "between", "?", ":"),
        *('@"2026-01-01"', "date", "count", "string length", "item", "function", "__class__"),
        *("'", "\\", "\u3000", "\uff1e", ";"),
    ]
)


@given(text=st.lists(PIECES, max_size=14).map(" ".join) | st.text(max_size=40))
def test_any_text_is_a_value_or_one_of_two_errors(text: str) -> None:
    try:
        compile_feel(text).evaluate({"x": [1, 2, "a"], "风险": {"a": 1}, "item": 3})
    except (ExpressionRefused, ExpressionFailed) as error:
        assert 1 <= error.column <= len(error.source) + 1  # noqa: PT017 - either outcome is right


@given(left=st.decimals(-1000, 1000, places=3), right=st.decimals(-1000, 1000, places=3))
def test_sums_and_products_are_exact(left: Decimal, right: Decimal) -> None:
    names: dict[str, Value] = {"a": left, "b": right}

    assert compile_feel("a + b").evaluate(names) == left + right
    assert compile_feel("a * b").evaluate(names) == left * right
    assert compile_feel("a - b = -(b - a)").evaluate(names) is True
    assert compile_feel("a < b").evaluate(names) is (left < right)
