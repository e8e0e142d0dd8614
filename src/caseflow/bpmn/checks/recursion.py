"""Whether processes that call each other can come to an end."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.bpmn.checks.walk import is_event_sub_process, scope_in, triggers_of
from caseflow.model import (
    BoundaryEvent,
    CallActivity,
    CatchEvent,
    ComplexGateway,
    ElementId,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    LinkTrigger,
    Node,
    Process,
    ProcessId,
    Scope,
    StartEvent,
    ThrowEvent,
)

_CHOICES = (ExclusiveGateway, InclusiveGateway, ComplexGateway, EventGateway)


def finishing(processes: Mapping[ProcessId, Process]) -> frozenset[ProcessId]:
    """Return the processes that can end, each by some way through its branches.

    The smallest such set: a process is in it when it has a way on which every process it
    calls is in it too. What is not among ``processes`` is taken to end.
    """
    found: frozenset[ProcessId] = frozenset()
    while True:
        endless = frozenset(processes) - found
        more = frozenset(
            identity for identity, process in processes.items() if _can_end(process.scope, endless)
        )
        if more == found:
            return found
        found = more


def _can_end(scope: Scope, endless: frozenset[ProcessId]) -> bool:
    """Tell whether a scope can end when a call of an endless process never comes back."""
    starts = _starts(scope)
    ending = _ending(scope, endless)
    return (
        not starts
        or not ending.isdisjoint(starts)
        or any(_is_way_out(node, endless) for node in scope.nodes.values())
    )


def _ending(scope: Scope, endless: frozenset[ProcessId]) -> frozenset[ElementId]:
    """Return the nodes from which a token can come to an end, found from the ends backwards."""
    targets = {node.id: _targets(node, scope) for node in scope.nodes.values()}
    escapes = _escapes(scope)
    before: dict[ElementId, list[ElementId]] = {}
    for source in scope.nodes:
        for target in (*targets[source], *escapes.get(source, ())):
            before.setdefault(target, []).append(source)
    found: set[ElementId] = set()
    waiting = list(scope.nodes)
    while waiting:
        node = scope.nodes[waiting.pop()]
        goes_on = (any if _is_choice(node, scope) else all)(
            target in found for target in targets[node.id]
        )
        is_end = (goes_on or not targets[node.id]) and _passes(node, endless)
        if node.id not in found and (is_end or not found.isdisjoint(escapes.get(node.id, ()))):
            found.add(node.id)
            waiting += before.get(node.id, [])
    return frozenset(found)


def _escapes(scope: Scope) -> Mapping[ElementId, list[ElementId]]:
    """Return the events on the border of each activity, by the id of the activity."""
    found: dict[ElementId, list[ElementId]] = {}
    for node in scope.nodes.values():
        if isinstance(node.behaviour, BoundaryEvent):
            found.setdefault(node.behaviour.attached_to, []).append(node.id)
    return found


def _targets(node: Node, scope: Scope) -> list[ElementId]:
    targets = [scope.flows[flow].target for flow in node.outgoing]
    if isinstance(node.behaviour, ThrowEvent):
        targets += _link_targets(node, scope)
    return targets


def _is_choice(node: Node, scope: Scope) -> bool:
    return isinstance(node.behaviour, _CHOICES) or any(
        scope.flows[flow].condition is not None for flow in node.outgoing
    )


def _passes(node: Node, endless: frozenset[ProcessId]) -> bool:
    inner = scope_in(node)
    if inner is not None:
        return _can_end(inner, endless)
    return not (isinstance(node.behaviour, CallActivity) and node.behaviour.called in endless)


def _link_targets(node: Node, scope: Scope) -> list[ElementId]:
    names = {each.name for each in triggers_of(node) if isinstance(each, LinkTrigger)}
    return [
        other.id
        for other in (scope.nodes.values() if names else ())
        if isinstance(other.behaviour, CatchEvent)
        and any(
            isinstance(each, LinkTrigger) and each.name in names for each in triggers_of(other)
        )
    ]


def _starts(scope: Scope) -> list[ElementId]:
    """Return where a scope begins: at its start events, else where nothing leads to (13.2)."""
    nodes = scope.nodes.values()
    drawn = [node.id for node in nodes if isinstance(node.behaviour, StartEvent)]
    return drawn or [node.id for node in nodes if _is_implicit_start(node)]


def _is_implicit_start(node: Node) -> bool:
    is_link = any(isinstance(each, LinkTrigger) for each in triggers_of(node))
    return not (
        node.incoming
        or node.is_for_compensation
        or isinstance(node.behaviour, BoundaryEvent)
        or is_event_sub_process(node)
        or (is_link and isinstance(node.behaviour, CatchEvent))
    )


def _is_way_out(node: Node, endless: frozenset[ProcessId]) -> bool:
    """Tell whether an event sub-process could end the scope in its stead."""
    inner = scope_in(node)
    return inner is not None and is_event_sub_process(node) and _can_end(inner, endless)
