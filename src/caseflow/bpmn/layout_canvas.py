"""Puts everything that was arranged into one drawing: sheets in frames, pools, lanes, notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from caseflow.bpmn.draw_scene import scope_of
from caseflow.bpmn.draw_wrap import wrapped
from caseflow.bpmn.layout_arrange import Arrangement
from caseflow.bpmn.layout_graph import Link
from caseflow.bpmn.layout_labels import label_places
from caseflow.bpmn.layout_lanes import Bands, Pool
from caseflow.bpmn.layout_loose import loose_line
from caseflow.bpmn.layout_sheets import TITLE
from caseflow.bpmn.layout_sizes import HEADER, label_size
from caseflow.model import (
    Annotation,
    Bounds,
    Diagram,
    Edge,
    ElementId,
    Lane,
    MessageFlow,
    Node,
    Scope,
    Shape,
)

_NOTE_WIDTH = 200
_NOTE_GAP = 30
_NOTE_LINE = 14
_NOTE_FONT = 11


class Canvas:
    """The drawing while it is made, in the coordinates of the whole."""

    def __init__(self, diagram: Diagram, frames: Mapping[ElementId, Arrangement]) -> None:
        self._frames = frames
        self._nodes = dict(_nodes(process.scope for process in diagram.processes))
        self._boxes = {pool.id for pool in diagram.participants if pool.process is None}
        self.shapes: dict[ElementId, Shape] = {}
        self.edges: dict[ElementId, Edge] = {}

    def put(self, sheet: Arrangement, at: tuple[float, float]) -> None:
        """Draw a sheet at a place, and in it all that its frames hold."""
        for name, shape in sheet.shapes.items():
            node = self._nodes.get(name)
            is_open = node is None or scope_of(node) is None or name in self._frames
            label = _shifted(shape.label, at) if shape.label is not None else None
            self.shapes[name] = replace(
                shape, bounds=_shifted(shape.bounds, at), label=label, is_expanded=is_open
            )
        for name, edge in sheet.edges.items():
            points = tuple((x + at[0], y + at[1]) for x, y in edge.points)
            label = _shifted(edge.label, at) if edge.label is not None else None
            self.edges[name] = replace(edge, points=points, label=label)
        for name in sheet.shapes:
            if name in self._frames:
                frame, inner = self.shapes[name].bounds, self._frames[name]
                self.put(inner, (frame.x + (frame.width - inner.width) // 2, frame.y + TITLE))

    def pools(self, bands: Bands, sheet: Arrangement, left: int) -> None:
        """Draw pools and lanes, behind everything else; ``left`` is the room for their names."""
        content, self.shapes = self.shapes, {}
        width = left + sheet.width
        for pool in bands.pools:
            top, bottom = sheet.bands[pool.first][0], sheet.bands[pool.last][1]
            if pool.process is None and pool.participant is not None:
                inner = content.pop(pool.participant.id).bounds
                outer = replace(inner, x=0, width=width)
                self._shape(pool.participant.id, inner if self._is_crossed(outer) else outer)
            elif pool.participant is not None:
                place = Bounds(x=0, y=top, width=width, height=bottom - top)
                self._shape(pool.participant.id, place)
            self._lanes(pool, sheet, width)
        self.shapes |= content

    def notes(self, notes: Iterable[Annotation], top: int) -> None:
        """Draw the annotations in a row below everything."""
        x = 0
        for note in notes:
            lines = wrapped(note.text, within=_NOTE_WIDTH - 12, size=_NOTE_FONT, balanced=False)
            height = max(len(lines), 1) * _NOTE_LINE + 8
            place = Bounds(x=x, y=top + _NOTE_GAP, width=_NOTE_WIDTH, height=height)
            self._shape(note.id, place)
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
            if name in self._nodes.keys() | self._boxes and name not in around
        ]
        line = loose_line(
            self.shapes[flow.source].bounds,
            self.shapes[flow.target].bounds,
            [shape.bounds for shape in solid],
            [edge.points for edge in self.edges.values()],
        )
        link = Link(
            id=flow.id, source=flow.source, target=flow.target, label=label_size(flow.name)
        )
        solid += [
            replace(self.shapes[name], bounds=border)
            for name in around - ends
            for border in _borders(self.shapes[name].bounds)
        ]
        extent = (max(x for x, _ in line), max(y for _, y in line))
        label = label_places([link], {flow.id: line}, solid, extent).get(flow.id)
        self.edges[flow.id] = Edge(element=flow.id, points=line, label=label)

    def _lanes(self, pool: Pool, sheet: Arrangement, width: int) -> None:
        if pool.process is not None:
            bands = {
                lane.id: sheet.bands[pool.first + index] for index, lane in enumerate(pool.lanes)
            }
            left = HEADER if pool.participant is not None else 0
            for lane, place in _lane_places(pool.process.lanes, bands, (left, width)):
                self._shape(lane.id, place)

    def _is_crossed(self, place: Bounds) -> bool:
        """Whether a message flow goes round a black box that does not take the whole width."""
        top, bottom = place.y, place.y + place.height
        return any(
            min(one[1], two[1]) < bottom and max(one[1], two[1]) > top
            for edge in self.edges.values()
            for one, two in pairwise(edge.points)
        )

    def _frames_around(self, element: ElementId) -> Iterator[ElementId]:
        for name, inner in self._frames.items():
            if element in inner.shapes:
                yield name
                yield from self._frames_around(name)

    def _shape(self, element: ElementId, bounds: Bounds) -> None:
        self.shapes[element] = Shape(element=element, bounds=bounds)


def _nodes(scopes: Iterable[Scope]) -> Iterator[tuple[ElementId, Node]]:
    for scope in scopes:
        yield from scope.nodes.items()
        inner = (scope_of(node) for node in scope.nodes.values())
        yield from _nodes(each for each in inner if each is not None)


def _lane_places(
    lanes: Iterable[Lane], bands: Mapping[ElementId, tuple[int, int]], across: tuple[int, int]
) -> Iterator[tuple[Lane, Bounds]]:
    """Yield every lane with its place, outer lanes before those in them."""
    left, right = across
    for lane in lanes:
        inner = list(_lane_places(lane.lanes, bands, (left + HEADER, right)))
        if inner:
            top = min(place.y for _, place in inner)
            bottom = max(place.y + place.height for _, place in inner)
        else:
            top, bottom = bands[lane.id]
        yield lane, Bounds(x=left, y=top, width=right - left, height=bottom - top)
        yield from inner


def _borders(place: Bounds) -> Iterator[Bounds]:
    """Yield the four sides of a frame, in which something stands that is no obstacle."""
    yield replace(place, width=0)
    yield replace(place, height=0)
    yield replace(place, x=place.x + place.width, width=0)
    yield replace(place, y=place.y + place.height, height=0)


def _shifted(bounds: Bounds, at: tuple[float, float]) -> Bounds:
    return replace(bounds, x=bounds.x + at[0], y=bounds.y + at[1])
