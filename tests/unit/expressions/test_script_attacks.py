from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from caseflow.errors import ExpressionFailed, ExpressionRefused
from caseflow.expressions import Function, Functions, compile_script
from caseflow.model import Value


def shown(source: object) -> str:
    """A test's name: the start of the source, as every terminal can print it, and its length."""
    text = ascii(source)
    return text if len(text) < 60 else f"{text[:60]}… {len(text)}"


SCRIPTS_REFUSED: Sequence[str] = (
    "import os",
    "import datetime",
    "from os import system",
    "from . import a",
    "import os as n",
    "while True: pass",
    "while True:\n    a = 1",
    "for a in items: b = a",
    "async def f(): pass",
    "def f(): return 1",
    "def f():\n    f()\nf()",
    "class A: pass",
    "class A(metaclass=type): pass",
    "@n\ndef f(): pass",
    "lambda: 1",
    "a = lambda: 1",
    "a = (b := 1)",
    "with open('a') as f: b = 1",
    "try:\n    a = 1\nexcept Exception:\n    a = 2",
    "try:\n    a = 1\nexcept* ValueError:\n    a = 2",
    "try:\n    a = 1\nfinally:\n    a = 2",
    "raise ValueError('a')",
    "assert False",
    "del n",
    "del person['name']",
    "global n",
    "nonlocal n",
    "return 1",
    "yield 1",
    "await n",
    "break",
    "continue",
    "match n:\n    case 1: a = 1",
    "a: int = 1",
    "a: int",
    "a = b = 1",
    "a, b = 1, 2",
    "[a, b] = [1, 2]",
    "*a, b = items",
    "a.b.__class__ = 1",
    "person.__class__ = 1",
    "person.__dict__['a'] = 1",
    "__builtins__ = {}",
    "__name__ = 'a'",
    "_a = 1",
    "\uff3fa = 1",
    "len(text)[0] = 1",
    "'a'.b = 1",
    "(n if n else n).a = 1",
    "f() = 1",
    "1 = n",
    "None = 1",
    "True = 1",
    "n + 1 = 2",
    "items[0:2] = []",
    "n @= 1",
    "n |= 1",
    "n <<= 1000000",
    "exec('a = 1')",
    "eval('1')",
    "print('a')",
    "__import__('os').system('true')",
    "items.append(1)",
    "person.update({})",
    "a = 1\n  b = 2",
    "if n:\n\ta = 1\n        b = 2",
    "if n:",
    "else: a = 1",
    "a = 1\0",
    "a = 1\x0cb = 2",
    "a = '" + "a" * 10_000 + "'",
    "if n:\n" + "".join(" " * d + "if n:\n" for d in range(1, 105)) + " " * 105 + "a = 1",
    "a = " + "(" * 60 + "1" + ")" * 60,
    "a = " + "-" * 9_000 + "1",
    "type A = int",
    "print 1",
    "exec 'a'",
)

SCRIPTS_STOPPED: Sequence[str] = (
    "a = missing",
    "a += 1",
    "missing.a = 1",
    "n.a = 1",
    "n[0] = 1",
    "text[0] = 'b'",
    "items[9999] = 1",
    "items['a'] = 1",
    "person[0] = 1",
    "person.missing.a = 1",
    "person.name.a = 1",
    "a = 9**9**9",
    "a = 'a' * 10**9",
    "a = limit('a')",
    "a = duration('P1M')",
    "person.a = limit('a')",
    "a = naive",
    "a = [naive]",
    "a = host_object",
    "a = many + [[]]",
    "a = [many, many]",
    "a = [big, big]",
    "a = 'a' * 600000\nb = [a, a]",
    "a = [0]\n" + "a = [a]\n" * 40,
    "a = [0] * 300\n" + "a = [a] * 300\n" * 2,
    "a = [0]\n" + "a = [a, a]\n" * 60 + "b = a == [a, a]",
    "a = [0]\nb = [0]\n" + "a = [a, a]\nb = [b, b]\n" * 60 + "c = a == b",
    "a = [0]\nb = [0]\n" + "a = [a, a]\nb = [b, b]\n" * 40 + "c = a < b",
    "a = [0]\nb = [0]\n" + "a = [a]\nb = [b]\n" * 500 + "c = a == b",
    "a = [0]\n" + "a = [a]\n" * 900,
    "a = 'ab'\n" + "a = a + a\n" * 40,
    "a = [1]\n" + "a = a + a\n" * 40,
    "a = 99\n" + "a = a * a\n" * 40,
    "a = 'a'\n" + "a = a.replace('a', 'aaaaaaaaaa')\n" * 40,
    "a = {}\n" + "a = {'a': a, 'b': a}\n" * 60,
    "a = many\n" + "a[0] = 1\n" * 100,
    "1 / 0",
    "host()",
    "if missing:\n    a = 1",
    "if n:\n    1 / 0",
)


@pytest.mark.parametrize("source", SCRIPTS_REFUSED, ids=shown)
def test_a_hostile_script_does_not_compile(source: str, declared: Mapping[str, Function]) -> None:
    with pytest.raises(ExpressionRefused) as refusal:
        compile_script(source, functions=declared)

    assert refusal.value.reason
    assert len(str(refusal.value)) < 1_000


@pytest.mark.parametrize("source", SCRIPTS_STOPPED, ids=shown)
def test_a_hostile_script_is_stopped_where_it_works(
    source: str,
    declared: Mapping[str, Function],
    supplied: Functions,
    names: Mapping[str, Value],
) -> None:
    script = compile_script(source, functions=declared)

    with pytest.raises(ExpressionFailed) as failure:
        script.run(names, supplied)

    assert failure.value.reason
    assert len(str(failure.value)) < 1_000


def test_the_attacks_are_all_different() -> None:
    sources = [*SCRIPTS_REFUSED, *SCRIPTS_STOPPED]

    assert sorted(set(sources)) == sorted(sources)
