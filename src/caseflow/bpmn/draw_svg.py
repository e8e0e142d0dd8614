"""A diagram as a picture in SVG, with the marks of a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from caseflow.bpmn.draw_artifacts import (
    data_figure,
    group_figure,
    lane_figure,
    note_figure,
    note_text,
    pool_figure,
)
from caseflow.bpmn.draw_badges import badges, caption, halo
from caseflow.bpmn.draw_connections import connections
from caseflow.bpmn.draw_labels import TextBlock, union
from caseflow.bpmn.draw_marks import NO_MARKS, Marks
from caseflow.bpmn.draw_markup import (
    COLOURS,
    FONTS,
    PAPER,
    Markup,
    element,
    layer,
    number,
    tag,
    words,
)
from caseflow.bpmn.draw_names import inner_name, outer_names
from caseflow.bpmn.draw_scene import Scene, gathered, scene_of
from caseflow.bpmn.draw_shapes import figure, is_activity, is_open, kind
from caseflow.errors import NotDrawn
from caseflow.model import Bounds, Diagram, ElementId, Node, Shape

_MARGIN = 24.0


def draw_svg(diagram: Diagram, *, marks: Marks = NO_MARKS) -> str:
    """Draw a diagram as it stands in its file, with the marks of a case.

    The picture needs no script, style sheet or other file. Each element is a group with a
    class for its kind and its standing (``user-task waiting``), its id in ``data-element``
    and a ``<title>``; all colours are attributes, so any style sheet may overrule them.
    Marks in a collapsed sub-process go on the sub-process.

    Raises:
        NotDrawn: the file of the diagram gives no positions.
    """
    scene = scene_of(diagram)
    if not scene.nodes and not scene.pools:
        raise NotDrawn(diagram.file)
    shown, lost = gathered(marks, scene)
    return _Picture(diagram=diagram, scene=scene, marks=shown, lost=lost).svg()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """One picture in the making."""

    diagram: Diagram
    scene: Scene
    marks: Marks
    lost: tuple[ElementId, ...]

    def svg(self) -> str:
        names = tuple(outer_names(self.scene))
        frame = union(self._places(names))
        heading = caption(self.marks, self.lost, x=frame.x, y=frame.y - _MARGIN / 2)
        frame = _widened(union((frame, *(block.bounds for block in heading))))
        opened = [placed for placed in self.scene.nodes if is_open(*placed)]
        closed = [placed for placed in self.scene.nodes if not is_open(*placed)]
        layers = (
            tag("title", words(self._title())),
            _canvas(frame),
            layer("caption", *(block.markup("label") for block in heading)),
            layer("pools", *self._pools()),
            layer("groups", *self._groups()),
            layer("containers", *(self._node(*placed) for placed in opened)),
            layer("lines", *connections(self.scene, self.marks)),
            layer("data", *self._data()),
            layer("nodes", *(self._node(*placed) for placed in closed)),
            layer("names", *(block.markup("label", halo=True) for _, block in names)),
            layer("badges", *self._badges()),
        )
        return _document(frame, [part for part in layers if part])

    def _title(self) -> str:
        names = [process.name or process.id for process in self.diagram.processes]
        return self.marks.caption or ", ".join(names) or self.diagram.file

    def _places(self, names: Iterable[tuple[ElementId, TextBlock]]) -> Iterator[Bounds]:
        scene = self.scene
        for _, shape in (*scene.pools, *scene.lanes, *scene.nodes):
            yield shape.bounds
        for _, shape in scene.data_objects:
            yield shape.bounds
        for note, shape in scene.annotations:
            yield union((shape.bounds, note_text(note.text, shape).bounds))
        for shape in scene.groups:
            yield shape.bounds
        edges = (*scene.flows, *scene.message_flows)
        for edge in (*(edge for _, edge in edges), *scene.compensations, *scene.associations):
            for x, y in edge.points:
                yield Bounds(x=x, y=y, width=0, height=0)
        for _, block in names:
            yield block.bounds

    def _pools(self) -> Iterator[Markup]:
        for pool, shape in self.scene.pools:
            yield element("pool", pool.id, pool.name, pool_figure(pool, shape))
        for lane, shape in self.scene.lanes:
            yield element("lane", lane.id, lane.name, lane_figure(lane, shape))

    def _groups(self) -> Iterator[Markup]:
        for shape in self.scene.groups:
            yield element("group", shape.element, "", group_figure(shape))

    def _data(self) -> Iterator[Markup]:
        for data, shape in self.scene.data_objects:
            name = "data-store" if data.is_store else "data-object"
            yield element(name, data.id, data.name, data_figure(data, shape))
        for note, shape in self.scene.annotations:
            yield element("annotation", note.id, note.text, note_figure(note.text, shape))

    def _node(self, node: Node, shape: Shape) -> Markup:
        standing = self.marks.standing(node.id)
        parts = (*halo(node, shape.bounds, standing), *figure(node, shape))
        if node.name and is_activity(node):
            parts = (*parts, inner_name(node, shape).markup("label"))
        return element(
            kind(node),
            node.id,
            node.name,
            parts,
            standing=standing,
            remark=self._remark(node.id),
            filling=PAPER if is_open(node, shape) else COLOURS[standing][1],
        )

    def _remark(self, ident: ElementId) -> str:
        """Say in words what the badges say."""
        passed, tokens = self.marks.passed.get(ident, 0), self.marks.tokens.get(ident, 0)
        said = [
            f"passed: {passed}" if passed else "",
            f"waiting: {tokens}" if tokens else "",
            f"incident: {self.marks.incidents[ident]}" if ident in self.marks.incidents else "",
        ]
        return ", ".join(filter(None, said))

    def _badges(self) -> Iterator[Markup]:
        for node, shape in self.scene.nodes:
            yield from badges(shape.bounds, node.id, self.marks)


def _canvas(frame: Bounds) -> Markup:
    return tag(
        "rect",
        class_="canvas",
        x=frame.x,
        y=frame.y,
        width=frame.width,
        height=frame.height,
        fill=PAPER,
    )


def _document(frame: Bounds, parts: Iterable[Markup]) -> str:
    box = " ".join(number(part) for part in (frame.x, frame.y, frame.width, frame.height))
    body = "\n".join(parts)
    return (
        tag(
            "svg",
            Markup(f"\n{body}\n"),
            xmlns="http://www.w3.org/2000/svg",
            class_="caseflow-diagram",
            role="img",
            width=frame.width,
            height=frame.height,
            viewBox=box,
            font_family=FONTS,
            stroke_linecap="round",
            stroke_linejoin="round",
        )
        + "\n"
    )


def _widened(place: Bounds) -> Bounds:
    return Bounds(
        x=place.x - _MARGIN,
        y=place.y - _MARGIN,
        width=place.width + 2 * _MARGIN,
        height=place.height + 2 * _MARGIN,
    )
