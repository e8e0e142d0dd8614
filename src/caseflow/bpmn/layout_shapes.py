"""Draws the boxes of a sheet, with their names and the boundary events on their borders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from caseflow.bpmn.layout_captions import Caption, caption_bounds
from caseflow.bpmn.layout_coordinates import Coordinates
from caseflow.bpmn.layout_graph import Box, Guest
from caseflow.bpmn.layout_grid import Grid
from caseflow.bpmn.layout_scale import CAPTION_DROP, Scale
from caseflow.bpmn.layout_seats import Seat
from caseflow.bpmn.layout_sizes import EVENT, Kind
from caseflow.model import Bounds, ElementId, Shape

_LABEL_GAP = 2


def shapes_of(
    grid: Grid, coordinates: Coordinates, captions: Mapping[ElementId, Caption]
) -> dict[ElementId, Shape]:
    """Return every shape of a sheet."""
    shapes: dict[ElementId, Shape] = {}
    for box in grid.sheet.boxes.values():
        bounds = _bounds(box, grid, coordinates)
        caption = captions.get(box.id)
        label = caption_bounds(box, bounds, caption) if caption is not None else None
        shapes[box.id] = Shape(element=box.id, bounds=bounds, label=label)
    for box in grid.sheet.boxes.values():
        for guest in _guests(box, grid, shapes[box.id].bounds, coordinates.xs):
            shapes[guest.element] = guest
    return shapes


def _bounds(box: Box, grid: Grid, coordinates: Coordinates) -> Bounds:
    xs = coordinates.xs
    left, right = grid.left(box) + 1, grid.right(box)
    y = coordinates.ys.middles[grid.middle(box)] - box.size.height // 2
    if box.kind not in {Kind.FRAME, Kind.POOL}:
        x = xs.middles[left] - box.size.width // 2
        return Bounds(x=x, y=y, width=box.size.width, height=box.size.height)
    # A frame fills its columns, so that events on its border stand on their lines.
    x = xs.edges[left]
    return Bounds(x=x, y=y, width=xs.edges[right] - x, height=box.size.height)


def _guests(box: Box, grid: Grid, host: Bounds, xs: Scale) -> Iterator[Shape]:
    for guest in box.guests:
        seat = grid.seats[guest.id]
        middle = xs.middles[grid.left(box) + 1 + 2 * seat.column] + seat.offset
        border = host.y + host.height if seat.below else host.y
        place = Bounds(x=middle - EVENT / 2, y=border - EVENT / 2, width=EVENT, height=EVENT)
        label = _beside(guest, place, seat) if guest.label.height else None
        yield Shape(element=guest.id, bounds=place, label=label)


def _beside(guest: Guest, place: Bounds, seat: Seat) -> Bounds:
    """Return where the name of a boundary event stands: beside it, outside of its host."""
    width, height = guest.label.width, guest.label.height
    left = place.x - _LABEL_GAP - width if seat.leans_left else place.x + EVENT + _LABEL_GAP
    border = place.y + EVENT / 2
    top = border + CAPTION_DROP if seat.below else border - CAPTION_DROP - height
    return Bounds(x=left, y=top, width=width, height=height)
