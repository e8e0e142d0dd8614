"""Sequence flows that BPMN does not allow, or that do not do what they seem to."""

from __future__ import annotations

from caseflow.bpmn.checks.walk import (
    Standing,
    is_event_sub_process,
    place_of,
    place_of_flow,
)
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.rules import Rule
from caseflow.model import (
    BoundaryEvent,
    CatchEvent,
    EndEvent,
    EventGateway,
    Flow,
    Node,
    ParallelGateway,
    ReceiveTask,
    StartEvent,
    ThrowEvent,
)


def check_flows(standing: Standing, findings: Findings) -> None:
    """Check the flows of one scope."""
    for node in standing.scope.nodes.values():
        _check_ends(node, findings)
        _check_default(node, standing, findings)
    for flow in standing.scope.flows.values():
        if flow.condition is not None:
            _check_condition(flow, standing.scope.nodes[flow.source], findings)


def _check_ends(node: Node, findings: Findings) -> None:
    """Check that a node may have the flows that come in and go out."""
    place = place_of(node)
    match node.behaviour:
        case StartEvent() if node.incoming:
            findings.add(
                Rule.START_WITH_INCOMING,
                place,
                f"a start event has the incoming flow {node.incoming[0]}",
                "lead the flow to the element after the start event",
            )
        case EndEvent() if node.outgoing:
            findings.add(
                Rule.END_WITH_OUTGOING,
                place,
                f"an end event has the outgoing flow {node.outgoing[0]}",
                "use an intermediate throw event, or remove the flow",
            )
        case BoundaryEvent() if node.incoming:
            findings.add(
                Rule.BOUNDARY_WITH_INCOMING,
                place,
                f"an event on a border has the incoming flow {node.incoming[0]}",
                "lead the flow to the activity, or to an intermediate event",
            )
        case EventGateway(instantiate=True) | ReceiveTask(instantiate=True) if node.incoming:
            findings.add(
                Rule.INSTANTIATE_WITH_INCOMING,
                place,
                f"starts a case, but has the incoming flow {node.incoming[0]}",
                "remove the flow, or set instantiate to false",
            )
        case _ if is_event_sub_process(node) and (node.incoming or node.outgoing):
            findings.add(
                Rule.EVENT_SUBPROCESS_FLOW,
                place,
                "an event sub-process has sequence flows",
                "remove them: only its start event starts it",
            )
        case _ if node.is_for_compensation and (node.incoming or node.outgoing):
            findings.add(
                Rule.COMPENSATION_WITH_FLOW,
                place,
                "a compensation handler has sequence flows",
                "join it to the compensation event by an association only",
            )


def _check_default(node: Node, standing: Standing, findings: Findings) -> None:
    if node.default is not None and standing.scope.flows[node.default].condition is not None:
        findings.add(
            Rule.DEFAULT_FLOW,
            place_of(node),
            f"the default flow {node.default} has a condition",
            "remove the condition: a default flow is taken when no other can be",
        )


def _check_condition(flow: Flow, source: Node, findings: Findings) -> None:
    match source.behaviour:
        case ParallelGateway() | EventGateway():
            findings.add(
                Rule.CONDITION_IGNORED,
                place_of_flow(flow),
                f"its condition is not looked at, because it leaves the gateway {source.id}",
                "remove the condition, or use an inclusive gateway",
            )
        case StartEvent() | CatchEvent() | ThrowEvent() | BoundaryEvent() | EndEvent():
            findings.add(
                Rule.CONDITION_AFTER_EVENT,
                place_of_flow(flow),
                f"has a condition, but leaves the event {source.id}",
                "put an exclusive gateway after the event",
            )
        case _:
            pass
