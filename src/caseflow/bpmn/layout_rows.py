"""Which row of its lane each box stands in: level with what it follows, with few crossings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from caseflow.bpmn.layout_graph import Box, Link, Sheet
from caseflow.bpmn.layout_ranks import Ranks
from caseflow.bpmn.layout_shelves import Row, Shelves, Spot
from caseflow.bpmn.layout_strips import Strip, links_by_box, strips_of
from caseflow.model import ElementId

# What a drawing costs, in heights of a row.
_BEND = 0.8
_BLOCKED = 1.2  # a line that must go round a box
_CROSSING = 1.6
_PIERCED = 2.5  # a straight line of others that must go round this box
_UPWARDS = 1.2  # a boundary event hangs below its host, so its line should go down
_DOWN_AND_UP = 4.0  # the line of a boundary event that ends level with its host
_NEW_ROW = 1.0
_AWAY = 0.12  # each row away from the main one of the band
_ELSEWHERE = 0.05  # of the way to another band: the bands in between are crossed anyway
_UNEVEN = 0.6  # a part of the same chain that is not level

_MAIN, _FORWARD, _GUEST, _BACK, _LOOSE = 2.0, 1.0, 0.8, 0.35, 0.3
_ROUNDS = 4


def levelled(sheet: Sheet, ranks: Ranks) -> Shelves:
    """Give every box of the flow a row of its band."""
    strips = strips_of(sheet, ranks)
    shelves = Shelves(sheet, ranks)
    choice = _Choice(sheet, ranks, shelves, strips)
    for strip in strips:
        shelves.settle(strip, choice.best(strip))
    for _ in range(_ROUNDS):
        before = shelves.heights
        for strip in strips:
            shelves.remove(strip)
            shelves.settle(strip, choice.best(strip))
        if shelves.heights == before:
            break
    return shelves


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line from left to right, in columns and rows, as if it were drawn straight."""

    left: float
    left_height: float
    right: float
    right_height: float

    def at(self, x: float) -> float:
        """Return how far down the line is there."""
        share = (x - self.left) / ((self.right - self.left) or 1.0)
        return self.left_height + share * (self.right_height - self.left_height)

    def crosses(self, other: _Line) -> bool:
        """Whether the two lines change sides."""
        left, right = max(self.left, other.left), min(self.right, other.right)
        if left >= right:
            return False
        return (self.at(left) - other.at(left)) * (self.at(right) - other.at(right)) < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pull:
    """A line from a strip to a box elsewhere.

    ``begins`` says that it begins at the strip. ``below`` is 1 where the strip should
    stand below the other end, -1 where above it, and 0 where it does not matter.
    """

    weight: float
    begins: bool
    left: float
    right: float
    far: float  # the height of the other end
    slope: float
    row: Row
    rivals: tuple[_Line, ...]
    below: int

    def strain(self, height: float, row: Row | None) -> float:
        """Return what the line costs if the strip stands there."""
        gap = int(self.left) + 1, int(self.right)
        is_open = self.row.is_free(*gap)
        if height == self.far:
            cost = 0.0 if is_open else _BLOCKED + _BEND
            cost += _DOWN_AND_UP if self.below else 0.0
        else:
            is_open = is_open or row is None or row.is_free(*gap)
            # A new row stands half a row from where it is inserted.
            apart = abs(height - self.far) + (0.5 if row is None else 0.0)
            cost = self.slope * apart + _BEND + (0.0 if is_open else _BLOCKED)
        if self.below * (height - self.far) < 0:
            cost += _UPWARDS
        near, far = (height, self.far) if self.begins else (self.far, height)
        line = _Line(left=self.left, left_height=near, right=self.right, right_height=far)
        crossed = sum(line.crosses(rival) for rival in self.rivals)
        return self.weight * cost + _CROSSING * crossed


def _crossed(line: _Line, rivals: tuple[_Line, ...], height: float) -> int:
    moved = replace(line, left_height=height, right_height=height)
    return sum(moved.crosses(rival) for rival in rivals)


