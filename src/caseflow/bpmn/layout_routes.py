"""Which lines of the grid each link follows: short, with few bends and crossings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

from caseflow.bpmn.layout_graph import Link
from caseflow.bpmn.layout_grid import Grid, Heading, Port
from caseflow.model import ElementId

# What a route costs, in units of the drawing.
_BEND = 55.0
_CROSSING = 110.0
_TOUCH = 35.0  # past the corner of another route, which may become a crossing
_SHARED = 500.0  # on a line that belongs to the boxes of another route
_ROUNDS = 2

_STEPS = {
    Heading.EAST: (1, 0),
    Heading.SOUTH: (0, 1),
    Heading.WEST: (-1, 0),
    Heading.NORTH: (0, -1),
}
_State = tuple[int, int, Heading]
_Step = tuple[int, int, bool, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A straight part of a route: on which line, and from where to where across it.

    ``begin`` and ``end`` are lines of the other direction; the first run begins and the
    last run ends at a box, where they name the line just before it. ``offset`` is the
    distance from the line that a boundary event asks for.
    """

    is_vertical: bool
    line: int
    begin: int
    end: int
    heading: Heading
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The way of one link."""

    link: Link
    leaving: Port
    entering: Port
    runs: tuple[Run, ...]


def routed(grid: Grid) -> tuple[Route, ...]:
    """Find a way for every link: the short ones first, then once more for all of them."""
    traffic = _Traffic(grid)
    links = sorted(grid.sheet.links, key=lambda link: _difficulty(link, grid))
    found: dict[ElementId, _Way] = {}
    for _ in range(_ROUNDS):
        for link in links:
            if link.id in found:
                traffic.remove(found[link.id])
            found[link.id] = _search(link, grid, traffic)
            traffic.add(found[link.id])
    return tuple(_route(found[link.id]) for link in grid.sheet.links)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    link: Link
    leaving: Port
    entering: Port
    points: tuple[tuple[int, int], ...]

    def headings(self) -> list[Heading]:
        """Return the direction of every step, with the first and the last at a box."""
        steps = [
            _heading(after[0] - before[0], after[1] - before[1])
            for before, after in pairwise(self.points)
        ]
        return [self.leaving.heading, *steps, self.entering.heading]


class _Traffic:
    """What runs where already."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._steps: dict[_Step, list[Link]] = {}
        self._through: Counter[tuple[int, int, bool]] = Counter()
        self._turns: Counter[tuple[int, int]] = Counter()

    def add(self, way: _Way) -> None:
        """Note a way."""
        for step in _steps(way):
            self._steps.setdefault(step, []).append(way.link)
        self._count(way, 1)

    def remove(self, way: _Way) -> None:
        """Forget a way."""
        for step in _steps(way):
            self._steps[step].remove(way.link)
        self._count(way, -1)

    def _count(self, way: _Way, sign: int) -> None:
        for point, (before, after) in zip(way.points, pairwise(way.headings()), strict=True):
            if before == after:
                self._through[*point, after.is_vertical] += sign
            else:
                self._turns[point] += sign

    def passing(self, x: int, y: int, *, is_vertical: bool) -> float:
        """Return what it costs to go straight on over a crossing of lines."""
        crossed = self._through[x, y, not is_vertical]
        return _CROSSING * crossed + _TOUCH * self._turns[x, y]

    def turning(self, x: int, y: int) -> float:
        """Return what it costs to turn there."""
        return _BEND + _TOUCH * (self._through[x, y, True] + self._through[x, y, False])

    def sharing(self, step: _Step, link: Link) -> float:
        """Return what it costs to run where there is room for one line only."""
        x, y, is_vertical, _ = step
        if not (x % 2 if is_vertical else self._grid.is_row(y)):
            return 0.0
        others = self._steps.get(step, ())
        return _SHARED * sum(not may_share(link, other) for other in others)


def may_share(one: Link, other: Link) -> bool:
    """Whether two links may be drawn on one line: they split up, or they come together."""
    splits = (one.source, one.source_guest) == (other.source, other.source_guest)
    joins = (one.target, one.target_guest) == (other.target, other.target_guest)
    return splits != joins


def _difficulty(link: Link, grid: Grid) -> tuple[bool, bool, int, int]:
    first, main = grid.ranks.first, grid.rows.main
    source = grid.sheet.boxes[link.source]
    across = abs(first[link.target] - first[link.source] - source.columns)
    down = abs(main[link.target] - main[link.source])
    is_back = link.id in grid.ranks.back
    return (not link.ranks, is_back, across + down if down else across, down)


def _heading(dx: int, dy: int) -> Heading:
    if dx:
        return Heading.EAST if dx > 0 else Heading.WEST
    return Heading.SOUTH if dy > 0 else Heading.NORTH


def _step(x: int, y: int, heading: Heading) -> tuple[int, int, bool]:
    """Return the step that leads from a crossing in this direction, named by its upper left."""
    dx, dy = _STEPS[heading]
    return min(x, x + dx), min(y, y + dy), heading.is_vertical


def _steps(way: _Way) -> Iterator[_Step]:
    headings = way.headings()
    first, last = way.points[0], way.points[-1]
    offset = way.leaving.offset
    yield (*_step(*first, Heading((way.leaving.heading + 2) % 4)), offset)
    for point, heading in zip(way.points, headings[1:-1], strict=False):
        offset = offset if heading == way.leaving.heading else 0
        yield (*_step(*point, heading), offset)
    yield (*_step(*last, way.entering.heading), way.entering.offset)


