from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from caseflow.decisions import compile_feel
from caseflow.errors import ExpressionFailed, ExpressionRefused
from caseflow.expressions import FEEL_FUNCTIONS, MAX_STEPS, Function, Period, Result
from caseflow.model import Value

NAMES: Mapping[str, Value] = {
    "a": 3,
    "money": Decimal("12.50"),
    "binary": 0.1,
    "人数": 30,
    "risk level": 4,
    "risk": 1,
    "a-b": 7,
    "b": 2,
    "text": "签收单",
    "nothing": None,
    "yes": True,
    "items": [1, 5, 9],
    "people": [{"name": "Li", "age": 30}, {"name": "Wang", "age": 17}],
    "person": {"name": "Li", "full name": "Li Na"},
    "day": date(2026, 1, 31),
    "moment": datetime(2026, 1, 1, 9, tzinfo=UTC),
    "span": timedelta(hours=36),
}

MEANINGS: dict[str, Result] = {
    # Numbers are exact
    "1 + 2 * 3": 7,
    "0.1 + 0.2 = 0.3": True,
    "binary + 0.2": Decimal("0.3"),
    "binary = 0.1": True,
    "10 / 4": Decimal("2.5"),
    "10 / 5": 2,
    "1 / 3": Decimal("0.3333333333333333333333333333333333"),
    "2 ** 10": 1024,
    "-2 ** 2": 4,
    "2 - -2": 4,
    "money * 2": Decimal("25.00"),
    "1e3": 1000,
    ".5": Decimal("0.5"),
    # Names: the longest that is known counts
    "人数 >= 30": True,
    "risk level + risk": 5,
    "risk   level": 4,
    "a-b": 7,
    "a - b": 1,
    "person.name": "Li",
    "person.full name": "Li Na",
    # Three truth values
    "nothing = null": True,
    "nothing != null": False,
    "nothing < 3": None,
    "not(nothing < 3)": None,
    "nothing < 3 and a = 0": False,
    "nothing < 3 or a = 3": True,
    "nothing < 3 and a = 3": None,
    'if nothing < 3 then "then" else "else"': "else",
    # Comparisons
    "a between 1 and 3": True,
    "a in [1..3]": True,
    "a in [1..3)": False,
    "a in ]1..3[": False,
    "a in (1, 3)": True,
    "a in (< 2, > 5)": False,
    "a in items": False,
    "5 in items": True,
    "a in > 2": True,
    'day < @"2026-02-01"': True,
    "[1, 2] = [1, 2.0]": True,
    # Lists, contexts, loops
    "items[1]": 1,
    "items[-1]": 9,
    "items[item > 1]": [5, 9],
    "people[item.age >= 18][1].name": "Li",
    "for i in items return i * 2": [2, 10, 18],
    "some i in items satisfies i > 8": True,
    "every i in items satisfies i > 8": False,
    '{total: 1 + 1, "b c": 2}': {"total": 2, "b c": 2},
    # Days and durations
    'date("2026-01-31") + duration("P1M")': date(2026, 2, 28),
    'day - @"2026-01-01"': timedelta(days=30),
    'moment + duration("PT1H")': datetime(2026, 1, 1, 10, tzinfo=UTC),
    'span / duration("P1D")': Decimal("1.5"),
    "span * 2": timedelta(hours=72),
    "span.days": 1,
    "span.hours": 12,
    "day.year": 2026,
    "day.weekday": 6,
    'duration("P1Y2M")': Period(years=1, months=2),
    'duration("P14M") = duration("P1Y2M")': True,
    "date(moment)": date(2026, 1, 1),
    '@"2026-01-01T09:00:00Z" = moment': True,
    # Functions
    "count(items)": 3,
    "sum(items)": 15,
    "sum(0.1, 0.2)": Decimal("0.3"),
    "mean(items)": 5,
    "min(items)": 1,
    "max(3, 7, 5)": 7,
    "all([true, nothing])": None,
    "any([true, nothing])": True,
    "string length(text)": 3,
    'substring("foobar", 3)': "obar",
    'substring("foobar", -2, 1)': "a",
    'contains(text, "签")': True,
    'starts with("abc", "ab") and ends with("abc", "bc")': True,
    'upper case("ab")': "AB",
    'split("a;b", ";")': ["a", "b"],
    'string join(["a", "b"], "-")': "a-b",
    "list contains(items, 5)": True,
    "append(items, 2)": [1, 5, 9, 2],
    "concatenate(items, [2])": [1, 5, 9, 2],
    "reverse(items)": [9, 5, 1],
    "index of(items, 9)": [3],
    "distinct values([1, 2, 1.0])": [1, 2],
    "modulo(-5, 3)": 1,
    "modulo(-5.5, 3)": Decimal("0.5"),
    "decimal(2.345, 2)": Decimal("2.34"),
    "round half up(2.345, 2)": Decimal("2.35"),
    "floor(-1.5)": -2,
    "ceiling(-1.5)": -1,
    "abs(-3)": 3,
    "odd(3) and even(4)": True,
    'number("12.5")': Decimal("12.5"),
    "string(12.50)": "12.50",
    'get value(person, "none")': None,
    "day of week(day)": "Saturday",
    "month of year(day)": "January",
    "day of year(day)": 31,
    "years and months duration(date(2026, 1, 31), date(2027, 3, 1))": Period(years=1, months=1),
    'substring before("a=b", "=")': "a",
    'substring after("a=b", "=")': "b",
    'lower case("AB")': "ab",
    "round half down(2.345, 2)": Decimal("2.34"),
}


