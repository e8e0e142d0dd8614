"""A column of unary tests, compiled: which of its rules fit a value."""

from __future__ import annotations

import operator
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Self, TypeAlias

from caseflow.decisions.kinds import in_words, kind_of, misfit, written
from caseflow.decisions.model import Kind, Type
from caseflow.decisions.unary import (
    INPUT,
    Bound,
    Equal,
    Holds,
    Test,
    UnaryTests,
    Within,
    constant_of,
)
from caseflow.expressions import Expression, Names, Period, Result, Work, exact
from caseflow.model import Value

Verdict: TypeAlias = "bool | None"
Key: TypeAlias = object
"""A value as Python compares it with others of its kind, and as it stands in a set."""
_FEW = 8  # stretches that are looked at one by one as quickly
_MANY = 4_000  # stretches beyond which their masks would take too much memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One end of a stretch of values, with the value itself or without it."""

    key: Key
    value: Result
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value; ``key`` is None for null."""

    key: Key
    value: Result
    is_not: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """All values from one edge to another; without an edge it goes on for ever."""

    low: Edge | None
    high: Edge | None


Shape: TypeAlias = Point | Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of tests; ``shapes`` are what they are about where all of it is constant.

    Where it is not, ``condition`` is evaluated. A cell with neither lets everything pass.
    """

    text: str
    shapes: tuple[Shape, ...] = ()
    is_negated: bool = False
    condition: Expression | None = None

    @property
    def is_open(self) -> bool:
        """Whether the cell lets everything pass."""
        return not self.shapes and self.condition is None

    def fits(self, key: Key) -> Verdict:
        """Tell whether a value passes; null where it is null and the tests ask for an order."""
        found: Verdict = False
        for shape in self.shapes:
            verdict = lies_in(key, shape)
            if verdict:
                return not self.is_negated
            if verdict is None:
                found = None
        return (not found if found is not None else None) if self.is_negated else found


OPEN_CELL = Cell(text="-")


def shapes_of(tests: UnaryTests) -> tuple[Shape, ...] | None:
    """Return what constant tests are about, or None where one of them is computed."""
    shapes = [_shape(test) for test in tests.tests or ()]
    found = tuple(shape for shape in shapes if shape is not None)
    return found if len(found) == len(shapes) else None


def key_of(value: Result) -> Key:
    """Return a value as it is compared with others of its kind."""
    match value:
        case Period():
            return value.years * 12 + value.months
        case float():
            return exact(value)
        case _:
            return value


def kinds_of(shapes: Sequence[Shape]) -> set[Kind | None]:
    """Return the kinds of the values that tests name; None for lists and contexts."""
    values: list[Result] = []
    for shape in shapes:
        match shape:
            case Point():
                values.append(shape.value)
            case Stretch():
                values.extend(edge.value for edge in (shape.low, shape.high) if edge is not None)
    return {kind_of(value) for value in values if value is not None}


@dataclass(frozen=True, slots=True)
class Scale:
    """Many stretches on one line: the rules of each mark, and of what lies between two marks.

    ``masks`` has, in turn, one for the values before a mark and one for the mark itself.
    """

    marks: tuple[Key, ...]
    masks: tuple[int, ...]

    @classmethod
    def of(cls, stretches: Sequence[tuple[Stretch, int]]) -> Self:
        """Lay stretches out; those of one rule are in one cell, and so here only once."""
        edges = [edge for one, _ in stretches for edge in (one.low, one.high) if edge is not None]
        marks = sorted({edge.key for edge in edges})  # type: ignore[type-var]  # all of one kind
        places = {key: 2 * number + 1 for number, key in enumerate(marks)}
        changes = [0] * (2 * len(marks) + 2)
        for one, mask in stretches:
            low, high = one.low, one.high
            first = 0 if low is None else places[low.key] + (not low.is_closed)
            last = 2 * len(marks) if high is None else places[high.key] - (not high.is_closed)
            if first <= last:
                changes[first] ^= mask
                changes[last + 1] ^= mask
        return cls(tuple(marks), tuple(accumulate(changes[:-1], operator.xor)))

    def mask(self, key: Key) -> int:
        """Return the rules whose stretch a value lies in."""
        number: int = bisect_left(self.marks, key)  # type: ignore[call-overload]  # of one kind
        is_mark = number < len(self.marks) and self.marks[number] == key
        return self.masks[2 * number + is_mark]