class _Choice:
    """Finds the best place for a strip among those that are settled."""

    def __init__(
        self, sheet: Sheet, ranks: Ranks, shelves: Shelves, strips: tuple[Strip, ...]
    ) -> None:
        self._sheet = sheet
        self._ranks = ranks
        self._shelves = shelves
        self._links = links_by_box(sheet.links)
        self._chain = {box.id: strip.chain for strip in strips for box in strip.boxes}

    def best(self, strip: Strip) -> Spot:
        """Return the place where the strip costs least."""
        pulls = tuple(self._pulls(strip))
        straight = self._straight_lines()
        inner = tuple(self._inner(strip))
        main = self._shelves.main_height(strip.band)
        mates = [
            height
            for name, height in self._shelves.heights.items()
            if self._chain[name] == strip.chain and self._sheet.boxes[name].band == strip.band
        ]

        def cost(spot: Spot) -> float:
            row = self._shelves.row(strip.band, spot)
            return (
                (_NEW_ROW if spot.is_new else 0.0)
                + _AWAY * abs(spot.height - main)
                + _UNEVEN * sum(min(abs(spot.height - mate), 1) for mate in mates)
                + sum(pull.strain(spot.height, row) for pull in pulls)
                + _CROSSING * sum(_crossed(line, rivals, spot.height) for line, rivals in inner)
                + (self._stretched(strip, spot) if spot.is_new else 0.0)
                + (self._pierced(strip, straight.get(row, ())) if row is not None else 0.0)
            )

        return min(self._shelves.spots(strip), key=cost)

    def _pierced(self, strip: Strip, lines: tuple[tuple[float, float, float], ...]) -> float:
        """Return what it costs to stand in the way of the level lines of a row."""
        columns = [column for box in strip.boxes for column in self._shelves.columns(box)]
        return _PIERCED * sum(
            weight
            for left, right, weight in lines
            if any(left < column < right for column in columns)
        )

    def _pulls(self, strip: Strip) -> Iterator[_Pull]:
        own = {box.id for box in strip.boxes}
        for box in strip.boxes:
            for link in self._links.get(box.id, ()):
                other = link.target if link.source == box.id else link.source
                if other not in own and other in self._shelves.home:
                    yield self._pull(link, box, own)

    def _rivals(self, own: AbstractSet[ElementId], left: float, right: float) -> Iterator[_Line]:
        """Yield the lines of others between two columns."""
        for link in self._sheet.links:
            if link.source not in own and link.target not in own and self._leads_on(link):
                line = self._line(link)
                if line.left < right and left < line.right:
                    yield line

    def _inner(self, strip: Strip) -> Iterator[tuple[_Line, tuple[_Line, ...]]]:
        """Yield the lines within a strip, and what they may cross."""
        own = {box.id for box in strip.boxes}
        for box in strip.boxes:
            for link in self._links.get(box.id, ()):
                if link.source == box.id and link.target in own and self._leads(link):
                    starts, ends = self._across(link)
                    line = _Line(left=starts, left_height=0, right=ends, right_height=0)
                    yield line, tuple(self._rivals(own, starts, ends))

    def _stretched(self, strip: Strip, spot: Spot) -> float:
        """Return what it costs the others that a new row moves them apart."""
        heights = self._shelves.heights
        own = {box.id for box in strip.boxes}
        cost = 0.0
        for link in self._sheet.links:
            if (
                link.source in heights
                and link.target in heights
                and not own & {link.source, link.target}
            ):
                low, high = sorted((heights[link.source], heights[link.target]))
                if low < spot.height < high:
                    level = (
                        self._sheet.boxes[link.source].band == self._sheet.boxes[link.target].band
                    )
                    cost += self._weight(link) * (1.0 if level else _ELSEWHERE)
        return cost

    def _pull(self, link: Link, box: Box, own: AbstractSet[ElementId]) -> _Pull:
        begins = link.source == box.id
        other = link.target if begins else link.source
        starts, ends = self._across(link)
        low, high = min(starts, ends), max(starts, ends)
        below = (-1 if begins else 1) if link.source_guest is not None else 0
        return _Pull(
            weight=self._weight(link),
            begins=begins if starts <= ends else not begins,
            left=low,
            right=high,
            far=self._shelves.heights[other],
            slope=1.0 if self._sheet.boxes[other].band == box.band else _ELSEWHERE,
            row=self._shelves.home[other],
            rivals=tuple(self._rivals(own, low, high)) if self._leads(link) else (),
            below=below,
        )

    def _weight(self, link: Link) -> float:
        if not link.ranks:
            return _LOOSE
        if link.id in self._ranks.back:
            return _BACK
        if link.source_guest is not None:
            return _GUEST
        is_main = self._chain[link.source] == self._chain[link.target] == 0
        return _MAIN if is_main else _FORWARD

    def _across(self, link: Link) -> tuple[float, float]:
        """Return where a line leaves its source and reaches its target, in columns."""
        source = self._sheet.boxes[link.source]
        starts = self._ranks.first[source.id] + source.columns - 1
        return starts + 0.2, self._ranks.first[link.target] - 0.2

    def _line(self, link: Link) -> _Line:
        starts, ends = self._across(link)
        heights = self._shelves.heights
        return _Line(
            left=starts,
            left_height=heights[link.source],
            right=ends,
            right_height=heights[link.target],
        )

    def _leads_on(self, link: Link) -> bool:
        home = self._shelves.home
        return self._leads(link) and link.source in home and link.target in home

    def _leads(self, link: Link) -> bool:
        return link.ranks and link.id not in self._ranks.back

    def _straight_lines(self) -> Mapping[Row, tuple[tuple[float, float, float], ...]]:
        """Return for each row its level lines: from and to column, and what they weigh."""
        home = self._shelves.home
        found: dict[Row, tuple[tuple[float, float, float], ...]] = {}
        for link in self._sheet.links:
            if self._leads_on(link) and home[link.source] is home[link.target]:
                line = (*self._across(link), self._weight(link))
                row = home[link.source]
                found[row] = (*found.get(row, ()), line)
        return found
