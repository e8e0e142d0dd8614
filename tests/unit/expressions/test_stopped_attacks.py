from __future__ import annotations

import tracemalloc
from collections.abc import Mapping, Sequence

import pytest

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Function, Functions, compile_expression
from caseflow.model import Value


def shown(source: object) -> str:
    """A test's name: the start of the source, as every terminal can print it, and its length."""
    text = ascii(source)
    return text if len(text) < 60 else f"{text[:60]}… {len(text)}"


# Expressions that compile, and must be stopped while they are evaluated.
STOPPED: dict[str, Sequence[str]] = {
    "large numbers": (
        "9**9**9",
        "9**9**9**9",
        "2**3322",
        "2**(2**62)",
        "(-9)**9999",
        "n**99999",
        "10**999 * 10**999",
        "10**999 * 10 * 10",
        "int('9' * 100000)",
        "int('9' * 1001)",
        "int('-' + '9' * 1200)",
        "int('1_' * 4000 + '1')",
        "float('9' * 100000)",
        "float('inf')",
        "float('nan')",
        "float('1e999')",
        "1e308 * 10",
        "1e308 + 1e308",
        "-1e308 - 1e308",
        "2.0 ** 5000",
        "10**400 / 3",
        "10**400 * 1.0",
        "float(10**400)",
        "int(float('1e308')) * int(float('1e308')) * int(float('1e308')) * 10**999",
        "decimal('1e' + '9' * 10)",
        "decimal(text * 2)",
        "int(decimal('1e900') * decimal('1e900'))",
        "round(decimal('1e900') * decimal('1e900'))",
        "decimal('1e900') ** 9999999",
        "round(n, 10**9)",
        "round(n, -10**9)",
        "round(2**3000, -2000)",
        "(-8) ** 0.5",
        "(-8.0) ** 0.5",
        "0 ** -1",
        "timedelta(days=10**12)",
        "days(10**400)",
        "days(1) * 10**30",
        "day + days(9999999)",
        "moment + days(9999999)",
        "day - duration('P9999Y')",
        "moment + duration('P9999Y')",
    ),
    "large texts": (
        "'a' * 10**9",
        "10**9 * 'a'",
        "'a' * 1000001",
        "'ab' * 10**6",
        "text * 10**6",
        "'a' * 10**999",
        "('a' * 1000000) * 1000000",
        "big + big + big",
        "f'{big}{big}{big}'",
        "f'{big}{big}' + 'a'",
        "''.join([big, big, big])",
        "join([big for a in items])",
        "big.join(['a' for a in items])",
        "join(many, big)",
        "replace('a' * 1000, 'a', 'a' * 10000)",
        "('a' * 100000).replace('a', 'aaaaaaaaaaaaaaaa')",
        "('a' * 100000).replace('', 'aaaaaaaaaaaaaaaa')",
        "big.replace('', 'ab')",
        "[big + 'a' for a in items]",
        "[big.upper() for a in items]",
        "[big.lower() for a in items]",
        "[big[1:] for a in items]",
        "[f'{big}a' for a in items]",
        "[big.replace('b', 'c') for a in items]",
        "[big.strip('b') for a in items]",
        "('\\u0390' * 400000).upper()",
        "str(many)",
        "str([big])",
        "str(person)",
        "f'{many}'",
        "f'{person}'",
        "str([[[many]]])",
    ),
    "large lists": (
        "[0] * 10**9",
        "10**9 * [0]",
        "[0] * 100001",
        "[0] * 10**999",
        "[[0] * 100000] * 100001",
        "[[0] * 100000 for a in items]",
        "[[[0] * 1000] * 1000 for a in many]",
        "many + many",
        "many + [1]",
        "[many + [] for a in items]",
        "[many[:] for a in items]",
        "[many[::-1] for a in items]",
        "(many * 1 + many)[:1]",
        "split('a,' * 400000, ',')",
        "('a ' * 400000).split()",
        "big.split('a')",
        "[a for a in big]",
        "[sorted(many) for a in items]",
        "[sum(many) for a in items]",
        "[max(many) for a in items]",
        "[a for a in many if [b for b in many if b == a]]",
        "[[a for b in many] for a in many]",
        "[any(b < 0 for b in many) for a in many]",
        "all(all(b >= 0 for b in many) for a in many)",
        "any(any(any(c < 0 for c in items) for b in items) for a in items)",
        "[1 for a in [0] * 100000 if [1 for b in [0] * 100000]]",
        "sum([[a] for a in many], [])",
        "sum(a for a in many if all(b >= 0 for b in many))",
        "[person.items() for a in many if sorted(many)]",
        "many[10**999]",
        "many[many]",
        "many['0']",
        "many[10**9]",
        "many[::0]",
        "many['a':]",
        "many[1.5:]",
    ),
    "slow comparisons": (
        "[big == same for a in many]",
        "[big < same for a in many]",
        "[big in [same] for a in many]",
        "[same in big for a in many]",
        "['ab' in big for a in many]",
        "[big.startswith(same) for a in many]",
        "[big.endswith(same) for a in many]",
        "[many == others for a in many]",
        "[many <= others for a in many]",
        "[-1 in many for a in many]",
        "[sorted([big, same]) for a in many]",
        "sorted([big, same] * 50000)",
        "min([big, same] * 50000)",
        "[big.strip(same) for a in many]",
        "big.strip(same)",
        "('a' * 2000 + 'b').split('a' * 1000 + 'b') == [a for a in many if 'ab' * 999 in big]",
        "[[many] * 1000] * 1000 == [[others] * 1000] * 1000",
        "[[[many] * 99] * 99] * 99 < [[[others] * 99] * 99] * 99",
        "[[many] * 1000] * 1000 in [[[others] * 1000] * 1000]",
    ),
    "what does not go together": (
        "missing",
        "missing.name",
        "person.missing",
        "person['missing']",
        "person[0]",
        "person[[]]",
        "person[:]",
        "text.name",
        "text['name']",
        "n.name",
        "n.real",
        "n.denominator",
        "n[0]",
        "text.lower",
        "text.format",
        "items.append",
        "day.resolution",
        "day.min",
        "day.hour",
        "moment.tzinfo",
        "moment.days",
        "limit('a').name",
        "limit('a').amount",
        "limit('a') == limit('a')",
        "limit('a') < limit('b')",
        "limit('a') + limit('a')",
        "limit('a') in [1]",
        "-limit('a')",
        "[limit('a')]",
        "{'a': limit('a')}",
        "[limit('a') for a in items]",
        "f'{limit(\"a\")}'",
        "str(limit('a'))",
        "len(limit('a'))",
        "broken()",
        "missing_function()",
        "host()",
        "host_object",
        "host_object.name",
        "raw",
        "1 / 0",
        "1 // 0",
        "1 % 0",
        "1.0 / 0",
        "decimal('1') / 0",
        "decimal('0') / 0",
        "decimal('1') % 0",
        "days(1) / 0",
        "days(1) / days(0)",
        "'a' + 1",
        "1 + 'a'",
        "[1] + (1 + 1)",
        "'a' * 'a'",
        "'a' * 1.5",
        "'a' - 'a'",
        "text % n",
        "text % (n, n)",
        "None + 1",
        "-'a'",
        "+[]",
        "decimal('1') + 1.0",
        "day + moment",
        "day + 1",
        "moment + moment",
        "moment - day",
        "day + duration('P1MT1H')",
        "day < moment",
        "moment < naive",
        "moment == naive",
        "naive in [moment]",
        "'a' < 1",
        "None < 1",
        "[1] < [None]",
        "person < person",
        "1 in 1",
        "1 in 'a'",
        "1 in None",
        "sorted([1, 'a'])",
        "sorted([[1], [2]])",
        "min([1, 'a'])",
        "max(1, None)",
        "min([])",
        "min(1, 2, default=3)",
        "sum(['a'])",
        "sum(['a'], '')",
        "sum(1)",
        "len(1)",
        "abs('a')",
        "round('a')",
        "round(1.5, 'a')",
        "round(1.5, 0.5)",
        "int('a')",
        "int(None)",
        "float('a')",
        "float([])",
        "decimal(text)",
        "date(text)",
        "date(n)",
        "date(2026, n)",
        "date(2026, n, 'a')",
        "date(2026, n, 99)",
        "datetime(text)",
        "datetime(n)",
        "duration(text)",
        "duration(n)",
        "timedelta(days=text)",
        "timedelta(hours=text)",
        "hours(text)",
        "lower(1)",
        "n.lower()",
        "strip(text, 1)",
        "split(text, '')",
        "split(text, 1)",
        "join(1)",
        "join([1])",
        "join(['a'], 1)",
        "text.get('a')",
        "items.keys()",
        "n.items()",
        "day.date()",
        "n.isoformat()",
        "n.weekday()",
        "n.isoweekday()",
        "n.total_seconds()",
        "any(1)",
        "[a for a in 1]",
        "[a for a in None]",
        "[a for a, b in items]",
        "[a for a, b in [[1, 2, 3]]]",
        "[a for a, b in ['ab']]",
        "{n: 1}",
        "{(1, 2): 3}",
        "sys.modules",
    ),
}

