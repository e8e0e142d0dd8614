"""Expressions mean what Python means by them, and no text gets past the two typed errors."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from caseflow.errors import ExpressionFailed, ExpressionRefused
from caseflow.expressions import (
    FUNCTIONS,
    METHODS,
    compile_expression,
    compile_script,
)
from caseflow.model import Value

NAMES: Mapping[str, Value] = {
    "a": 3,
    "b": -7,
    "zero": 0,
    "f": 2.5,
    "yes": True,
    "no": False,
    "nothing": None,
    "s": "abc",
    "t": "Ba c",
    "区": "签收",
    "empty": "",
    "xs": [1, 2, 3],
    "ys": ["b", "a"],
    "nested": [[1], [2, 3], []],
    "m": {"k": 1, "q": "v"},
    "d": Decimal("2.50"),
    "e": Decimal(-3),
    "day": date(2026, 1, 31),
    "other_day": date(2024, 2, 29),
    "moment": datetime(2026, 1, 31, 9, 30, tzinfo=UTC),
    "span": timedelta(days=1, hours=2),
}
PYTHON: dict[str, object] = {
    "__builtins__": {},
    **{f.__name__: f for f in (len, sum, min, max, abs, round, any, all, sorted)},
    **{f.__name__: f for f in (str, int, float, bool, timedelta)},
    "decimal": Decimal,
    "days": lambda number: timedelta(days=number),
    "hours": lambda number: timedelta(hours=number),
    "minutes": lambda number: timedelta(minutes=number),
    "lower": str.lower,
    "upper": str.upper,
    "contains": lambda container, item: item in container,
}
# Where an expression is stricter than Python on purpose, this is how its error begins.
STRICTER = (
    "too large",
    "makes a",
    "takes more",
    "sorted needs",
    "a power of a negative",
    "% after a text",
    "a list is not written",
    "a map is not written",
)

numbers = st.sampled_from(["0", "1", "2", "-1", "10", "1.5", "0.1", "a", "b", "f", "yes", "zero"])
decimals = st.sampled_from(["d", "e", "decimal('0.1')"])
texts = st.sampled_from(["'a'", "'b c'", "''", "s", "t", "区", "empty"])
times = st.sampled_from(["day", "other_day", "moment", "span", "days(2)", "timedelta(hours=5)"])
atoms = st.one_of(
    numbers,
    texts,
    decimals,
    times,
    st.sampled_from(["xs", "ys", "nested", "m", "[]", "None", "True", "nothing", "no", "missing"]),
)


def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def form(shape: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.tuples(*parts).map(lambda texts: shape.format(*texts))

    operator = st.sampled_from(["+", "-", "*", "/", "//", "%"])
    relation = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "in", "not in"])
    small = st.sampled_from(["0", "1", "2", "3", "-1", "-2", ""])
    caller = st.sampled_from([
        "len", "sum", "min", "max", "abs", "round", "any", "all", "sorted", "str", "int", "float",
        "bool", "lower", "upper", "hours",
    ])  # fmt: skip
    looped = st.sampled_from(["v", "v + 1", "v * 2", "v > 1", "v == a", "[v]", "s", "v or 5"])
    return st.one_of(
        form("({} {} {})", inner, operator, inner),
        form("({} ** {})", numbers | decimals, st.sampled_from(["0", "1", "2", "-1", "0.5"])),
        form("({} {} {})", inner, relation, inner),
        form("({} {} {} {} {})", inner, relation, inner, relation, inner),
        form(
            "({} is {} {})", inner, st.sampled_from(["", "not"]), st.sampled_from(["None", "True"])
        ),
        form("({} and {})", inner, inner),
        form("({} or {} or {})", inner, inner, inner),
        form("(not {})", inner),
        form("(-{})", inner),
        form("(+{})", inner),
        form("({} if {} else {})", inner, inner, inner),
        form("[{}, {}]", inner, inner),
        form("{{'k': {}, 'n': {}}}", inner, inner),
        form("{}[{}]", inner, st.sampled_from(["0", "1", "-1", "'k'", "yes", "nothing"])),
        form("{}[{}:{}]", inner, small, small),
        form("{}[{}:{}:{}]", inner, small, small, small),
        form("{}({})", caller, inner),
        form("{}({}, {})", st.sampled_from(["min", "max", "contains"]), inner, inner),
        form("round({}, {})", inner, st.sampled_from(["0", "1", "-1", "None"])),
        form("{}.{}()", inner, st.sampled_from(["upper", "lower", "strip", "split", "rstrip"])),
        form("{}.{}({})", inner, st.sampled_from(["startswith", "endswith", "join"]), inner),
        form("{}.{}({})", inner, st.sampled_from(["strip", "lstrip", "split"]), texts),
        form("{}.replace({}, {})", inner, texts, texts),
        form("{}.get({}, {})", inner, st.sampled_from(["'k'", "'z'"]), inner),
        form("{}.{}()", times, st.sampled_from(["weekday", "isoweekday", "isoformat", "date"])),
        form("{}.{}", times, st.sampled_from(["year", "month", "day", "hour", "days"])),
        form("[{} for v in {}]", looped, inner),
        form("[{} for v in {} if {}]", looped, inner, looped),
        form("[[v, k] for k, v in {}.items() if {}]", inner, looped),
        form("{}({} for v in {})", st.sampled_from(["any", "all", "sum", "max"]), looped, inner),
        form("f'{{a}}-{{{}}}-{{s}}'", st.sampled_from(["f", "d", "day", "no", "span", "区"])),
    )


expressions = st.recursive(atoms, deeper, max_leaves=8)


def by_python(source: str) -> object:
    """The value that Python gives, or the error that it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return eval(source, {**PYTHON, **deepcopy(NAMES)})  # noqa: S307 - a text made here
        except Exception as error:  # noqa: BLE001 - whatever Python raises counts
            return error


