"""Draws the routes of a sheet from outline to outline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import sqrt

from caseflow.bpmn.layout_coordinates import Coordinates
from caseflow.bpmn.layout_grid import Grid, Heading
from caseflow.bpmn.layout_nudge import nudged
from caseflow.bpmn.layout_routes import Route
from caseflow.bpmn.layout_sizes import Kind
from caseflow.bpmn.layout_tracks import Key
from caseflow.model import Bounds, ElementId, Shape

Point = tuple[float, float]


def lines_of(
    grid: Grid,
    routes: Sequence[Route],
    coordinates: Coordinates,
    shapes: Mapping[ElementId, Shape],
) -> dict[ElementId, tuple[Point, ...]]:
    """Return the corners of every route, with where it leaves its source and meets its target."""
    ends = {number: _ends(route, shapes) for number, route in enumerate(routes)}
    borders = {
        number: (
            _side(source, route.leaving.heading),
            _side(target, route.entering.heading.reverse),
        )
        for number, (route, (source, target)) in enumerate(zip(routes, ends.values(), strict=True))
    }
    runs = nudged(routes, grid, coordinates.runs, borders)
    return {
        route.link.id: _line(number, route, runs, (grid, ends[number]))
        for number, route in enumerate(routes)
    }


def _ends(route: Route, shapes: Mapping[ElementId, Shape]) -> tuple[Bounds, Bounds]:
    link = route.link
    return (
        shapes[link.source_guest or link.source].bounds,
        shapes[link.target_guest or link.target].bounds,
    )


def _line(
    number: int, route: Route, runs: Mapping[Key, float], drawn: tuple[Grid, tuple[Bounds, Bounds]]
) -> tuple[Point, ...]:
    (grid, (source, target)), link = drawn, route.link
    boxes = grid.sheet.boxes
    kinds = (
        Kind.EVENT if link.source_guest else boxes[link.source].kind,
        Kind.EVENT if link.target_guest else boxes[link.target].kind,
    )
    at = [runs[number, index] for index in range(len(route.runs))]
    corners = [_dock(source, kinds[0], route.leaving.heading, at[0])]
    for run, one, other in zip(route.runs, at, at[1:], strict=False):
        corners.append((one, other) if run.is_vertical else (other, one))
    corners.append(_dock(target, kinds[1], route.entering.heading.reverse, at[-1]))
    return simplified(corners)


def _side(bounds: Bounds, heading: Heading) -> float:
    match heading:
        case Heading.EAST:
            return bounds.x + bounds.width
        case Heading.SOUTH:
            return bounds.y + bounds.height
        case Heading.WEST:
            return bounds.x
        case Heading.NORTH:
            return bounds.y


def _dock(bounds: Bounds, kind: Kind, side: Heading, at: float) -> Point:
    """Return where a line meets the outline of a shape: circle, diamond or rectangle."""
    half = bounds.width / 2
    middle = bounds.x + half if side.is_vertical else bounds.y + bounds.height / 2
    aside = abs(at - middle)
    inset = 0.0
    if kind is Kind.EVENT:
        inset = half - sqrt(half * half - aside * aside)
    elif kind is Kind.GATEWAY:
        inset = aside
    inwards = -inset if side in {Heading.EAST, Heading.SOUTH} else inset
    border = round(_side(bounds, side) + inwards, 1)
    return (at, border) if side.is_vertical else (border, at)


def simplified(points: Sequence[Point]) -> tuple[Point, ...]:
    """Leave out points that are no corners."""
    kept = [points[0]]
    for point, after in pairwise(points[1:]):
        if point != kept[-1] and not _is_straight(kept[-1], point, after):
            kept.append(point)
    return (*kept, points[-1])


def _is_straight(one: Point, two: Point, three: Point) -> bool:
    return one[0] == two[0] == three[0] or one[1] == two[1] == three[1]
