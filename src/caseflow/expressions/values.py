"""What an expression gives, and how errors call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias, TypeGuard

from caseflow.expressions.iso8601 import Period
from caseflow.model import Limit, Value

Result: TypeAlias = "Value | Limit | Period"
"""A value of the case file, or a limit or calendar period that is only handed on."""

PLAIN_TYPES: frozenset[type] = frozenset(
    {bool, int, float, Decimal, str, date, datetime, timedelta, list, tuple, dict, type(None)}
)
"""The types that need no closer look when a value comes in."""

REAL_TYPES: frozenset[type] = frozenset({bool, int, float})
"""The types of numbers that Python itself adds up and compares at once."""

_OPAQUE: frozenset[type] = frozenset({Limit, Period})
_SHOWN = 60  # characters of a value that an error repeats
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (type(None), "None"),
    (bool, "a truth value"),
    ((int, float), "a number"),
    (Decimal, "a decimal"),
    (str, "a text"),
    (datetime, "a moment"),
    (date, "a date"),
    (timedelta, "a duration"),
    (Period, "a calendar period"),
    (Limit, "a limit"),
    (Mapping, "a map"),
    ((list, tuple), "a list"),
)


def kind(value: object) -> str:
    """Name what a value is, for people: ``a text``, ``a list``."""
    return next((name for types, name in _KINDS if isinstance(value, types)), type(value).__name__)


def shown(value: object) -> str:
    """Write a value in an error, cut short; of a list or map only what it is."""
    match value:
        case str():
            return repr(value) if len(value) <= _SHOWN else repr(value[:_SHOWN]) + "…"
        case int() if abs(value) < 10**_SHOWN:
            return repr(value)
        case _:
            return kind(value)


def adopted(value: object) -> Result:
    """Return a value that comes from outside, if it is plain data.

    Raises:
        TypeError: it is anything else, an object of the host for example.
    """
    match value:
        case bytes() | bytearray() | memoryview():
            pass
        case Mapping() | str() | bool() | int() | float() | Decimal() | date() | timedelta():
            return value
        case None | list() | tuple() | Limit() | Period():
            return value
        case Sequence():
            return list(value)
        case _:
            pass
    raise TypeError(f"it is a {type(value).__name__}, and expressions take only plain data")


def is_value(value: Result) -> TypeGuard[Value]:
    """Tell whether it can stand in a list, a map or a variable: a limit, for one, cannot."""
    return type(value) not in _OPAQUE


def are_values(items: list[Result]) -> TypeGuard[list[Value]]:
    """Tell whether each of them can stand in a list, a map or a variable."""
    return _OPAQUE.isdisjoint(map(type, items))


def are_real(items: list[Value]) -> TypeGuard[list[float]]:
    """Tell whether all of them are numbers, decimals apart."""
    return REAL_TYPES.issuperset(map(type, items))


def are_texts(items: list[Value]) -> TypeGuard[list[str]]:
    """Tell whether all of them are texts."""
    return all(isinstance(item, str) for item in items)
