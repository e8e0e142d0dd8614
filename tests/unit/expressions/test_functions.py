from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, localcontext

import pytest

from caseflow.expressions import FUNCTIONS, METHODS, Period, compile_expression

VALUES: dict[str, object] = {
    "len('区域')": 2,
    "len([1, 2])": 2,
    "len({'a': 1})": 1,
    "sum([1, 2.5])": 3.5,
    "sum([])": 0,
    "sum([1], 5)": 6,
    "sum([1], start=5)": 6,
    "sum([days(1), hours(1)], days(0))": timedelta(days=1, hours=1),
    "sum({'a': 1}.values())": 1,
    "min(3, 1, 2)": 1,
    "min([3, 1, 2])": 1,
    "min('ba')": "a",
    "min([[2], [1, 5]])": [1, 5],
    "min([], default=None)": None,
    "max([1], default=0)": 1,
    "max([3, 1, 2])": 3,
    "max(1, True)": 1,
    "max('a', 'b')": "b",
    "abs(-1)": 1,
    "abs(-1.5)": 1.5,
    "abs(decimal('-1.5'))": Decimal("1.5"),
    "abs(-days(1))": timedelta(days=1),
    "round(2.5)": 2,
    "round(2.675, 2)": 2.67,
    "round(25, -1)": 20,
    "round(2.567, ndigits=1)": 2.6,
    "round(decimal('2.5'))": 2,
    "round(decimal('2.675'), 2)": Decimal("2.68"),
    "round(decimal('25'), -1)": Decimal("2E+1"),
    "any([0, 1])": True,
    "any([])": False,
    "any({})": False,
    "all([0, 1])": False,
    "all('ab')": True,
    "sorted([3, 1.5, 2])": [1.5, 2, 3],
    "sorted('ba')": ["a", "b"],
    "sorted({'b': 1, 'a': 2})": ["a", "b"],
    "sorted([1, 2], reverse=True)": [2, 1],
    "sorted([date('2026-01-02'), date('2026-01-01')])": [date(2026, 1, 1), date(2026, 1, 2)],
    "sorted([datetime('2026-01-02T00:00:00+08:00'), datetime('2026-01-01T17:00:00Z')])": [
        datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=8))),
        datetime(2026, 1, 1, 17, tzinfo=UTC),
    ],
    "sorted([hours(2), hours(1)])": [timedelta(hours=1), timedelta(hours=2)],
    "sorted([])": [],
    "str(1.5)": "1.5",
    "str('a')": "a",
    "str(None)": "None",
    "str(decimal('1.50'))": "1.50",
    "str(date('2026-01-31'))": "2026-01-31",
    "int('12')": 12,
    "int(' -1_2 ')": -12,
    "int(2.9)": 2,
    "int(-2.9)": -2,
    "int(True)": 1,
    "int(decimal('2.9'))": 2,
    "float('1.5')": 1.5,
    "float(2)": 2.0,
    "float(decimal('1.5'))": 1.5,
    "bool([])": False,
    "bool('0')": True,
    "decimal('12.50')": Decimal("12.50"),
    "decimal(12)": Decimal(12),
    "decimal(0.1)": Decimal("0.1"),
    "decimal(decimal('1'))": Decimal(1),
    "date('2026-01-31')": date(2026, 1, 31),
    "date(2026, 1, 31)": date(2026, 1, 31),
    "datetime('2026-01-31T09:00:00+08:00')": datetime(
        2026, 1, 31, 9, tzinfo=timezone(timedelta(hours=8))
    ),
    "duration('P1DT2H')": timedelta(days=1, hours=2),
    "duration('P1M')": Period(months=1),
    "timedelta()": timedelta(),
    "timedelta(2)": timedelta(days=2),
    "timedelta(weeks=1, days=1, hours=1, minutes=1, seconds=1.5)": timedelta(
        weeks=1, days=1, hours=1, minutes=1, seconds=1.5
    ),
    "timedelta(hours=n)": timedelta(hours=3),
    "days(1.5)": timedelta(days=1.5),
    "hours(2)": timedelta(hours=2),
    "minutes(2)": timedelta(minutes=2),
    "lower('ÄB')": "äb",
    "upper('straße')": "STRASSE",
    "strip('  a ')": "a",
    "strip('xax', 'x')": "a",
    "startswith('abc', 'ab')": True,
    "endswith('abc', 'ab')": False,
    "contains('abc', 'b')": True,
    "contains([1, 2], 2)": True,
    "split('a b  c')": ["a", "b", "c"],
    "split('a,b,,c', ',')": ["a", "b", "", "c"],
    "replace('abab', 'a', 'c')": "cbcb",
    "replace('ab', '', '-')": "-a-b-",
    "join(['a', 'b'])": "ab",
    "join(['a', 'b'], ', ')": "a, b",
    "join([], ',')": "",
    "join({'a': 1, 'b': 2}, ',')": "a,b",
    "join('ab', ',')": "a,b",
    "'Ab'.lower()": "ab",
    "'Ab'.upper()": "AB",
    "' a '.strip()": "a",
    "'xa'.strip('x')": "a",
    "' a '.lstrip()": "a ",
    "' a '.rstrip()": " a",
    "'xxa'.lstrip('x')": "a",
    "'axx'.rstrip('x')": "a",
    "'abc'.startswith('ab')": True,
    "'abc'.endswith('bc')": True,
    "'a b'.split()": ["a", "b"],
    "'a,b'.split(',')": ["a", "b"],
    "'a,b'.split(None)": ["a,b"],
    "'aa'.replace('a', 'b')": "bb",
    "','.join(['a', 'b'])": "a,b",
    "{'a': 1}.keys()": ["a"],
    "{'a': 1}.values()": [1],
    "{'a': 1}.items()": [["a", 1]],
    "{'a': 1}.get('b', 2)": 2,
}


@pytest.mark.parametrize(("source", "value"), VALUES.items(), ids=[*VALUES])
def test_a_function_has_its_value(source: str, value: object) -> None:
    result = compile_expression(source).evaluate({"n": 3})

    assert result == value
    assert type(result) is type(value)


def test_every_function_and_method_is_tried() -> None:
    tried = " ".join(VALUES)

    assert [name for name in FUNCTIONS if f"{name}(" not in tried] == []
    missing = {name for name in METHODS if f".{name}(" not in tried}
    assert missing == {"date", "weekday", "isoweekday", "isoformat", "total_seconds"}


def test_a_literal_function_with_a_variable_is_computed_each_time() -> None:
    expression = compile_expression("date(day)")

    assert expression.evaluate({"day": "2026-01-31"}) == date(2026, 1, 31)
    assert expression.evaluate({"day": "2026-02-01"}) == date(2026, 2, 1)


def test_decimals_do_not_depend_on_the_settings_of_the_host() -> None:
    expression = compile_expression(
        "(decimal('1') / 3, -decimal('1.23456'), round(decimal('0.5')))"
    )
    usual = expression.evaluate({})

    with localcontext(prec=3, rounding="ROUND_UP"):
        unusual = expression.evaluate({})

    assert unusual == usual


def test_a_quantifier_stops_at_the_first_that_decides() -> None:
    assert compile_expression("any(1 / a for a in [1, 0])").evaluate({}) is True
    assert compile_expression("all(a and 1 / a for a in [0, 1])").evaluate({}) is False
