"""Draws a diagram that has no drawing, or draws it anew: lanes, rows, columns and lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from caseflow.bpmn.draw_scene import scope_of
from caseflow.bpmn.draw_wrap import wrapped
from caseflow.bpmn.layout_arrange import Arrangement, arranged
from caseflow.bpmn.layout_graph import Box, Link, Sheet, boxes_of, host_of, links_of
from caseflow.bpmn.layout_graph import link as link_of
from caseflow.bpmn.layout_lanes import Bands, bands_of
from caseflow.bpmn.layout_sizes import BLACK_BOX, EVENT, HEADER, TASK_WIDTH, Kind, Size
from caseflow.model import (
    AdHocSubProcess,
    Bounds,
    Diagram,
    Drawing,
    Edge,
    ElementId,
    Lane,
    Node,
    Scope,
    Shape,
)

_TITLE = 22  # the name of an open sub-process, above its content
_MARKERS = 14  # below its content
_NOTE_WIDTH = 200
_NOTE_GAP = 30
_NOTE_LINE = 14
_NOTE_FONT = 11


def lay_out(diagram: Diagram) -> Drawing:
    """Return a drawing of the whole diagram.

    Sub-processes are drawn open, but for those that are empty or that the present
    drawing shows collapsed; what stands inside of these is not drawn.
    """
    closed = {shape.element for shape in diagram.drawing.shapes.values() if not shape.is_expanded}
    bands = bands_of(diagram)
    frames: dict[ElementId, Arrangement] = {}
    for process in diagram.processes:
        _arrange_inner(process.scope, closed, frames)
    sheet = _sheet(diagram, bands, frames)
    whole = arranged(sheet)
    left = HEADER * max((pool.depth for pool in bands.pools), default=0)
    canvas = _Canvas(frames=frames, nodes=_nodes(diagram))
    canvas.put(whole, (left, 0))
    canvas.pools(bands, whole, left)
    canvas.notes(diagram, whole.height + _NOTE_GAP)
    for flow in diagram.message_flows:
        canvas.message(flow)
    return Drawing(shapes=canvas.shapes, edges=canvas.edges)


def _arrange_inner(
    scope: Scope, closed: set[ElementId], frames: dict[ElementId, Arrangement]
) -> None:
    """Arrange the sub-processes of a scope, the innermost first."""
    for node in scope.nodes.values():
        inner = scope_of(node)
        if inner is None or not inner.nodes or node.id in closed:
            continue
        _arrange_inner(inner, closed, frames)
        boxes = boxes_of(inner, bands={}, frames=_sizes(inner, frames))
        sheet = Sheet(boxes={box.id: box for box in boxes}, links=tuple(links_of(inner)))
        frames[node.id] = arranged(sheet)


def _sizes(scope: Scope, frames: Mapping[ElementId, Arrangement]) -> dict[ElementId, Size]:
    """Return how large the open sub-processes of a scope are."""
    return {
        node.id: Size(
            width=max(frames[node.id].width, TASK_WIDTH),
            height=frames[node.id].height + _TITLE + _foot(node, scope),
        )
        for node in scope.nodes.values()
        if node.id in frames
    }


def _foot(node: Node, scope: Scope) -> int:
    """Return what is kept free at the lower border, for markers and boundary events."""
    has_guests = any(host_of(other, scope) == node.id != other for other in scope.nodes)
    is_marked = (
        node.loop is not None
        or node.is_for_compensation
        or isinstance(node.behaviour, AdHocSubProcess)
    )
    return EVENT // 2 if has_guests else _MARKERS if is_marked else 0


def _sheet(diagram: Diagram, bands: Bands, frames: Mapping[ElementId, Arrangement]) -> Sheet:
    boxes: dict[ElementId, Box] = {}
    links: list[Link] = []
    for process in diagram.processes:
        scope = process.scope
        sizes = _sizes(scope, frames)
        boxes |= {box.id: box for box in boxes_of(scope, bands=bands.band, frames=sizes)}
        links += links_of(scope)
    for pool in bands.pools:
        if pool.participant is not None and pool.process is None:
            size = Size(width=TASK_WIDTH, height=BLACK_BOX)
            box = Box(
                id=pool.participant.id, kind=Kind.POOL, size=size, band=pool.first, aside=True
            )
            boxes[box.id] = box
    together = Scope(
        nodes={name: node for p in diagram.processes for name, node in p.scope.nodes.items()}
    )
    for flow in diagram.message_flows:
        link = link_of(flow.id, (flow.source, flow.target), together, name=flow.name, ranks=False)
        if link.source in boxes and link.target in boxes:
            links.append(link)
    return Sheet(boxes=boxes, links=tuple(links), gaps=bands.gaps or (0,))


def _nodes(diagram: Diagram) -> dict[ElementId, Node]:
    found: dict[ElementId, Node] = {}
    scopes = [process.scope for process in diagram.processes]
    for scope in scopes:
        found |= scope.nodes
        inner = (scope_of(node) for node in scope.nodes.values())
        scopes += [scope for scope in inner if scope is not None]
    return found


@dataclass(slots=True)
class _Canvas:
    """Everything that is drawn, in the coordinates of the whole."""

    frames: Mapping[ElementId, Arrangement]
    nodes: Mapping[ElementId, Node]
    shapes: dict[ElementId, Shape]
    edges: dict[ElementId, Edge]

    def __init__(
        self, frames: Mapping[ElementId, Arrangement], nodes: Mapping[ElementId, Node]
    ) -> None:
        self.frames = frames
        self.nodes = nodes
        self.shapes = {}
        self.edges = {}

    def put(self, sheet: Arrangement, at: tuple[float, float]) -> None:
        """Draw a sheet at a place, and in it all that its frames hold."""
        for name, shape in sheet.shapes.items():
            moved = _moved(shape, at)
            node = self.nodes.get(name)
            is_open = node is None or scope_of(node) is None or name in self.frames
            self.shapes[name] = replace(moved, is_expanded=is_open)
        for name, edge in sheet.edges.items():
            points = tuple((x + at[0], y + at[1]) for x, y in edge.points)
            label = _shifted(edge.label, at) if edge.label is not None else None
            self.edges[name] = replace(edge, points=points, label=label)
        for name in sheet.shapes:
            if name in self.frames:
                frame, inner = self.shapes[name].bounds, self.frames[name]
                x = frame.x + (frame.width - inner.width) // 2
                self.put(inner, (x, frame.y + _TITLE))

    def pools(self, bands: Bands, sheet: Arrangement, left: int) -> None:
        """Draw pools and lanes, behind everything else."""
        content, self.shapes = self.shapes, {}
        width = left + sheet.width
        for pool in bands.pools:
            top, bottom = sheet.bands[pool.first][0], sheet.bands[pool.last][1]
            if pool.participant is not None and pool.process is None:
                inner = content.pop(pool.participant.id).bounds
                outer = replace(inner, x=0, width=width)
                self._shape(pool.participant.id, inner if self._is_crossed(outer) else outer)
                continue
            if pool.participant is not None:
                place = Bounds(x=0, y=top, width=width, height=bottom - top)
                self._shape(pool.participant.id, place)
            if pool.process is not None:
                x = HEADER if pool.participant is not None else 0
                heights = {
                    lane.id: sheet.bands[pool.first + index]
                    for index, lane in enumerate(pool.lanes)
                }
                for lane, place in _lanes(pool.process.lanes, heights, (x, width)):
                    self._shape(lane.id, place)
        self.shapes |= content

    def _is_crossed(self, place: Bounds) -> bool:
        """Whether a message flow goes round a black box that does not take the whole width."""
        top, bottom = place.y, place.y + place.height
        return any(
            min(one[1], two[1]) < bottom and max(one[1], two[1]) > top
            for edge in self.edges.values()
            for one, two in pairwise(edge.points)
        )

    def notes(self, diagram: Diagram, top: int) -> None:
        """Draw the annotations in a row below everything."""
        x = 0
        for note in diagram.annotations:
            lines = wrapped(note.text, within=_NOTE_WIDTH - 12, size=_NOTE_FONT, balanced=False)
            height = max(len(lines), 1) * _NOTE_LINE + 8
            self._shape(note.id, Bounds(x=x, y=top, width=_NOTE_WIDTH, height=height))
            x += _NOTE_WIDTH + _NOTE_GAP

    def message(self, flow: MessageFlow) -> None:
        """Draw a message flow that no sheet could draw, because it leads into another."""
        ends = {flow.source, flow.target}
        if flow.id in self.edges or not ends <= self.shapes.keys():
            return
        around = ends | {frame for end in ends for frame in self._frames_around(end)}
        solid = [
            shape
            for name, shape in self.shapes.items()
            if name not in around and (name in self.nodes or name in self.boxes)
        ]
        line = loose_line(
            self.shapes[flow.source].bounds,
            self.shapes[flow.target].bounds,
            [shape.bounds for shape in solid],
            [edge.points for edge in self.edges.values()],
        )
        label = Link(id=flow.id, source=flow.source, target=flow.target, label=label_size(flow.name))
        extent = max(x for x, _ in line), max(y for _, y in line)
        places = label_places([label], {flow.id: line}, solid, extent)
        self.edges[flow.id] = Edge(element=flow.id, points=line, label=places.get(flow.id))

    def _frames_around(self, element: ElementId) -> Iterator[ElementId]:
        for name, inner in self.frames.items():
            if element in inner.shapes:
                yield name
                yield from self._frames_around(name)

    def _shape(self, element: ElementId, bounds: Bounds) -> None:
        self.shapes[element] = Shape(element=element, bounds=bounds)


def _lanes(
    lanes: Iterable[Lane], heights: Mapping[ElementId, tuple[int, int]], across: tuple[int, int]
) -> Iterator[tuple[Lane, Bounds]]:
    """Yield every lane with its place, outer lanes first."""
    left, right = across
    for lane in lanes:
        inner = list(_lanes(lane.lanes, heights, (left + HEADER, right)))
        if inner:
            top, last = inner[0][1].y, inner[-1][1]
            bottom = last.y + last.height
            if len(lane.lanes) > 1:
                tops = [place.y for _, place in inner]
                bottoms = [place.y + place.height for _, place in inner]
                top, bottom = min(tops), max(bottoms)
        else:
            top, bottom = heights[lane.id]
        yield lane, Bounds(x=left, y=top, width=right - left, height=bottom - top)
        yield from inner


def _moved(shape: Shape, at: tuple[float, float]) -> Shape:
    label = _shifted(shape.label, at) if shape.label is not None else None
    return replace(shape, bounds=_shifted(shape.bounds, at), label=label)


def _shifted(bounds: Bounds, at: tuple[float, float]) -> Bounds:
    return replace(bounds, x=bounds.x + at[0], y=bounds.y + at[1])
