"""Cuts a sheet into strips: boxes of one lane that follow each other and share a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from caseflow.bpmn.layout_graph import Box, Link, Sheet
from caseflow.bpmn.layout_ranks import Forward, Ranks
from caseflow.model import ElementId

_DETOUR = 2  # so few boxes beside a direct link are a detour, not the main way


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Boxes that stand in one row; strips of the same ``chain`` would like to be level."""

    boxes: tuple[Box, ...]
    chain: int
    first: int
    last: int

    @property
    def band(self) -> int:
        """The band in which all the boxes stand."""
        return self.boxes[0].band


def strips_of(sheet: Sheet, ranks: Ranks) -> tuple[Strip, ...]:
    """Return the strips, those of the main way first."""
    boxes = {name: box for name, box in sheet.boxes.items() if not box.aside}
    links = (
        link
        for link in sheet.links
        if link.is_main
        and link.id not in ranks.back
        and link.source in boxes
        and link.target in boxes
    )
    forward = Forward(boxes, links)
    return tuple(
        strip
        for number, chain in enumerate(_chains(forward, ranks))
        for strip in _cut(chain, number, ranks)
    )


def _chains(forward: Forward, ranks: Ranks) -> Iterator[list[Box]]:
    """Follow from each box the way that leads farthest, until all boxes are taken."""
    ahead = _boxes_ahead(forward)
    left = dict.fromkeys(sorted(forward.boxes, key=lambda name: (ranks.first[name], -ahead[name])))
    while left:
        name: ElementId | None = next(iter(left))
        chain: list[Box] = []
        while name is not None:
            del left[name]
            chain.append(forward.boxes[name])
            name = _next(name, forward, ahead, left)
        yield chain


def _boxes_ahead(forward: Forward) -> dict[ElementId, int]:
    """Count for each box how many follow it on the longest way."""
    ahead: dict[ElementId, int] = {}
    for name in reversed(forward.in_order()):
        ahead[name] = max((ahead[link.target] + 1 for link in forward.out[name]), default=0)
    return ahead


def _next(
    name: ElementId,
    forward: Forward,
    ahead: Mapping[ElementId, int],
    left: Mapping[ElementId, None],
) -> ElementId | None:
    targets = [link.target for link in forward.out[name] if link.target in left]
    if not targets:
        return None
    best = max(targets, key=ahead.__getitem__)
    # A longer way that soon comes back to the direct one is drawn as a detour of it.
    direct = [other for other in targets if other != best and _leads_to(best, other, forward)]
    return max(direct, key=ahead.__getitem__, default=best)


def _leads_to(start: ElementId, end: ElementId, forward: Forward) -> bool:
    """Whether every way from ``start`` soon comes to ``end``."""
    seen = {start}
    ahead = [start]
    while ahead:
        out = forward.out[ahead.pop()]
        if not out:
            return False
        new = {link.target for link in out} - seen - {end}
        seen |= new
        ahead += sorted(new)
        if len(seen) > _DETOUR:
            return False
    return True


def _cut(chain: list[Box], number: int, ranks: Ranks) -> Iterator[Strip]:
    """Cut a chain where it changes the lane."""
    run: list[Box] = []
    for box in chain:
        if run and run[-1].band != box.band:
            yield _strip(run, number, ranks)
            run = []
        run.append(box)
    yield _strip(run, number, ranks)


def _strip(boxes: list[Box], number: int, ranks: Ranks) -> Strip:
    last = boxes[-1]
    return Strip(
        boxes=tuple(boxes),
        chain=number,
        first=ranks.first[boxes[0].id],
        last=ranks.first[last.id] + last.columns - 1,
    )


def links_by_box(links: tuple[Link, ...]) -> dict[ElementId, list[Link]]:
    """Return for each box the links that begin or end at it."""
    found: dict[ElementId, list[Link]] = {}
    for link in links:
        for end in {link.source: None, link.target: None}:
            found.setdefault(end, []).append(link)
    return found
