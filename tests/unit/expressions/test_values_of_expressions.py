from __future__ import annotations

from collections import ChainMap, UserList
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType

import pytest

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Function, Period, Result, compile_expression
from caseflow.model import CalendarKind, Limit, Value


class Colour(StrEnum):
    RED = "red"


class Rank(IntEnum):
    FIRST = 1


NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
BEIJING = timezone(timedelta(hours=8))
NAMES: Mapping[str, Value] = {
    "a": 1,
    "b": 3,
    "agreed": True,
    "kind": "daily",
    "部门": "城管",
    "person": {"name": "Li", "address": {"town": "研和"}, "get": "a key named get"},
    "items": [3, 1, 2],
    "pair": (1, 2),
    "proxy": MappingProxyType({"k": 1}),
    "users": UserList([1, 2]),
    "colour": Colour.RED,
    "rank": Rank.FIRST,
    "fee": Decimal("12.50"),
    "filed_on": date(2026, 1, 31),
    "now_there": NOON.astimezone(BEIJING),
    "wait": timedelta(days=1, hours=12),
    "max": "a variable may be called like a function",
    "later": NOON + timedelta(hours=1),
    "ranks": [Rank.FIRST],
}

VALUES: dict[str, object] = {
    # literals
    "True": True,
    "None": None,
    "1_000": 1_000,
    "0x1F": 31,
    "'a' 'b'": "ab",
    "r'\\d'": "\\d",
    "'\\x41\\t\\\\'": "A\t\\",
    "'区' == '\\u533a'": True,
    "[1, 'a', None]": [1, "a", None],
    "(1, 2)": [1, 2],
    "1, 2": [1, 2],
    "()": [],
    "{'a': 1, kind: 2}": {"a": 1, "daily": 2},
    "f'{a} of {person.name} ({fee})'": "1 of Li (12.50)",
    "f'{filed_on} {now_there} {agreed} {None} {wait}'": (
        "2026-01-31 2026-01-31 20:00:00+08:00 True None 1 day, 12:00:00"
    ),
    "f'{colour}'": "red",
    # variables
    "kind": "daily",
    "部门": "城管",
    "max": "a variable may be called like a function",
    "max(a, b)": 3,
    "users": [1, 2],
    "proxy.k + proxy['k']": 2,
    "colour == 'red'": True,
    "rank == 1 and rank + 1 == 2": True,
    "1 in ranks": True,
    # keys, items and slices
    "person.name": "Li",
    "person['name']": "Li",
    "person.address.town": "研和",
    "person.get": "a key named get",
    "person.get('name')": "Li",
    "person.get('age')": None,
    "person.get('age', 7)": 7,
    "items[0] + items[-1]": 5,
    "items[True]": 1,
    "kind[0]": "d",
    "pair[1]": 2,
    "pair[:1]": [1],
    "items[::-1]": [2, 1, 3],
    "kind[1:3]": "ai",
    # truth and choice
    "not agreed": False,
    "a and b": 3,
    "a or b": 1,
    "a - 1 or b - 3 or kind": "daily",
    "a and agreed and 0 and missing": 0,
    "a and agreed and b": 3,
    "0 or '' or b": 3,
    "0 or b or missing": 3,
    "b if agreed else missing": 3,
    "missing if a > b else b": 3,
    # comparisons
    "a == 1": True,
    "a == 1.0": True,
    "a == '1'": False,
    "agreed == 1": True,
    "fee == 12.5": True,
    "fee > 12": True,
    "kind != 'daily'": False,
    "1 <= a < b": True,
    "1 < a < missing": False,
    "kind in ['daily', 'urgent']": True,
    "kind not in ['urgent']": True,
    "a in [1, 2]": True,
    "agreed in [1, 2]": True,
    "a in [True, False]": True,
    "fee in [1, 2]": False,
    "a in [1.0]": True,
    "items in [[3, 1, 2]]": True,
    "a in items": True,
    "None in items": False,
    "'ai' in kind": True,
    "'name' in person": True,
    "1 in person": False,
    "kind is None": False,
    "kind is not None": True,
    "agreed is True": True,
    "a is True": False,
    "pair == [1, 2]": True,
    "pair == (1, 2)": True,
    "items == [3, 1]": False,
    "items == [3, 1, 9]": False,
    "[items, kind] == [[3, 1, 2], 'daily']": True,
    "person == {'name': 'Li', 'address': {'town': '研和'}, 'get': 'a key named get'}": True,
    "person == {'name': 'Li'}": False,
    "{'a': 1} == {'b': 1}": False,
    "person != person.address": True,
    "[1, 2] < [1, 3]": True,
    "[1] < [1, 0]": True,
    "[2] >= [1, 0]": True,
    "[[1], 'a'] <= [[1], 'a']": True,
    "'a' < 'b' > 'a'": True,
    "filed_on < date('2026-02-01')": True,
    "now_there == datetime('2026-01-31T12:00:00Z')": True,
    "now_there < later": True,
    "wait > hours(35)": True,
    "filed_on == now_there": False,
    # arithmetic
    "7 // 2 + 7 % 2": 4,
    "-7 // 2": -4,
    "2 ** 10": 1024,
    "2 ** 0.5": 2**0.5,
    "1 / 4": 0.25,
    "-a + +b": 2,
    "-True": -1,
    "-0": 0,
    "-1.5": -1.5,
    "'ab' * 2": "abab",
    "2 * [0]": [0, 0],
    "pair + [3]": [1, 2, 3],
    "pair * 2": [1, 2, 1, 2],
    "fee * 2": Decimal("25.00"),
    "fee + a": Decimal("13.50"),
    "fee / 3": Decimal("4.166666666666666666666666667"),
    "fee // 5 + fee % 5 + fee ** 2": Decimal("160.75"),
    "-fee": Decimal("-12.50"),
    "+fee": Decimal("12.50"),
    "fee - 1": Decimal("11.50"),
    # time
    "filed_on + days(1)": date(2026, 2, 1),
    "days(1) + filed_on": date(2026, 2, 1),
    "filed_on - date(2026, 1, 1)": timedelta(days=30),
    "now_there - hours(8)": datetime(2026, 1, 31, 12, tzinfo=BEIJING),
    "later - now_there": timedelta(hours=1),
    "wait / hours(1)": 36.0,
    "wait * 2": timedelta(days=3),
    "2 * wait": timedelta(days=3),
    "wait / 2": timedelta(hours=18),
    "wait // hours(5)": 7,
    "wait % hours(5)": timedelta(hours=1),
    "-wait": -timedelta(days=1, hours=12),
    "+wait": timedelta(days=1, hours=12),
    "filed_on + duration('P1M')": date(2026, 2, 28),
    "duration('P1M') + filed_on": date(2026, 2, 28),
    "filed_on - duration('P2M')": date(2025, 11, 30),
    "now_there + duration('P1MT1H')": datetime(2026, 2, 28, 21, tzinfo=BEIJING),
    "filed_on.year * 10000 + filed_on.month * 100 + filed_on.day": 20260131,
    "now_there.hour * 60 + now_there.minute + now_there.second": 1200,
    "wait.days": 1,
    "now_there.date()": date(2026, 1, 31),
    "filed_on.weekday()": 5,
    "filed_on.isoweekday()": 6,
    "filed_on.isoformat()": "2026-01-31",
    "now_there.isoformat()": "2026-01-31T20:00:00+08:00",
    "wait.total_seconds()": 129_600.0,
    # loops
    "[a * 2 for a in items]": [6, 2, 4],
    "[a for a in items if a > 1 if a < 3]": [2],
    "[a for a in pair]": [1, 2],
    "[letter for letter in 'ab']": ["a", "b"],
    "[key for key in person]": ["name", "address", "get"],
    "[key for key, value in person.items() if value == 'Li']": ["name"],
    "[[x * y for y in items] for x in pair]": [[3, 1, 2], [6, 2, 4]],
    "[[a, b] for b in pair]": [[1, 1], [1, 2]],
    "[a for a in items][0] + a": 4,
    "any(a > 2 for a in items)": True,
    "all(a > 2 for a in items)": False,
    "any(missing for a in [])": False,
    "all(a != 2 or missing for a in [1])": True,
    "sum(a for a in items)": 6,
    "sorted(-a for a in items)": [-3, -2, -1],
    "join((kind for a in items), '-')": "daily-daily-daily",
    "max((a for a in []), default=a)": 1,
}


