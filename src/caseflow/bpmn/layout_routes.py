"""Which lines of the grid each link follows: short, with few bends and crossings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from caseflow.bpmn.layout_graph import Link
from caseflow.bpmn.layout_grid import Grid, Heading, Port
from caseflow.bpmn.layout_search import Search
from caseflow.bpmn.layout_traffic import Traffic, Way
from caseflow.model import ElementId

_ROUNDS = 2


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
    traffic = Traffic(grid)
    links = sorted(grid.sheet.links, key=lambda link: _difficulty(link, grid))
    found: dict[ElementId, Way] = {}
    for _ in range(_ROUNDS):
        for link in links:
            if link.id in found:
                traffic.remove(found[link.id])
            found[link.id] = Search(link, grid, traffic).way()
            traffic.add(found[link.id])
    return tuple(_route(found[link.id], grid) for link in grid.sheet.links)


def _difficulty(link: Link, grid: Grid) -> tuple[bool, bool, int, int]:
    first, main = grid.ranks.first, grid.rows.main
    source = grid.sheet.boxes[link.source]
    across = abs(first[link.target] - first[link.source] - source.columns)
    down = abs(main[link.target] - main[link.source])
    is_back = link.id in grid.ranks.back
    return (not link.ranks, is_back, across + down if down else across, down)


def _route(way: Way, grid: Grid) -> Route:
    return Route(
        link=way.link,
        leaving=way.leaving,
        entering=way.entering,
        runs=tuple(_runs(way, grid)),
    )


def _runs(way: Way, grid: Grid) -> Iterator[Run]:
    """Yield the straight parts of a way."""
    bends = [index for index, (one, two) in enumerate(pairwise(way.headings)) if one != two]
    points = [grid.lines(point) for point in way.points]
    corners = [points[0], *(points[index] for index in bends), points[-1]]
    headings = [way.headings[0], *(way.headings[index + 1] for index in bends)]
    offsets = [0] * len(headings)
    offsets[-1] = way.entering.offset
    offsets[0] = way.leaving.offset or offsets[0]
    for heading, offset, (begin, end) in zip(headings, offsets, pairwise(corners), strict=True):
        along, across = (1, 0) if heading.is_vertical else (0, 1)
        yield Run(
            is_vertical=heading.is_vertical,
            line=begin[across],
            begin=begin[along],
            end=end[along],
            heading=heading,
            offset=offset,
        )
