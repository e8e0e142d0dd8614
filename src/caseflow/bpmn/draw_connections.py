"""All lines of a picture, each with the two elements that it joins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from caseflow.bpmn.draw_edges import (
    Point,
    association_line,
    docked,
    flow_line,
    is_near,
    message_line,
)
from caseflow.bpmn.draw_marks import Marks, Standing
from caseflow.bpmn.draw_markup import Markup, element
from caseflow.bpmn.draw_scene import Scene
from caseflow.bpmn.draw_shapes import covers, is_activity
from caseflow.model import Edge, ElementId, Flow, MessageFlow, Node, Shape

_Placed = Mapping[ElementId, tuple[Node, Shape]]


def connections(scene: Scene, marks: Marks) -> Iterator[Markup]:
    """Draw the lines, those that a case took last, so that they lie above the others."""
    placed = {node.id: (node, shape) for node, shape in scene.nodes}
    data = [shape.bounds for _, shape in scene.data_objects]
    for edge in scene.associations:
        # Data goes along an association; a remark belongs to what it is tied to.
        is_directed = any(
            is_near(place, end) for place in data for end in (edge.points[0], edge.points[-1])
        )
        line = association_line(edge.points, is_directed=is_directed)
        yield element("association", edge.element, "", (line,))
    for edge in scene.compensations:
        line = association_line(edge.points, is_directed=True)
        yield element("compensation-association", edge.element, "", (line,))
    for flow, edge in sorted(scene.flows, key=lambda drawn: drawn[0].id in marks.flows):
        standing = Standing.PASSED if flow.id in marks.flows else Standing.UNTOUCHED
        line = _flow(flow, edge, placed)
        yield element("flow", edge.element, flow.name, (line,), standing=standing)
    for message, edge in scene.message_flows:
        line = message_line(_between(message, edge, placed))
        yield element("message-flow", message.id, message.name, (line,))


def _flow(flow: Flow, edge: Edge, placed: _Placed) -> Markup:
    source = placed[flow.source][0] if flow.source in placed else None
    return flow_line(
        _between(flow, edge, placed),
        # A gateway decides anyway, so only an activity shows that it does (10.3.1).
        is_conditional=flow.condition is not None and source is not None and is_activity(source),
        is_default=source is not None and source.default == flow.id,
    )


def _between(line: Flow | MessageFlow, edge: Edge, placed: _Placed) -> Sequence[Point]:
    def is_in(end: ElementId, point: Point) -> bool:
        return end in placed and covers(*placed[end], point)

    return docked(
        edge.points,
        lambda point: is_in(line.source, point),
        lambda point: is_in(line.target, point),
    )
