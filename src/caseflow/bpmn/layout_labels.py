"""Where the names of flows stand: beside their beginning, clear of shapes and other names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from caseflow.bpmn.layout_graph import Link
from caseflow.bpmn.layout_sizes import Size
from caseflow.model import Bounds, ElementId, Shape

_GAP = 3
_OFF = 6
_STEP = 10
_ON_SHAPE = 1000.0
_ON_LABEL = 700.0
_OUTSIDE = 900.0  # to the left or above, where a frame has its border and its name
_OVERHANG = 15.0  # to the right or below, where the sheet grows
_ON_LINE = 40.0
_NEAR_LINE = 8.0
_CLEAR = 7
_ON_TRUNK = 60.0
_BESIDE_TRUNK = 40.0
_PER_SEGMENT = 12.0
_PER_UNIT = 0.12

_Point = tuple[float, float]
_Line = tuple[_Point, ...]
_Obstacles = tuple[
    Sequence[Bounds], Sequence[Bounds], Sequence[tuple[_Point, _Point]], tuple[float, float]
]


def label_places(
    links: Sequence[Link],
    lines: Mapping[ElementId, _Line],
    shapes: Sequence[Shape],
    size: tuple[int, int],
) -> dict[ElementId, Bounds]:
    """Return a place for the name of every link that has one, within a sheet of this size."""
    solid = [shape.bounds for shape in shapes]
    texts = [shape.label for shape in shapes if shape.label is not None]
    segments = [pair for line in lines.values() for pair in pairwise(line)]
    siblings: dict[tuple[ElementId, ElementId | None], list[Link]] = {}
    for link in links:
        siblings.setdefault((link.source, link.source_guest), []).append(link)
    obstacles = (solid, texts, segments, size)
    found: dict[ElementId, Bounds] = {}
    for link in links:
        if link.label.height:
            shared = _shared(link, siblings, lines)
            place = _best(_candidates(lines[link.id], link.label, shared), obstacles)
            found[link.id] = place
            texts.append(place)
    return found


def _best(candidates: Iterable[tuple[float, Bounds]], obstacles: _Obstacles) -> Bounds:
    """Return the cheapest place, without looking at those that are too far away anyway."""
    near, *farther = sorted(candidates, key=lambda candidate: candidate[0])
    least, best = near[0] + _trouble(near[1], obstacles), near[1]
    for cost, place in farther:
        if cost >= least:
            break
        trouble = _trouble(place, obstacles)
        if cost + trouble < least:
            least, best = cost + trouble, place
    return best


def _shared(
    link: Link,
    siblings: Mapping[tuple[ElementId, ElementId | None], list[Link]],
    lines: Mapping[ElementId, _Line],
) -> float:
    """Return how much of the beginning of a line also belongs to others."""
    return max(
        (
            _common(lines[link.id], lines[other.id])
            for other in siblings[link.source, link.source_guest]
            if other is not link
        ),
        default=0,
    )


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


def _length(segment: tuple[_Point, _Point]) -> float:
    (x1, y1), (x2, y2) = segment
    return abs(x2 - x1) + abs(y2 - y1)


def _direction(segment: tuple[_Point, _Point]) -> tuple[bool, bool, bool]:
    (x1, y1), (x2, y2) = segment
    return x1 == x2, x2 > x1, y2 > y1


def _candidates(line: _Line, size: Size, shared: float) -> Iterator[tuple[float, Bounds]]:
    """Yield places along a line, each with what it costs.

    ``shared`` is how much of its beginning the line has in common with others; a name
    there could be taken for theirs.
    """
    before = 0.0
    for number, ((x1, y1), (x2, y2)) in enumerate(pairwise(line)):
        length = abs(x2 - x1) + abs(y2 - y1)
        spare = length - (size.width if y1 == y2 else size.height)
        for step in range(max(int(spare // _STEP), 0) + 1):
            along = _OFF + step * _STEP
            cost = number * _PER_SEGMENT + abs(before + along - shared) * _PER_UNIT
            cost += _ON_TRUNK if before + along < shared else 0.0
            if y1 == y2:
                x = x1 + along if x2 > x1 else x1 - along - size.width
                yield cost, _place(x, y1 - _GAP - size.height, size)
                yield cost + 1, _place(x, y1 + _GAP, size)
            else:
                y = y1 + along if y2 > y1 else y1 - along - size.height
                # Beside a trunk a name could also be that of a branch.
                cost += _BESIDE_TRUNK if shared else 0.0
                yield cost, _place(x1 + _GAP + 1, y, size)
                yield cost + 1, _place(x1 - _GAP - 1 - size.width, y, size)
        before += length


def _place(x: float, y: float, size: Size) -> Bounds:
    return Bounds(x=x, y=y, width=size.width, height=size.height)


def _trouble(place: Bounds, obstacles: _Obstacles) -> float:
    solid, texts, segments, (width, height) = obstacles
    cost = _OUTSIDE if place.x < _GAP or place.y < _GAP else 0.0
    if place.x + place.width > width - _GAP or place.y + place.height > height - _GAP:
        cost += _OVERHANG
    cost += sum(_ON_SHAPE for other in solid if overlap(place, other))
    cost += sum(_ON_LABEL for other in texts if overlap(place, other))
    cost += sum(_ON_LINE for one, two in segments if _covers(place, one, two))
    wider = Bounds(
        x=place.x - _CLEAR,
        y=place.y - _CLEAR,
        width=place.width + 2 * _CLEAR,
        height=place.height + 2 * _CLEAR,
    )
    return cost + sum(_NEAR_LINE for one, two in segments if _covers(wider, one, two))


def overlap(one: Bounds, other: Bounds) -> bool:
    """Whether two places have more than a border in common."""
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _covers(place: Bounds, one: _Point, two: _Point) -> bool:
    return (
        place.x < max(one[0], two[0])
        and min(one[0], two[0]) < place.x + place.width
        and place.y < max(one[1], two[1])
        and min(one[1], two[1]) < place.y + place.height
    )
