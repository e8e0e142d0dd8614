"""What surrounds the flow: pools, lanes, data, annotations, groups."""

from __future__ import annotations

from caseflow.bpmn.draw_labels import TextBlock, in_one_line, sideways
from caseflow.bpmn.draw_markup import INK, PAPER, Markup, path, tag
from caseflow.bpmn.draw_wrap import wrapped
from caseflow.model import Bounds, DataObject, Lane, Participant, Shape

_STRIP = 30.0  # the width of the band that holds the name of a pool or lane
_FOLD = 10.0
_NOTE_SIZE = 11.0
_PAD = 6.0


def pool_figure(pool: Participant, shape: Shape) -> tuple[Markup, ...]:
    """Draw a pool with its name: in a band, or in the middle of a black box (9.2)."""
    bounds = shape.bounds
    frame = _box(bounds, stroke_width=2)
    if pool.process is None:
        return (frame, in_one_line(pool.name, bounds).markup("label"))
    band, turned = _band(shape)
    if turned:
        border = path("M", bounds.x + _STRIP, bounds.y, "V", bounds.y + bounds.height)
    else:
        border = path("M", bounds.x, bounds.y + _STRIP, "H", bounds.x + bounds.width)
    name = _band_name(pool.name, band, turned=turned)
    return (frame, tag("path", d=border, stroke_width=1.5), name.markup("label"))


def lane_figure(lane: Lane, shape: Shape) -> tuple[Markup, ...]:
    """Draw a lane with its name in a band."""
    band, turned = _band(shape)
    name = _band_name(lane.name, band, turned=turned)
    return (_box(shape.bounds, stroke_width=1.2, fill="none"), name.markup("label"))


def group_figure(shape: Shape) -> tuple[Markup, ...]:
    """Draw a frame round things that belong together (10.2.3)."""
    dashes = "9 5 0.1 5"
    return (_box(shape.bounds, rx=10, stroke_width=1.5, fill="none", stroke_dasharray=dashes),)


def data_figure(data: DataObject, shape: Shape) -> tuple[Markup, ...]:
    """Draw a data object as a page, a data store as a drum."""
    return _drum(shape.bounds) if data.is_store else _page(shape.bounds, many=data.is_collection)


def note_figure(text: str, shape: Shape) -> tuple[Markup, ...]:
    """Draw an annotation: a bracket on the left, text as wide as the shape."""
    bounds = shape.bounds
    foot = min(12.0, bounds.width)
    bracket = path(
        *("M", bounds.x + foot, bounds.y, "H", bounds.x),
        *("V", bounds.y + bounds.height, "H", bounds.x + foot),
    )
    ground = _box(bounds, stroke="none", fill=PAPER, fill_opacity=0.7)
    return (
        ground,
        tag("path", d=bracket, stroke=INK, stroke_width=1.5, fill="none"),
        note_text(text, shape).markup("label"),
    )


def note_text(text: str, shape: Shape) -> TextBlock:
    """Place the text of an annotation, which may be longer than its shape is high."""
    bounds = shape.bounds
    room = max(bounds.width - 2 * _PAD, 24.0)
    lines = wrapped(text, within=room, size=_NOTE_SIZE, balanced=False)
    return TextBlock(
        lines=lines, size=_NOTE_SIZE, x=bounds.x + _PAD, y=bounds.y + _PAD / 2, anchor="start"
    )


def _band(shape: Shape) -> tuple[Bounds, bool]:
    """Return where the name of a pool or lane stands, and whether it is turned."""
    bounds = shape.bounds
    if shape.is_horizontal:
        return Bounds(x=bounds.x, y=bounds.y, width=_STRIP, height=bounds.height), True
    return Bounds(x=bounds.x, y=bounds.y, width=bounds.width, height=_STRIP), False


def _band_name(name: str, band: Bounds, *, turned: bool) -> TextBlock:
    return sideways(name, band) if turned else in_one_line(name, band)


def _page(bounds: Bounds, *, many: bool) -> tuple[Markup, ...]:
    right, bottom = bounds.x + bounds.width, bounds.y + bounds.height
    page = path(
        *("M", bounds.x, bounds.y, "H", right - _FOLD, "L", right, bounds.y + _FOLD),
        *("V", bottom, "H", bounds.x, "Z"),
    )
    fold = path("M", right - _FOLD, bounds.y, "V", bounds.y + _FOLD, "H", right)
    figure = (tag("path", d=page, stroke_width=1.5), tag("path", d=fold, stroke_width=1.5))
    if not many:
        return figure
    x = bounds.x + bounds.width / 2
    bars = path(*(part for dx in (-4, 0, 4) for part in ("M", x + dx, bottom - 11, "v", 8)))
    return (*figure, tag("path", class_="icon collection", d=bars, stroke_width=2))


def _drum(bounds: Bounds) -> tuple[Markup, ...]:
    left, right, wide = bounds.x, bounds.x + bounds.width, bounds.width / 2
    deep = bounds.height * 0.13
    top, bottom = bounds.y + deep, bounds.y + bounds.height - deep
    arc = ("A", wide, deep, "0 0")
    body = path("M", left, top, *arc, "1", right, top, "V", bottom, *arc, "1", left, bottom, "Z")
    rims: list[str | float] = []
    for ring in range(3):
        y = top + ring * deep * 0.9
        rims += ["M", left, y, *arc, "0", right, y]
    return (
        tag("path", d=body, stroke_width=1.5),
        tag("path", d=path(*rims), stroke_width=1.5, fill="none"),
    )


def _box(bounds: Bounds, **attributes: str | float) -> Markup:
    return tag(
        "rect",
        x=bounds.x,
        y=bounds.y,
        width=bounds.width,
        height=bounds.height,
        **attributes,
    )
