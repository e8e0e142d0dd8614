"""Which column each box stands in, so that as many lines as possible lead to the right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from caseflow.bpmn.layout_graph import Box, Link, Sheet
from caseflow.model import ElementId

_TIGHTENINGS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """The first column of boxes, and the links that lead back to an earlier box."""

    first: Mapping[ElementId, int]
    back: frozenset[ElementId]
    width: int


def ranked(sheet: Sheet) -> Ranks:
    """Give every box of the flow a column: after all before it, but no farther than needed."""
    boxes = {name: box for name, box in sheet.boxes.items() if not box.aside}
    links = [link for link in sheet.links if link.ranks and link.source != link.target]
    links = [link for link in links if link.source in boxes and link.target in boxes]
    back = _back_links(boxes, links)
    forward = Forward(boxes, (link for link in links if link.id not in back))
    first = _tightened(_longest_paths(forward), forward)
    ends = [first[name] + box.columns for name, box in boxes.items()]
    loops = {link.id for link in sheet.links if link.ranks and link.source == link.target}
    return Ranks(first=first, back=back | loops, width=max(ends, default=0))


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
