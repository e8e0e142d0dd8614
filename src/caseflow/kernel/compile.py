"""Compiling: from the model of a process to the program that the kernel walks over."""

from __future__ import annotations

from collections.abc import Iterable

from caseflow.errors import DiagramRefused, Severity
from caseflow.kernel.activity import Activity
from caseflow.kernel.binding import bind
from caseflow.kernel.case import ProcessKey
from caseflow.kernel.elements.boundary_event import BoundaryElement
from caseflow.kernel.elements.catch_event import CatchElement
from caseflow.kernel.elements.event_sub_process import EventSubProcessElement
from caseflow.kernel.elements.inclusive_gateway import InclusiveGatewayElement
from caseflow.kernel.elements.receive_task import ReceiveWork
from caseflow.kernel.elements.script_task import BareScriptElement
from caseflow.kernel.elements.throw_event import LinkThrowElement
from caseflow.kernel.forge import Forge
from caseflow.kernel.run import Arc, Graph, Program, Setting, Vertex
from caseflow.model import (
    AdHocSubProcess,
    BoundaryEvent,
    CatchEvent,
    ElementId,
    FlowId,
    LinkTrigger,
    Process,
    Scope,
    StartEvent,
    SubProcess,
    ThrowEvent,
    Transaction,
)

_DEFAULT = Setting()
_HANDLERS = (BoundaryElement, EventSubProcessElement)
_CATCHERS = (BoundaryElement, CatchElement, EventSubProcessElement)


def compile_process(process: Process, *, version: int = 1, setting: Setting = _DEFAULT) -> Program:
    """Compile a process so that its cases can run; ``version`` tells it from its others.

    Raises:
        DiagramRefused: with every reason why the process cannot be executed.
    """
    forge = Forge(process=process, setting=setting)
    graph = _graph(forge, process.scope)
    if any(finding.severity is Severity.ERROR for finding in forge.findings):
        raise DiagramRefused(forge.findings)
    program = Program(
        key=ProcessKey(id=process.id, version=version),
        name=process.name,
        graph=graph,
        setting=setting,
        starts={
            vertex.id: vertex
            for vertex in graph.vertices.values()
            if isinstance(vertex.node.behaviour, StartEvent)
        },
    )
    for other in setting.called.values():
        program.library.update(other.library)
    program.library[program.key] = program
    return program


def _graph(forge: Forge, scope: Scope) -> Graph:
    graph = Graph(
        process=forge.process.id,
        data=frozenset(one.name or one.id for one in scope.data_objects),
    )
    for node in scope.nodes.values():
        element = bind(forge, node)
        graph.vertices[node.id] = Vertex(
            id=node.id,
            node=node,
            graph=graph,
            element=element,
            catcher=element if isinstance(element, _CATCHERS) else None,
            handler=element if isinstance(element, _HANDLERS) else None,
            is_activity=isinstance(element, Activity | BareScriptElement),
        )
        match node.behaviour:
            case SubProcess() | Transaction() | AdHocSubProcess():
                graph.bodies[node.id] = _graph(forge, node.behaviour.scope)
            case _:
                pass
    _connect(forge, graph, scope)
    _attach(graph)
    _link(graph)
    graph.event_scopes = tuple(
        vertex
        for vertex in graph.vertices.values()
        if isinstance(vertex.element, EventSubProcessElement)
    )
    graph.entries = tuple(_entries(graph))
    for vertex in graph.vertices.values():
        if isinstance(vertex.element, InclusiveGatewayElement):
            vertex.element.reach = _reach(graph, vertex)
    return graph


def _connect(forge: Forge, graph: Graph, scope: Scope) -> None:
    """Lay the flows between the vertices, in the order of the file."""
    for flow in scope.flows.values():
        source, target = graph.vertices[flow.source], graph.vertices[flow.target]
        arc = Arc(
            id=flow.id,
            process=graph.process,
            target=target,
            condition=forge.optional(flow.condition, source.node),
        )
        source.outgoing = (*source.outgoing, arc)
        target.incoming = (*target.incoming, arc)
        if source.node.default == flow.id:
            source.default = arc


