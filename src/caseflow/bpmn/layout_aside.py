"""Finds a place for what takes no part in the flow: event sub-processes, black boxes."""

from __future__ import annotations

from dataclasses import replace

from caseflow.bpmn.layout_graph import COLUMN_PITCH, ROW_GAP, Box, Sheet
from caseflow.bpmn.layout_ranks import Ranks
from caseflow.bpmn.layout_shelves import Shelves
from caseflow.bpmn.layout_sizes import Kind
from caseflow.model import ElementId


def set_aside(sheet: Sheet, ranks: Ranks, shelves: Shelves) -> Ranks:
    """Put the boxes aside beside the flow of their band where it leaves room, else below it."""
    first: dict[ElementId, int] = {}
    for band in range(len(sheet.gaps)):
        boxes = [box for box in sheet.boxes.values() if box.aside and box.band == band]
        boxes = [box for box in boxes if box.kind is not Kind.POOL]
        beside = _beside(boxes, shelves.free_columns(band))
        for box in boxes if beside else ():
            shelves.stand(box, _columns(box, beside))
        below = {} if beside else _below(boxes, ranks.width)
        for box in boxes if below else ():
            shelves.append(box, _columns(box, below), is_first=below[box.id] == 0)
        first |= beside | below
    ends = [column + sheet.boxes[name].columns for name, column in first.items()]
    width = max([1, ranks.width, *ends])
    for box in sheet.boxes.values():
        if box.kind is Kind.POOL:
            shelves.append(box, range(width), is_first=True)
            first[box.id] = 0
    return replace(ranks, first={**ranks.first, **first}, width=width)


def _columns(box: Box, places: dict[ElementId, int]) -> range:
    return range(places[box.id], places[box.id] + box.columns)


def _beside(boxes: list[Box], free: list[int]) -> dict[ElementId, int]:
    """Return columns that are free in all rows of the band, or nothing if they do not suffice."""
    places: dict[ElementId, int] = {}
    left = set(free)
    for box in boxes:
        fits = (c for c in sorted(left) if left.issuperset(range(c, c + box.columns)))
        column = next(fits, None)
        if column is None:
            return {}
        places[box.id] = column
        left -= set(range(column + box.columns))
    return places


def _below(boxes: list[Box], width: int) -> dict[ElementId, int]:
    """Set boxes side by side, in as many rows as make a pleasant shape."""
    least = max([width, *(box.columns for box in boxes)])
    limits = range(least, max(least, sum(box.columns for box in boxes)) + 1)
    return _packed(boxes, min(limits, key=lambda limit: _unshapely(boxes, _packed(boxes, limit))))


def _packed(boxes: list[Box], limit: int) -> dict[ElementId, int]:
    """Fill row after row up to a number of columns."""
    places: dict[ElementId, int] = {}
    column = 0
    for box in boxes:
        if column + box.columns > limit:
            column = 0
        places[box.id] = column
        column += box.columns
    return places


def _unshapely(boxes: list[Box], places: dict[ElementId, int]) -> float:
    """Return how far a heap of boxes is from twice as wide as high, and how large it is."""
    width = max((places[box.id] + box.columns for box in boxes), default=0) * COLUMN_PITCH
    height, row = 0, 0
    for box in boxes:
        if not places[box.id]:
            height, row = height + row, 0
        row = max(row, box.size.height + ROW_GAP)
    return max(width / 2, height + row)
