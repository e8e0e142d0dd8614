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
    ``parents`` names the sub-process around every node, drawn or not, from outside to inside.
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
    parents: Mapping[ElementId, ElementId | None]


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
        walk.scope(process.scope, parent=None, hidden=False)
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
        parents=walk.parents,
    )


def gathered(marks: Marks, scene: Scene) -> tuple[Marks, tuple[ElementId, ...]]:
    """Move marks from hidden elements to what is drawn in their place.

    Returns:
        The marks on drawn elements, and the marked elements for which there is no place.
    """
    places = _places(scene)
    incidents: dict[ElementId, str] = {}
    for element, reason in marks.incidents.items():
        if element in places:
            place = places[element]
            incidents[place] = "; ".join(filter(None, (incidents.get(place), reason)))
    marked = dict.fromkeys((*marks.tokens, *marks.incidents))
    lost = tuple(element for element in marked if element not in places)
    return replace(marks, tokens=_tokens(marks, scene), incidents=incidents), lost


def _places(scene: Scene) -> Mapping[ElementId, ElementId]:
    """Return the drawn element on which the marks of each element go, if there is one."""
    places = {node.id: node.id for node, _ in scene.nodes}
    for element, parent in scene.parents.items():
        if element not in places and parent in places:
            places[element] = places[parent]
    return places


def _tokens(marks: Marks, scene: Scene) -> Mapping[ElementId, int]:
    """Count what stands in each drawn element and in its hidden content."""
    drawn = {node.id for node, _ in scene.nodes}
    inside: dict[ElementId | None, int] = {}
    tokens: dict[ElementId, int] = {}
    # Content comes after what contains it, so backwards it is counted first.
    for element, parent in reversed(tuple(scene.parents.items())):
        # A sub-process stands where its content stands, so the two are not added up.
        count = max(marks.tokens.get(element, 0), inside.get(element, 0))
        if element in drawn:
            tokens[element] = count
        else:
            inside[parent] = inside.get(parent, 0) + count
    return tokens


@dataclass(kw_only=True)
class _Walk:
    """Goes through the scopes of a diagram from outside to inside."""

    shapes: Mapping[ElementId, Shape]
    nodes: list[tuple[Node, Shape]] = field(default_factory=list)
    data_objects: list[tuple[DataObject, Shape]] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    compensations: list[ElementId] = field(default_factory=list)
    known: set[ElementId] = field(default_factory=set)
    parents: dict[ElementId, ElementId | None] = field(default_factory=dict)

    def scope(self, scope: Scope, *, parent: ElementId | None, hidden: bool) -> None:
        """Take in a scope, and what of it is drawn unless it is ``hidden``."""
        compensations = [line.id for line in scope.associations if line.id]
        self.known |= {ElementId(flow) for flow in scope.flows}
        self.known |= {*compensations, *(data.id for data in scope.data_objects)}
        if not hidden:
            self.flows += scope.flows.values()
            self.compensations += compensations
            self.data_objects += (
                (data, self.shapes[data.id])
                for data in scope.data_objects
                if data.id in self.shapes
            )
        for node in scope.nodes.values():
            self._node(node, parent=parent, hidden=hidden)

    def _node(self, node: Node, *, parent: ElementId | None, hidden: bool) -> None:
        self.known.add(node.id)
        self.parents[node.id] = parent
        shape = self.shapes.get(node.id)
        inner = scope_of(node)
        if shape is not None and inner is not None:
            shape = replace(shape, is_expanded=shape.is_expanded and self._holds(shape, inner))
        if shape is not None and not hidden:
            self.nodes.append((node, shape))
        if inner is not None:
            closed = hidden or (shape is not None and not shape.is_expanded)
            self.scope(inner, parent=node.id, hidden=closed)

    def _holds(self, shape: Shape, content: Scope) -> bool:
        """Whether a sub-process has its content drawn inside it.

        Modelers draw the content of a collapsed sub-process on a plane of its own, or
        nowhere, and do not always say that it is collapsed.
        """
        drawn = [self.shapes[node].bounds for node in content.nodes if node in self.shapes]
        around = shape.bounds
        return not content.nodes or any(
            0 <= place.x + place.width / 2 - around.x <= around.width
            and 0 <= place.y + place.height / 2 - around.y <= around.height
            for place in drawn
        )


def _nested(lanes: Iterable[Lane]) -> Iterator[Lane]:
    for lane in lanes:
        yield lane
        yield from _nested(lane.lanes)


def _is_boundary(node: Node) -> bool:
    return isinstance(node.behaviour, BoundaryEvent)
