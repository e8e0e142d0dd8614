"""Keeps routes apart that would lie on one line before a box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from caseflow.bpmn.layout_grid import Grid
from caseflow.bpmn.layout_routes import Route
from caseflow.bpmn.layout_sizes import Kind
from caseflow.bpmn.layout_tracks import Key, common_runs, in_channel

_PLACES = (0, 12, -12, 24, -24, 36, -36, 6, -6, 18, -18, 30, -30)
_APART = 5
_FREE = 36
_BESIDE_GUESTS = 6
_RANGE = {Kind.EVENT: 14, Kind.GATEWAY: 18, Kind.TASK: 36, Kind.FRAME: 60, Kind.POOL: 60}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """A run with numbers: where it lies, and from where to where it goes."""

    key: Key
    is_vertical: bool
    line: int
    at: float
    low: float
    high: float
    range: int
    is_whole: bool


def nudged(
    routes: Sequence[Route],
    grid: Grid,
    coordinates: Mapping[Key, float],
    borders: Mapping[int, tuple[float, float]],
) -> dict[Key, float]:
    """Move runs aside that lie on one another without belonging together.

    Args:
        routes: All routes.
        grid: The lines on which they run.
        coordinates: Where each run lies.
        borders: For each route, where its first run begins and its last one ends.
    """
    moved = dict(coordinates)
    for is_vertical in (False, True):
        lines: dict[int, list[_Stretch]] = {}
        for stretch in _stretches(routes, grid, moved, borders):
            if stretch.is_vertical is is_vertical:
                lines.setdefault(stretch.line, []).append(stretch)
        for stretches in lines.values():
            moved |= _apart(stretches, routes)
    return moved


def _apart(stretches: list[_Stretch], routes: Sequence[Route]) -> dict[Key, float]:
    """Give the runs of one line places where they do not lie on one another."""
    settled: dict[Key, float] = {}
    done: list[_Stretch] = []
    for stretch in sorted(stretches, key=lambda s: (not s.is_whole, s.low - s.high, s.key)):
        places = [stretch.at + p for p in _PLACES if abs(p) <= stretch.range]

        def clashes(at: float, stretch: _Stretch = stretch) -> float:
            return sum(
                _clash((at, stretch), (settled[other.key], other), routes) for other in done
            )

        settled[stretch.key] = min(places, key=clashes)
        done.append(stretch)
    return settled


def _stretches(
    routes: Sequence[Route],
    grid: Grid,
    coordinates: Mapping[Key, float],
    borders: Mapping[int, tuple[float, float]],
) -> Iterator[_Stretch]:
    for number, route in enumerate(routes):
        last = len(route.runs) - 1
        for index, run in enumerate(route.runs):
            if in_channel(run, grid):
                continue
            begin = coordinates[number, index - 1] if index else borders[number][0]
            end = coordinates[number, index + 1] if index < last else borders[number][1]
            yield _Stretch(
                key=(number, index),
                is_vertical=run.is_vertical,
                line=run.line,
                at=coordinates[number, index],
                low=min(begin, end),
                high=max(begin, end),
                range=min(_ranges(route, index, grid)),
                is_whole=last == 0,
            )


def _ranges(route: Route, index: int, grid: Grid) -> Iterator[int]:
    """Yield how far a run may be moved: it must still meet the boxes at its ends."""
    yield _FREE
    link, last = route.link, len(route.runs) - 1
    ends = []
    if index == 0:
        ends.append((link.source, link.source_guest))
    if index == last:
        ends.append((link.target, link.target_guest))
    for name, guest in ends:
        box = grid.sheet.boxes[name]
        yield _RANGE[Kind.EVENT if guest else box.kind]
        if box.guests and guest is None and route.runs[index].is_vertical:
            yield _BESIDE_GUESTS


def _clash(
    place: tuple[float, _Stretch], other: tuple[float, _Stretch], routes: Sequence[Route]
) -> float:
    """Return for how long two runs lie on one another; to touch is bad enough."""
    (at, mine), (where, yours) = place, other
    shared = min(mine.high, yours.high) - max(mine.low, yours.low)
    if abs(at - where) >= _APART or shared < 0:
        return 0
    (one, index), (two, position) = mine.key, yours.key
    together = (
        one != two and at == where and common_runs(routes[one], routes[two], index, position)
    )
    return 0 if together else shared + 1