@pytest.mark.parametrize(("text", "value"), MEANINGS.items())
def test_an_expression_means_what_dmn_says(text: str, value: Result) -> None:
    found = compile_feel(text, names=frozenset({*NAMES, "full name"})).evaluate(NAMES)

    assert (found, type(found)) == (value, type(value))


def test_every_function_is_tried() -> None:
    tried = {name for name in FEEL_FUNCTIONS if any(f"{name}(" in text for text in MEANINGS)}

    assert set(FEEL_FUNCTIONS) - tried == {"date and time"}
    assert compile_feel('date and time("2026-01-01T09:00:00Z")').evaluate({}) == NAMES["moment"]


FAILURES: dict[str, tuple[str, int]] = {
    'a + "x"': ("+ does not work on a number and a text", 3),
    "a + nothing": ("+ does not work on a number and null", 3),
    'a = "x"': ("a number and a text cannot be compared", 3),
    "yes < yes": ("a truth value and a truth value cannot be compared", 5),
    "yes + 1": ("+ does not work on a truth value and a number", 5),
    "a and yes": ("a number is neither true nor false: compare it with something", 1),
    "if a then 1 else 2": ("a number is neither true nor false: compare it with something", 4),
    "a / 0": ("division by zero: test the divisor first", 3),
    "items[4]": ("there is no item 4: the list has only 3", 6),
    "items[0]": ("items are counted from 1, or from -1 at the end", 6),
    "unknown": ("there is no variable unknown: set it before, or check its spelling", 1),
    'day + duration("PT1H")': (
        "hours, minutes and seconds cannot be added to a date: use a moment",
        5,
    ),
    "sum([1, nothing])": ("+ does not work on a number and null", 1),
    "9 ** 9999": ("too large: a number has 1,000 digits at most, a day the year 9999", 3),
    "string length(1)": ("string length needs a text, not a number", 1),
}


@pytest.mark.parametrize(("text", "expected"), FAILURES.items())
def test_what_does_not_fit_is_an_error_with_its_column(
    text: str, expected: tuple[str, int]
) -> None:
    expression = compile_feel(text, names=frozenset(NAMES))

    with pytest.raises(ExpressionFailed) as failure:
        expression.evaluate(NAMES)

    assert (failure.value.reason, failure.value.column) == expected


