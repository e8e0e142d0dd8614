"""Which row of its lane each box stands in: level with what it follows, with few crossings."""

from __future__ import annotations

from collections.abc import Iterator

from caseflow.bpmn.layout_graph import Box, Link, Sheet
from caseflow.bpmn.layout_ranks import Ranks
from caseflow.bpmn.layout_shelves import Shelves, Spot
from caseflow.bpmn.layout_strain import Inner, Line, Pull, Surroundings
from caseflow.bpmn.layout_strips import Strip, links_by_box, strips_of

# How much lines matter.
_MAIN, _FORWARD, _GUEST, _BACK, _LOOSE = 2.0, 1.0, 0.8, 0.35, 0.3
_ELSEWHERE = 0.05  # of the way to another band: the bands in between are crossed anyway
_BESIDE_BOX = 0.2  # lines begin and end a little outside of the columns of their boxes
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
        """Return the place where the strip, which is not settled, costs least."""
        around = self._surroundings(strip)
        return min(
            self._shelves.spots(strip),
            key=lambda spot: around.cost(spot.height, self._shelves.row(strip.band, spot)),
        )

    def _surroundings(self, strip: Strip) -> Surroundings:
        shelves, boxes = self._shelves, self._sheet.boxes
        home = shelves.home
        lines = [
            self._line(link)
            for link in self._sheet.links
            if link.source in home and link.target in home
        ]
        return Surroundings(
            pulls=tuple(self._pulls(strip, lines)),
            inner=tuple(self._inner(strip, lines)),
            lines=lines,
            mates=[
                height
                for name, height in shelves.heights.items()
                if self._chain[name] == strip.chain and boxes[name].band == strip.band
            ],
            main=shelves.main_height(strip.band),
            columns=[column for box in strip.boxes for column in shelves.columns(box)],
        )

    def _pulls(self, strip: Strip, lines: list[Line]) -> Iterator[Pull]:
        for box in strip.boxes:
            for link in self._links.get(box.id, ()):
                other = link.target if link.source == box.id else link.source
                if other in self._shelves.home:
                    yield self._pull(link, box, lines)

    def _pull(self, link: Link, box: Box, lines: list[Line]) -> Pull:
        is_source = link.source == box.id
        other = link.target if is_source else link.source
        starts, ends = self._across(link)
        left, right = min(starts, ends), max(starts, ends)
        hangs = link.source_guest is not None
        return Pull(
            weight=self._weight(link),
            slope=self._slope(link),
            begins=is_source if starts <= ends else not is_source,
            left=left,
            right=right,
            far=self._shelves.heights[other],
            row=self._shelves.home[other],
            rivals=_between(lines, left, right) if self._leads_on(link) else (),
            below=(-1 if is_source else 1) if hangs else 0,
        )

    def _inner(self, strip: Strip, lines: list[Line]) -> Iterator[Inner]:
        own = {box.id for box in strip.boxes}
        for box in strip.boxes:
            for link in self._links.get(box.id, ()):
                if link.source == box.id and link.target in own and self._leads_on(link):
                    left, right = self._across(link)
                    yield Inner(left=left, right=right, rivals=_between(lines, left, right))

    def _line(self, link: Link) -> Line:
        starts, ends = self._across(link)
        heights = self._shelves.heights
        near, far = (starts, heights[link.source]), (ends, heights[link.target])
        (left, left_height), (right, right_height) = sorted((near, far))
        weight = self._weight(link)
        return Line(
            left=left,
            left_height=left_height,
            right=right,
            right_height=right_height,
            weight=weight,
            pull=weight * self._slope(link),
            is_forward=self._leads_on(link),
        )

    def _across(self, link: Link) -> tuple[float, float]:
        """Return where a line leaves its source and reaches its target, in columns."""
        source = self._sheet.boxes[link.source]
        starts = self._ranks.first[source.id] + source.columns - 1
        return starts + _BESIDE_BOX, self._ranks.first[link.target] - _BESIDE_BOX

    def _weight(self, link: Link) -> float:
        if not link.ranks:
            return _LOOSE
        if link.id in self._ranks.back:
            return _BACK
        if link.source_guest is not None:
            return _GUEST
        is_main = self._chain[link.source] == self._chain[link.target] == 0
        return _MAIN if is_main else _FORWARD

    def _slope(self, link: Link) -> float:
        boxes = self._sheet.boxes
        return 1.0 if boxes[link.source].band == boxes[link.target].band else _ELSEWHERE

    def _leads_on(self, link: Link) -> bool:
        return link.ranks and link.id not in self._ranks.back


def _between(lines: list[Line], left: float, right: float) -> list[Line]:
    """Return the lines that lead on somewhere between two columns."""
    return [line for line in lines if line.is_forward and line.left < right and left < line.right]
