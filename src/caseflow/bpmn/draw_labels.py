"""Blocks of text on a picture: where they stand and how they are written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from caseflow.bpmn.draw_markup import INK, PAPER, Markup, number, tag, words
from caseflow.bpmn.draw_wrap import shortened, width, wrapped
from caseflow.model import Bounds

_LEADING = 1.25
_ASCENT = 0.95  # from the top of a line to its baseline; Chinese type stands high
_OUTSIDE_SIZE = 11.0
_OUTSIDE_WIDTH = 90.0
_LONGEST_OUTSIDE = 8  # lines
_INSIDE_SIZES = (12.0, 11.0, 10.0)

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """Lines of text; ``x`` is the anchor's, ``y`` the top of the first line."""

    lines: tuple[str, ...]
    size: float
    x: float
    y: float
    anchor: Anchor = "middle"
    turned: bool = False
    bold: bool = False

    @property
    def height(self) -> float:
        """How high the lines are together."""
        return len(self.lines) * self.size * _LEADING

    @property
    def bounds(self) -> Bounds:
        """The place that the text takes, before it is turned."""
        wide = max((width(line, self.size) for line in self.lines), default=0.0)
        left = {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return Bounds(x=self.x - left, y=self.y, width=wide, height=self.height)

    def markup(self, name: str, *, halo: bool = False) -> Markup:
        """Write the text; a halo keeps it legible where it crosses a line."""
        turn = f"rotate(-90 {number(self.x)} {number(self.y + self.height / 2)})"
        lines = [
            tag("tspan", words(line), x=self.x, y=self._baseline(index))
            for index, line in enumerate(self.lines)
        ]
        return tag(
            "text",
            *lines,
            class_=name,
            transform=turn if self.turned else None,
            font_size=self.size,
            font_weight="bold" if self.bold else None,
            text_anchor=self.anchor,
            fill=INK,
            stroke=PAPER if halo else "none",
            stroke_width=3 if halo else None,
            paint_order="stroke" if halo else None,
        )

    def _baseline(self, index: int) -> float:
        return self.y + self.size * (_ASCENT + index * _LEADING)


def in_one_line(text: str, place: Bounds) -> TextBlock:
    """Write text on one line in the middle of a place, or fit it in if the line is too long."""
    line = " ".join(text.split())
    size = _INSIDE_SIZES[0]
    if width(line, size) > place.width:
        return inside(text, place)
    y = place.y + (place.height - size * _LEADING) / 2
    return TextBlock(lines=(line,), size=size, x=place.x + place.width / 2, y=y)


def inside(text: str, place: Bounds, *, above: float = 0.0, below: float = 0.0) -> TextBlock:
    """Fit text into the middle of a place, in smaller type or shortened where it must be.

    ``above`` and ``below`` are taken by icons: text keeps clear of them, but stands in
    the middle of the whole place as long as it can.
    """
    room = place.height - above - below
    for size in _INSIDE_SIZES:
        lines = wrapped(text, within=place.width, size=size)
        high = len(lines) * size * _LEADING
        if high <= room:
            break
    else:
        size = _INSIDE_SIZES[-1]
        lines = shortened(lines, max(int(room / (size * _LEADING)), 1))
        high = len(lines) * size * _LEADING
    centred = place.y + (place.height - high) / 2
    top = min(max(centred, place.y + above), place.y + place.height - below - high)
    return TextBlock(lines=lines, size=size, x=place.x + place.width / 2, y=top)


def sideways(text: str, place: Bounds) -> TextBlock:
    """Fit text into a narrow upright place, turned to be read from below."""
    laid = Bounds(
        x=place.x + (place.width - place.height) / 2,
        y=place.y + (place.height - place.width) / 2,
        width=place.height,
        height=place.width,
    )
    return replace(in_one_line(text, laid), turned=True)


def outside(text: str, *, x: float, y: float, anchor: Anchor = "middle") -> TextBlock:
    """Wrap text as a label that hangs from (x, y)."""
    return _outside(text, _OUTSIDE_WIDTH, x, y, anchor)


def labelled(text: str, place: Bounds) -> TextBlock:
    """Wrap text as a label where the diagram says; its width there is only a hint.

    Modelers write the width that the text took in their own font, so a little less room
    than ours needs must not break one more line.
    """
    within = max(place.width, _OUTSIDE_WIDTH)
    return _outside(text, within, place.x + place.width / 2, place.y, "middle")


def above(block: TextBlock, y: float) -> TextBlock:
    """Move a label up so that it ends at ``y``."""
    return replace(block, y=y - block.height)


def union(places: Iterable[Bounds]) -> Bounds:
    """Return the smallest rectangle around some places."""
    found = list(places)
    left, top = min(place.x for place in found), min(place.y for place in found)
    right = max(place.x + place.width for place in found)
    bottom = max(place.y + place.height for place in found)
    return Bounds(x=left, y=top, width=right - left, height=bottom - top)


def _outside(text: str, within: float, x: float, y: float, anchor: Anchor) -> TextBlock:
    lines = wrapped(text, within=within, size=_OUTSIDE_SIZE)
    return TextBlock(
        lines=shortened(lines, _LONGEST_OUTSIDE), size=_OUTSIDE_SIZE, x=x, y=y, anchor=anchor
    )
