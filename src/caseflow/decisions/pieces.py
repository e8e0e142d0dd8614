"""Cuts what an input can be into pieces in which every test of a table says the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import floor

from caseflow.decisions.column import Cell, Column, Key, Point, Shape, Stretch, key_of
from caseflow.decisions.kinds import written
from caseflow.decisions.model import Kind
from caseflow.expressions import NO_FUNCTIONS, Period, Result, Work

ANY_VALUE = "any value"
_ORDERED = frozenset({Kind.DATE, Kind.DAYS, Kind.MOMENT, Kind.MONTHS, Kind.NUMBER})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Values that no test tells apart: one of them as an example, and the rules that fit."""

    example: str
    mask: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One thing that a table asks for, by all columns that test it, and its pieces."""

    title: str
    pieces: tuple[Piece, ...]


def is_exact(columns: Sequence[Column]) -> bool:
    """Tell whether all tests are about constants, in an order that can be cut to pieces."""
    return all(
        cell.condition is None
        and (column.kind is not Kind.TEXT or not any(map(_is_stretch, cell.shapes)))
        and not (column.declared.is_list and cell.shapes)
        for column in columns
        for cell in column.cells
    )


def input_of(columns: Sequence[Column], allowed: Sequence[Cell | None]) -> Input:
    """Cut the input of some columns, which all test the same, to pieces."""
    shapes = [shape for column in columns for cell in column.cells for shape in cell.shapes]
    limits = [cell for cell in allowed if cell is not None and cell.condition is None]
    shapes += [shape for cell in limits for shape in cell.shapes]
    kind = next((column.kind for column in columns if column.kind is not Kind.ANY), Kind.ANY)
    is_whole = any(column.declared.is_whole for column in columns)
    found: dict[int, Piece] = {}
    for value in _samples(kind, shapes, is_whole=is_whole):
        if all(cell.fits(key_of(value)) for cell in limits):
            mask = _mask(columns, value)
            found.setdefault(mask, Piece(example=written(value), mask=mask))
    if not found and not shapes:
        mask = _mask(columns, None)
        found[mask] = Piece(example=ANY_VALUE, mask=mask)
    return Input(title=columns[0].title, pieces=tuple(found.values()))


def _mask(columns: Sequence[Column], value: Result) -> int:
    mask = -1
    for column in columns:
        mask &= column.mask(value, {}, Work(NO_FUNCTIONS, left=float("inf")))
    return mask


def _samples(kind: Kind, shapes: Sequence[Shape], *, is_whole: bool) -> Iterator[Result]:
    """Yield one value of every piece; null only where a test speaks of it."""
    if kind is Kind.BOOLEAN:
        yield from (True, False)
    elif kind is Kind.TEXT:
        yield from _texts(shapes)
    elif kind in _ORDERED:
        yield from _ordered(kind, shapes, is_whole=is_whole)
    if any(isinstance(shape, Point) and shape.value is None for shape in shapes):
        yield None


def _texts(shapes: Iterable[Shape]) -> Iterator[Result]:
    named = {
        shape.value: None
        for shape in shapes
        if isinstance(shape, Point) and isinstance(shape.value, str)
    }
    yield from named
    other = "other"
    while other in named:
        other += "!"
    yield other


def _ordered(kind: Kind, shapes: Iterable[Shape], *, is_whole: bool) -> Iterator[Result]:
    """Yield every boundary, and a value between each two of them and beyond the ends."""
    marks = {key: value for key, value in _marks(shapes) if value is not None}
    keys = sorted(marks)  # type: ignore[type-var]  # all of one kind
    if not keys:
        return
    step = _Steps(kind, is_whole=is_whole)
    yield from step.before(keys[0])
    for index, key in enumerate(keys):
        if step.is_one(key):
            yield marks[key]
        if index + 1 < len(keys):
            yield from step.between(key, keys[index + 1])
    yield from step.after(keys[-1])


def _marks(shapes: Iterable[Shape]) -> Iterator[tuple[Key, Result]]:
    for shape in shapes:
        match shape:
            case Point():
                yield shape.key, shape.value
            case Stretch():
                for edge in (shape.low, shape.high):
                    if edge is not None:
                        yield edge.key, edge.value


class _Steps:
    """The values between others, for one kind; of whole numbers, days and months few are."""

    def __init__(self, kind: Kind, *, is_whole: bool) -> None:
        self._kind = kind
        self._is_whole = is_whole or kind is Kind.MONTHS

    def is_one(self, key: Key) -> bool:
        """Tell whether a boundary is a value of the kind itself."""
        return not (self._is_whole and isinstance(key, Decimal) and key != int(key))

    def before(self, key: Key) -> Iterator[Result]:
        """Yield a value before the first boundary, if there is one."""
        yield from self._beside(key, -1)

    def after(self, key: Key) -> Iterator[Result]:
        """Yield a value behind the last boundary, if there is one."""
        yield from self._beside(key, 1)

    def between(self, low: Key, high: Key) -> Iterator[Result]:
        """Yield a value between two boundaries, if there is one."""
        match low, high:
            case (datetime(), datetime()):
                yield low + (high - low) / 2
            case (timedelta(), timedelta()):
                yield low + (high - low) / 2
            case (date(), date()):
                if low + _DAY < high:
                    yield low + _DAY
            case (int() | Decimal(), int() | Decimal()):
                whole = floor(low) + 1
                if whole < high:
                    yield self._number(whole)
                elif not self._is_whole:
                    yield (Decimal(low) + Decimal(high)) / 2
            case _:
                raise AssertionError(low, high)

    def _beside(self, key: Key, direction: int) -> Iterator[Result]:
        try:
            match key:
                case datetime():
                    yield key + direction * _DAY
                case date():
                    yield key + direction * _DAY
                case timedelta():
                    yield key + direction * timedelta(hours=1)
                case int() | Decimal():
                    yield self._number(floor(key) + (1 if direction > 0 else -1))
                case _:
                    raise AssertionError(key)
        except OverflowError:
            return  # the calendar ends here

    def _number(self, number: int) -> Result:
        if self._kind is not Kind.MONTHS:
            return number
        years, months = divmod(abs(number), 12)
        sign = -1 if number < 0 else 1
        return Period(years=sign * years, months=sign * months)


def _is_stretch(shape: Shape) -> bool:
    return isinstance(shape, Stretch)
