"""Which column each box stands in, so that as many lines as possible lead to the right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from caseflow.bpmn.layout_graph import COLUMN_PITCH, ROW_GAP, Box, Link, Sheet
from caseflow.bpmn.layout_sizes import Kind
from caseflow.model import ElementId

_TIGHTENINGS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """The first column of every box, and the links that lead back to an earlier box."""

    first: Mapping[ElementId, int]
    back: frozenset[ElementId]
    width: int


def ranked(sheet: Sheet) -> Ranks:
    """Give every box a column: after all that come before it, but no farther than needed."""
    boxes = {name: box for name, box in sheet.boxes.items() if not box.aside}
    links = [link for link in sheet.links if link.ranks and link.source != link.target]
    links = [link for link in links if link.source in boxes and link.target in boxes]
    back = _back_links(boxes, links)
    forward = Forward(boxes, (link for link in links if link.id not in back))
    first = _tightened(_longest_paths(forward), forward)
    width = max((first[name] + box.columns for name, box in boxes.items()), default=0)
    first |= _aside(sheet, width)
    ends = (column + sheet.boxes[name].columns for name, column in first.items())
    loops = {link.id for link in sheet.links if link.ranks and link.source == link.target}
    return Ranks(first=first, back=back | loops, width=max(ends, default=1))


class Forward:
    """The links that lead on, from both ends; without a cycle."""

    def __init__(self, boxes: Mapping[ElementId, Box], links: Iterable[Link]) -> None:
        self.boxes = boxes
        self.out: dict[ElementId, list[Link]] = {name: [] for name in boxes}
        self.into: dict[ElementId, list[Link]] = {name: [] for name in boxes}
        for link in links:
            self.out[link.source].append(link)
            self.into[link.target].append(link)

    def in_order(self) -> list[ElementId]:
        """Return the boxes so that each follows all that lead to it."""
        missing = {name: len(links) for name, links in self.into.items()}
        order = [name for name, count in missing.items() if not count]
        for name in order:
            for link in self.out[name]:
                missing[link.target] -= 1
                if not missing[link.target]:
                    order.append(link.target)
        return order


def _back_links(boxes: Mapping[ElementId, Box], links: list[Link]) -> frozenset[ElementId]:
    """Find the links that lead back to a box on the way from a start, by depth first search."""
    out: dict[ElementId, list[Link]] = {name: [] for name in boxes}
    for link in links:
        out[link.source].append(link)
    entered = {link.target for link in links}
    back: set[ElementId] = set()
    seen: set[ElementId] = set()
    for start in sorted(boxes, key=entered.__contains__):
        if start not in seen:
            back |= set(_search(start, out, seen))
    return frozenset(back)


def _search(
    start: ElementId, out: Mapping[ElementId, list[Link]], seen: set[ElementId]
) -> Iterator[ElementId]:
    """Walk from ``start``; yield each link that leads to a box of the path walked."""
    seen.add(start)
    path = {start: iter(out[start])}
    while path:
        name, ahead = next(reversed(path.items()))
        link = next(ahead, None)
        if link is None:
            del path[name]
        elif link.target in path:
            yield link.id
        elif link.target not in seen:
            seen.add(link.target)
            path[link.target] = iter(out[link.target])


def _longest_paths(forward: Forward) -> dict[ElementId, int]:
    first: dict[ElementId, int] = {}
    for name in forward.in_order():
        ends = [
            first[link.source] + forward.boxes[link.source].columns for link in forward.into[name]
        ]
        first[name] = max(ends, default=0)
    return first


def _tightened(first: dict[ElementId, int], forward: Forward) -> dict[ElementId, int]:
    """Move boxes to the right where that makes the lines shorter altogether."""
    order = forward.in_order()
    for _ in range(_TIGHTENINGS):
        before = dict(first)
        for name in reversed(order):
            ahead, behind = forward.out[name], forward.into[name]
            if len(ahead) > len(behind):
                room = min(first[link.target] for link in ahead)
                first[name] = room - forward.boxes[name].columns
        if first == before:
            break
    return first


def _aside(sheet: Sheet, width: int) -> dict[ElementId, int]:
    """Set the boxes without flows side by side, in as many rows as make a pleasant shape."""
    first: dict[ElementId, int] = {}
    for band in range(len(sheet.gaps)):
        boxes = [box for box in sheet.boxes.values() if box.aside and box.band == band]
        first |= {box.id: 0 for box in boxes if box.kind is Kind.POOL}
        boxes = [box for box in boxes if box.kind is not Kind.POOL]
        least = max([width, *(box.columns for box in boxes)])
        limits = range(least, max(least, sum(box.columns for box in boxes)) + 1)
        best = min(limits, key=lambda limit: _unshapely(boxes, _packed(boxes, limit)))
        first |= _packed(boxes, best)
    return first


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
