"""Comparisons as Python makes them, but counted, and without surprises of types."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from caseflow.expressions.bounds import MAX_NESTING, Work
from caseflow.expressions.iso8601 import Period
from caseflow.expressions.tree import Relation
from caseflow.expressions.values import REAL_TYPES, Result, kind
from caseflow.model import Limit, Value

Relate: TypeAlias = Callable[[Result, Result, Work], bool]

PLAIN: Mapping[Relation, Callable[[object, object], bool]] = MappingProxyType(
    {
        Relation.EQUAL: operator.eq,
        Relation.UNEQUAL: operator.ne,
        Relation.LESS: operator.lt,  # type: ignore[dict-item]  # the caller checks
        Relation.LESS_OR_EQUAL: operator.le,  # type: ignore[dict-item]  # the caller checks
        Relation.GREATER: operator.gt,  # type: ignore[dict-item]  # the caller checks
        Relation.GREATER_OR_EQUAL: operator.ge,  # type: ignore[dict-item]  # the caller checks
    }
)
"""How two values of the same plain type are compared."""

_CHEAP = 64  # characters that are compared in about one step


def equal(left: Result, right: Result, work: Work, *, depth: int = 0) -> bool:
    """``left == right``; False for different types, numbers apart."""
    if depth > MAX_NESTING:
        raise ValueError(f"compares values more than {MAX_NESTING} levels deep")
    work.spend(1)
    match left, right:
        case (str(), str()):
            work.spend(min(len(left), len(right)) // _CHEAP)
            return left == right
        case (datetime(), datetime()):
            _check_zones(left, right)
            return left == right
        case (list() | tuple(), list() | tuple()):
            work.spend(4)
            return len(left) == len(right) and _first_difference(left, right, work, depth) is None
        case (Mapping(), Mapping()):
            return len(left) == len(right) and all(
                key in right and equal(value, right[key], work, depth=depth + 1)
                for key, value in left.items()
            )
        case (Limit() | Period() as opaque, _) | (_, Limit() | Period() as opaque):
            raise TypeError(f"{kind(opaque)} cannot be compared: hand it on as it is")
        case _:
            return left == right


def less(left: Result, right: Result, work: Work) -> bool:
    """``left < right``."""
    work.spend(1)
    match left, right:
        case (int() | float() | Decimal(), int() | float() | Decimal()):
            return left < right
        case (str(), str()):
            work.spend(min(len(left), len(right)) // _CHEAP)
            return left < right
        case (date() | timedelta(), date() | timedelta()):
            return _earlier(left, right)
        case (list() | tuple(), list() | tuple()):
            pair = _first_difference(left, right, work, 0)
            return len(left) < len(right) if pair is None else less(*pair, work)
        case _:
            raise _unordered(left, right)


def contains(container: Result, item: Result, work: Work) -> bool:
    """``item in container``: a part of a text, an item of a list, a key of a map."""
    match container, item:
        case (str(), str()):
            work.spend(search_cost(container, item))
            return item in container
        case (list() | tuple(), int() | float() | None):
            work.spend(len(container) // 4)
            return item in container
        case (list() | tuple(), _):
            return any(equal(item, each, work) for each in container)
        case (Mapping(), list() | tuple() | Mapping() | Limit() | Period()):
            raise TypeError(f"a key of a map is a text, not {kind(item)}")
        case (Mapping(), _):
            return item in container
        case (str(), _):
            raise TypeError(f"in a text only a text can be, not {kind(item)}")
        case _:
            raise TypeError(f"nothing can be in {kind(container)}: write a list or a text")


def search_cost(text: str, part: str) -> int:
    """Say how many steps it takes to search ``part`` in ``text`` at worst."""
    # Python searches short texts letter by letter and long ones in linear time.
    return 1 + len(text) // 16 + min(len(text), 2_500) * min(len(part), 2_500) // _CHEAP


def order_cost(items: Sequence[Result], who: str) -> int:
    """Say how many steps it takes to go through ``items`` in order.

    Raises:
        TypeError: they have no order, because their kinds differ.
    """
    families = {_family(item) for item in items}
    if len(families) > 1 or None in families:
        raise TypeError(f"{who} needs numbers, texts, dates or durations, and all of one kind")
    letters = sum(len(item) for item in items if isinstance(item, str))
    return len(items) + letters // _CHEAP


def _family(value: Result) -> type | None:
    match value:
        case int() | float() | Decimal():
            return int
        case str():
            return str
        case datetime():
            return datetime
        case date():
            return date
        case timedelta():
            return timedelta
        case _:
            return None


def _first_difference(
    left: Sequence[Value], right: Sequence[Value], work: Work, depth: int
) -> tuple[Value, Value] | None:
    for one, other in zip(left, right, strict=False):
        if type(one) is type(other) and type(one) in REAL_TYPES:
            work.spend(1)
            if one != other:
                return one, other
        elif not equal(one, other, work, depth=depth + 1):
            return one, other
    return None


def _earlier(left: date | timedelta, right: date | timedelta) -> bool:
    match left, right:
        case (timedelta(), timedelta()):
            return left < right
        case (datetime(), datetime()):
            _check_zones(left, right)
            return left < right
        case (datetime(), _) | (_, datetime()):
            raise _unordered(left, right)
        case (date(), date()):
            return left < right
        case _:
            raise _unordered(left, right)


def _unordered(left: Result, right: Result) -> TypeError:
    return TypeError(f"{kind(left)} and {kind(right)} have no order: compare values of one kind")


def _check_zones(left: datetime, right: datetime) -> None:
    if (left.utcoffset() is None) is not (right.utcoffset() is None):
        raise TypeError("one moment has a time zone and the other has none: give it one")


def _greater(left: Result, right: Result, work: Work) -> bool:
    return less(right, left, work)


def _less_or_equal(left: Result, right: Result, work: Work) -> bool:
    return less(left, right, work) or equal(left, right, work)


def _greater_or_equal(left: Result, right: Result, work: Work) -> bool:
    return less(right, left, work) or equal(left, right, work)


RELATIONS: Mapping[Relation, Relate] = MappingProxyType(
    {
        Relation.EQUAL: equal,
        Relation.UNEQUAL: lambda left, right, work: not equal(left, right, work),
        Relation.LESS: less,
        Relation.LESS_OR_EQUAL: _less_or_equal,
        Relation.GREATER: _greater,
        Relation.GREATER_OR_EQUAL: _greater_or_equal,
        Relation.IN: lambda left, right, work: contains(right, left, work),
        Relation.NOT_IN: lambda left, right, work: not contains(right, left, work),
        Relation.IS: lambda left, right, work: left is right,  # noqa: ARG005 - as its siblings
        Relation.IS_NOT: lambda left, right, work: left is not right,  # noqa: ARG005
    }
)