# Expressions that look like an attack and do no harm; what they give.
HARMLESS: dict[str, Value] = {
    "'__class__'": "__class__",
    "'import os'": "import os",
    "\"eval('1')\"": "eval('1')",
    "person['__class__'] if '__class__' in person else None": None,
    "person.get('__class__')": None,
    "person.eval": "a key, not the function",
    "'{0.__class__}'": "{0.__class__}",
    "'%s'": "%s",
    "f'{{}}'": "{}",
    "'a' * -10**9": "",
    "[0] * -10**999": [],
    "text[:10**999]": "abc" * 200,
    "many[10**9:]": [],
    "1 ** 10**900": 1,
    "(-1) ** 10**900": 1,
    "0 ** 10**900": 0,
    "2 ** -1": 0.5,
    "10**999 // 10**998": 10,
    "n or 9**9**9": 3,
    "False and missing": False,
    "[0][False]": 0,
    "\uff4e": 3,
    "\uff4c\uff45\uff4e('a')": 1,
    "'\\u200b'": "\u200b",
    "n#)": 3,
    "((((((((((n))))))))))": 3,
    "n == n == n == n == n == n": True,
    "not not not not n": True,
    "----n": 3,
    "any(a > 1 for a in items)": True,
    "len(f'{(n)}')": 1,
    "(n\n== 3)": True,
    "n \\\n== 3": True,
    "\tn\t": 3,
}


