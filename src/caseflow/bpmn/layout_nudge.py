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
_RANGE = {Kind.EVENT: 14, Kind.GATEWAY: 18, Kind.TASK: 36, Kind.FRAME: 60, Kind.POOL: 60}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """A run with numbers: where it lies, and from where to where it goes."""

    key: Key
    line: tuple[bool, int]
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
    lines: dict[tuple[bool, int], list[_Stretch]] = {}
    for stretch in _stretches(routes, grid, coordinates, borders):
        lines.setdefault(stretch.line, []).append(stretch)
    for stretches in lines.values():
        stretches.sort(key=lambda s: (not s.is_whole, -(s.high - s.low), s.key))
        settled: list[tuple[float, _Stretch]] = []
        for stretch in stretches:
            places = [stretch.at + p for p in _PLACES if abs(p) <= stretch.range]
            best = min(
                places,
                key=lambda at: sum(_clash(at, stretch, other, routes) for other in settled),
            )
            moved[stretch.key] = best
            settled.append((best, stretch))
    return moved


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
                line=(run.is_vertical, run.line),
                at=coordinates[number, index],
                low=min(begin, end),
                high=max(begin, end),
                range=min(_ranges(route, index, grid)),
                is_whole=last == 0,
            )


def _ranges(route: Route, index: int, grid: Grid) -> Iterator[int]:
    """Yield how far a run may be moved: it must still meet the boxes at its ends."""
    yield 36
    if index == 0:
        guest = route.link.source_guest is not None
        yield _RANGE[Kind.EVENT if guest else grid.sheet.boxes[route.link.source].kind]
    if index == len(route.runs) - 1:
        guest = route.link.target_guest is not None
        yield _RANGE[Kind.EVENT if guest else grid.sheet.boxes[route.link.target].kind]


def _clash(
    at: float, stretch: _Stretch, settled: tuple[float, _Stretch], routes: Sequence[Route]
) -> float:
    where, other = settled
    shared = min(stretch.high, other.high) - max(stretch.low, other.low)
    if abs(at - where) >= _APART or shared <= 0:
        return 0
    (one, index), (two, position) = stretch.key, other.key
    if one == two:
        return 1
    together = at == where and common_runs(routes[one], routes[two], index, position)
    return 0 if together else shared