@dataclass(slots=True, kw_only=True)
class _Search:
    """The search for the cheapest way of one link (A*)."""

    link: Link
    grid: Grid
    traffic: _Traffic
    queue: list[tuple[float, float, int, int, int]]
    best: dict[_State, float]
    came: dict[_State, tuple[_State | None, Port]]
    goals: Mapping[tuple[int, int], list[Port]]

    def push(self, state: _State, cost: float, origin: tuple[_State | None, Port]) -> None:
        if cost < self.best.get(state, float("inf")):
            self.best[state] = cost
            self.came[state] = origin
            x, y, heading = state
            heappush(self.queue, (cost + self.left(x, y), cost, x, y, int(heading)))

    def left(self, x: int, y: int) -> float:
        """Return the least that the rest of the way can cost."""
        across, down = self.grid.across, self.grid.down
        return min(abs(across[x] - across[gx]) + abs(down[y] - down[gy]) for gx, gy in self.goals)


def _search(link: Link, grid: Grid, traffic: _Traffic) -> _Way:
    goals: dict[tuple[int, int], list[Port]] = {}
    for port in grid.entering(link):
        goals.setdefault((port.x, port.y), []).append(port)
    search = _Search(
        link=link, grid=grid, traffic=traffic, queue=[], best={}, came={}, goals=goals
    )
    for port in grid.leaving(link):
        step = (*_step(port.x, port.y, Heading((port.heading + 2) % 4)), port.offset)
        cost = port.price + traffic.sharing(step, link)
        search.push((port.x, port.y, port.heading), cost, (None, port))
    reached: list[tuple[float, _State, Port]] = []
    while search.queue:
        bound, cost, x, y, number = heappop(search.queue)
        if reached and bound >= reached[-1][0]:
            break
        state = (x, y, Heading(number))
        for port in goals.get((x, y), ()):
            total = cost + _arrival(state, port, search)
            if not reached or total < reached[-1][0]:
                reached.append((total, state, port))
        if cost <= search.best[state]:
            _expand(state, cost, search)
    # The channels join all boxes, so there always is a way.
    _, state, port = reached[-1]
    return _way(state, port, search)


def _arrival(state: _State, port: Port, search: _Search) -> float:
    x, y, heading = state
    if (heading - port.heading) % 4 == 2:  # noqa: PLR2004 - it would turn round
        return float("inf")
    cost = _over(state, port.heading, search) + port.price
    step = (*_step(x, y, port.heading), port.offset)
    return cost + search.traffic.sharing(step, search.link)


def _over(state: _State, heading: Heading, search: _Search) -> float:
    x, y, before = state
    if heading == before:
        return search.traffic.passing(x, y, is_vertical=heading.is_vertical)
    return search.traffic.turning(x, y)


def _expand(state: _State, cost: float, search: _Search) -> None:
    x, y, before = state
    grid = search.grid
    origin = search.came[state][1]
    for heading, (dx, dy) in _STEPS.items():
        to = (x + dx, y + dy)
        if (heading - before) % 4 == 2 or to in grid.blocked:  # noqa: PLR2004
            continue
        if not (0 <= to[0] < grid.width and 0 <= to[1] < grid.height):
            continue
        # The line of a boundary event keeps its offset until it first turns.
        still = heading == origin.heading and (x if heading.is_vertical else y) == (
            origin.x if heading.is_vertical else origin.y
        )
        step = (*_step(x, y, heading), origin.offset if still else 0)
        length = abs(grid.across[to[0]] - grid.across[x]) + abs(grid.down[to[1]] - grid.down[y])
        price = length + _over(state, heading, search)
        price += search.traffic.sharing(step, search.link)
        search.push((*to, heading), cost + price, (state, origin))


def _way(state: _State, entering: Port, search: _Search) -> _Way:
    points: list[tuple[int, int]] = []
    at: _State | None = state
    leaving = search.came[state][1]
    while at is not None:
        points.append((at[0], at[1]))
        at, leaving = search.came[at]
    return _Way(
        link=search.link, leaving=leaving, entering=entering, points=tuple(reversed(points))
    )


def _route(way: _Way) -> Route:
    headings = way.headings()
    corners = [
        point
        for point, (before, after) in zip(way.points, pairwise(headings), strict=True)
        if before != after
    ]
    turns = [headings[0]] + [after for before, after in pairwise(headings) if before != after]
    ends = [way.points[0], *corners, way.points[-1]]
    runs = []
    for index, heading in enumerate(turns):
        begin, end = ends[index], ends[index + 1]
        is_vertical = heading.is_vertical
        offset = way.leaving.offset if index == 0 else 0
        if index == len(turns) - 1:
            offset = offset or way.entering.offset
        runs.append(
            Run(
                is_vertical=is_vertical,
                line=begin[0] if is_vertical else begin[1],
                begin=begin[1] if is_vertical else begin[0],
                end=end[1] if is_vertical else end[0],
                heading=heading,
                offset=offset,
            )
        )
    return Route(link=way.link, leaving=way.leaving, entering=way.entering, runs=tuple(runs))
