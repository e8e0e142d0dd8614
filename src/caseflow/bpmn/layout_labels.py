"""Where the names of flows stand: beside their beginning, clear of shapes and other names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, pairwise

from caseflow.bpmn.layout_graph import Link
from caseflow.bpmn.layout_lines import Point
from caseflow.bpmn.layout_sizes import Size
from caseflow.model import Bounds, ElementId, Shape

_GAP = 3  # between a line and the text beside it
_OFF = 6  # from the corner of a line
_FIRST_OFF = 15  # from its beginning, where the sign of a default flow stands
_STEP = 10
_SQUARE = 150

# What a place costs, in comparison.
_ON_SHAPE = 1000.0
_ON_LABEL = 700.0
_OUTSIDE = 900.0  # to the left or above, where a frame has its border and its name
_OVERHANG = 15.0  # to the right or below, where the sheet grows
_ON_LINE = 40.0
_NEAR_LINE = 8.0
_CLEAR = 7
_ON_TRUNK = 60.0  # on a part that the line shares with others
_BESIDE_TRUNK = 40.0  # a name there could also be that of a branch
_PER_SEGMENT = 12.0
_PER_UNIT = 0.12
_WRONG = _ON_LABEL  # from here on a place is not good enough

_Line = tuple[Point, ...]
_Segment = tuple[Point, Point]


def label_places(
    links: Sequence[Link],
    lines: Mapping[ElementId, _Line],
    shapes: Sequence[Shape],
    size: tuple[float, float],
) -> dict[ElementId, Bounds]:
    """Return a place for the name of every link that has one, within a sheet of this size."""
    room = _Room(size)
    for shape in shapes:
        room.put(shape.bounds, _ON_SHAPE)
        if shape.label is not None:
            room.put(shape.label, _ON_LABEL)
    for line in lines.values():
        for segment in pairwise(line):
            room.put(_box(segment), _ON_LINE)
    siblings: dict[tuple[ElementId, ElementId | None], list[Link]] = {}
    for link in links:
        siblings.setdefault((link.source, link.source_guest), []).append(link)
    found: dict[ElementId, Bounds] = {}
    for link in links:
        if link.label.height:
            shared = max(
                _common(lines[link.id], lines[other.id]) if other is not link else 0.0
                for other in siblings[link.source, link.source_guest]
            )
            place = room.best(_candidates(lines[link.id], link.label, shared))
            found[link.id] = place
            room.put(place, _ON_LABEL)
    return found


class _Room:
    """What is on the sheet already, by the squares that it touches."""

    def __init__(self, size: tuple[float, float]) -> None:
        self._size = size
        self._squares: dict[tuple[int, int], list[tuple[Bounds, float]]] = {}

    def put(self, place: Bounds, price: float) -> None:
        """Note what would be covered, and what that costs."""
        for square in _squares(place):
            self._squares.setdefault(square, []).append((place, price))

    def best(self, candidates: Iterable[tuple[float, Bounds]]) -> Bounds:
        """Return the cheapest place, without looking at those that are too far away anyway."""
        near, *farther = sorted(candidates, key=lambda candidate: candidate[0])
        least, best = near[0] + self.trouble(near[1]), near[1]
        for cost, place in farther:
            if cost >= least:
                break
            trouble = self.trouble(place)
            if cost + trouble < least:
                least, best = cost + trouble, place
        return best if self.trouble(best) < _WRONG else self.nearest(near[1])

    def nearest(self, wish: Bounds) -> Bounds:
        """Return the nearest place that is free, in rings around the one wished for."""
        return next(
            place
            for ring in count(1)
            for place in _ring(wish, ring * _STEP)
            if self.trouble(place) < _WRONG
        )

    def trouble(self, place: Bounds) -> float:
        """Return what speaks against a place."""
        width, height = self._size
        cost = _OUTSIDE if place.x < _GAP or place.y < _GAP else 0.0
        if place.x + place.width > width - _GAP or place.y + place.height > height - _GAP:
            cost += _OVERHANG
        wider = _grown(place, _CLEAR)
        found = {other for square in _squares(wider) for other in self._squares.get(square, ())}
        for other, price in found:
            if _overlap(place, other):
                cost += price
            if price == _ON_LINE and _overlap(wider, other):
                cost += _NEAR_LINE
        return cost


def _candidates(line: _Line, size: Size, shared: float) -> Iterator[tuple[float, Bounds]]:
    """Yield places along a line, each with what it costs.

    ``shared`` is how much of its beginning the line has in common with others; a name
    there could be taken for theirs.
    """
    before = 0.0
    for number, segment in enumerate(pairwise(line)):
        (x1, y1), (x2, y2) = segment
        is_level = y1 == y2
        spare = _length(segment) - (size.width if is_level else size.height)
        for step in range(max(int(spare // _STEP), 0) + 1):
            along = (_OFF if number else _FIRST_OFF) + step * _STEP
            cost = number * _PER_SEGMENT + abs(before + along - shared) * _PER_UNIT
            cost += _ON_TRUNK if before + along < shared else 0.0
            if is_level:
                x = x1 + along if x2 > x1 else x1 - along - size.width
                yield cost, _place(x, y1 - _GAP - size.height, size)
                yield cost + 1, _place(x, y1 + _GAP, size)
            else:
                y = y1 + along if y2 > y1 else y1 - along - size.height
                cost += _BESIDE_TRUNK if shared else 0.0
                yield cost, _place(x1 + _GAP + 1, y, size)
                yield cost + 1, _place(x1 - _GAP - 1 - size.width, y, size)
        before += _length(segment)


def _ring(place: Bounds, reach: int) -> Iterator[Bounds]:
    """Yield places at this distance, those to the right and below first."""
    size = Size(width=int(place.width), height=int(place.height))
    for aside in range(0, reach + 1, _STEP):
        for dx, dy in ((reach, aside), (aside, reach), (reach, -aside), (-aside, reach)):
            yield _place(place.x + dx, place.y + dy, size)
        for dx, dy in ((-reach, aside), (aside, -reach), (-reach, -aside), (-aside, -reach)):
            yield _place(place.x + dx, place.y + dy, size)


def _common(one: _Line, other: _Line) -> float:
    """Return for how long two lines are the same."""
    common = 0.0
    for mine, yours in zip(pairwise(one), pairwise(other), strict=False):
        if mine[0] != yours[0] or _direction(mine) != _direction(yours):
            break
        common += min(_length(mine), _length(yours))
        if mine != yours:
            break
    return common


def _length(segment: _Segment) -> float:
    (x1, y1), (x2, y2) = segment
    return abs(x2 - x1) + abs(y2 - y1)


def _direction(segment: _Segment) -> tuple[bool, bool, bool]:
    (x1, y1), (x2, y2) = segment
    return x1 == x2, x2 > x1, y2 > y1


def _place(x: float, y: float, size: Size) -> Bounds:
    return Bounds(x=x, y=y, width=size.width, height=size.height)


def _grown(place: Bounds, by: int) -> Bounds:
    return Bounds(
        x=place.x - by, y=place.y - by, width=place.width + 2 * by, height=place.height + 2 * by
    )


def _overlap(one: Bounds, other: Bounds) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _box(segment: _Segment) -> Bounds:
    (x1, y1), (x2, y2) = segment
    return Bounds(x=min(x1, x2), y=min(y1, y2), width=abs(x2 - x1), height=abs(y2 - y1))


def _squares(place: Bounds) -> Iterator[tuple[int, int]]:
    for i in range(int(place.x // _SQUARE), int((place.x + place.width) // _SQUARE) + 1):
        for j in range(int(place.y // _SQUARE), int((place.y + place.height) // _SQUARE) + 1):
            yield i, j
