"""Compensation events and the handlers they are joined to (BPMN 2.0.2, 10.5.5 and 13.5.5)."""

from __future__ import annotations

from caseflow.kernel.compensation import Undoing
from caseflow.kernel.forge import Forge
from caseflow.kernel.run import Graph, Vertex
from caseflow.model import (
    BoundaryEvent,
    CancelTrigger,
    CompensationTrigger,
    EndEvent,
    ErrorTrigger,
    Node,
    Scope,
    StartEvent,
    SubProcess,
    TerminateTrigger,
    ThrowEvent,
    Trigger,
)

_ENDING = (ErrorTrigger, CancelTrigger, TerminateTrigger)


def undoing(forge: Forge, node: Node) -> Undoing | None:
    """Return what a throwing event or end event compensates, if that is what it does."""
    behaviour = node.behaviour
    triggers = behaviour.triggers if isinstance(behaviour, ThrowEvent | EndEvent) else ()
    thrown = [one for one in triggers if isinstance(one, CompensationTrigger)]
    if not thrown:
        return None
    if len(thrown) > 1:
        forge.refuse_element(node, "an event that compensates several things at once")
    if any(isinstance(one, _ENDING) for one in triggers):
        forge.refuse_element(node, "an event that compensates a scope and ends it as well")
    return Undoing(activity=thrown[0].activity, waits=thrown[0].wait_for_completion)


def join_handlers(forge: Forge, graph: Graph, scope: Scope) -> None:
    """Join activities to what compensates them, and the scope to its event sub-process."""
    joined = {one.source: one.target for one in scope.associations}
    for vertex in graph.vertices.values():
        behaviour = vertex.node.behaviour
        if isinstance(behaviour, BoundaryEvent) and _compensates(behaviour.triggers):
            host, handler = graph.vertices[behaviour.attached_to], joined.get(vertex.id)
            if host.undone_by is not None:
                forge.refuse_element(host.node, "an activity with two compensation handlers")
            host.undone_by = None if handler is None else graph.vertices.get(handler)
    handlers = [one for one in graph.event_scopes if _is_handler(one)]
    for other in handlers[1:]:
        forge.refuse_element(other.node, "a second event sub-process that compensates its scope")
    graph.undo = handlers[0] if handlers else None


def _compensates(triggers: tuple[Trigger, ...]) -> bool:
    return any(isinstance(one, CompensationTrigger) for one in triggers)


def _is_handler(vertex: Vertex) -> bool:
    behaviour = vertex.node.behaviour
    return isinstance(behaviour, SubProcess) and any(
        isinstance(start.behaviour, StartEvent) and _compensates(start.behaviour.triggers)
        for start in behaviour.scope.nodes.values()
    )
