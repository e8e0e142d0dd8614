"""Compensation: what is undone, and by whom (BPMN 2.0.2, 10.7)."""

from __future__ import annotations

from caseflow.bpmn.checks.walk import (
    Standing,
    is_event_sub_process,
    place_of,
    scope_in,
    triggers_of,
)
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.rules import Rule
from caseflow.model import (
    BoundaryEvent,
    CompensationTrigger,
    ElementId,
    EndEvent,
    Node,
    Scope,
    StartEvent,
    ThrowEvent,
)


def check_compensation(standing: Standing, findings: Findings) -> None:
    """Check the compensation events of one scope and their handlers."""
    events = [
        (node, trigger)
        for node in standing.scope.nodes.values()
        for trigger in triggers_of(node)
        if isinstance(trigger, CompensationTrigger)
    ]
    thrown = [each for each in events if isinstance(each[0].behaviour, ThrowEvent | EndEvent)]
    undoable = _undoable(*_visible(standing)) if thrown else frozenset()
    for node, trigger in thrown:
        _check_throw(node, trigger, undoable, findings)
    for node, _ in events:
        if isinstance(node.behaviour, BoundaryEvent):
            _check_handler(node, standing, findings)


def _check_handler(node: Node, standing: Standing, findings: Findings) -> None:
    if node.outgoing:
        findings.add(
            Rule.COMPENSATION_WITH_FLOW,
            place_of(node),
            f"a compensation event has the outgoing flow {node.outgoing[0]}",
            "join it to its handler by an association",
        )
    handlers = [each.target for each in standing.scope.associations if each.source == node.id]
    if len(handlers) != 1:
        problem = f"has {len(handlers)} handlers"
    elif handlers[0] not in standing.scope.nodes:
        problem = f"has its handler {handlers[0]} in another scope"
    elif not standing.scope.nodes[handlers[0]].is_for_compensation:
        problem = f"has a handler, {handlers[0]}, that is not marked as one"
    else:
        return
    findings.add(
        Rule.COMPENSATION_HANDLER,
        place_of(node),
        f"the compensation event {problem}",
        'join it by an association to one activity beside it with isForCompensation="true"',
    )


def _check_throw(
    node: Node,
    trigger: CompensationTrigger,
    undoable: frozenset[ElementId],
    findings: Findings,
) -> None:
    if trigger.activity in undoable or (trigger.activity is None and undoable):
        return
    what = "there is nothing" if trigger.activity is None else f"{trigger.activity} has no way"
    findings.add(
        Rule.NOTHING_TO_COMPENSATE,
        place_of(node),
        f"throws a compensation, but {what} to be compensated here",
        "give the activity a compensation event with a handler, or remove this one",
    )


def _visible(standing: Standing) -> list[Scope]:
    """Return the scopes that a throw speaks of: its own, and the one its event scope serves."""
    scopes = [standing.scope]
    for owner, outer in zip(reversed(standing.around), reversed(standing.outer), strict=True):
        if not is_event_sub_process(owner):
            break
        scopes.append(outer)
    return scopes


def _undoable(*scopes: Scope) -> frozenset[ElementId]:
    """Return the activities that have a handler, or hold something that has one."""
    found: set[ElementId] = set()
    for scope in scopes:
        for node in scope.nodes.values():
            inner = scope_in(node)
            if inner is not None and (_has_event_handler(inner) or _undoable(inner)):
                found.add(node.id)
            if isinstance(node.behaviour, BoundaryEvent) and _compensates(node):
                found.add(node.behaviour.attached_to)
    return frozenset(found)


def _has_event_handler(scope: Scope) -> bool:
    """Tell whether a sub-process undoes itself, by an event sub-process."""
    return any(
        isinstance(start.behaviour, StartEvent) and _compensates(start)
        for node in scope.nodes.values()
        if is_event_sub_process(node) and (inner := scope_in(node)) is not None
        for start in inner.nodes.values()
    )


def _compensates(node: Node) -> bool:
    return any(isinstance(trigger, CompensationTrigger) for trigger in triggers_of(node))
