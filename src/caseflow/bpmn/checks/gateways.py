"""What an event-based gateway waits for (BPMN 2.0.2, 10.6.6)."""

from __future__ import annotations

from caseflow.bpmn.checks.walk import Standing, place_of, triggers_of
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.rules import Rule
from caseflow.model import (
    BoundaryEvent,
    CatchEvent,
    ConditionTrigger,
    ElementId,
    EventGateway,
    MessageTrigger,
    Node,
    ReceiveTask,
    SignalTrigger,
    TimerTrigger,
)

_AWAITED = (MessageTrigger, SignalTrigger, TimerTrigger, ConditionTrigger)


def check_event_gateways(standing: Standing, findings: Findings) -> None:
    """Check the event-based gateways of one scope."""
    nodes = standing.scope.nodes
    hosts = {
        node.behaviour.attached_to
        for node in nodes.values()
        if isinstance(node.behaviour, BoundaryEvent)
    }
    for node in nodes.values():
        if not isinstance(node.behaviour, EventGateway):
            continue
        if node.behaviour.parallel and not node.behaviour.instantiate:
            findings.add(
                Rule.EVENT_GATEWAY_TYPE,
                place_of(node),
                "a parallel event gateway does not start the case",
                "set instantiate, or use a parallel gateway before the events",
            )
        targets = [nodes[standing.scope.flows[flow].target] for flow in node.outgoing]
        receives = any(isinstance(each.behaviour, ReceiveTask) for each in targets)
        for target in targets:
            problem = _problem(target, hosts, receives=receives)
            if problem:
                findings.add(
                    Rule.EVENT_GATEWAY_TARGET,
                    place_of(target),
                    f"the event gateway {node.id} leads to it, but {problem}",
                    "lead the gateway to message, signal, timer or conditional catch events, "
                    "or to receive tasks, each with no other flow",
                )


def _problem(target: Node, hosts: set[ElementId], *, receives: bool) -> str:
    """Return why an event gateway cannot wait for a node, or nothing.

    Args:
        target: the node.
        hosts: the activities with events on their border.
        receives: whether the gateway leads to a receive task.
    """
    match target.behaviour:
        case CatchEvent() if all(isinstance(each, _AWAITED) for each in triggers_of(target)):
            if receives and any(isinstance(each, MessageTrigger) for each in triggers_of(target)):
                return "it waits for a message beside a receive task"
        case ReceiveTask():
            if target.id in hosts:
                return "it has events on its border"
        case _:
            return "it is no event that the gateway can wait for"
    return "other flows lead to it too" if len(target.incoming) > 1 else ""
