"""What of a diagram is on the picture: everything drawn that no collapsed sub-process hides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from caseflow.bpmn.draw_marks import Marks
from caseflow.model import (
    AdHocSubProcess,
    Annotation,
    BoundaryEvent,
    DataObject,
    Diagram,
    Edge,
    ElementId,
    Flow,
    Lane,
    MessageFlow,
    Node,
    Participant,
    Scope,
    Shape,
    SubProcess,
    Transaction,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The elements of the picture, each list in the order in which it is painted.

    ``nodes`` has containers before their content, and boundary events last.
    ``groups`` and ``associations`` are the shapes and edges that no process knows;
    ``compensations`` lead to what undoes an activity.
    ``shown_in`` tells of every node on which drawn element its marks go.
    """

    pools: tuple[tuple[Participant, Shape], ...]
    lanes: tuple[tuple[Lane, Shape], ...]
    groups: tuple[Shape, ...]
    nodes: tuple[tuple[Node, Shape], ...]
    data_objects: tuple[tuple[DataObject, Shape], ...]
    annotations: tuple[tuple[Annotation, Shape], ...]
    flows: tuple[tuple[Flow, Edge], ...]
    message_flows: tuple[tuple[MessageFlow, Edge], ...]
    compensations: tuple[Edge, ...]
    associations: tuple[Edge, ...]
    shown_in: Mapping[ElementId, ElementId]


def scope_of(node: Node) -> Scope | None:
    """Return what is inside a sub-process of any kind."""
    match node.behaviour:
        case SubProcess(scope=scope) | Transaction(scope=scope) | AdHocSubProcess(scope=scope):
            return scope
        case _:
            return None


def scene_of(diagram: Diagram) -> Scene:
    """Collect what is drawn of a diagram."""
    shapes = diagram.drawing.shapes
    edges = {name: edge for name, edge in diagram.drawing.edges.items() if len(edge.points) > 1}
    walk = _Walk(shapes=shapes)
    for process in diagram.processes:
        walk.scope(process.scope, holder=None, hidden=False)
    lanes = [lane for process in diagram.processes for lane in _nested(process.lanes)]
    known = walk.known | {pool.id for pool in diagram.participants}
    known |= {lane.id for lane in lanes} | {note.id for note in diagram.annotations}
    drawn_flows = {flow.id for flow in diagram.message_flows}
    return Scene(
        pools=tuple((pool, shapes[pool.id]) for pool in diagram.participants if pool.id in shapes),
        lanes=tuple((lane, shapes[lane.id]) for lane in lanes if lane.id in shapes),
        groups=tuple(shape for element, shape in shapes.items() if element not in known),
        nodes=tuple(sorted(walk.nodes, key=lambda placed: _is_boundary(placed[0]))),
        data_objects=tuple(walk.data_objects),
        annotations=tuple(
            (note, shapes[note.id]) for note in diagram.annotations if note.id in shapes
        ),
        flows=tuple(
            (flow, edges[ElementId(flow.id)]) for flow in walk.flows if ElementId(flow.id) in edges
        ),
        message_flows=tuple(
            (flow, edges[flow.id]) for flow in diagram.message_flows if flow.id in edges
        ),
        compensations=tuple(edges[name] for name in walk.compensations if name in edges),
        associations=tuple(
            edge
            for element, edge in edges.items()
            if element not in walk.known and element not in drawn_flows
        ),
        shown_in=walk.shown_in,
    )


def gathered(marks: Marks, scene: Scene) -> tuple[Marks, tuple[ElementId, ...]]:
    """Move marks from hidden elements to what is drawn in their place.

    Returns:
        The marks on drawn elements, and the marked elements for which there is no place.
    """
    inner: dict[ElementId, int] = {}
    incidents: dict[ElementId, str] = {}
    for element, count in marks.tokens.items():
        place = scene.shown_in.get(element, element)
        if place != element:
            inner[place] = inner.get(place, 0) + count
    for element, reason in marks.incidents.items():
        place = scene.shown_in.get(element, element)
        incidents[place] = "; ".join(filter(None, (incidents.get(place), reason)))
    # A sub-process stands where its content stands, so the two are not added up.
    tokens = inner | {
        element: max(count, inner.get(element, 0))
        for element, count in marks.tokens.items()
        if scene.shown_in.get(element, element) == element
    }
    marked = dict.fromkeys((*marks.tokens, *marks.incidents))
    lost = tuple(element for element in marked if element not in scene.shown_in)
    return replace(marks, tokens=tokens, incidents=incidents), lost


@dataclass(kw_only=True)
class _Walk:
    """Goes through the scopes of a diagram from outside to inside."""

    shapes: Mapping[ElementId, Shape]
    nodes: list[tuple[Node, Shape]] = field(default_factory=list)
    data_objects: list[tuple[DataObject, Shape]] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    compensations: list[ElementId] = field(default_factory=list)
    known: set[ElementId] = field(default_factory=set)
    shown_in: dict[ElementId, ElementId] = field(default_factory=dict)

    def scope(self, scope: Scope, *, holder: ElementId | None, hidden: bool) -> None:
        """Take in a scope; ``holder`` is the drawn element that surrounds it."""
        self.known |= {ElementId(flow) for flow in scope.flows}
        self.known |= {data.id for data in scope.data_objects}
        compensations = [line.id for line in scope.associations if line.id]
        self.known |= set(compensations)
        if not hidden:
            self.flows += scope.flows.values()
            self.compensations += compensations
            self.data_objects += (
                (data, self.shapes[data.id])
                for data in scope.data_objects
                if data.id in self.shapes
            )
        for node in scope.nodes.values():
            self._node(node, holder=holder, hidden=hidden)

    def _node(self, node: Node, *, holder: ElementId | None, hidden: bool) -> None:
        self.known.add(node.id)
        shape = None if hidden else self.shapes.get(node.id)
        place = holder if shape is None else node.id
        if place is not None:
            self.shown_in[node.id] = place
        if shape is not None:
            self.nodes.append((node, shape))
        inner = scope_of(node)
        if inner is not None:
            closed = hidden or (shape is not None and not shape.is_expanded)
            self.scope(inner, holder=place, hidden=closed)


def _nested(lanes: Iterable[Lane]) -> Iterator[Lane]:
    for lane in lanes:
        yield lane
        yield from _nested(lane.lanes)


def _is_boundary(node: Node) -> bool:
    return isinstance(node.behaviour, BoundaryEvent)
