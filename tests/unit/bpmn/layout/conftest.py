"""Diagrams written in a few words, and what is wrong with the drawing of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from math import hypot

import pytest

from caseflow.model import (
    AdHocSubProcess,
    Annotation,
    Association,
    Behaviour,
    BoundaryEvent,
    Bounds,
    DataObject,
    Diagram,
    Drawing,
    Edge,
    ElementId,
    EndEvent,
    ExclusiveGateway,
    Flow,
    FlowId,
    Lane,
    MessageFlow,
    MultiInstance,
    Node,
    ParallelGateway,
    Participant,
    PlainTask,
    Process,
    ProcessId,
    Scope,
    Shape,
    StartEvent,
    SubProcess,
    TimerTrigger,
    Transaction,
)

Sketch = Callable[[str], Diagram]
Faults = Callable[[Diagram, Drawing], list[str]]

_SIMPLE: dict[str, Behaviour] = {
    "start": StartEvent(),
    "end": EndEvent(),
    "task": PlainTask(),
    "xor": ExclusiveGateway(),
    "and": ParallelGateway(),
}


@dataclass
class _Part:
    """A process or sub-process while its lines are read."""

    id: str = "process"
    nodes: dict[ElementId, Node] = field(default_factory=dict)
    flows: dict[FlowId, Flow] = field(default_factory=dict)
    associations: list[Association] = field(default_factory=list)
    data: list[DataObject] = field(default_factory=list)
    lanes: dict[str, tuple[str, set[ElementId]]] = field(default_factory=dict)

    def scope(self) -> Scope:
        return Scope(
            nodes=self.nodes,
            flows=self.flows,
            associations=tuple(self.associations),
            data_objects=tuple(self.data),
        )


class _Reader:
    """Reads a sketch: one element a line, ``a > b > c : name`` for flows, ``{ }`` for inside."""

    def __init__(self, text: str) -> None:
        self.lines = iter([line.strip() for line in text.splitlines() if line.strip()])
        self.processes = [_Part()]
        self.participants: list[Participant] = []
        self.messages: list[MessageFlow] = []
        self.notes: list[Annotation] = []
        self.count = 0

    def diagram(self) -> Diagram:
        while self.read(None):
            pass
        processes = [part for part in self.processes if part.nodes or part.lanes]
        return Diagram(
            file="sketch.bpmn",
            processes=tuple(
                Process(
                    id=ProcessId(part.id),
                    scope=part.scope(),
                    lanes=tuple(
                        Lane(id=ElementId(lane), name=name, nodes=frozenset(nodes))
                        for lane, (name, nodes) in part.lanes.items()
                    ),
                )
                for part in processes
            ),
            participants=tuple(self.participants),
            message_flows=tuple(self.messages),
            annotations=tuple(self.notes),
        )

    def read(self, part: _Part | None) -> bool:
        """Read one line into a part; False at its end."""
        line = next(self.lines, "}")
        here = part or self.processes[-1]
        if line == "}":
            return False
        for sign in (" ~> ", " .. ", " > "):
            if sign in line:
                self.flow(line, sign, here)
                return True
        word, _, rest = line.partition(" ")
        name, _, label = rest.partition(" ")
        if word in {"pool", "box", "note"}:
            self.top(word, name, label)
        elif word == "lane":
            here.lanes[name] = (label, set())
        elif word == "data":
            here.data.append(DataObject(id=ElementId(name), name=label))
        else:
            self.node(word, ElementId(name), label, here)
        return True

    def top(self, word: str, name: str, label: str) -> None:
        if word == "note":
            self.notes.append(Annotation(id=ElementId(name), text=label))
            return
        process = ProcessId(f"{name}_process") if word == "pool" else None
        self.participants.append(Participant(id=ElementId(name), name=label, process=process))
        if process:
            self.processes.append(_Part(id=process))

    def flow(self, line: str, sign: str, here: _Part) -> None:
        chain, _, label = line.partition(" :")
        label = label.strip()
        for source, target in pairwise(chain.split(sign)):
            self.count += 1
            name = f"f{self.count}"
            one, other = ElementId(source.strip()), ElementId(target.strip())
            if sign == " ~> ":
                self.messages.append(
                    MessageFlow(id=ElementId(name), name=label, source=one, target=other)
                )
            elif sign == " .. ":
                here.associations.append(Association(id=ElementId(name), source=one, target=other))
            else:
                here.flows[FlowId(name)] = Flow(
                    id=FlowId(name), name=label, source=one, target=other
                )

    def node(self, word: str, name: ElementId, label: str, here: _Part) -> None:
        behaviour: Behaviour
        loop = None
        if word == "timer":
            host, _, label = label.partition(" ")
            behaviour = BoundaryEvent(attached_to=ElementId(host), triggers=(TimerTrigger(),))
        elif word in {"sub", "each", "event", "adhoc", "undo"}:
            inner = _Part()
            while self.read(inner):
                pass
            scope = inner.scope()
            behaviour = SubProcess(scope=scope, triggered_by_event=word == "event")
            if word in {"adhoc", "undo"}:
                behaviour = (
                    AdHocSubProcess(scope=scope) if word == "adhoc" else Transaction(scope=scope)
                )
            loop = MultiInstance() if word == "each" else None
            label = label.removesuffix("{").strip()
        else:
            behaviour = _SIMPLE[word]
        here.nodes[name] = Node(id=name, name=label, behaviour=behaviour, loop=loop)
        if here.lanes:
            here.lanes[next(reversed(here.lanes))][1].add(name)


@pytest.fixture(scope="session")
def sketch() -> Sketch:
    """Turn a few lines of text into a diagram."""
    return lambda text: _Reader(text).diagram()


@pytest.fixture(scope="session")
def faults() -> Faults:
    """Return what is wrong with a drawing, measured on its coordinates alone."""
    return lambda diagram, drawing: list(_Inspection(diagram, drawing).faults())


@pytest.fixture(scope="session")
def crossings() -> Callable[[Drawing], int]:
    """Count the places where two lines cross."""

    def count(drawing: Drawing) -> int:
        return sum(
            _do_cross(*one, *other)
            for first, second in combinations(drawing.edges.values(), 2)
            for one in pairwise(first.points)
            for other in pairwise(second.points)
        )

    return count


_Point = tuple[float, float]


class _Inspection:
    """Goes over one drawing."""

    def __init__(self, diagram: Diagram, drawing: Drawing) -> None:
        self.diagram = diagram
        self.shapes = drawing.shapes
        self.edges = drawing.edges
        self.nodes: dict[ElementId, Node] = {}
        self.inside: dict[ElementId, ElementId] = {}  # what surrounds what
        self.lanes: set[ElementId] = set()
        self.levels: list[tuple[list[ElementId], list[Flow]]] = []
        top: list[ElementId] = [pool.id for pool in diagram.participants if not pool.process]
        flows: list[Flow] = []
        pools = {pool.process: pool.id for pool in diagram.participants}
        for process in diagram.processes:
            around = pools.get(process.id)
            top += [*process.scope.nodes, *_data(process.scope)]
            flows += self.take(process.scope, around)
            for lane in process.lanes:
                self.surround(lane, around)
        flows += [
            Flow(id=FlowId(flow.id), source=flow.source, target=flow.target)
            for flow in diagram.message_flows
        ]
        self.levels.append((top, flows))

    def take(self, scope: Scope, around: ElementId | None) -> list[Flow]:
        self.nodes |= scope.nodes
        if around is not None:
            self.inside |= dict.fromkeys([*scope.nodes, *_data(scope)], around)
        for node in scope.nodes.values():
            match node.behaviour:
                case (
                    SubProcess(scope=inner)
                    | Transaction(scope=inner)
                    | AdHocSubProcess(scope=inner)
                ) if self.shapes[node.id].is_expanded:
                    names = [*inner.nodes, *_data(inner)]
                    self.levels.append((names, self.take(inner, node.id)))
                case _:
                    pass
        associations = [
            Flow(id=FlowId(pair.id), source=pair.source, target=pair.target)
            for pair in scope.associations
            if pair.id
        ]
        return [*scope.flows.values(), *associations]

    def surround(self, lane: Lane, around: ElementId | None) -> None:
        self.lanes.add(lane.id)
        if around is not None:
            self.inside[lane.id] = around
        self.inside |= dict.fromkeys(lane.nodes & self.nodes.keys(), lane.id)
        for inner in lane.lanes:
            self.surround(inner, lane.id)

    def faults(self) -> Iterator[str]:
        yield from self.missing()
        yield from self.placed_wrongly()
        for names, found in self.levels:
            yield from self.overlapping(names)
            flows = [flow for flow in found if ElementId(flow.id) in self.edges]
            for flow in flows:
                yield from self.routed_wrongly(flow, names)
            yield from self.covered(flows)
        yield from self.labelled_wrongly()

    def missing(self) -> Iterator[str]:
        drawn = {name for names, _ in self.levels for name in names}
        drawn |= {pool.id for pool in self.diagram.participants}
        drawn |= {lane.id for process in self.diagram.processes for lane in process.lanes}
        drawn |= {note.id for note in self.diagram.annotations}
        yield from (f"{name} has no shape" for name in drawn - self.shapes.keys())
        yield from (f"{name} should not be drawn" for name in self.shapes.keys() - drawn)
        flows = {ElementId(flow.id) for _, flows in self.levels for flow in flows}
        yield from (f"{name} is not drawn" for name in flows ^ self.edges.keys())

    def placed_wrongly(self) -> Iterator[str]:
        for name, around in self.inside.items():
            if host := self.host(name):
                x, y = _middle(self.shapes[name].bounds)
                border = self.shapes[host].bounds
                if not (border.x < x < border.x + border.width) or y not in {
                    border.y,
                    border.y + border.height,
                }:
                    yield f"{name} does not sit on the border of {host}"
            elif not _holds(self.shapes[around].bounds, self.shapes[name].bounds):
                yield f"{name} is not inside {around}"

    def overlapping(self, names: Sequence[ElementId]) -> Iterator[str]:
        for one, other in combinations(names, 2):
            if other in {self.host(one), None} or one in {self.host(other), None}:
                continue
            if _overlap(self.shapes[one].bounds, self.shapes[other].bounds):
                yield f"{one} overlaps {other}"

    def routed_wrongly(self, flow: Flow, names: Sequence[ElementId]) -> Iterator[str]:
        points = self.edges[ElementId(flow.id)].points
        label = f"{flow.id} from {flow.source} to {flow.target}"
        for one, two in pairwise(points):
            if (one[0] == two[0]) == (one[1] == two[1]):
                yield f"{label} is not drawn at right angles: {one} to {two}"
            around = {*self.around(flow.source), *self.around(flow.target)}
            passed = [name for name in names if self.runs_through(name, one, two)]
            passed = [name for name in passed if name not in around]
            yield from (f"{label} runs through {name}" for name in passed)
        for one, two, three in zip(points, points[1:], points[2:], strict=False):
            if one[0] == two[0] == three[0] or one[1] == two[1] == three[1]:
                yield f"{label} has a point that is no corner: {two}"
        for name, point in ((flow.source, points[0]), (flow.target, points[-1])):
            if not self.is_on_border(name, point):
                yield f"{label} does not touch {name}: {point}"
        yield from self.leaving(flow, points)

    def leaving(self, flow: Flow, points: Sequence[_Point]) -> Iterator[str]:
        around = self.container(flow.source)
        if around and around == self.container(flow.target):
            frame = self.shapes[around].bounds
            if not all(_contains(frame, point) for point in points):
                yield f"{flow.id} from {flow.source} to {flow.target} leaves {around}"

    def runs_through(self, name: ElementId, one: _Point, two: _Point) -> bool:
        bounds = self.shapes[name].bounds
        if self.shape_of(name) == "diamond":
            # A line may pass the corners of the rectangle around a gateway.
            x, y = _middle(bounds)
            nearest = (_between(x, one[0], two[0]), _between(y, one[1], two[1]))
            apart = abs(nearest[0] - x) + abs(nearest[1] - y)
            return apart < bounds.width / 2 - 0.1
        if self.shape_of(name) == "circle":
            x, y = _middle(bounds)
            nearest = (_between(x, one[0], two[0]), _between(y, one[1], two[1]))
            return hypot(nearest[0] - x, nearest[1] - y) < bounds.width / 2 - 0.1
        return _crosses_rectangle(bounds, one, two)

    def is_on_border(self, name: ElementId, point: _Point) -> bool:
        bounds = self.shapes[name].bounds
        x, y = _middle(bounds)
        if self.shape_of(name) == "circle":
            return abs(hypot(point[0] - x, point[1] - y) - bounds.width / 2) < 0.1
        if self.shape_of(name) == "diamond":
            apart = abs(point[0] - x) + abs(point[1] - y)
            return abs(apart - bounds.width / 2) < 0.1
        inner = Bounds(
            x=bounds.x + 1, y=bounds.y + 1, width=bounds.width - 2, height=bounds.height - 2
        )
        return _contains(bounds, point) and not _contains(inner, point)

    def covered(self, flows: Sequence[Flow]) -> Iterator[str]:
        for one, other in combinations(flows, 2):
            if (one.source == other.source) != (one.target == other.target):
                continue
            first, second = (self.edges[ElementId(flow.id)] for flow in (one, other))
            for mine in pairwise(first.points):
                for yours in pairwise(second.points):
                    if _lie_on_each_other(*mine, *yours):
                        yield f"{one.id} and {other.id} are drawn on one line: {mine} {yours}"

    def labelled_wrongly(self) -> Iterator[str]:
        items: list[Shape | Edge] = [*self.shapes.values(), *self.edges.values()]
        drawn = [(item.element, item.label) for item in items if item.label is not None]
        for name, label in drawn:
            for other, shape in self.shapes.items():
                is_solid = other in self.nodes and not _holds(shape.bounds, label)
                if is_solid and _overlap(label, shape.bounds):
                    yield f"the label of {name} lies on {other}"
        for (one, first), (other, second) in combinations(drawn, 2):
            if _overlap(first, second):
                yield f"the labels of {one} and {other} lie on each other"

    def around(self, name: ElementId | None) -> Iterator[ElementId]:
        """Yield all that surrounds an element."""
        while name := self.inside.get(name) if name else None:
            yield name

    def container(self, name: ElementId) -> ElementId | None:
        """Return the pool or sub-process around a node."""
        around = self.inside.get(name)
        while around in self.lanes:
            around = self.inside.get(around)
        return around

    def host(self, name: ElementId) -> ElementId | None:
        node = self.nodes.get(name)
        if node and isinstance(node.behaviour, BoundaryEvent):
            return node.behaviour.attached_to if node.behaviour.attached_to in self.nodes else None
        return None

    def shape_of(self, name: ElementId) -> str:
        node = self.nodes.get(name)
        match node.behaviour if node else None:
            case StartEvent() | EndEvent() | BoundaryEvent():
                return "circle"
            case ExclusiveGateway() | ParallelGateway():
                return "diamond"
            case _:
                return "rectangle"


def _data(scope: Scope) -> list[ElementId]:
    return [data.id for data in scope.data_objects]


def _middle(bounds: Bounds) -> _Point:
    return bounds.x + bounds.width / 2, bounds.y + bounds.height / 2


def _between(value: float, one: float, two: float) -> float:
    return min(max(value, min(one, two)), max(one, two))


def _overlap(one: Bounds, other: Bounds) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _holds(outer: Bounds, inner: Bounds) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def _contains(bounds: Bounds, point: _Point) -> bool:
    return (
        bounds.x <= point[0] <= bounds.x + bounds.width
        and bounds.y <= point[1] <= bounds.y + bounds.height
    )


def _crosses_rectangle(bounds: Bounds, one: _Point, two: _Point) -> bool:
    return (
        max(one[0], two[0]) > bounds.x
        and min(one[0], two[0]) < bounds.x + bounds.width
        and max(one[1], two[1]) > bounds.y
        and min(one[1], two[1]) < bounds.y + bounds.height
    )


def _lie_on_each_other(a: _Point, b: _Point, c: _Point, d: _Point) -> bool:
    for along, aside in ((0, 1), (1, 0)):
        if a[aside] == b[aside] == c[aside] == d[aside]:
            low = max(min(a[along], b[along]), min(c[along], d[along]))
            high = min(max(a[along], b[along]), max(c[along], d[along]))
            return high - low > 0.5
    return False


def _do_cross(a: _Point, b: _Point, c: _Point, d: _Point) -> bool:
    if (a[0] == b[0]) == (c[0] == d[0]):
        return False
    if a[0] != b[0]:
        a, b, c, d = c, d, a, b
    is_across = min(c[0], d[0]) < a[0] < max(c[0], d[0])
    return is_across and min(a[1], b[1]) < c[1] < max(a[1], b[1])
