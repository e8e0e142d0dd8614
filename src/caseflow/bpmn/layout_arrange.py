"""Arranges one sheet: puts boxes, lines and labels at their coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from caseflow.bpmn.layout_captions import caption_bounds, captions_of
from caseflow.bpmn.layout_graph import Box, Link, Sheet
from caseflow.bpmn.layout_grid import Grid, Heading
from caseflow.bpmn.layout_labels import label_places
from caseflow.bpmn.layout_nudge import nudged
from caseflow.bpmn.layout_ranks import Ranks, ranked
from caseflow.bpmn.layout_routes import Route, routed
from caseflow.bpmn.layout_rows import levelled
from caseflow.bpmn.layout_scale import CAPTION_DROP, TRACK, Scale, across, down
from caseflow.bpmn.layout_seats import seated
from caseflow.bpmn.layout_sizes import EVENT, Kind
from caseflow.bpmn.layout_tracks import Key, Tracks, laid, strands_of
from caseflow.model import Bounds, Edge, ElementId, Shape

_ROUNDS = 2
_Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """A sheet with coordinates, which begin at (0, 0); ``bands`` are from and to."""

    width: int
    height: int
    shapes: Mapping[ElementId, Shape]
    edges: Mapping[ElementId, Edge]
    bands: tuple[tuple[int, int], ...]


def arranged(sheet: Sheet) -> Arrangement:
    """Arrange a sheet."""
    ranks = ranked(sheet)
    sheet = _stretched(sheet, ranks)
    rows = levelled(sheet, ranks)
    grid = Grid(sheet, ranks, rows, seated(sheet, ranks, rows))
    routes = routed(grid)
    captions = captions_of(sheet, routes)
    strands = strands_of(routes, grid)
    coordinates = {
        (number, index): (grid.across if run.is_vertical else grid.down)[run.line]
        for number, route in enumerate(routes)
        for index, run in enumerate(route.runs)
    }
    for _ in range(_ROUNDS):
        tracks = laid((s for s in strands if s.is_vertical), coordinates)
        xs = across(grid, routes, tracks)
        coordinates |= _lines(routes, xs, tracks, is_vertical=True)
        tracks = laid((s for s in strands if not s.is_vertical), coordinates)
        ys = down(grid, captions, tracks)
        coordinates |= _lines(routes, ys, tracks, is_vertical=False)
    places = {box.id: _bounds(box, grid, xs, ys) for box in sheet.boxes.values()}
    shapes = {
        name: Shape(
            element=name,
            bounds=bounds,
            label=caption_bounds(sheet.boxes[name], bounds, captions[name])
            if name in captions
            else None,
        )
        for name, bounds in places.items()
    }
    for box in sheet.boxes.values():
        shapes |= _guests(box, grid, places[box.id], xs)
    borders = {number: _borders(route, shapes) for number, route in enumerate(routes)}
    final = nudged(routes, grid, coordinates, borders)
    points = {
        route.link.id: _points(number, route, final, (sheet, shapes))
        for number, route in enumerate(routes)
    }
    labels = label_places(sheet.links, points, tuple(shapes.values()))
    return Arrangement(
        width=xs.length,
        height=ys.length,
        shapes=shapes,
        edges={
            name: Edge(element=name, points=line, label=labels.get(name))
            for name, line in points.items()
        },
        bands=tuple(
            (ys.edges[first] + gap, ys.edges[last + 1])
            for (first, last), gap in zip(grid.band_lines, sheet.gaps, strict=True)
        ),
    )


def _stretched(sheet: Sheet, ranks: Ranks) -> Sheet:
    """Let black boxes reach over all columns."""
    boxes = {
        name: replace(box, columns=ranks.width) if box.kind is Kind.POOL else box
        for name, box in sheet.boxes.items()
    }
    return replace(sheet, boxes=boxes)


def _lines(
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


def _bounds(box: Box, grid: Grid, xs: Scale, ys: Scale) -> Bounds:
    left, right = grid.left(box) + 1, grid.right(box)
    y = ys.middles[grid.middle(box)] - box.size.height // 2
    if box.kind not in {Kind.FRAME, Kind.POOL}:
        x = xs.middles[left] - box.size.width // 2
        return Bounds(x=x, y=y, width=box.size.width, height=box.size.height)
    # A frame fills its columns, so that events on its border stand on their lines.
    x = xs.edges[left]
    return Bounds(x=x, y=y, width=xs.edges[right] - x, height=box.size.height)


def _guests(box: Box, grid: Grid, host: Bounds, xs: Scale) -> dict[ElementId, Shape]:
    """Put the boundary events of a box on its border, their labels beside them."""
    shapes: dict[ElementId, Shape] = {}
    for guest in box.guests:
        seat = grid.seats[guest.id]
        middle = xs.middles[grid.left(box) + 1 + 2 * seat.column] + seat.offset
        border = host.y + host.height if seat.below else host.y
        place = Bounds(x=middle - EVENT / 2, y=border - EVENT / 2, width=EVENT, height=EVENT)
        label = None
        if guest.label.height:
            left = place.x - 2 - guest.label.width if seat.leans_left else place.x + EVENT + 2
            top = (
                border + CAPTION_DROP if seat.below else border - CAPTION_DROP - guest.label.height
            )
            label = Bounds(x=left, y=top, width=guest.label.width, height=guest.label.height)
        shapes[guest.id] = Shape(element=guest.id, bounds=place, label=label)
    return shapes


def _borders(route: Route, shapes: Mapping[ElementId, Shape]) -> tuple[float, float]:
    """Return where a route leaves its source and enters its target, along its first and last run."""
    link = route.link
    source = shapes[link.source_guest or link.source].bounds
    target = shapes[link.target_guest or link.target].bounds
    inwards = route.entering.heading.reverse
    return _side(source, route.leaving.heading), _side(target, inwards)


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


def _points(
    number: int,
    route: Route,
    coordinates: Mapping[Key, float],
    drawn: tuple[Sheet, Mapping[ElementId, Shape]],
) -> tuple[_Point, ...]:
    """Return the corners of a route, from border to border."""
    sheet, shapes = drawn
    link, last = route.link, len(route.runs) - 1
    lines = [coordinates[number, index] for index in range(last + 1)]
    inwards = route.entering.heading.reverse
    begin = _dock(
        shapes[link.source_guest or link.source].bounds,
        _source_kind(link, sheet),
        (route.leaving.heading, lines[0]),
    )
    end = _dock(
        shapes[link.target_guest or link.target].bounds,
        _target_kind(link, sheet),
        (inwards, lines[last]),
    )
    corners: list[_Point] = [begin]
    for index in range(last):
        one, other = lines[index], lines[index + 1]
        corners.append((one, other) if route.runs[index].is_vertical else (other, one))
    corners.append(end)
    return _simplified(corners)


def _source_kind(link: Link, sheet: Sheet) -> Kind:
    return Kind.EVENT if link.source_guest else sheet.boxes[link.source].kind


def _target_kind(link: Link, sheet: Sheet) -> Kind:
    return Kind.EVENT if link.target_guest else sheet.boxes[link.target].kind


def _dock(bounds: Bounds, kind: Kind, line: tuple[Heading, float]) -> _Point:
    """Return where a line meets the outline of a shape."""
    heading, at = line
    half = bounds.width / 2
    middle = bounds.x + half if heading.is_vertical else bounds.y + bounds.height / 2
    aside = abs(at - middle)
    inset = 0.0
    if kind is Kind.EVENT:
        inset = half - sqrt(max(half * half - aside * aside, 0))
    elif kind is Kind.GATEWAY:
        inset = aside
    border = _side(bounds, heading)
    border += -inset if heading in {Heading.EAST, Heading.SOUTH} else inset
    border = round(border, 2)
    return (at, border) if heading.is_vertical else (border, at)


def _simplified(points: Sequence[_Point]) -> tuple[_Point, ...]:
    """Leave out points that are no corners."""
    kept = [points[0]]
    for before, point, after in zip(points, points[1:], points[2:], strict=False):
        if point != kept[-1] and not _is_straight(kept[-1], point, after):
            kept.append(point)
        del before
    kept.append(points[-1])
    return tuple(kept)


def _is_straight(one: _Point, two: _Point, three: _Point) -> bool:
    return one[0] == two[0] == three[0] or one[1] == two[1] == three[1]
