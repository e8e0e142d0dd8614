"""What SVG text is made of: tags, escaped words, rounded numbers, colours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import NewType

from caseflow.bpmn.draw_marks import Standing

Markup = NewType("Markup", str)

INK = "#22242a"
PAPER = "#ffffff"
FONTS = "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"

# (line, filling) of an element; the contrast of each line with white is 4.5 or better.
COLOURS = {
    Standing.UNTOUCHED: (INK, PAPER),
    Standing.PASSED: ("#2b7a57", "#eef7f1"),
    Standing.WAITING: ("#1558c0", "#e4eefd"),
    Standing.INCIDENT: ("#c3221f", "#fdecea"),
}

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tag(name: str, *children: Markup, **attributes: str | float | None) -> Markup:
    """Return an element; ``stroke_width=2`` becomes ``stroke-width="2"``, None is left out."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if not children:
        return Markup(f"<{name}{shown}/>")
    return Markup(f"<{name}{shown}>{''.join(children)}</{name}>")


def layer(name: str, *children: Markup) -> Markup:
    """Return a group with one child on each line, so that two pictures can be compared."""
    if not children:
        return Markup("")
    return Markup("\n".join((f'<g class="{name}">', *children, "</g>")))


def element(  # noqa: PLR0913 - what, which, how it looks, how it stands
    what: str,
    ident: str,
    name: str,
    parts: Iterable[Markup],
    *,
    standing: Standing = Standing.UNTOUCHED,
    remark: str = "",
    filling: str = PAPER,
) -> Markup:
    """Return the group of one element: class, colours, and a title that browsers show."""
    title = " — ".join(filter(None, (f"{name} ({ident})" if name else ident, remark)))
    return tag(
        "g",
        tag("title", words(title)),
        *parts,
        class_=what if standing is Standing.UNTOUCHED else f"{what} {standing}",
        data_element=ident,
        color=COLOURS[standing][0],
        stroke="currentColor",
        fill=filling,
    )


def words(text: str) -> Markup:
    """Return text as XML: escaped, and without the characters that XML forbids."""
    return Markup(escape(_NOT_XML.sub("\ufffd", text), quote=True))


def number(value: float) -> str:
    """Return a number with two decimals at most: ``1``, ``0.5``, never ``-0``."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def path(*parts: str | float) -> str:
    """Return the data of a path: ``path("M", 1, 2.0, "L", 3, 4)`` is ``M 1 2 L 3 4``."""
    return " ".join(part if isinstance(part, str) else number(part) for part in parts)


def _attribute(value: str | float) -> str:
    return words(value) if isinstance(value, str) else number(value)
