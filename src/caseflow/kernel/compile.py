"""Compiling: from the model of a process to the program that the kernel walks over."""

from __future__ import annotations

from caseflow.errors import DiagramRefused
from caseflow.kernel.activity import Activity
from caseflow.kernel.binding import bind
from caseflow.kernel.case import ProcessKey
from caseflow.kernel.elements.ad_hoc import make_ad_hoc
from caseflow.kernel.elements.boundary_event import BoundaryElement
from caseflow.kernel.elements.catch_event import CatchElement
from caseflow.kernel.elements.compensation import join_handlers
from caseflow.kernel.elements.complex_gateway import ComplexGatewayElement
from caseflow.kernel.elements.event_gateway import EventGatewayElement
from caseflow.kernel.elements.event_sub_process import EventSubProcessElement
from caseflow.kernel.elements.inclusive_gateway import InclusiveGatewayElement
from caseflow.kernel.elements.receive_task import ReceiveWork
from caseflow.kernel.elements.script_task import BareScriptElement
from caseflow.kernel.elements.start_event import StartElement
from caseflow.kernel.elements.throw_event import LinkThrowElement
from caseflow.kernel.elements.transaction import join_cancel_events
from caseflow.kernel.forge import Forge
from caseflow.kernel.four_eyes import watch
from caseflow.kernel.instantiation import instantiates, instantiating, keyed_starts
from caseflow.kernel.run import Arc, Graph, Program, Setting, Vertex
from caseflow.model import (
    AdHocSubProcess,
    BoundaryEvent,
    CatchEvent,
    ConditionTrigger,
    ElementId,
    FlowId,
    LinkTrigger,
    MessageTrigger,
    Node,
    Process,
    Scope,
    SignalTrigger,
    StartEvent,
    SubProcess,
    ThrowEvent,
    TimerTrigger,
    Transaction,
)

_DEFAULT = Setting()
_HANDLERS = (BoundaryElement, EventSubProcessElement)
_CATCHERS = (BoundaryElement, CatchElement, EventSubProcessElement)


def compile_process(process: Process, *, version: int = 1, setting: Setting = _DEFAULT) -> Program:
    """Compile a process so that its cases can run; ``version`` tells it from its others.

    The process is taken to keep the rules of BPMN that do not depend on who executes it,
    which the reader of diagrams checks: what is not allowed at all is not looked for here.

    Raises:
        DiagramRefused: with every reason why the process cannot be executed.
    """
    key = ProcessKey(id=process.id, version=version)
    forge = Forge(process=process, key=key, setting=setting)
    graph = _graph(forge, process.scope)
    _check_beginning(forge, graph, process)
    _check_starts(forge, graph)
    watch(forge, graph)
    starts = {one.id: one for one in (*_starts(graph), *instantiating(forge, graph))}
    keyed = keyed_starts(forge, starts.values())
    business_key = forge.optional(process.business_key, process)
    if forge.findings:
        raise DiagramRefused(forge.findings)
    program = Program(
        key=key,
        name=process.name,
        graph=graph,
        setting=setting,
        starts=starts,
        keyed=keyed,
        business_key=business_key,
        has_keys=forge.has_keys,
    )
    for other in setting.called.values():
        program.library.update(other.library)
    program.library[program.key] = program
    return program


def _graph(forge: Forge, scope: Scope) -> Graph:
    graph = Graph(
        process=forge.process.id,
        setting=forge.setting,
        data=frozenset(one.variable for one in scope.data_objects if one.variable),
    )
    for node in scope.nodes.values():
        element = bind(forge, node)
        graph.vertices[node.id] = Vertex(
            id=node.id,
            process=forge.process.id,
            node=node,
            element=element,
            catcher=element if isinstance(element, _CATCHERS) else None,
            handler=element if isinstance(element, _HANDLERS) else None,
            conditions=element.listener.conditions if isinstance(element, _CATCHERS) else (),
            quantity=node.completion_quantity,
            wish=forge.wish(node),
            is_activity=isinstance(element, Activity | BareScriptElement),
        )
        match node.behaviour:
            case SubProcess() | Transaction() | AdHocSubProcess():
                graph.bodies[node.id] = _body(forge, node, node.behaviour.scope)
            case _:
                pass
    _connect(forge, graph, scope)
    _attach(forge, graph)
    _link(forge, graph)
    graph.event_scopes = tuple(
        vertex
        for vertex in graph.vertices.values()
        if isinstance(vertex.element, EventSubProcessElement)
    )
    join_handlers(forge, graph, scope)
    join_cancel_events(forge, graph)
    graph.entries = tuple(_entries(graph))
    for vertex in graph.vertices.values():
        if isinstance(vertex.element, InclusiveGatewayElement | ComplexGatewayElement):
            vertex.element.reach = _reach(graph, vertex)
    return graph