@pytest.mark.parametrize(("source", "value"), VALUES.items(), ids=[*VALUES])
def test_an_expression_has_its_value(source: str, value: object) -> None:
    result = compile_expression(source).evaluate(NAMES)

    assert result == value
    assert type(result) is type(value)


class OnlyNames:
    """Variables that are no mapping."""

    def __getitem__(self, name: str) -> Value:
        if name == "a":
            return 1
        raise KeyError(name)


def test_names_may_be_anything_that_raises_key_error() -> None:
    assert compile_expression("[a + b for b in [1]]").evaluate(OnlyNames()) == [2]
    assert compile_expression("a").evaluate(ChainMap({}, {"a": 5})) == 5
    with pytest.raises(ExpressionFailed, match="there is no variable b"):
        compile_expression("a + b").evaluate(OnlyNames())


def test_an_expression_knows_the_variables_that_it_reads() -> None:
    expression = compile_expression("a + [b for b in c if d][0] + e.f + g['h'] + len(i)")

    assert expression.names == {"a", "c", "d", "e", "g", "i"}


def test_a_variable_of_a_loop_is_not_one_of_the_case() -> None:
    assert compile_expression("[x for x in x]").names == {"x"}
    assert compile_expression("[[y for y in x] for x in [1]]").names == set()


