"""What opens cases besides start events: receive tasks and event gateways (10.6.6, 13.4.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from caseflow.kernel.activity import Activity
from caseflow.kernel.case import ROOT
from caseflow.kernel.flows import leave
from caseflow.kernel.forge import Forge
from caseflow.kernel.keyed import Keyed
from caseflow.kernel.run import Graph, Run, Vertex
from caseflow.model import (
    CatchEvent,
    ElementId,
    EventGateway,
    MessageTrigger,
    Node,
    ReceiveTask,
    Scope,
    SignalTrigger,
    StartEvent,
    Trigger,
)


def instantiates(vertex: Vertex) -> bool:
    """Tell whether a vertex is drawn as one that opens cases, and is no start event."""
    behaviour = vertex.node.behaviour
    return isinstance(behaviour, ReceiveTask | EventGateway) and behaviour.instantiate


def instantiating(forge: Forge, graph: Graph) -> list[Vertex]:
    """Return the receive tasks and events at which a case can be opened, none of them plain."""
    found: list[Vertex] = []
    for vertex in filter(instantiates, graph.vertices.values()):
        if vertex.incoming:
            forge.refuse(
                "instantiating-inside",
                vertex.node,
                "it opens cases, but a flow leads to it",
                "remove the flow, or do not let it instantiate",
            )
        is_gateway = isinstance(vertex.node.behaviour, EventGateway)
        events = [way.target for way in vertex.outgoing] if is_gateway else [vertex]
        for event in events:
            _check_opening(forge, event)
        found.extend(events)
    return found


def _check_opening(forge: Forge, event: Vertex) -> None:
    element = event.element
    if isinstance(element, Activity) and (element.loop is not None or element.is_mapped):
        forge.refuse_element(event.node, "a receive task that opens cases, with loop or mappings,")
    behaviour = event.node.behaviour
    triggers = starting_triggers(event.node)
    is_sent = all(isinstance(one, MessageTrigger | SignalTrigger) for one in triggers)
    is_parallel = isinstance(behaviour, CatchEvent) and behaviour.parallel and len(triggers) > 1
    if not is_sent or is_parallel:
        forge.refuse_element(event.node, "an event that opens cases, and is no message or signal,")


def keyed_starts(forge: Forge, starts: Iterable[Vertex]) -> dict[tuple[ElementId, str], Keyed]:
    """Compile the correlation keys of the messages that open cases."""
    found: dict[tuple[ElementId, str], Keyed] = {}
    for vertex in starts:
        for trigger in starting_triggers(vertex.node):
            if isinstance(trigger, MessageTrigger):
                keyed = forge.keyed(trigger, vertex.node)
                if keyed is not None:
                    found[vertex.id, trigger.name] = keyed
    return found


def starting_nodes(scope: Scope) -> Iterator[Node]:
    """Yield the start events of a process, and what else opens cases of it."""
    for node in scope.nodes.values():
        match node.behaviour:
            case StartEvent() | ReceiveTask(instantiate=True):
                yield node
            case EventGateway(instantiate=True):
                yield from (scope.nodes[scope.flows[flow].target] for flow in node.outgoing)
            case _:
                pass


def starting_triggers(node: Node) -> tuple[Trigger, ...]:
    """Return what an event or receive task waits for at which a case can be opened."""
    match node.behaviour:
        case StartEvent(triggers=triggers) | CatchEvent(triggers=triggers):
            return triggers
        case ReceiveTask(message=message):
            return (message or MessageTrigger(name=node.id),)
        case _:
            return ()


def begin_behind(run: Run, vertex: Vertex) -> None:
    """Begin with a message that has come already: behind its event, or its receive task.

    With a parallel gateway the case waits for all other events behind that as well.
    """
    run.live[ROOT] += 1
    others = []
    for gateway in filter(instantiates, run.program.graph.vertices.values()):
        behaviour = gateway.node.behaviour
        mine = [way for way in gateway.outgoing if way.target is vertex]
        for way in mine[:1]:
            run.pass_by(way)
            if isinstance(behaviour, EventGateway) and behaviour.parallel:
                others = [one for one in gateway.outgoing if one is not way]
    leave(run, ROOT, vertex)
    for way in others:
        run.live[ROOT] += 1
        run.take(ROOT, way)
