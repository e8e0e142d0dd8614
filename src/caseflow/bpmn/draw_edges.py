"""Lines between elements: sequence flows, message flows, associations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from math import hypot

from caseflow.bpmn.draw_labels import TextBlock, above, outside
from caseflow.bpmn.draw_markup import PAPER, Markup, path, tag
from caseflow.model import Bounds

Point = tuple[float, float]
Cover = Callable[[Point], bool]

_CORNER = 6.0
_HALVINGS = 24


def flow_line(points: Sequence[Point], *, is_conditional: bool, is_default: bool) -> Markup:
    """Draw a sequence flow with its arrow head, diamond or slash (10.6, 10.3.1)."""
    parts = [
        tag("path", class_="line", d=_rounded(points), stroke_width=1.7, fill="none"),
        _head(points[-2], points[-1]),
    ]
    if is_conditional:
        diamond = [(0.0, 0.0), (8.0, -4.4), (16.0, 0.0), (8.0, 4.4)]
        parts.append(_sign("condition", _along(points[0], points[1], diamond), fill=PAPER))
    if is_default:
        slash = _along(points[0], points[1], [(13.0, -5.5), (7.0, 5.5)])
        parts.append(_sign("default", slash))
    return tag("g", *parts)


def message_line(points: Sequence[Point]) -> Markup:
    """Draw a message flow: dashed, from a ring to an open triangle (9.3)."""
    ring = _along(points[0], points[1], [(3.6, 0.0)])[0]
    return tag(
        "g",
        tag(
            "path",
            class_="line",
            d=_rounded(points),
            stroke_width=1.5,
            stroke_dasharray="8 6",
            fill="none",
        ),
        tag("circle", cx=ring[0], cy=ring[1], r=3.6, stroke_width=1.3, fill=PAPER),
        _head(points[-2], points[-1], fill=PAPER),
    )


def association_line(points: Sequence[Point], *, is_directed: bool) -> Markup:
    """Draw an association: dotted, with an open arrow head where something goes that way."""
    dotted = tag(
        "path",
        class_="line",
        d=_rounded(points),
        stroke_width=1.7,
        stroke_dasharray="0.1 4.6",
        fill="none",
    )
    if not is_directed:
        return tag("g", dotted)
    head = _along(points[-1], points[-2], [(8.0, -4.5), (0.0, 0.0), (8.0, 4.5)])
    return tag("g", dotted, _sign("head", head, closed=False))


def docked(points: Sequence[Point], source: Cover, target: Cover) -> tuple[Point, ...]:
    """Cut off what runs inside the two elements, so that arrow heads stay visible.

    Some modelers let flows begin and end in the middle of an element.
    """
    out = _trimmed(list(points), source)
    return tuple(reversed(_trimmed(out[::-1], target)))


def edge_label(text: str, points: Sequence[Point]) -> TextBlock:
    """Place the name of a line that the diagram gives no place for: beside its middle."""
    middle, start, end = _middle(points)
    if abs(end[0] - start[0]) >= abs(end[1] - start[1]):
        return above(outside(text, x=middle[0], y=0), middle[1] - 3)
    block = outside(text, x=middle[0] + 6, y=0, anchor="start")
    return above(block, middle[1] + block.height / 2)


def is_near(bounds: Bounds, point: Point) -> bool:
    """Whether a line that ends at the point is attached to the place."""
    slack = 3.0
    across = bounds.x - slack <= point[0] <= bounds.x + bounds.width + slack
    return across and bounds.y - slack <= point[1] <= bounds.y + bounds.height + slack


def _trimmed(points: list[Point], cover: Cover) -> list[Point]:
    """Drop the beginning of a line as far as it is covered."""
    while len(points) > 2 and cover(points[0]) and cover(points[1]):  # noqa: PLR2004 - a line
        points = points[1:]
    inner, outer = points[0], points[1]
    if not cover(inner) or cover(outer):
        return points
    for _ in range(_HALVINGS):
        middle = ((inner[0] + outer[0]) / 2, (inner[1] + outer[1]) / 2)
        inner, outer = (middle, outer) if cover(middle) else (inner, middle)
    return [outer, *points[1:]]


def _rounded(points: Sequence[Point]) -> str:
    parts: list[str | float] = ["M", *points[0]]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(_CORNER, _length(before, corner) / 2, _length(corner, after) / 2)
        near, far = _towards(corner, before, reach), _towards(corner, after, reach)
        parts += ["L", *near, "Q", *corner, *far]
    return path(*parts, "L", *points[-1])


def _head(before: Point, tip: Point, *, fill: str = "currentColor") -> Markup:
    corners = _along(tip, before, [(0.0, 0.0), (10.0, -4.4), (10.0, 4.4)])
    return _sign("head", corners, fill=fill)


def _sign(
    name: str, corners: Sequence[Point], *, fill: str = "none", closed: bool = True
) -> Markup:
    data = path("M", *corners[0], *(part for xy in corners[1:] for part in ("L", *xy)))
    return tag("path", class_=name, d=data + (" Z" if closed else ""), fill=fill, stroke_width=1.3)


def _along(origin: Point, towards: Point, corners: Sequence[Point]) -> list[Point]:
    """Turn corners, given as (ahead, aside), into the direction of a line."""
    length = _length(origin, towards) or 1.0
    dx, dy = (towards[0] - origin[0]) / length, (towards[1] - origin[1]) / length
    return [
        (origin[0] + ahead * dx - aside * dy, origin[1] + ahead * dy + aside * dx)
        for ahead, aside in corners
    ]


def _middle(points: Sequence[Point]) -> tuple[Point, Point, Point]:
    """Return the point half way along a line, and the ends of the segment it is on."""
    segments = list(pairwise(points))
    reached = list(accumulate(_length(*segment) for segment in segments))
    half = reached[-1] / 2
    index = next(index for index, length in enumerate(reached) if length >= half)
    start, end = segments[index]
    return _towards(end, start, reached[index] - half), start, end


def _towards(start: Point, end: Point, distance: float) -> Point:
    share = distance / (_length(start, end) or 1.0)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _length(start: Point, end: Point) -> float:
    return hypot(end[0] - start[0], end[1] - start[1])