def _body(forge: Forge, node: Node, scope: Scope) -> Graph:
    """Compile the inside of a sub-process."""
    graph = _graph(forge, scope)
    if isinstance(node.behaviour, AdHocSubProcess):
        make_ad_hoc(forge, graph, node, node.behaviour)
    if not (isinstance(node.behaviour, SubProcess) and node.behaviour.triggered_by_event):
        _check_beginning(forge, graph, node)
        if len(_starts(graph)) > 1:
            forge.refuse(
                "several-starts",
                node,
                "it has several start events, and a sub-process begins at one",
                "lead flows from one start event to all of its beginnings",
            )
    for vertex in filter(instantiates, graph.vertices.values()):
        forge.refuse_element(vertex.node, "what would start cases, but inside a sub-process,")
    return graph


def _check_beginning(forge: Forge, graph: Graph, where: Node | Process) -> None:
    """Find a scope whose elements could never be reached."""
    begins = graph.entries or _starts(graph) or any(map(instantiates, graph.vertices.values()))
    if not begins and len(graph.vertices) > len(graph.event_scopes):
        forge.refuse(
            "no-beginning",
            where,
            "nothing begins in it: a flow leads to each of its elements",
            "draw a start event",
        )


def _check_starts(forge: Forge, graph: Graph) -> None:
    """Refuse start events of the process that nothing would ever set off."""
    for vertex in _starts(graph):
        behaviour = vertex.node.behaviour
        if not isinstance(behaviour, StartEvent):
            continue
        for trigger in behaviour.triggers:
            match trigger:
                case ConditionTrigger():
                    _refuse_condition(forge, vertex.node)
                case MessageTrigger() | SignalTrigger() | TimerTrigger():
                    pass
                case _:
                    forge.refuse_element(vertex.node, "a process that starts with this event")
        if behaviour.parallel and len(behaviour.triggers) > 1:
            forge.refuse_element(vertex.node, "a start event that needs several events")
        timers = [one for one in behaviour.triggers if isinstance(one, TimerTrigger)]
        if timers and isinstance(vertex.element, StartElement):
            vertex.element.timers = forge.listener(timers, vertex.node)


def _refuse_condition(forge: Forge, node: Node) -> None:
    """Refuse a condition that opens cases: there is no case file yet for it to look at."""
    forge.refuse(
        "conditional-start",
        node,
        "a condition cannot open a case: it must not look at data of the process, which is not "
        "there yet, and the specification leaves open what else it could see (BPMN 2.0.2, "
        "table 10.84)",
        "start with a message or signal that whoever sees the condition come true sends",
    )


def _starts(graph: Graph) -> list[Vertex]:
    return [
        vertex
        for vertex in graph.vertices.values()
        if isinstance(vertex.node.behaviour, StartEvent)
    ]


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


def _attach(forge: Forge, graph: Graph) -> None:
    """Hang boundary events on their activities; let receive tasks listen."""
    for vertex in graph.vertices.values():
        behaviour = vertex.node.behaviour
        if isinstance(behaviour, BoundaryEvent):
            host = graph.vertices[behaviour.attached_to]
            if isinstance(host.element, BareScriptElement):
                host.element = Activity(work=host.element.work)
            if isinstance(host.element, Activity):
                host.element.boundary = (*host.element.boundary, vertex)
        if isinstance(vertex.element, Activity) and isinstance(vertex.element.work, ReceiveWork):
            vertex.catcher = vertex.element.work
    for vertex in graph.vertices.values():
        if isinstance(vertex.element, EventGatewayElement):
            _check_awaited(forge, vertex)


def _check_awaited(forge: Forge, gateway: Vertex) -> None:
    """Refuse what an event-based gateway cannot wait for, 10.6.6."""
    for way in gateway.outgoing:
        event, element = way.target, way.target.element
        is_bare = not isinstance(element, Activity) or (
            element.loop is None and not element.is_mapped
        )
        if event.catcher is None or not is_bare:
            forge.refuse(
                "event-gateway-target",
                event.node,
                f"gateway {gateway.id} waits for it, but it is more than an event",
                "put a catching event, or a receive task without loop and mappings, "
                "right behind the gateway",
            )


def _link(forge: Forge, graph: Graph) -> None:
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
            names = [one.name for one in behaviour.triggers if isinstance(one, LinkTrigger)]
            vertex.element.target = targets.get(names[0])
            if vertex.element.target is None:
                forge.refuse(
                    "link-without-target",
                    vertex.node,
                    f"no catching link in its scope is called {names[0]!r}",
                    "draw one, or mend the name",
                )


def _entries(graph: Graph) -> list[Vertex]:
    """Return where a scope begins: its plain start event, or all that nothing leads to."""
    starts = _starts(graph)
    if starts:
        return [
            vertex
            for vertex in starts
            if isinstance(vertex.node.behaviour, StartEvent) and not vertex.node.behaviour.triggers
        ][:1]
    return [
        vertex
        for vertex in graph.vertices.values()
        if not vertex.incoming
        and not isinstance(vertex.node.behaviour, BoundaryEvent)
        and not isinstance(vertex.element, EventSubProcessElement)
        and not vertex.node.is_for_compensation
        and not instantiates(vertex)
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
