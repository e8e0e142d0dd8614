"""The drawing: where elements stand and how flows run (BPMN 2.0.2, chapter 12)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from caseflow.bpmn.elements import Element
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source
from caseflow.model import Bounds, Drawing, Edge, ElementId, Shape

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_NEEDED_POINTS = 2


def drawing_of(root: Element, source: Source) -> Drawing:
    """Return the drawing of a file; of an element that is drawn twice, the first."""
    shapes: dict[ElementId, Shape] = {}
    edges: dict[ElementId, Edge] = {}
    for element in _drawn(root):
        reference = element.reference("bpmnElement")
        if reference not in source.by_id:
            _bad(element, f"draws {reference or 'nothing'}, which does not exist", source)
        elif element.name == f"{_DI}BPMNShape":
            shape = _shape(element, ElementId(reference), source)
            if shape is not None:
                shapes.setdefault(shape.element, shape)
        else:
            edge = _edge(element, ElementId(reference), source)
            if edge is not None:
                edges.setdefault(edge.element, edge)
    return Drawing(shapes=shapes, edges=edges)


def _drawn(root: Element) -> Iterator[Element]:
    for diagram in root.all(f"{_DI}BPMNDiagram"):
        for plane in diagram.all(f"{_DI}BPMNPlane"):
            yield from plane.all(f"{_DI}BPMNShape", f"{_DI}BPMNEdge")


def _shape(element: Element, drawn: ElementId, source: Source) -> Shape | None:
    bounds = _bounds(element)
    if bounds is None:
        _bad(element, f"the shape of {drawn} has no size", source)
        return None
    return Shape(
        element=drawn,
        bounds=bounds,
        label=_label(element),
        is_horizontal=element.says("isHorizontal", default=True),
        is_expanded=element.says("isExpanded", default=True),
    )


def _edge(element: Element, drawn: ElementId, source: Source) -> Edge | None:
    points = [(_number(point, "x"), _number(point, "y")) for point in element.all(_WAYPOINT)]
    placed = tuple((x, y) for x, y in points if x is not None and y is not None)
    if len(placed) < _NEEDED_POINTS or len(placed) < len(points):
        _bad(element, f"the edge of {drawn} has no way", source)
        return None
    return Edge(element=drawn, points=placed, label=_label(element))


def _label(element: Element) -> Bounds | None:
    label = element.first(f"{_DI}BPMNLabel")
    return None if label is None else _bounds(label)


def _bounds(element: Element) -> Bounds | None:
    found = element.first(f"{_DC}Bounds")
    if found is None:
        return None
    x, y = _number(found, "x"), _number(found, "y")
    width, height = _number(found, "width"), _number(found, "height")
    if x is None or y is None or width is None or height is None or min(width, height) < 0:
        return None
    return Bounds(x=x, y=y, width=width, height=height)


def _number(element: Element, attribute: str) -> float | None:
    try:
        number = float(element.get(attribute))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _bad(element: Element, message: str, source: Source) -> None:
    source.findings.add(
        Rule.BAD_DRAWING, element.place, message, "save the diagram again in the modeler"
    )