BELONGS = (
    "stands where an operator belongs: a name of several words must be that of an input or "
    "decision"
)
REFUSED: dict[str, tuple[str, int]] = {
    "": ("the expression is empty: write a value, or leave it out", 1),
    "1 +": ("something is missing at the end", 4),
    "(1": ("this bracket is never closed", 1),
    "1)": ("this bracket was never opened", 2),
    "a == 1": ("== is no sign of FEEL: compare with =, not ==", 3),
    "a && b": ("&& is no sign of FEEL: write and", 3),
    "'a'": ('\' is no sign of FEEL: a text stands in "…"', 1),
    "“a”": ('“ is a typographic quote, type "', 1),
    "a \uff1e 3": ("\uff1e is a full-width character, type >", 3),
    '"abc': ("this quote is never closed", 1),
    "_a": ("_a: a name that starts with _ is not allowed: choose another", 1),
    "big dog": (f"dog {BELONGS}", 5),
    "1..2": ("an interval stands in brackets, and in a test or after in", 2),
    "date(year: 2026)": (
        "values are given to functions in their order, without names",
        10,
    ),
    "function(x) x": (
        "a function cannot be defined here: write a business knowledge model",
        1,
    ),
    "a instance of string": (
        "instance of is not read: the type of an input is checked by its typeRef",
        3,
    ),
    'time("10:00:00")': ("a time of day is no value here: use a moment, or a text", 1),
    '@"10:00:00"': ("a time of day is no value here: use a moment, or a text", 1),
    'date("2026-02-30")': ("'2026-02-30' does not exist: day is out of range for month", 1),
    'duration("P1M1D")': ("months and days do not go together in one duration of FEEL", 1),
    "cuont(items)": ("there is no function cuont: did you mean count?", 1),
    "count()": ("count takes 1 value, not 0", 1),
    '"a\\x"': ("\\ begins an escape: write \\\\ for a backslash", 1),
    "+".join("1" * 200): ("more than 100 levels deep: split it up", 200),
    "(" * 51 + "1" + ")" * 51: ("more than 50 brackets inside brackets", 51),
    "x" * 10_001: ("longer than 10,000 characters: split it up", 1),
    "1" * 1_001: ("a number has at most 1,000 digits", 1),
}


@pytest.mark.parametrize(("text", "expected"), REFUSED.items(), ids=lambda each: str(each)[:20])
def test_what_is_not_read_is_refused_with_its_column(text: str, expected: tuple[str, int]) -> None:
    with pytest.raises(ExpressionRefused) as refusal:
        compile_feel(text)

    assert (refusal.value.reason, refusal.value.column) == expected


@pytest.mark.parametrize(
    "text",
    [
        '__import__("os")',
        "a.__class__",
        "().__class__",
        '"".format(a)',
        "[].append(1)",
        'eval("1")',
        "exec(1)",
        "lambda: 1",
        "a; b",
        "`a`",
        "\u200ba",
    ],
)
def test_no_text_reaches_python(text: str) -> None:
    with pytest.raises((ExpressionRefused, ExpressionFailed)):
        compile_feel(text).evaluate({"a": 1, "b": 2})


def test_work_is_bounded() -> None:
    expression = compile_feel(
        "for a in items return for b in items return for c in items return a + b + c"
    )

    with pytest.raises(ExpressionFailed, match=f"more than {MAX_STEPS:,} steps"):
        expression.evaluate({"items": list(range(1000))})


def test_a_condition_is_true_false_or_null() -> None:
    assert compile_feel("a > 2").holds({"a": 3})
    assert not compile_feel("a > 2").holds({"a": None})
    with pytest.raises(ExpressionFailed, match="a number is neither true nor false"):
        compile_feel("a + 2").holds({"a": 3})


def test_functions_of_the_caller_are_called_and_those_of_feel_win() -> None:
    declared = {"param": Function(least=1, most=1), "count": Function(least=0, most=0)}
    expression = compile_feel('param("most") + count([1])', functions=declared)

    def param(name: Value) -> Result:
        return 40 if name == "most" else 0

    assert expression.evaluate({}, {"param": param}) == 41


def test_comments_and_line_ends_are_white_space() -> None:
    assert compile_feel("1 // one\n + /* two */ 2").evaluate({}) == 3


def test_an_error_on_a_later_line_names_it() -> None:
    with pytest.raises(ExpressionFailed) as failure:
        compile_feel("1 +\n  a").evaluate({})

    assert failure.value.reason.startswith("line 2: there is no variable a")
    assert (failure.value.column, failure.value.source) == (3, "  a")
