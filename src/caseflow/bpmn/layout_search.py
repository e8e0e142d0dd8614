"""Finds the cheapest way of one link over the grid (A*)."""

from __future__ import annotations

from heapq import heappop, heappush

from caseflow.bpmn.layout_graph import Link
from caseflow.bpmn.layout_grid import Grid, Heading, Port
from caseflow.bpmn.layout_traffic import BEND, Traffic, Way

_NEVER = float("inf")

# A state is a crossing of lines with the heading in which it was reached: 4 * point + heading.


class Search:
    """The search for the way of one link, given what runs on the grid already."""

    def __init__(self, link: Link, grid: Grid, traffic: Traffic) -> None:
        self._link = link
        self._grid = grid
        self._traffic = traffic
        self._field = grid.field(link)
        self._queue: list[tuple[float, float, int]] = []
        self._best: dict[int, float] = {}
        self._came: dict[int, tuple[int | None, Port]] = {}
        self._goals: dict[int, list[Port]] = {}
        self._ports = tuple(grid.entering(link))
        self._least: dict[int, float] = {}

    def way(self) -> Way:
        """Return the cheapest way. There always is one, because channels join all boxes."""
        for port in self._ports:
            self._goals.setdefault(port.point, []).append(port)
        for port in self._grid.leaving(self._link):
            step = self._grid.step(port.point, port.heading.reverse)
            cost = port.price + self._traffic.sharing(step, port.offset, self._link)
            self._push(4 * port.point + port.heading, cost, (None, port))
        reached: list[tuple[float, int, Port]] = [(_NEVER, 0, port)]
        while self._queue:
            bound, cost, state = heappop(self._queue)
            if bound >= reached[-1][0]:
                break
            if cost > self._best[state]:
                continue
            for port in self._goals.get(state // 4, ()):
                total = cost + self._arrival(state, port)
                if total < reached[-1][0]:
                    reached.append((total, state, port))
            self._expand(state, cost)
        _, state, port = reached[-1]
        return self._traced(state, port)

    def _push(self, state: int, cost: float, origin: tuple[int | None, Port]) -> None:
        if cost < self._best.get(state, _NEVER):
            self._best[state] = cost
            self._came[state] = origin
            heappush(self._queue, (cost + self._left(state), cost, state))

    def _expand(self, state: int, cost: float) -> None:
        point, before = divmod(state, 4)
        origin = self._came[state][1]
        ahead = cost + self._traffic.passing(point, is_vertical=before % 2 == 1)
        aside = cost + self._traffic.turning(point)
        best = self._best
        for move in self._grid.moves(point):
            heading, to, length, step, is_narrow = move
            if heading == before ^ 2 or to not in self._field:
                continue
            price = (ahead if heading == before else aside) + length
            if is_narrow:
                offset = origin.offset if self._is_first_run(state, heading, origin) else 0
                price += self._traffic.sharing(step, offset, self._link)
            if price < best.get(4 * to + heading, _NEVER):
                self._push(4 * to + heading, price, (state, origin))

    def _is_first_run(self, state: int, heading: int, origin: Port) -> bool:
        """Whether a boundary event is left in a straight line still, beside the grid's line."""
        return heading == origin.heading and self._grid.is_in_line(state // 4, origin)

    def _arrival(self, state: int, port: Port) -> float:
        point, before = divmod(state, 4)
        if before ^ 2 == port.heading or self._misses(state, port):
            return _NEVER
        if before == port.heading:
            cost = self._traffic.passing(point, is_vertical=port.heading.is_vertical)
        else:
            cost = self._traffic.turning(point)
        step = self._grid.step(point, port.heading)
        return cost + port.price + self._traffic.sharing(step, port.offset, self._link)

    def _misses(self, state: int, port: Port) -> bool:
        """Whether a boundary event would be left in a straight line that ends beside the port."""
        origin = self._came[state][1]
        is_straight = self._is_first_run(state, port.heading, origin)
        return is_straight and origin.offset != port.offset

    def _left(self, state: int) -> float:
        """Return the least that the rest of the way can cost."""
        known = self._least.get(state)
        if known is None:
            known = self._least[state] = min(self._rest(state, port) for port in self._ports)
        return known

    def _rest(self, state: int, port: Port) -> float:
        point, heading = divmod(state, 4)
        across, down = self._grid.distance(point, port.point)
        bends = (heading - port.heading) % 2
        if not bends and (across if port.heading % 2 else down):
            bends = 2
        return across + down + port.price + BEND * bends

    def _traced(self, state: int, entering: Port) -> Way:
        points: list[int] = []
        headings = [entering.heading]
        at: int | None = state
        leaving = self._came[state][1]
        while at is not None:
            points.append(at // 4)
            headings.append(Heading(at % 4))
            at, leaving = self._came[at]
        return Way(
            link=self._link,
            leaving=leaving,
            entering=entering,
            points=tuple(reversed(points)),
            headings=tuple(reversed(headings)),
        )
