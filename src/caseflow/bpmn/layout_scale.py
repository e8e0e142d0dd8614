"""From lines to coordinates: how wide columns and channels are, and how high rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from caseflow.bpmn.layout_captions import Caption, caption_height, caption_width
from caseflow.bpmn.layout_graph import Box
from caseflow.bpmn.layout_grid import Grid, Heading
from caseflow.bpmn.layout_routes import Route
from caseflow.bpmn.layout_sizes import EVENT
from caseflow.bpmn.layout_tracks import Tracks
from caseflow.model import ElementId

TRACK = 12
_COLUMN_GAP = 50
_MARGIN = 30  # at the left and right end
_ROW_GAP = 30
_BAND_MARGIN = 20
_BESIDE = 16  # from the outermost track to the boxes
_EMPTY_ROW = 40
_EMPTY_COLUMN = 36
_LABEL_ROOM = 20
_LONGEST_LEAD = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Where the lines of one direction are: ``middles`` are theirs, ``edges`` between them."""

    middles: tuple[int, ...]
    edges: tuple[int, ...]

    @property
    def length(self) -> int:
        """The whole extent."""
        return self.edges[-1]


@dataclass(slots=True)
class _Span:
    """The room before and after the middle of one line."""

    before: int
    after: int


def across(
    grid: Grid,
    routes: Sequence[Route],
    captions: Mapping[ElementId, Caption],
    tracks: Mapping[int, Tracks],
) -> Scale:
    """Return where columns and the channels between them are."""
    spans = [_Span(_EMPTY_COLUMN // 2, _EMPTY_COLUMN // 2) for _ in range(grid.width)]
    for box in grid.sheet.boxes.values():
        if box.columns == 1:
            before, after = caption_width(box, captions.get(box.id))
            span = spans[grid.left(box) + 1]
            span.before, span.after = max(span.before, before), max(span.after, after)
        for guest in box.guests if box.columns > 1 else ():
            # Its label stands between its column and the next.
            span = spans[grid.left(box) + 1 + 2 * grid.seats[guest.id].column]
            span.after = max(span.after, guest.label.width + EVENT + 8 - _COLUMN_GAP // 2)
    leads, trails = _side_room(grid, routes, spans)
    for x in range(0, grid.width, 2):
        least = _COLUMN_GAP if 0 < x < grid.width - 1 else _MARGIN
        spans[x] = _channel(tracks.get(x), least, (leads.get(x, 0), trails.get(x, 0)))
    for box in grid.sheet.boxes.values():
        if box.columns > 1:
            lines = range(grid.left(box) + 1, grid.right(box))
            _widen(spans, lines, box.size.width)
    return _scale(spans)


def down(
    grid: Grid,
    captions: Mapping[ElementId, Caption],
    tracks: Mapping[int, Tracks],
) -> Scale:
    """Return where rows and the channels between them are."""
    spans = [_Span(0, 0) for _ in range(grid.height)]
    for box in grid.sheet.boxes.values():
        if _is_in_one_row(box, grid):
            above, below = _height(box, grid, captions)
            span = spans[grid.middle(box)]
            span.before, span.after = max(span.before, above), max(span.after, below)
    for (first, last), gap in zip(grid.band_lines, grid.sheet.gaps, strict=True):
        for y in range(first, last + 1, 2):
            least = _BAND_MARGIN if y in {first, last} else _ROW_GAP
            spans[y] = _channel(tracks.get(y), least, (0, 0))
        _fill_empty(spans, range(first + 1, last, 2))
        spans[first].before += gap
    for box in grid.sheet.boxes.values():
        if not _is_in_one_row(box, grid):
            _heighten(spans, box, grid, _height(box, grid, captions))
    return _scale(spans)


def _channel(tracks: Tracks | None, least: int, labels: tuple[int, int]) -> _Span:
    """Return the room for tracks, and for labels before and after them."""
    beside = 0 if tracks is None else _BESIDE
    width = 0 if tracks is None else TRACK * (tracks.count - 1)
    before, after = (max(label, beside) for label in labels)
    spare = max(least - before - after - width, 0)
    return _Span(before + (width + spare) // 2, after + (width + spare + 1) // 2)


def _scale(spans: Sequence[_Span]) -> Scale:
    edges, middles = [0], []
    for span in spans:
        middles.append(edges[-1] + span.before)
        edges.append(edges[-1] + span.before + span.after)
    return Scale(middles=tuple(middles), edges=tuple(edges))


def _side_room(
    grid: Grid, routes: Sequence[Route], spans: Sequence[_Span]
) -> tuple[dict[int, int], dict[int, int]]:
    """Return what labels need in the channels to the right and to the left of their boxes."""
    leads: dict[int, int] = {}
    trails: dict[int, int] = {}
    for channel, column, reach in _reaches(grid, routes):
        is_right = channel > column
        side, span = (leads if is_right else trails), spans[column]
        room = min(reach - (span.after if is_right else span.before), _LONGEST_LEAD)
        side[channel] = max(side.get(channel, 0), room)
    return leads, trails


def _reaches(grid: Grid, routes: Sequence[Route]) -> Iterator[tuple[int, int, int]]:
    """Yield channels, columns beside them, and how far a label reaches from the column."""
    for route in routes:
        box = grid.sheet.boxes[route.link.source]
        if route.link.label.width and route.leaving.heading is Heading.EAST:
            reach = box.size.width // 2 + route.link.label.width + _LABEL_ROOM
            yield grid.right(box), grid.right(box) - 1, reach
    for box in grid.sheet.boxes.values():
        for guest in box.guests:
            seat = grid.seats[guest.id]
            if box.columns == 1 and guest.label.width:
                reach = abs(seat.offset) + EVENT // 2 + guest.label.width + _LABEL_ROOM
                side = grid.left(box) if seat.leans_left else grid.right(box)
                yield side, grid.left(box) + 1, reach


def _widen(spans: list[_Span], lines: range, least: int) -> None:
    """Spread what is missing over the columns."""
    missing = least - sum(spans[line].before + spans[line].after for line in lines)
    columns = [line for line in lines if line % 2]
    if missing > 0:
        more = -(-missing // (2 * len(columns)))
        for line in columns:
            spans[line].before += more
            spans[line].after += more


def _is_in_one_row(box: Box, grid: Grid) -> bool:
    top, bottom = grid.rows.covered[box.id]
    return top == bottom


def _height(box: Box, grid: Grid, captions: Mapping[ElementId, Caption]) -> tuple[int, int]:
    """Return how far a box reaches above and below its line, with name and guests."""
    above, below = caption_height(box, captions.get(box.id))
    half = box.size.height // 2
    for guest in box.guests:
        room = half + max(EVENT // 2, CAPTION_DROP + guest.label.height) + CAPTION_DROP
        if grid.seats[guest.id].below:
            below = max(below, room)
        else:
            above = max(above, room)
    return above, below


CAPTION_DROP = 4  # the label of a boundary event stands so far from the border of its host


def _fill_empty(spans: list[_Span], rows: range) -> None:
    """Give a band something to show where nothing stands in it."""
    if not any(spans[y].before + spans[y].after for y in rows):
        spans[rows[0]] = _Span(_EMPTY_ROW, _EMPTY_ROW)


def _heighten(spans: list[_Span], box: Box, grid: Grid, need: tuple[int, int]) -> None:
    """Make the rows above and below the line of a high box high enough for it."""
    middle = grid.middle(box)
    upper = range(grid.top(box) + 1, middle)
    lower = range(middle + 1, grid.bottom(box))
    missing = need[0] - spans[middle].before - _sum(spans, upper)
    if missing > 0:
        _spread(spans, [y for y in upper if grid.is_row(y)], missing)
        spans[middle].before += 0 if upper else missing
    missing = need[1] - spans[middle].after - _sum(spans, lower)
    if missing > 0:
        _spread(spans, [y for y in lower if grid.is_row(y)], missing)
        spans[middle].after += 0 if lower else missing


def _sum(spans: Sequence[_Span], lines: range) -> int:
    return sum(spans[line].before + spans[line].after for line in lines)


def _spread(spans: list[_Span], rows: list[int], missing: int) -> None:
    for row in rows:
        more = -(-missing // (2 * len(rows)))
        spans[row].before += more
        spans[row].after += more