@dataclass(slots=True, kw_only=True)
class Column:
    """The cells of a column, each different text once, with the rules that it stands in."""

    title: str
    declared: Type
    kind: Kind
    cells: tuple[Cell, ...]
    """One for each rule, in their order."""

    open_mask: int = field(init=False, default=0)
    _points: dict[Key, int] = field(init=False, default_factory=dict)
    _checked: list[tuple[Cell, int]] = field(init=False, default_factory=list)
    _scale: Scale | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Sort the cells by how they are looked up."""
        masks: dict[str, tuple[Cell, int]] = {}
        for number, cell in enumerate(self.cells):
            _, mask = masks.get(cell.text, (cell, 0))
            masks[cell.text] = cell, mask | 1 << number
        for cell, mask in masks.values():
            if cell.is_open:
                self.open_mask |= mask
            elif _is_list_of_points(cell):
                for shape in cell.shapes:
                    self._points[_key(shape)] = self._points.get(_key(shape), 0) | mask
            else:
                self._checked.append((cell, mask))
        stretches = [
            (cell.shapes[0], mask) for cell, mask in self._checked if _is_one_stretch(cell)
        ]
        if _FEW < len(stretches) <= _MANY:
            self._scale = Scale.of(
                [(shape, mask) for shape, mask in stretches if isinstance(shape, Stretch)]
            )
            self._checked = [one for one in self._checked if not _is_one_stretch(one[0])]

    def problem(self, value: Result) -> str:
        """Return why a value cannot stand in this column, or nothing where it can."""
        declared = misfit(value, self.declared)
        if declared or value is None or self.kind is Kind.ANY or self.declared.is_list:
            return declared
        if kind_of(value) is not self.kind:
            return f"{written(value)} is not {in_words(self.kind)}"
        return ""

    def mask(self, value: Result, names: Names, work: Work) -> int:
        """Return the rules whose cell a value fits, a bit for each."""
        work.spend(1 + len(self._checked))
        key = key_of(value)
        found = self.open_mask
        if self._points:
            found |= self._points.get(key, 0)
        if self._scale is not None and key is not None:
            found |= self._scale.mask(key)
        for cell, mask in self._checked:
            if verdict(cell, value, key, names, work):
                found |= mask
        return found


def verdict(cell: Cell, value: Result, key: Key, names: Names, work: Work) -> Verdict:
    """Return what one cell says of a value. Raises ExpressionFailed."""
    if cell.condition is None:
        return True if cell.is_open else cell.fits(key)
    found = cell.condition.evaluate_within(Around({INPUT: value}, names), work)
    return None if found is None else found is True


def is_allowed(allowed: Cell, value: Result, names: Names, work: Work) -> bool:
    """Tell whether a value, or each item of a list, passes the tests of the allowed values."""
    if isinstance(value, list | tuple):
        return all(is_allowed(allowed, each, names, work) for each in value)
    return verdict(allowed, value, key_of(value), names, work) is True


class Around:
    """Names of a decision's own, before those around it."""

    __slots__ = ("_around", "_own")

    def __init__(self, own: Mapping[str, Result], around: Names) -> None:
        self._own = own
        self._around = around

    def __getitem__(self, name: str) -> Value:
        """Return the value of a name. Raises KeyError."""
        if name in self._own:
            return self._own[name]  # type: ignore[return-value]  # expressions hand periods on
        return self._around[name]


def _is_one_stretch(cell: Cell) -> bool:
    return len(cell.shapes) == 1 and not cell.is_negated and isinstance(cell.shapes[0], Stretch)


def _is_list_of_points(cell: Cell) -> bool:
    return (
        not cell.is_negated
        and all(isinstance(shape, Point) and not shape.is_not for shape in cell.shapes)
        and cell.condition is None
    )


def _key(shape: Shape) -> Key:
    return shape.key if isinstance(shape, Point) else None


def lies_in(key: Key, shape: Shape) -> Verdict:
    """Tell whether a value lies in a shape; null has no place in a stretch."""
    match shape:
        case Point():
            return (key == shape.key) is not shape.is_not
        case Stretch():
            if key is None:
                return None
            low, high = shape.low, shape.high
            if low is not None and not _is_behind(key, low):
                return False
            return high is None or _is_before(key, high)


def _is_behind(key: Key, edge: Edge) -> bool:
    # Keys of one column are of one kind, which was checked before.
    return bool(key > edge.key) or (  # type: ignore[operator]  # see above
        edge.is_closed and key == edge.key
    )


def _is_before(key: Key, edge: Edge) -> bool:
    return bool(key < edge.key) or (  # type: ignore[operator]  # see above
        edge.is_closed and key == edge.key
    )


def _shape(test: Test) -> Shape | None:
    match test:
        case Holds():
            return None
        case Equal():
            found = constant_of(test.value)
            if found is None:
                return None
            return Point(key=key_of(found[0]), value=found[0], is_not=test.is_not)
        case Within():
            low, high = _edge(test.low), _edge(test.high)
            if (low is None) is not (test.low is None) or (high is None) is not (
                test.high is None
            ):
                return None
            return Stretch(low=low, high=high)


def _edge(bound: Bound | None) -> Edge | None:
    found = None if bound is None else constant_of(bound.value)
    if bound is None or found is None or found[0] is None:
        return None
    return Edge(key=key_of(found[0]), value=found[0], is_closed=bound.is_closed)


NOTHING: Names = {}
