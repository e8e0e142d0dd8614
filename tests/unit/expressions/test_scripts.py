from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import pytest

from caseflow.errors import ExpressionFailed, ExpressionRefused
from caseflow.expressions import Function, compile_script
from caseflow.model import Value

NAMES: Mapping[str, Value] = {
    "n": 3,
    "person": {"name": "Li", "address": {"town": "研和"}},
    "items": [1, [2, 3]],
    "pair": (1, 2),
}

ASSIGNED: dict[str, dict[str, Value]] = {
    "": {},
    "pass": {},
    "'''What this is for.'''\n# and why": {},
    "a = 1": {"a": 1},
    "a = n\nb = a + 1; c = b": {"a": 3, "b": 4, "c": 4},
    "b = 1\na = 2\nb = 3": {"b": 3, "a": 2},
    "n += 1": {"n": 4},
    "n -= 1; n *= 5; n //= 3; n **= 2; n %= 5; n /= 2": {"n": 2.0},
    "部门 = '城管'": {"部门": "城管"},
    "    a = 1\n    b = 2\n": {"a": 1, "b": 2},
    "\r\na = 1\r\nb = 2\r\n": {"a": 1, "b": 2},
    "a = (1 +\n     2)": {"a": 3},
    "if n > 2:\n    a = 1\nelif n > 1:\n    a = 2\nelse:\n    a = 3": {"a": 1},
    "if n > 5:\n    a = 1\nelif n > 1:\n    a = 2\nelse:\n    a = 3": {"a": 2},
    "if n > 5:\n    a = 1\nelif n > 4:\n    a = 2\nelse:\n    a = 3": {"a": 3},
    "if n > 5:\n    a = 1": {},
    "if n:\n    if n > 5:\n        a = 1\n    else:\n        a = 2\n        b = 3": {
        "a": 2,
        "b": 3,
    },
    "if n: a = 1": {"a": 1},
    "person.age = 30": {"person": {"name": "Li", "address": {"town": "研和"}, "age": 30}},
    "person['address'].town = 'x'": {"person": {"name": "Li", "address": {"town": "x"}}},
    "items[1][0] = 5": {"items": [1, [5, 3]]},
    "items[-1] = 5": {"items": [1, 5]},
    "items[1][n - 2] += 5": {"items": [1, [2, 8]]},
    "pair[0] = 5": {"pair": [5, 2]},
    "a = {}\na.b = {}\na.b.c = 1": {"a": {"b": {"c": 1}}},
    "a = person\na.name = 'Wang'\nb = person.name": {
        "a": {"name": "Wang", "address": {"town": "研和"}},
        "b": "Li",
    },
    "a = []\nb = a\na += [1]": {"a": [1], "b": []},
    "a = [n * 2 for n in [1]]\nb = n": {"a": [2], "b": 3},
    "a = (1, 2)": {"a": [1, 2]},
    "a = decimal('0.10')": {"a": Decimal("0.10")},
    "n == 3": {},
}


@pytest.mark.parametrize(("source", "assigned"), ASSIGNED.items(), ids=[*map(ascii, ASSIGNED)])
def test_a_script_assigns(source: str, assigned: dict[str, Value]) -> None:
    before = repr(NAMES)

    result = compile_script(source).run(NAMES)

    assert list(result.items()) == list(assigned.items())
    assert repr(NAMES) == before


def test_what_a_script_assigns_is_a_copy() -> None:
    items: list[Value] = [1]

    assigned = compile_script("a = items").run({"items": items})
    items.append(2)

    assert assigned == {"a": [1]}


def test_a_script_knows_the_variables_that_it_reads() -> None:
    script = compile_script("""
        a = b
        if c:
            d = a
        else:
            d = e
        if d:
            f = 1
        g = f
        h.i = 1
        j += 1
        b = a
    """)

    assert script.names == {"b", "c", "e", "f", "h", "j"}
    assert script.assigned == ("a", "d", "f", "g", "h", "j", "b")