def run_by_python(source: str) -> object:
    """The variables after Python has run a script, or the error that it raises."""
    variables = {**PYTHON, **deepcopy(NAMES)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(source, variables)  # noqa: S102 - a text made here
        except Exception as error:  # noqa: BLE001 - whatever Python raises counts
            return error
    return {name: value for name, value in variables.items() if name not in PYTHON}


def by_caseflow(source: str) -> object:
    """The value that caseflow gives, or the error that it raises."""
    try:
        return compile_expression(source).evaluate(NAMES)
    except (ExpressionFailed, ExpressionRefused) as error:
        return error


def run_by_caseflow(source: str) -> object:
    """The variables after caseflow has run a script, or the error that it raises."""
    try:
        return {**NAMES, **compile_script(source).run(NAMES)}
    except (ExpressionFailed, ExpressionRefused) as error:
        return error


def is_same(ours: object, theirs: object) -> bool:
    """Whether both failed, or both gave the same; or caseflow is stricter, for a reason."""
    if isinstance(ours, ExpressionFailed | ExpressionRefused):
        reason = ours.reason.removeprefix("line ").lstrip("0123456789: ")
        is_stricter = reason.startswith(STRICTER) or not is_plain(theirs)
        return isinstance(theirs, Exception) or is_stricter
    return with_types(ours) == with_types(theirs)


def is_refused_early(ours: object, source: str) -> bool:
    """Whether a call that can never be right was refused where Python does not come to it."""
    is_lazy = any(word in source for word in (" and ", " or ", " if "))
    return is_lazy and isinstance(ours, ExpressionRefused) and " needs a " in ours.reason


def is_plain(value: object) -> bool:
    """Whether a case file could hold it: Python also knows inf, nan and complex numbers."""
    match value:
        case complex():
            return False
        case float() | Decimal():
            return math.isfinite(value)
        case dict():
            return all(map(is_plain, value.values()))
        case list():
            return all(map(is_plain, value))
        case _:
            return True


def with_types(value: object) -> object:
    """The value with the type of every part, because 1 == True == 1.0."""
    match value:
        case list():
            return [with_types(part) for part in value]
        case dict():
            return {key: with_types(part) for key, part in value.items()}
        case _:
            return type(value).__name__, repr(value)


@given(expressions)
@example("(3 < 'a')")
@example("a == 3 and b > 2 or s in ['abc', 'd']")
@example("(0 and hours('a'))")
def test_an_expression_means_what_python_means(source: str) -> None:
    ours, theirs = by_caseflow(source), by_python(source)

    assert is_same(ours, theirs) or is_refused_early(ours, source), (ours, theirs)


@given(expressions)
def test_an_expression_gives_the_same_twice_and_changes_nothing(source: str) -> None:
    before = repr(NAMES)

    assert repr(by_caseflow(source)) == repr(by_caseflow(source))
    assert repr(NAMES) == before


# Lists are not added to in place: there a second name of the same list tells the two apart.
scripts = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["a", "new", "xs"]), expressions).map(" = ".join),
        st.tuples(st.sampled_from(["b", "s", "new_too"]), expressions).map(" += ".join),
        st.tuples(expressions, expressions, expressions).map(
            lambda parts: "if {}:\n    new = {}\nelif a:\n    f = {}\nelse:\n    pass".format(
                *parts
            )
        ),
    ),
    min_size=1,
    max_size=4,
).map("\n".join)


@given(scripts)
def test_a_script_does_what_python_does(source: str) -> None:
    ours, theirs = run_by_caseflow(source), run_by_python(source)

    assert is_same(ours, theirs) or is_refused_early(ours, source), (ours, theirs)


words = st.sampled_from([
    *"()[]{}.,:;=<>!+-*/%~^&|@#'\"\\\n\t _0123456789",
    *("a", "xs", "m", "区", "e9", "9" * 50, "j", "x", "\N{FULLWIDTH LATIN SMALL LETTER A}"),
    *("**", "//", "==", ":=", "->", "'''", 'f"', "f'{", "}'", "\\\n", "__class__"),
    *("and ", "or ", "not ", "in ", "is ", "if ", "else ", "for v in ", "lambda ", "None", "True"),
    *("import ", "def ", "class ", "async ", "await ", "yield "),
    *FUNCTIONS,
    *(f".{name}(" for name in METHODS),
])  # fmt: skip
anything = st.one_of(st.text(), st.lists(words).map("".join))


@given(anything)
def test_any_text_is_an_expression_or_refused_by_it(source: str) -> None:
    outcome = by_caseflow(source)

    assert not isinstance(outcome, ExpressionFailed | ExpressionRefused) or outcome.column >= 1


@given(anything)
def test_any_text_is_a_script_or_refused_by_it(source: str) -> None:
    outcome = run_by_caseflow(source)

    assert not isinstance(outcome, ExpressionFailed | ExpressionRefused) or outcome.column >= 1