def test_an_expression_knows_what_it_calls() -> None:
    expression = compile_expression(
        "limit('sign_in') if any(a for a in b) else limit(kind) or timedelta(days=-1) or len('a')",
        functions={"limit": Function(least=1, most=1)},
    )

    assert expression.calls == (
        ("any", None),
        ("limit", ("sign_in",)),
        ("limit", None),
        ("timedelta", None),
        ("len", ("a",)),
    )


def test_equal_sources_make_equal_expressions() -> None:
    assert compile_expression("a + 1") == compile_expression(" a + 1\n")
    assert compile_expression("a + 1") != compile_expression("a + 2")
    assert compile_expression(" a + 1 ").source == "a + 1"


SIGN_IN = Limit(name="sign_in", kind=CalendarKind.WH, amount=60)


def evaluated(source: str) -> Result:
    functions = {"limit": Function(least=1, most=1), "now": Function()}
    expression = compile_expression(source, functions=functions)
    return expression.evaluate(
        NAMES, {"limit": {"sign_in": SIGN_IN}.__getitem__, "now": lambda: NOON}
    )


def test_a_limit_passes_through_a_choice() -> None:
    assert evaluated("limit('sign_in') if agreed else None") is SIGN_IN
    assert evaluated("None or limit('sign_in')") is SIGN_IN
    assert evaluated("limit('sign_in') is None") is False


def test_a_supplied_function_takes_and_gives_values() -> None:
    assert evaluated("now() + days(1)") == NOON + timedelta(days=1)


def test_a_period_of_months_passes_through() -> None:
    assert evaluated("duration('P1M')") == Period(months=1)
    assert evaluated("-duration('P1M')") == Period(months=-1)
    assert evaluated("+duration('P1M')") == Period(months=1)


def test_a_function_that_is_built_in_cannot_be_declared_anew() -> None:
    with pytest.raises(ValueError, match="len, max: built-in"):
        compile_expression("1", functions={"max": Function(), "len": Function()})


def test_a_condition_holds_as_python_tells_truth() -> None:
    assert compile_expression("items").holds({"items": [0]})
    assert not compile_expression("items").holds({"items": []})
    assert compile_expression("limit()", functions={"limit": Function()}).holds(
        {}, {"limit": lambda: SIGN_IN}
    )


def test_the_values_are_never_changed() -> None:
    items: list[Value] = [3, 1, 2]

    result = compile_expression("sorted(items) + items").evaluate({"items": items})

    assert result == [1, 2, 3, 3, 1, 2]
    assert items == [3, 1, 2]
