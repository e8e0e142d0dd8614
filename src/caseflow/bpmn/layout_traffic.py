"""What runs where on the grid, and so what one more route would cross or cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from caseflow.bpmn.layout_graph import Link
from caseflow.bpmn.layout_grid import Grid, Heading, Port

# What a route costs, in units of the drawing.
BEND = 55.0
_CROSSING = 110.0
_TOUCH = 35.0  # past the corner of another route, which may become a crossing
_SHARED = 500.0  # on a line that belongs to the boxes of another route
_BRANCHES = 20.0  # on the level line of another branch of the same gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The crossings of lines that a link passes, from the one before its source on."""

    link: Link
    leaving: Port
    entering: Port
    points: tuple[int, ...]
    headings: tuple[Heading, ...]  # of every step, with the first and the last at a box


class Traffic:
    """Counts what runs on every step of the grid and over every crossing of its lines."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._steps: dict[tuple[int, int], list[Link]] = {}
        self._through = [0] * (2 * grid.width * grid.height)
        self._turns = [0] * (grid.width * grid.height)

    def add(self, way: Way) -> None:
        """Note a way."""
        for step in self._steps_of(way):
            self._steps.setdefault(step, []).append(way.link)
        self._count(way, 1)

    def remove(self, way: Way) -> None:
        """Forget a way."""
        for step in self._steps_of(way):
            self._steps[step].remove(way.link)
        self._count(way, -1)

    def passing(self, point: int, *, is_vertical: bool) -> float:
        """Return what it costs to go straight on over a crossing of lines."""
        crossed = self._through[2 * point + (not is_vertical)]
        return _CROSSING * crossed + _TOUCH * self._turns[point]

    def turning(self, point: int) -> float:
        """Return what it costs to turn there."""
        return BEND + _TOUCH * (self._through[2 * point] + self._through[2 * point + 1])

    def sharing(self, step: int, offset: int, link: Link) -> float:
        """Return what it costs to run where there is room for one line only."""
        others = self._steps.get((step, offset))
        if not others:
            return 0.0
        if not all(may_share(link, other) for other in others):
            return _SHARED * len(others)
        # Two branches on one level line would not show where they part.
        is_level = step % 2 == 0
        return _BRANCHES * any(other.source == link.source for other in others) * is_level

    def _count(self, way: Way, sign: int) -> None:
        for point, (before, after) in zip(way.points, pairwise(way.headings), strict=True):
            if before == after:
                self._through[2 * point + after.is_vertical] += sign
            else:
                self._turns[point] += sign

    def _steps_of(self, way: Way) -> Iterator[tuple[int, int]]:
        leaving, entering = way.leaving, way.entering
        yield self._grid.step(leaving.point, leaving.heading.reverse), leaving.offset
        offset = leaving.offset
        for point, heading in zip(way.points, way.headings[1:-1], strict=False):
            offset = offset if heading == leaving.heading else 0
            yield self._grid.step(point, heading), offset
        yield self._grid.step(entering.point, entering.heading), entering.offset


def may_share(one: Link, other: Link) -> bool:
    """Whether two links may be drawn on one line: they split up, or they come together."""
    splits = (one.source, one.source_guest) == (other.source, other.source_guest)
    joins = (one.target, one.target_guest) == (other.target, other.target_guest)
    return splits != joins