def _attach(graph: Graph) -> None:
    """Hang boundary events on their activities; let receive tasks listen."""
    for vertex in graph.vertices.values():
        match vertex.node.behaviour:
            case BoundaryEvent(attached_to=host_id):
                host = graph.vertices[host_id]
                if isinstance(host.element, BareScriptElement):
                    host.element = Activity(work=host.element.work)
                if isinstance(host.element, Activity):
                    host.element.boundary = (*host.element.boundary, vertex)
            case _:
                pass
        if isinstance(vertex.element, Activity) and isinstance(vertex.element.work, ReceiveWork):
            vertex.catcher = vertex.element.work


def _link(graph: Graph) -> None:
    """Join throwing links to the catching link of the same name."""
    targets = {
        trigger.name: vertex
        for vertex in graph.vertices.values()
        if isinstance(vertex.node.behaviour, CatchEvent)
        for trigger in vertex.node.behaviour.triggers
        if isinstance(trigger, LinkTrigger)
    }
    for vertex in graph.vertices.values():
        behaviour = vertex.node.behaviour
        if isinstance(vertex.element, LinkThrowElement) and isinstance(behaviour, ThrowEvent):
            for trigger in behaviour.triggers:
                if isinstance(trigger, LinkTrigger):
                    vertex.element.target = targets.get(trigger.name)


def _entries(graph: Graph) -> Iterable[Vertex]:
    """Return where a scope begins: its plain start event, or all that nothing leads to."""
    starts = [
        vertex
        for vertex in graph.vertices.values()
        if isinstance(vertex.node.behaviour, StartEvent)
    ]
    if starts:
        plain = [
            vertex
            for vertex in starts
            if isinstance(vertex.node.behaviour, StartEvent) and not vertex.node.behaviour.triggers
        ]
        return plain[:1]
    return [
        vertex
        for vertex in graph.vertices.values()
        if not vertex.incoming
        and not isinstance(vertex.node.behaviour, BoundaryEvent)
        and not isinstance(vertex.element, EventSubProcessElement)
        and not vertex.node.is_for_compensation
        and not _is_link_target(vertex)
    ]


def _is_link_target(vertex: Vertex) -> bool:
    behaviour = vertex.node.behaviour
    return isinstance(behaviour, CatchEvent) and any(
        isinstance(trigger, LinkTrigger) for trigger in behaviour.triggers
    )


def _reach(graph: Graph, join: Vertex) -> dict[ElementId, frozenset[FlowId]]:
    """Return for each element which flows into ``join`` can be reached from it.

    Paths that visit the join itself do not count (13.4.3). Walks backwards from each
    incoming flow; boundary events and links count as ways out of their element.
    """
    sources: dict[ElementId, set[ElementId]] = {name: set() for name in graph.vertices}
    origins: dict[FlowId, ElementId] = {}
    for vertex in graph.vertices.values():
        for arc in vertex.outgoing:
            sources[arc.target.id].add(vertex.id)
            origins[arc.id] = vertex.id
        if isinstance(vertex.node.behaviour, BoundaryEvent):
            sources[vertex.id].add(vertex.node.behaviour.attached_to)
        if isinstance(vertex.element, LinkThrowElement) and vertex.element.target is not None:
            sources[vertex.element.target.id].add(vertex.id)
    reach: dict[ElementId, set[FlowId]] = {name: set() for name in graph.vertices}
    for arc in join.incoming:
        todo = [origins[arc.id]]
        while todo:
            name = todo.pop()
            if name != join.id and arc.id not in reach[name]:
                reach[name].add(arc.id)
                todo.extend(sources[name])
    return {name: frozenset(flows) for name, flows in reach.items()}