@pytest.mark.parametrize(
    "source", [source for group in STOPPED.values() for source in group], ids=shown
)
def test_a_hostile_expression_is_stopped_where_it_works(
    source: str,
    declared: Mapping[str, Function],
    supplied: Functions,
    names: Mapping[str, Value],
) -> None:
    expression = compile_expression(source, functions=declared)

    with pytest.raises(ExpressionFailed) as failure:
        expression.evaluate(names, supplied)

    assert failure.value.reason
    assert 1 <= failure.value.column <= len(source)
    assert len(str(failure.value)) < 1_000


@pytest.mark.parametrize(
    "source",
    [*STOPPED["large numbers"], *STOPPED["large texts"], *STOPPED["large lists"][:8]],
    ids=shown,
)
def test_a_stopped_attack_took_little_memory(
    source: str,
    declared: Mapping[str, Function],
    supplied: Functions,
    names: Mapping[str, Value],
) -> None:
    expression = compile_expression(source, functions=declared)

    tracemalloc.start()
    try:
        with pytest.raises(ExpressionFailed):
            expression.evaluate(names, supplied)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 64 * 2**20


@pytest.mark.parametrize(("source", "value"), HARMLESS.items(), ids=shown)
def test_what_only_looks_hostile_has_its_value(
    source: str, value: Value, names: Mapping[str, Value]
) -> None:
    assert compile_expression(source).evaluate(names) == value


def test_the_attacks_are_all_different() -> None:
    sources = [*HARMLESS, *(source for group in STOPPED.values() for source in group)]

    assert sorted(set(sources)) == sorted(sources)


def test_no_attack_changes_what_it_reads(names: Mapping[str, Value]) -> None:
    assert names["items"] == [*range(1_000)]
    assert names["many"] == [*range(100_000)]
    assert names["person"] == {"name": "Li", "eval": "a key, not the function"}
