from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from caseflow.errors import ExpressionFailed, ExpressionRefused, TimeRefused
from caseflow.expressions import (
    MAX_SOURCE,
    MAX_STEPS,
    Function,
    compile_expression,
    compile_script,
)
from caseflow.model import Value

IS_FEEL = "this is FEEL: say so with its language, or write it in the Python subset"
REMOVE = "remove it, or write it as an escape inside quotes"

REFUSED: dict[str, tuple[str, int]] = {
    "": ("the expression is empty: write a value, or leave it out", 1),
    "1 +": ("invalid syntax: something is missing at the end", 4),
    "a == (b or c": ("this bracket or quote is never closed", 6),
    "'''a": ("this bracket or quote is never closed", 1),
    "a\n)": ("line 2: this bracket was never opened", 1),
    "a = 1": ("invalid syntax: compare with ==, not =", 3),
    "= a": ("invalid syntax: leave out the leading =", 1),
    "a && b": ("invalid syntax: write and, or, not instead of &&, ||, !", 4),
    "a <> b": ("invalid syntax: write != instead of <>", 3),
    "a ? 1 : 2": ("invalid syntax: write a if condition else b instead of condition ? a : b", 3),
    "${a}": ("leave out ${…}: write only what is inside", 1),
    "if a then b else c": (f"invalid syntax: {IS_FEEL}", 1),
    "some a in b satisfies a": (f"invalid syntax: {IS_FEEL}", 6),
    "if a: b": ("invalid syntax: write a if condition else b", 1),
    "部门 == “城管”": ("invalid character '“' (U+201C)", 7),
    "部门，类别": ("invalid character '，' (U+FF0C): ， is a full-width character, type ,", 3),
    "部门 + __类别": ("__类别: a name that starts with _ is not allowed: choose another", 6),
    "x == true": ("true is not known: write True", 6),
    "x == null": ("null is not known: write None", 6),
    "lenn(a)": ("there is no function lenn: did you mean len?", 1),
    "set(a)": ("there is no function set: write a list", 1),
    "a.append(1)": ("there is no method append: write items = items + [item]", 1),
    "datetime.timedelta(days=1)": (
        "there are no modules here: write timedelta(…) instead of datetime.timedelta(…)",
        1,
    ),
    "len()": ("len takes 1 value, not 0", 1),
    "round(1, 2, 3)": ("round takes 1 to 2 values, not 3", 1),
    "round(1, digits=2)": ("round has no argument digits", 1),
    "timedelta(days=1, days=1)": ("timedelta is given days twice", 1),
    "limit('a', 'b')": ("limit takes 1 value, not 2", 1),
    "limit(name='a')": ("limit has no argument name", 1),
    "a + date('2026-02-30')": (
        "'2026-02-30' does not exist: day is out of range for month",
        5,
    ),
    "duration('1 day')": (
        "'1 day' is not an ISO 8601 duration: write it like P1D, PT2H30M or P1M",
        1,
    ),
    "datetime('2026-01-31T09:00')": (
        "'2026-01-31T09:00' lacks its offset: add Z or one like +08:00",
        1,
    ),
    "f'{a:.2f}'": ("formats in f'…' are not allowed: write {round(a, 2)} or {a}", 1),
    "'%s' % a": ("% after a text is not allowed: write f'… {name} …'", 1),
    "a is 1": ("is compares only with None, True and False: write ==", 6),
    "x\u200b": (
        f"the invisible character U+200B is not allowed: {REMOVE}",
        2,
    ),
    "a\n  == 1": ("line 2: unexpected indent", 2),
    "'\\d'": ("\\d is no escape: write \\\\d for a backslash", 1),
    "1if a else 2": ("a number runs into a word: put a space between", 2),
    "x" * (MAX_SOURCE + 1): ("longer than 10,000 characters: split it up", 1),
    "(" * 51: ("more than 50 brackets inside brackets", 51),
    "-" * 5_000 + "a": ("too deeply nested: split it up", 1),
    "not " * 100 + "a": ("more than 100 levels deep: split it up", 401),
}

