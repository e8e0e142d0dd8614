"""Finds ways for message flows that end inside a sub-process or at the border of a pool.

They cross the borders of what is arranged by itself, so they are led round the shapes when
everything else has its place.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import pairwise

from caseflow.bpmn.layout_grid import Heading
from caseflow.bpmn.layout_lines import Point, simplified
from caseflow.model import Bounds

_APART = 9  # from the shapes that a line passes
_CLOSER = 4  # never nearer than this
_BEND = 60.0
_COVERED = 400.0  # on another line
_STEPS = {
    Heading.EAST: (1, 0),
    Heading.SOUTH: (0, 1),
    Heading.WEST: (-1, 0),
    Heading.NORTH: (0, -1),
}

_State = tuple[int, int, Heading]


def loose_line(
    source: Bounds,
    target: Bounds,
    obstacles: Sequence[Bounds],
    lines: Iterable[Sequence[Point]],
) -> tuple[Point, ...]:
    """Return a way from shape to shape that keeps clear of obstacles, straight where it can."""
    field = _Field(source, target, obstacles, lines)
    queue: list[tuple[float, _State]] = []
    best: dict[_State, float] = {}
    came: dict[_State, _State] = {}
    for state in field.starts:
        best[state] = 0.0
        heappush(queue, (0.0, state))
    while queue:
        cost, state = heappop(queue)
        if state in field.ends:
            return simplified(_traced(state, came, field))
        if cost > best[state]:
            continue
        for after, price in field.moves(state):
            if cost + price < best.get(after, float("inf")):
                best[after] = cost + price
                came[after] = state
                heappush(queue, (cost + price, after))
    return _straight(source, target)


class _Field:
    """The lines beside all obstacles, on which a way may run."""

    def __init__(
        self,
        source: Bounds,
        target: Bounds,
        obstacles: Sequence[Bounds],
        lines: Iterable[Sequence[Point]],
    ) -> None:
        leaving, entering = list(_sides(source, target)), list(_sides(target, source))
        places = [point for point, _ in (*leaving, *entering)]
        self.xs = sorted({x for x, _ in places} | _beside((at.x, at.width) for at in obstacles))
        self.ys = sorted({y for _, y in places} | _beside((at.y, at.height) for at in obstacles))
        self.starts = [self._state(point, side) for point, side in leaving]
        self.ends = {self._state(point, side.reverse) for point, side in entering}
        self._closed: set[tuple[int, int, bool]] = set()
        self._covered: set[tuple[int, int, bool]] = set()
        for place in (*obstacles, source, target):
            grip = 0 if place in {source, target} else _CLOSER
            self._closed |= set(self._steps(place, grip))
        for line in lines:
            for (x1, y1), (x2, y2) in pairwise(line):
                segment = Bounds(
                    x=min(x1, x2), y=min(y1, y2), width=abs(x2 - x1), height=abs(y2 - y1)
                )
                is_vertical = x1 == x2
                steps = self._steps(segment, 1)
                self._covered |= {step for step in steps if step[2] is is_vertical}

    def moves(self, state: _State) -> Iterator[tuple[_State, float]]:
        """Yield the next crossings of lines, and what it costs to go there."""
        x, y, before = state
        ahead = {before: _STEPS[before]} if state in self.starts else _STEPS
        for heading, (dx, dy) in ahead.items():
            step = (min(x, x + dx), min(y, y + dy), heading.is_vertical)
            inside = 0 <= x + dx < len(self.xs) and 0 <= y + dy < len(self.ys)
            if heading is before.reverse or not inside or step in self._closed:
                continue
            length = abs(self.xs[x + dx] - self.xs[x]) + abs(self.ys[y + dy] - self.ys[y])
            cost = length + (0.0 if heading is before else _BEND)
            cost += _COVERED if step in self._covered else 0.0
            yield (x + dx, y + dy, heading), cost

    def _state(self, point: Point, heading: Heading) -> _State:
        return bisect_left(self.xs, point[0]), bisect_left(self.ys, point[1]), heading

    def _steps(self, place: Bounds, grip: int) -> Iterator[tuple[int, int, bool]]:
        """Yield the steps that lead through a place, or nearer to it than the grip."""
        left, right = place.x - grip, place.x + place.width + grip
        top, bottom = place.y - grip, place.y + place.height + grip
        inner_x = range(bisect_right(self.xs, left), bisect_left(self.xs, right))
        inner_y = range(bisect_right(self.ys, top), bisect_left(self.ys, bottom))
        for y in inner_y:
            for x in range(max(inner_x.start - 1, 0), inner_x.stop):
                yield x, y, False
        for x in inner_x:
            for y in range(max(inner_y.start - 1, 0), inner_y.stop):
                yield x, y, True


def _sides(place: Bounds, other: Bounds) -> Iterator[tuple[Point, Heading]]:
    """Yield where a line may leave a place; a long one straight towards the other."""
    x, y = place.x + place.width / 2, place.y + place.height / 2
    ahead = other.x + other.width / 2
    if place.width > other.width and place.x < ahead < place.x + place.width:
        x = ahead
    yield (x, place.y + place.height), Heading.SOUTH
    yield (x, place.y), Heading.NORTH
    yield (place.x + place.width, y), Heading.EAST
    yield (place.x, y), Heading.WEST


def _beside(extents: Iterable[tuple[float, float]]) -> set[float]:
    return {at for start, size in extents for at in (start - _APART, start + size + _APART)}


def _traced(state: _State, came: dict[_State, _State], field: _Field) -> list[Point]:
    points = [(field.xs[state[0]], field.ys[state[1]])]
    while state in came:
        state = came[state]
        points.append((field.xs[state[0]], field.ys[state[1]]))
    return points[::-1]


def _straight(source: Bounds, target: Bounds) -> tuple[Point, ...]:
    """Return the shortest line, for what is so enclosed that no way leads out."""
    x, y = source.x + source.width / 2, source.y + source.height / 2
    to_x, to_y = target.x + target.width / 2, target.y + target.height / 2
    return simplified([(x, y), (x, to_y), (to_x, to_y)])
