"""On which side of an event or gateway its name stands: where no line leaves or enters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from caseflow.bpmn.layout_graph import Box, Sheet
from caseflow.bpmn.layout_grid import Heading
from caseflow.bpmn.layout_routes import Route
from caseflow.bpmn.layout_sizes import Kind
from caseflow.model import Bounds, ElementId

CAPTION_GAP = 4


class Caption(StrEnum):
    """Where a name stands, seen from its shape."""

    ABOVE = "above"
    BELOW = "below"
    UPPER_LEFT = "upper left"


def captions_of(sheet: Sheet, routes: Iterable[Route]) -> Mapping[ElementId, Caption]:
    """Choose the side of every name that stands outside of its shape."""
    used: set[tuple[ElementId, Heading]] = set()
    for route in routes:
        if route.link.source_guest is None:
            used.add((route.link.source, route.leaving.heading))
        if route.link.target_guest is None:
            used.add((route.link.target, route.entering.heading.reverse))
    return {box.id: _caption(box, used) for box in sheet.boxes.values() if box.label.height}


def _caption(box: Box, used: set[tuple[ElementId, Heading]]) -> Caption:
    above = (box.id, Heading.NORTH) not in used
    below = (box.id, Heading.SOUTH) not in used
    if box.kind is Kind.EVENT and below:
        return Caption.BELOW
    if above:
        return Caption.ABOVE
    return Caption.BELOW if below else Caption.UPPER_LEFT


def caption_height(box: Box, caption: Caption | None) -> tuple[int, int]:
    """Return how far a box with its name reaches above and below its middle."""
    half = box.size.height // 2
    room = half + CAPTION_GAP + box.label.height
    match caption:
        case Caption.ABOVE | Caption.UPPER_LEFT:
            return room, half
        case Caption.BELOW:
            return half, room
        case None:
            return half, half


def caption_width(box: Box, caption: Caption | None) -> tuple[int, int]:
    """Return how far a box with its name reaches to the left and to the right of its middle."""
    half = box.size.width // 2
    if caption is Caption.UPPER_LEFT:
        return max(half, box.label.width + CAPTION_GAP), half
    half = max(half, (box.label.width + 1) // 2)
    return half, half


def caption_bounds(box: Box, shape: Bounds, caption: Caption) -> Bounds:
    """Return the place of the name beside its shape."""
    middle = shape.x + shape.width / 2
    width, height = box.label.width, box.label.height
    left = middle - CAPTION_GAP - width if caption is Caption.UPPER_LEFT else middle - width / 2
    if caption is Caption.BELOW:
        top = shape.y + shape.height + CAPTION_GAP
    else:
        top = shape.y - CAPTION_GAP - height
    return Bounds(x=left, y=top, width=width, height=height)