def test_a_script_calls_for_the_effect() -> None:
    logged: list[object] = []
    script = compile_script(
        "log('A')\nif n:\n    log(n)", functions={"log": Function(least=1, most=1)}
    )

    assigned = script.run(NAMES, {"log": logged.append})

    assert assigned == {}
    assert logged == ["A", 3]
    assert script.calls == (("log", ("A",)), ("log", None))


REFUSED: dict[str, tuple[str, str, int]] = {
    "a = 1\nimport datetime": (
        "line 2: import is not allowed: date, datetime, timedelta, duration are built in",
        "import datetime",
        1,
    ),
    "a = b = 1": ("one = is allowed: assign line by line", "a = b = 1", 1),
    "a, b = 1, 2": ("write one name or key before =: a, a['key'] or a.key", "a, b = 1, 2", 1),
    "a = 1\nwhile a:\n    a = 0": (
        "line 2: while is not allowed: draw a loop in the diagram",
        "while a:",
        1,
    ),
    "if a:\n  for b in c: d = b": (
        "line 2: for is not allowed: write [… for item in items]",
        "  for b in c: d = b",
        3,
    ),
    "a = 1\n  b = 2": ("line 2: unexpected indent", "  b = 2", 2),
    "a = 1\nb = a +": ("line 2: invalid syntax: something is missing at the end", "b = a +", 8),
    "if n:\n    a = 1\n  b = 2": (
        "line 3: unindent does not match any outer indentation level",
        "  b = 2",
        2,
    ),
    "a = = 1": ("invalid syntax", "a = = 1", 5),
    "a = 1\nb = (c": ("line 2: this bracket or quote is never closed", "b = (c", 5),
    "a = 1\nb.append(c)": (
        "line 2: there is no method append: write items = items + [item]",
        "b.append(c)",
        1,
    ),
    "甲 = 1; 乙 = lenn('1')": (
        "there is no function lenn: did you mean len?",
        "甲 = 1; 乙 = lenn('1')",
        12,
    ),
}


@pytest.mark.parametrize(("source", "expected"), REFUSED.items(), ids=[*map(ascii, REFUSED)])
def test_a_refusal_shows_the_line(source: str, expected: tuple[str, str, int]) -> None:
    with pytest.raises(ExpressionRefused) as refusal:
        compile_script(source)

    error = refusal.value
    assert (error.reason, error.source, error.column) == expected


FAILED: dict[str, tuple[str, str, int]] = {
    "a = 1\nb = a / 0": (
        "line 2: division by zero: test the divisor first",
        "b = a / 0",
        5,
    ),
    "a = 1\nb = duration('P1M')": (
        "line 2: a calendar period cannot be kept in a variable: hand it on at once",
        "b = duration('P1M')",
        1,
    ),
    "b = datetime('2026-01-01T00:00:00Z')\nb = missing": (
        "line 2: there is no variable missing: set it before, or check its spelling",
        "b = missing",
        5,
    ),
    "a = 1\nb = [naive]": (
        "line 2: b[0]: a moment needs a time zone: 2026-01-31T00:00:00",
        "b = [naive]",
        1,
    ),
    "n.a = 1": ("a number has no items that could be set", "n.a = 1", 1),
    "person[1] = 1": ("a key of a map must be a text, not a number", "person[1] = 1", 1),
    "person.a.b = 1": (
        "the map has no key 'a': write .get(…) if it may be missing",
        "person.a.b = 1",
        1,
    ),
}


@pytest.mark.parametrize(("source", "expected"), FAILED.items(), ids=[*map(ascii, FAILED)])
def test_a_failure_shows_the_line(source: str, expected: tuple[str, str, int]) -> None:
    names: dict[str, Value] = {**NAMES, "naive": datetime(2026, 1, 31)}  # noqa: DTZ001

    with pytest.raises(ExpressionFailed) as failure:
        compile_script(source).run(names)

    error = failure.value
    assert (error.reason, error.source, error.column) == expected
