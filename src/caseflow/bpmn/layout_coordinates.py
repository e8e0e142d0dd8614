"""Turns lines and tracks into numbers: where columns, rows and routes are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from caseflow.bpmn.layout_captions import Caption
from caseflow.bpmn.layout_grid import Grid
from caseflow.bpmn.layout_routes import Route
from caseflow.bpmn.layout_scale import TRACK, Scale, across, down
from caseflow.bpmn.layout_tracks import Key, Tracks, laid, strands_of
from caseflow.model import ElementId

# Which of two routes is farther left depends on which is farther up, and the other way
# round: the first round guesses, the second knows.
_ROUNDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates:
    """Where the lines of the grid are, and where on or beside them each run is."""

    xs: Scale
    ys: Scale
    runs: Mapping[Key, float]


def coordinates_of(
    grid: Grid, routes: Sequence[Route], captions: Mapping[ElementId, Caption]
) -> Coordinates:
    """Give the routes in each channel tracks of their own, and the channels room for them."""
    strands = strands_of(routes, grid)
    upright = [strand for strand in strands if strand.is_vertical]
    level = [strand for strand in strands if not strand.is_vertical]
    runs = {
        (number, index): (grid.across if run.is_vertical else grid.down)[run.line]
        for number, route in enumerate(routes)
        for index, run in enumerate(route.runs)
    }
    xs = across(grid, routes, captions, {})
    ys = down(grid, captions, {})
    for _ in range(_ROUNDS):
        tracks = laid(upright, runs)
        xs = across(grid, routes, captions, tracks)
        runs |= _runs(routes, xs, tracks, is_vertical=True)
        tracks = laid(level, runs)
        ys = down(grid, captions, tracks)
        runs |= _runs(routes, ys, tracks, is_vertical=False)
    return Coordinates(xs=xs, ys=ys, runs=runs)


def _runs(
    routes: Sequence[Route], scale: Scale, tracks: Mapping[int, Tracks], *, is_vertical: bool
) -> dict[Key, float]:
    """Return the coordinate of each run of one direction."""
    found: dict[Key, float] = {}
    for number, route in enumerate(routes):
        for index, run in enumerate(route.runs):
            if run.is_vertical is is_vertical:
                place = tracks[run.line].place if run.line in tracks else {}
                shift = round(place.get((number, index), 0) * TRACK)
                found[number, index] = scale.middles[run.line] + run.offset + shift
    return found
