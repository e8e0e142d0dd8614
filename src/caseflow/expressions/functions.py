"""The functions that every expression may call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from caseflow.expressions import calculation, texts, times
from caseflow.expressions.bounds import Work
from caseflow.expressions.comparison import contains
from caseflow.expressions.values import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Builtin:
    """A function of the language: how it is written, what it gives, and what computes it.

    ``call`` takes the work to count on, then the arguments. A function that
    ``is_literal`` writes a value down: with constant arguments it is computed once.
    """

    signature: str
    summary: str
    call: Callable[..., Result]
    least: int = 1
    most: int = 1
    keywords: frozenset[str] = frozenset()
    is_literal: bool = False


def _contains(work: Work, container: Result, item: Result) -> Result:
    return contains(container, item, work)


_TABLE = (
    Builtin(
        signature="len(value)",
        summary="how many characters a text, items a list or keys a map has",
        call=calculation.length,
    ),
    Builtin(
        signature="sum(items, start=0)",
        summary="all items added up",
        call=calculation.total_of,
        most=2,
        keywords=frozenset({"start"}),
    ),
    Builtin(
        signature="min(items, default=…)",
        summary="the smallest item, or the smallest of several arguments",
        call=calculation.smallest,
        most=255,
        keywords=frozenset({"default"}),
    ),
    Builtin(
        signature="max(items, default=…)",
        summary="the largest item, or the largest of several arguments",
        call=calculation.largest,
        most=255,
        keywords=frozenset({"default"}),
    ),
    Builtin(
        signature="abs(number)",
        summary="a number or duration without its sign",
        call=calculation.absolute,
    ),
    Builtin(
        signature="round(number, ndigits=None)",
        summary="rounded to so many digits, a half to the even neighbour; without digits whole",
        call=calculation.rounded,
        most=2,
        keywords=frozenset({"ndigits"}),
    ),
    Builtin(signature="any(items)", summary="whether one item is true", call=calculation.is_any),
    Builtin(
        signature="all(items)", summary="whether every item is true", call=calculation.are_all
    ),
    Builtin(
        signature="sorted(items, reverse=False)",
        summary="the items in order; they are of one kind",
        call=calculation.in_order,
        keywords=frozenset({"reverse"}),
    ),
    Builtin(
        signature="str(value)", summary="a number, date or duration as a text", call=texts.written
    ),
    Builtin(
        signature="int(value)",
        summary="a number cut to a whole one, or read from a text",
        call=calculation.to_int,
    ),
    Builtin(
        signature="float(value)",
        summary="a binary floating-point number, or one read from a text",
        call=calculation.to_float,
    ),
    Builtin(
        signature="bool(value)",
        summary="False for 0, None and what is empty",
        call=calculation.to_bool,
    ),
    Builtin(
        signature="decimal(value)",
        summary="an exact decimal number, such as money: decimal('12.50')",
        call=calculation.to_decimal,
        is_literal=True,
    ),
    Builtin(
        signature="date(text)",
        summary="a day: date('2026-01-31') or date(2026, 1, 31)",
        call=times.to_date,
        most=3,
        is_literal=True,
    ),
    Builtin(
        signature="datetime(text)",
        summary="a moment with its offset: datetime('2026-01-31T09:00:00+08:00')",
        call=times.to_moment,
        is_literal=True,
    ),
    Builtin(
        signature="duration(text)",
        summary="an ISO 8601 duration: duration('PT36H'), duration('P1M')",
        call=times.to_duration,
        is_literal=True,
    ),
    Builtin(
        signature="timedelta(days=0, weeks=0, hours=0, minutes=0, seconds=0)",
        summary="a duration, all units added up",
        call=times.to_timedelta,
        least=0,
        keywords=times.UNITS,
        is_literal=True,
    ),
    Builtin(
        signature="days(number)",
        summary="so many days of 24 hours",
        call=times.days,
        is_literal=True,
    ),
    Builtin(signature="hours(number)", summary="so many hours", call=times.hours, is_literal=True),
    Builtin(
        signature="minutes(number)", summary="so many minutes", call=times.minutes, is_literal=True
    ),
    Builtin(signature="lower(text)", summary="the text in small letters", call=texts.lower),
    Builtin(signature="upper(text)", summary="the text in capital letters", call=texts.upper),
    Builtin(
        signature="strip(text, characters=None)",
        summary="the text without white space, or these characters, around it",
        call=texts.strip,
        most=2,
    ),
    Builtin(
        signature="startswith(text, start)",
        summary="whether the text starts so",
        call=texts.starts_with,
        least=2,
        most=2,
    ),
    Builtin(
        signature="endswith(text, end)",
        summary="whether the text ends so",
        call=texts.ends_with,
        least=2,
        most=2,
    ),
    Builtin(
        signature="contains(container, item)",
        summary="the same as item in container",
        call=_contains,
        least=2,
        most=2,
    ),
    Builtin(
        signature="split(text, separator=None)",
        summary="the parts between the separators; without one, between white space",
        call=texts.split,
        most=2,
    ),
    Builtin(
        signature="replace(text, old, new)",
        summary="the text with every old part replaced",
        call=texts.replace,
        least=3,
        most=3,
    ),
    Builtin(
        signature="join(items, separator='')",
        summary="the texts of a list one after the other, with the separator between",
        call=texts.join,
        most=2,
    ),
)
FUNCTIONS: Mapping[str, Builtin] = MappingProxyType(
    {builtin.signature.partition("(")[0]: builtin for builtin in _TABLE}
)
