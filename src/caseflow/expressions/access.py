"""Items and slices of texts, lists and maps, and copies in which one item is another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from caseflow.expressions.bounds import Work
from caseflow.expressions.values import Result, adopted, is_value, kind, shown
from caseflow.model import Value


def item(target: Result, index: Result) -> Result:
    """``target[index]``.

    Raises:
        LookupError: there is no such item or key.
        TypeError: the value has no items, or the index is of the wrong kind.
    """
    match target:
        case Mapping():
            if isinstance(index, str) and index in target:
                return adopted(target[index])
            raise LookupError(
                f"the map has no key {shown(index)}: write .get(…) if it may be missing"
            )
        case str() | list() | tuple():
            return adopted(target[_position(index, len(target))])
        case _:
            raise TypeError(f"{kind(target)} has no items")


def items_of(work: Work, value: Result, who: str) -> list[Value]:
    """Return what a loop or function goes through: items, keys of a map, letters of a text."""
    match value:
        case list():
            return value
        case str() | tuple() | Mapping():
            work.items(len(value))
            return list(value)
        case _:
            raise TypeError(f"{who} needs a list, not {kind(value)}")


def cut(target: Result, bounds: Sequence[Result], work: Work) -> Result:
    """``target[start:stop:step]``."""
    part = slice(*map(_bound, bounds))
    match target:
        case str():
            work.text(len(range(*part.indices(len(target)))))
            return target[part]
        case list() | tuple():
            work.items(len(range(*part.indices(len(target)))))
            return list(target[part])
        case _:
            raise TypeError(f"{kind(target)} cannot be cut: write a text or a list")


def with_item(target: Result, path: Sequence[Result], value: Result, work: Work) -> Value:
    """Return a copy of ``target`` in which the item at the end of ``path`` is ``value``."""
    if not path:
        if is_value(value):
            return value
        raise TypeError(f"{kind(value)} cannot be kept in a variable: hand it on at once")
    first, *rest = path
    match target:
        case Mapping():
            if not isinstance(first, str):
                raise TypeError(f"a key of a map must be a text, not {kind(first)}")
            work.items(len(target))
            inner = item(target, first) if rest else None
            return {**target, first: with_item(inner, rest, value, work)}
        case list() | tuple():
            position = _position(first, len(target))
            work.items(len(target))
            copy = list(target)
            copy[position] = with_item(target[position], rest, value, work)
            return copy
        case _:
            raise TypeError(f"{kind(target)} has no items that could be set")


def _position(index: Result, length: int) -> int:
    if not isinstance(index, int):
        raise TypeError(f"an index must be a whole number, not {kind(index)}")
    if not -length <= index < length:
        raise LookupError(f"there is no item {shown(index)}: it has only {length}")
    return index


def _bound(value: Result) -> int | None:
    if value is None or isinstance(value, int):
        return value
    raise TypeError(f"a slice needs whole numbers, not {kind(value)}")
