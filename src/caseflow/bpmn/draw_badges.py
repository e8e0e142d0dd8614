"""Marks of a case on a picture: badges with numbers, a glow, a caption."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from caseflow.bpmn.draw_labels import TextBlock
from caseflow.bpmn.draw_marks import Marks, Standing
from caseflow.bpmn.draw_markup import COLOURS, PAPER, Markup, tag, words
from caseflow.bpmn.draw_shapes import outline
from caseflow.bpmn.draw_wrap import width
from caseflow.model import Bounds, ElementId, Node

_BADGE_SIZE = 12.0
_COUNT_SIZE = 9.5
_CAPTION_SIZE = 14.0
_NOTE_SIZE = 11.0


def halo(node: Node, bounds: Bounds, standing: Standing) -> tuple[Markup, ...]:
    """Draw a glow behind an element that needs attention."""
    if standing not in {Standing.WAITING, Standing.INCIDENT}:
        return ()
    glow = outline(node, bounds, stroke_width=11, stroke_opacity=0.16, fill="none")
    return (tag("g", glow, class_="halo"),)


def badges(bounds: Bounds, element: ElementId, marks: Marks) -> tuple[Markup, ...]:
    """Draw the badges on the corners of an element: tokens, an incident, how often passed."""
    left, right = bounds.x + 2, bounds.x + bounds.width - 2
    tokens, passed = marks.tokens.get(element, 0), marks.passed.get(element, 0)
    drawn: list[Markup] = []
    if passed > 1:
        drawn.append(_count(f"×{passed}", left, bounds.y + bounds.height - 1))
    if tokens > 0:
        drawn.append(_badge(Standing.WAITING, str(tokens), right, bounds.y + 1))
    if element in marks.incidents:
        drawn.append(_badge(Standing.INCIDENT, "!", left, bounds.y + 1))
    return tuple(drawn)


def caption(marks: Marks, lost: Iterable[ElementId], *, x: float, y: float) -> list[TextBlock]:
    """Place the caption so that it ends at ``y``; it names the ``lost``, which have no place."""
    unseen = ", ".join(lost)
    lines = [(marks.caption, _CAPTION_SIZE)] if marks.caption else []
    lines += [(f"Also marked, but not drawn: {unseen}", _NOTE_SIZE)] if unseen else []
    blocks: list[TextBlock] = []
    for text, size in reversed(lines):
        block = TextBlock(
            lines=(text,), size=size, x=x, y=y, anchor="start", bold=size == _CAPTION_SIZE
        )
        y -= block.height + 4
        blocks.insert(0, replace(block, y=y))
    return blocks


def _badge(standing: Standing, text: str, x: float, y: float) -> Markup:
    """Draw a filled pill with white letters around (x, y)."""
    name = "token-badge" if standing is Standing.WAITING else "incident-badge"
    return _pill(text, x, y, size=_BADGE_SIZE, colours=(COLOURS[standing][0], PAPER), name=name)


def _count(text: str, x: float, y: float) -> Markup:
    """Draw a quiet pill around (x, y)."""
    line, filling = COLOURS[Standing.PASSED]
    return _pill(text, x, y, size=_COUNT_SIZE, colours=(filling, line), name="count-badge")


def _pill(  # noqa: PLR0913 - a place, a look
    text: str, x: float, y: float, *, size: float, colours: tuple[str, str], name: str
) -> Markup:
    ground, ink = colours
    high = size * 1.7
    wide = max(high, width(text, size) + size)
    box = tag(
        "rect",
        x=x - wide / 2,
        y=y - high / 2,
        width=wide,
        height=high,
        rx=high / 2,
        fill=ground,
        stroke=PAPER if ink == PAPER else ink,
        stroke_width=1.5 if ink == PAPER else 0.8,
    )
    letters = tag(
        "text",
        words(text),
        x=x,
        y=y + size * 0.36,
        text_anchor="middle",
        font_size=size,
        font_weight="bold",
        fill=ink,
        stroke="none",
    )
    return tag("g", box, letters, class_=f"badge {name}")