FAILED: dict[str, tuple[str, int]] = {
    "1 + missing": ("there is no variable missing: set it before, or check its spelling", 5),
    "missing == 1": ("there is no variable missing: set it before, or check its spelling", 1),
    "1 < n < 'a'": ("a number and a text have no order: compare values of one kind", 1),
    "days(1) < at": ("a duration and a moment have no order: compare values of one kind", 1),
    "days(1) < at.date()": ("a duration and a date have no order: compare values of one kind", 1),
    "[a for a in long]": ("makes a list of more than 100,000 items", 1),
    "部门 + 1": ("+ does not work on a text and a number: convert one of them", 1),
    "n > 2 and n / zero": ("division by zero: test the divisor first", 11),
    "person.age": ("the map has no key age: write .get('age') if it may be missing", 1),
    "person['age']": ("the map has no key 'age': write .get(…) if it may be missing", 1),
    "person[person]": ("the map has no key a map: write .get(…) if it may be missing", 1),
    "person['" + "a" * 99 + "']": (
        f"the map has no key '{'a' * 60}'…: write .get(…) if it may be missing",
        1,
    ),
    "[1][5]": ("there is no item 5: it has only 1", 1),
    "n < 'a'": ("a number and a text have no order: compare values of one kind", 1),
    "n in 5": ("nothing can be in a number: write a list or a text", 1),
    "1 in 'a'": ("in a text only a text can be, not a number", 1),
    "person in person": ("a key of a map is a text, not a map", 1),
    "n.name": ("a number has no name", 1),
    "部门.lower": ("lower is a method: write .lower(…)", 1),
    "n.lower()": ("lower needs a text, not a number", 1),
    "at == at.date() or at < at.date()": (
        "a moment and a date have no order: compare values of one kind",
        20,
    ),
    "at < naive": ("one moment has a time zone and the other has none: give it one", 1),
    "raw": ("raw cannot be used: it is a bytes, and expressions take only plain data", 1),
    "raw == 1": ("it is a bytes, and expressions take only plain data", 1),
    "9 ** 9 ** 9": ("too large: a number has 1,000 digits at most, a day the year 9999", 1),
    "at + days(9999999)": ("too large: a number has 1,000 digits at most, a day the year 9999", 1),
    "'a' * 10 ** 9": ("makes a text of more than 1,000,000 characters", 1),
    "[0] * 10 ** 9": ("makes a list of more than 100,000 items", 1),
    "[1 for a in [0] * 100000 if [1 for b in [0] * 100000]]": (
        f"takes more than {MAX_STEPS:,} steps: let it work on less data",
        41,
    ),
    "decimal('0') / 0": ("division by zero: test the divisor first", 1),
    "decimal('0') ** 0": ("the decimal number is not defined", 1),
    "[a for a, b in [[1, 2, 3]]]": ("for a, b: an item has 3 parts", 1),
    "limit('a')": ("limit() cannot be called here: nothing supplies it", 1),
    "broken() + 1": ("broken() failed: it is Tuesday", 1),
    "host()": ("host() failed: it is a object, and expressions take only plain data", 1),
    "(n +\n  部门)": ("line 1: + does not work on a number and a text: convert one of them", 2),
    "(n and\n  zero / 0)": ("line 2: division by zero: test the divisor first", 3),
}

NAMES: Mapping[str, Value] = {
    "n": 3,
    "zero": 0,
    "部门": "城管",
    "person": {"name": "Li"},
    "at": datetime(2026, 1, 31, 9, tzinfo=UTC),
    "naive": datetime(2026, 1, 31, 9),  # noqa: DTZ001 - what must be refused
    "raw": b"",
    "long": [0] * 100_001,
}
DECLARED = {"limit": Function(least=1, most=1), "broken": Function(), "host": Function()}


def shown(value: object) -> str:
    text = ascii(value)
    return text if len(text) < 60 else f"{text[:60]}… {len(text)}"


@pytest.mark.parametrize(("source", "expected"), REFUSED.items(), ids=[*map(shown, REFUSED)])
def test_a_refusal_says_what_is_wrong_and_where(source: str, expected: tuple[str, int]) -> None:
    with pytest.raises(ExpressionRefused) as refusal:
        compile_expression(source, functions=DECLARED)

    assert (refusal.value.reason, refusal.value.column) == expected


def broken() -> Value:
    raise ValueError("it is Tuesday")


@pytest.mark.parametrize(("source", "expected"), FAILED.items(), ids=[*map(shown, FAILED)])
def test_a_failure_says_what_is_wrong_and_where(source: str, expected: tuple[str, int]) -> None:
    expression = compile_expression(source, functions=DECLARED)

    with pytest.raises(ExpressionFailed) as failure:
        expression.evaluate(NAMES, {"broken": broken, "host": object})

    assert (failure.value.reason, failure.value.column) == expected


def test_an_error_shows_the_source_it_counts_in() -> None:
    with pytest.raises(ExpressionFailed) as failure:
        compile_expression("  1 / zero\n").evaluate(NAMES)

    assert str(failure.value) == (
        "division by zero: test the divisor first (column 1 of '1 / zero')"
    )


def test_an_error_of_caseflow_in_a_supplied_function_has_its_place() -> None:
    def refusing() -> Value:
        raise TimeRefused("no calendar for 2099")

    with pytest.raises(ExpressionFailed) as failure:
        compile_expression("1 + host()", functions=DECLARED).evaluate({}, {"host": refusing})

    assert failure.value.reason == "host() failed: no calendar for 2099"
    assert failure.value.column == 5


def test_a_fault_of_the_host_is_not_hidden() -> None:
    def faulty() -> Value:
        raise AttributeError("a bug of the host")

    with pytest.raises(AttributeError):
        compile_expression("host()", functions=DECLARED).evaluate({}, {"host": faulty})


def with_a_full_stack(act: Callable[[], object]) -> object:
    """Call where only about sixty frames are left."""

    def deeper(depth: int) -> object:
        return act() if depth == 0 else deeper(depth - 1)

    return deeper(sys.getrecursionlimit() - len(inspect.stack(0)) - 60)


def test_an_expression_fails_cleanly_where_the_stack_is_nearly_full() -> None:
    expression = compile_expression("not " * 99 + "a")

    with pytest.raises(ExpressionFailed, match="too deeply nested: split it up"):
        with_a_full_stack(lambda: expression.evaluate({"a": 1}))


def test_a_script_fails_cleanly_where_the_stack_is_nearly_full() -> None:
    script = compile_script("b = " + "not " * 98 + "a")

    with pytest.raises(ExpressionFailed, match="too deeply nested: split it up"):
        with_a_full_stack(lambda: script.run({"a": 1}))
