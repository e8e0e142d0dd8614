"""Where the names of elements and lines stand: inside, below, or where there is room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil, hypot

from caseflow.bpmn.draw_edges import Point, edge_label
from caseflow.bpmn.draw_labels import (
    TextBlock,
    above,
    in_one_line,
    inside,
    labelled,
    outside,
    union,
)
from caseflow.bpmn.draw_scene import Scene
from caseflow.bpmn.draw_shapes import has_markers, has_type_icon, is_activity, is_open
from caseflow.model import Bounds, Edge, ElementId, Node, Shape

_PAD = 6.0
_ICONS = 17.0
_GAP = 4.0
_HEADING = 16.0
_TOUCH = 40.0  # crossing a line is as bad as covering so much of a shape
_STEP = 8.0  # how finely a slanting line is followed


def inner_name(node: Node, shape: Shape) -> TextBlock:
    """Place the name of an activity: in its middle, or on top where its content is drawn."""
    bounds = shape.bounds
    room = Bounds(
        x=bounds.x + _PAD,
        y=bounds.y + _PAD,
        width=bounds.width - 2 * _PAD,
        height=bounds.height - 2 * _PAD,
    )
    if is_open(node, shape):
        return in_one_line(node.name, replace(room, height=_HEADING))
    return inside(
        node.name,
        room,
        above=_ICONS if has_type_icon(node, shape) else 0,
        below=_ICONS if has_markers(node, shape) else 0,
    )


def outer_names(scene: Scene) -> Iterator[tuple[ElementId, TextBlock]]:
    """Place the names that stand outside: of events, gateways, data and lines.

    What the diagram gives no place for goes where it covers least of the elements, the
    lines, the borders and the names placed so far.
    """
    fixed, free = _sorted_out(scene)
    yield from fixed
    taken = [*_obstacles(scene), *(block.bounds for _, block in fixed)]
    for element, candidates in free:
        chosen = _best(candidates, taken)
        taken.append(chosen.bounds)
        yield element, chosen


def _sorted_out(
    scene: Scene,
) -> tuple[list[tuple[ElementId, TextBlock]], list[tuple[ElementId, Sequence[TextBlock]]]]:
    fixed: list[tuple[ElementId, TextBlock]] = []
    free: list[tuple[ElementId, Sequence[TextBlock]]] = []
    for element, name, drawn in _named(scene):
        if drawn.label is not None:
            fixed.append((element, labelled(name, drawn.label)))
        elif isinstance(drawn, Shape):
            free.append((element, _round_shape(name, drawn.bounds)))
        else:
            free.append((element, _along_line(name, drawn.points)))
    return fixed, free


def _named(scene: Scene) -> Iterator[tuple[ElementId, str, Shape | Edge]]:
    shapes = [
        *((node.id, node.name, shape) for node, shape in scene.nodes if not is_activity(node)),
        *((data.id, data.name, shape) for data, shape in scene.data_objects),
    ]
    flows = [(edge.element, line.name, edge) for line, edge in scene.flows]
    messages = [(edge.element, line.name, edge) for line, edge in scene.message_flows]
    named: list[tuple[ElementId, str, Shape | Edge]] = [*shapes, *flows, *messages]
    return (each for each in named if each[1].strip())


def _round_shape(name: str, bounds: Bounds) -> Sequence[TextBlock]:
    """Return the places of a name in the order of preference: below is where readers look."""
    middle, right = bounds.x + bounds.width / 2, bounds.x + bounds.width
    bottom = bounds.y + bounds.height
    aside = outside(name, x=right + _GAP, y=0, anchor="start")
    level = bounds.y + (bounds.height + aside.height) / 2
    return (
        outside(name, x=middle, y=bottom + _GAP),
        above(outside(name, x=middle, y=0), bounds.y - _GAP),
        above(aside, level),
        above(outside(name, x=bounds.x - _GAP, y=0, anchor="end"), level),
        outside(name, x=right - _GAP, y=bottom + _GAP, anchor="start"),
        outside(name, x=bounds.x + _GAP, y=bottom + _GAP, anchor="end"),
        above(outside(name, x=right - _GAP, y=0, anchor="start"), bounds.y - _GAP),
        above(outside(name, x=bounds.x + _GAP, y=0, anchor="end"), bounds.y - _GAP),
    )


def _along_line(name: str, points: Sequence[Point]) -> Sequence[TextBlock]:
    """Return places beside each segment of a line, and beside its middle if none is clear."""
    segments = sorted(pairwise(points), key=lambda ends: -_length(*ends))
    return [
        edge_label(name, points),
        *(block for ends in segments for block in _beside(name, *ends)),
    ]


def _beside(name: str, start: Point, end: Point) -> Iterator[TextBlock]:
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    right = outside(name, x=x + _GAP, y=y + _GAP, anchor="start")
    left = outside(name, x=x - _GAP, y=y + _GAP, anchor="end")
    if start[1] == end[1]:
        yield above(outside(name, x=x, y=0), y - _GAP)
        yield outside(name, x=x, y=y + _GAP)
    elif start[0] == end[0]:
        yield above(right, y + right.height / 2)
        yield above(left, y + left.height / 2)
    else:
        yield from (above(right, y - _GAP), left, above(left, y - _GAP), right)


def _obstacles(scene: Scene) -> Iterator[Bounds]:
    for _, shape in (*scene.pools, *scene.lanes):
        yield from _sides(shape.bounds)
    for node, shape in scene.nodes:
        yield from _sides(shape.bounds) if is_open(node, shape) else (shape.bounds,)
    for _, shape in (*scene.data_objects, *scene.annotations):
        yield shape.bounds
    edges = [edge for _, edge in (*scene.flows, *scene.message_flows)]
    for edge in (*edges, *scene.compensations, *scene.associations):
        for start, end in pairwise(edge.points):
            yield from _boxes(start, end)


def _sides(bounds: Bounds) -> tuple[Bounds, ...]:
    right, bottom = bounds.x + bounds.width, bounds.y + bounds.height
    return (
        replace(bounds, height=0),
        replace(bounds, y=bottom, height=0),
        replace(bounds, width=0),
        replace(bounds, x=right, width=0),
    )


def _boxes(start: Point, end: Point) -> Iterator[Bounds]:
    """Cover a segment with boxes: one if it is upright or level, small ones if it slants."""
    slants = start[0] != end[0] and start[1] != end[1]
    count = max(ceil(_length(start, end) / _STEP), 1) if slants else 1
    dx, dy = (end[0] - start[0]) / count, (end[1] - start[1]) / count
    for step in range(count):
        x, y = start[0] + dx * step, start[1] + dy * step
        yield Bounds(x=min(x, x + dx), y=min(y, y + dy), width=abs(dx), height=abs(dy))


def _best(candidates: Sequence[TextBlock], taken: Iterable[Bounds]) -> TextBlock:
    """Return the candidate that costs least, the first of several."""
    around = union(block.bounds for block in candidates)
    near = [other for other in taken if _cost(around, other)]
    return min(candidates, key=lambda block: sum(_cost(block.bounds, other) for other in near))


def _cost(place: Bounds, other: Bounds) -> float:
    """Count how bad it is to write over something: how much is covered, and that it is."""
    wide = min(place.x + place.width, other.x + other.width) - max(place.x, other.x)
    high = min(place.y + place.height, other.y + other.height) - max(place.y, other.y)
    return _TOUCH + wide * high if wide >= 0 and high >= 0 else 0.0


def _length(start: Point, end: Point) -> float:
    return hypot(end[0] - start[0], end[1] - start[1])
