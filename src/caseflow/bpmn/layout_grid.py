"""The lines on which routes run: between columns and rows, and through empty cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from caseflow.bpmn.layout_graph import Box, Link, Sheet
from caseflow.bpmn.layout_ranks import Ranks
from caseflow.bpmn.layout_seats import GUEST_OFFSET, Seat
from caseflow.bpmn.layout_shelves import Rows
from caseflow.bpmn.layout_sizes import Kind
from caseflow.model import ElementId

_COLUMN_GAP = 50
_ROW_GAP = 40
_LEAST_ROW = 40


class Heading(IntEnum):
    """A direction on the drawing."""

    EAST = 0
    SOUTH = 1
    WEST = 2
    NORTH = 3

    @property
    def is_vertical(self) -> bool:
        """Whether it leads up or down."""
        return self % 2 == 1

    @property
    def reverse(self) -> Heading:
        """The opposite direction."""
        return _REVERSE[self]


_STEPS = {
    Heading.EAST: (1, 0),
    Heading.SOUTH: (0, 1),
    Heading.WEST: (-1, 0),
    Heading.NORTH: (0, -1),
}
_REVERSE = (Heading.WEST, Heading.NORTH, Heading.EAST, Heading.SOUTH)

Move = tuple[int, int, float, int, bool]
"""From one crossing to the next: heading, crossing, length, step, and whether through a cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A side of a box: the crossing of lines before it.

    ``heading`` leads away from the source or into the target. ``price`` says how much we
    would rather use another side.
    """

    point: int
    heading: Heading
    price: float = 0
    offset: int = 0

    @property
    def side(self) -> tuple[int, Heading, int]:
        """What two ports at the same side of the same box have in common."""
        return self.point, self.heading, self.offset


class Grid:
    """The lines, numbered from left to right and from top to bottom.

    Odd vertical lines go through the middle of a column, even ones run in the channel
    before it. Every band has a channel above and below each of its rows.
    """

    def __init__(
        self, sheet: Sheet, ranks: Ranks, rows: Rows, seats: Mapping[ElementId, Seat]
    ) -> None:
        self.sheet = sheet
        self.ranks = ranks
        self.rows = rows
        self.seats = seats
        self.width = 2 * ranks.width + 1
        self.row_lines: list[int] = []
        self.band_lines: list[tuple[int, int]] = []
        for count in rows.in_band:
            above = self.height
            self.row_lines += [above + 2 * index + 1 for index in range(count)]
            self.band_lines.append((above, above + 2 * count))
        self._rows_at = {line: row for row, line in enumerate(self.row_lines)}
        self.blocked = {
            (x, y): box.id
            for box in sheet.boxes.values()
            for x in range(self.left(box) + 1, self.right(box))
            for y in range(self.top(box) + 1, self.bottom(box))
        }
        self.across = self._across()
        self.down = self._down()
        self._moves: list[tuple[Move, ...] | None] = [None] * (self.width * self.height)

    @property
    def height(self) -> int:
        """How many horizontal lines there are."""
        return self.band_lines[-1][1] + 1 if self.band_lines else 0

    def is_row(self, y: int) -> bool:
        """Whether a horizontal line goes through cells."""
        return y in self._rows_at

    def row_at(self, y: int) -> int:
        """Return the row whose middle a line is."""
        return self._rows_at[y]

    def left(self, box: Box) -> int:
        """Return the channel to the left of a box."""
        return 2 * self.ranks.first[box.id]

    def right(self, box: Box) -> int:
        """Return the channel to the right of a box."""
        return self.left(box) + 2 * box.columns

    def top(self, box: Box) -> int:
        """Return the channel above a box."""
        return self.row_lines[self.rows.covered[box.id][0]] - 1

    def bottom(self, box: Box) -> int:
        """Return the channel below a box."""
        return self.row_lines[self.rows.covered[box.id][1]] + 1

    def middle(self, box: Box) -> int:
        """Return the line on which a box stands."""
        return self.row_lines[self.rows.main[box.id]]

    def point(self, x: int, y: int) -> int:
        """Return the number of the crossing of two lines."""
        return y * self.width + x

    def lines(self, point: int) -> tuple[int, int]:
        """Return the two lines that cross there."""
        return point % self.width, point // self.width

    def is_in_line(self, point: int, port: Port) -> bool:
        """Whether a crossing is straight ahead of a port."""
        (x, y), (port_x, port_y) = self.lines(point), self.lines(port.point)
        return x == port_x if port.heading.is_vertical else y == port_y

    def distance(self, one: int, other: int) -> tuple[float, float]:
        """Return about how far two crossings are apart, across and down."""
        (y1, x1), (y2, x2) = divmod(one, self.width), divmod(other, self.width)
        return abs(self.across[x1] - self.across[x2]), abs(self.down[y1] - self.down[y2])

    def step(self, point: int, heading: Heading) -> int:
        """Return the number of the step that leads from a crossing in this direction."""
        match heading:
            case Heading.EAST:
                return 2 * point
            case Heading.WEST:
                return 2 * (point - 1)
            case Heading.SOUTH:
                return 2 * point + 1
            case Heading.NORTH:
                return 2 * (point - self.width) + 1

    def moves(self, point: int) -> tuple[Move, ...]:
        """Return the steps that lead from a crossing to others that no box covers."""
        known = self._moves[point]
        if known is None:
            known = self._moves[point] = tuple(self._moves_from(point))
        return known

    def _moves_from(self, point: int) -> Iterator[Move]:
        x, y = self.lines(point)
        is_narrow = {True: x % 2 == 1, False: self.is_row(y)}
        for heading in Heading:
            dx, dy = _STEPS[heading]
            to = (x + dx, y + dy)
            if to not in self.blocked and 0 <= to[0] < self.width and 0 <= to[1] < self.height:
                number = self.point(*to)
                length = sum(self.distance(point, number))
                step = self.step(point, heading)
                yield int(heading), number, length, step, is_narrow[heading.is_vertical]

    def field(self, link: Link) -> range:
        """Return the crossings that a link may pass: a flow stays inside its pool."""
        if not link.ranks:
            return range(self.width * self.height)
        first = last = self.sheet.boxes[link.source].band
        gaps = self.sheet.gaps
        while first > 0 and not gaps[first]:
            first -= 1
        while last + 1 < len(gaps) and not gaps[last + 1]:
            last += 1
        lines = self.band_lines[first][0], self.band_lines[last][1] + 1
        return range(lines[0] * self.width, lines[1] * self.width)

    def leaving(self, link: Link) -> Iterator[Port]:
        """Yield the sides by which a link may leave its source."""
        box = self.sheet.boxes[link.source]
        if link.source_guest is not None:
            yield self._guest_port(box, self.seats[link.source_guest], is_source=True)
            return
        is_back = link.id in self.ranks.back
        for heading, price in _leaving_prices(link, box, is_back=is_back).items():
            yield from self._side(box, heading, price)

    def entering(self, link: Link) -> Iterator[Port]:
        """Yield the sides by which a link may enter its target."""
        box = self.sheet.boxes[link.target]
        if link.target_guest is not None:
            yield self._guest_port(box, self.seats[link.target_guest], is_source=False)
            return
        is_back = link.id in self.ranks.back
        for heading, price in _entering_prices(link, box, is_back=is_back).items():
            for port in self._side(box, heading.reverse, price):
                yield Port(point=port.point, heading=heading, price=price)

    def _side(self, box: Box, side: Heading, price: float) -> Iterator[Port]:
        match side:
            case Heading.EAST | Heading.WEST:
                x = self.right(box) if side is Heading.EAST else self.left(box)
                yield Port(point=self.point(x, self.middle(box)), heading=side, price=price)
            case Heading.NORTH | Heading.SOUTH:
                y = self.top(box) if side is Heading.NORTH else self.bottom(box)
                for x in self._columns_free_of_guests(box, side):
                    yield Port(point=self.point(x, y), heading=side, price=price)

    def _columns_free_of_guests(self, box: Box, side: Heading) -> list[int]:
        """Return the lines on which a box may be left upwards or downwards."""
        seats = [self.seats[guest.id] for guest in box.guests]
        taken = {
            seat.column
            for seat in seats
            if seat.below is (side is Heading.SOUTH) and abs(seat.offset) < GUEST_OFFSET
        }
        left = self.left(box) + 1
        return [left + 2 * column for column in range(box.columns) if column not in taken]

    def _guest_port(self, box: Box, seat: Seat, *, is_source: bool) -> Port:
        outwards = Heading.SOUTH if seat.below else Heading.NORTH
        x = self.left(box) + 1 + 2 * seat.column
        y = self.bottom(box) if seat.below else self.top(box)
        return Port(
            point=self.point(x, y),
            heading=outwards if is_source else outwards.reverse,
            offset=seat.offset,
        )

    def _across(self) -> list[float]:
        """Guess where the vertical lines will be."""
        widths = [36.0] * self.ranks.width
        for box in self.sheet.boxes.values():
            if box.columns == 1:
                column = self.ranks.first[box.id]
                widths[column] = max(widths[column], box.size.width)
        across = [0.0]
        for width in widths:
            across += [across[-1] + (_COLUMN_GAP + width) / 2, across[-1] + _COLUMN_GAP + width]
        return across

    def _down(self) -> list[float]:
        """Guess where the horizontal lines will be."""
        heights = [float(_LEAST_ROW)] * len(self.row_lines)
        for box in self.sheet.boxes.values():
            row = self.rows.main[box.id]
            if not box.reach:
                heights[row] = max(heights[row], box.size.height)
        down: list[float] = []
        at = 0.0
        for y in range(self.height):
            size = heights[self.row_at(y)] if self.is_row(y) else float(_ROW_GAP)
            down.append(at + size / 2)
            at += size
        return down


def _leaving_prices(link: Link, box: Box, *, is_back: bool) -> dict[Heading, float]:
    if not link.ranks or box.kind is Kind.POOL:
        return _LOOSE_PRICES[box.kind is Kind.POOL]
    match box.kind:
        case Kind.GATEWAY:
            return _prices(20 if is_back else 0, 6)
        case Kind.EVENT:
            return _prices(0, 60)
        case _:
            return _prices(0, 30 if is_back else 110 + box.size.height / 2)


def _entering_prices(link: Link, box: Box, *, is_back: bool) -> dict[Heading, float]:
    if not link.ranks or box.kind is Kind.POOL:
        return _LOOSE_PRICES[box.kind is Kind.POOL]
    match box.kind:
        case Kind.GATEWAY:
            return _prices(0, 6)
        case Kind.EVENT:
            return _prices(0, 45)
        case _:
            return _prices(0, 20 if is_back else 110 + box.size.height / 2)


def _prices(ahead: float, aside: float) -> dict[Heading, float]:
    return {Heading.EAST: ahead, Heading.SOUTH: aside, Heading.NORTH: aside + 1}


_LOOSE_PRICES: dict[bool, dict[Heading, float]] = {
    True: {Heading.SOUTH: 0.0, Heading.NORTH: 0.0},
    False: {Heading.SOUTH: 0.0, Heading.NORTH: 0.0, Heading.EAST: 60.0},
}
