"""Gateways (BPMN 2.0.2, 10.6)."""

from __future__ import annotations

from caseflow.bpmn.elements import Element
from caseflow.bpmn.formulas import optional_expression
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source
from caseflow.model import (
    ComplexGateway,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
)

GATEWAYS = frozenset(
    {
        "complexGateway",
        "eventBasedGateway",
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
    }
)


def gateway(
    element: Element, source: Source
) -> ExclusiveGateway | ParallelGateway | InclusiveGateway | ComplexGateway | EventGateway:
    """Return the behaviour of a gateway."""
    match element.name:
        case "exclusiveGateway":
            return ExclusiveGateway()
        case "parallelGateway":
            return ParallelGateway()
        case "inclusiveGateway":
            return InclusiveGateway()
        case "complexGateway":
            activation = optional_expression(element.first("activationCondition"), source)
            return ComplexGateway(activation=activation)
        case _:
            return EventGateway(
                instantiate=element.says("instantiate"),
                parallel=element.get("eventGatewayType") == "Parallel",
            )


def check_direction(element: Element, source: Source, *, incoming: int, outgoing: int) -> None:
    """Note where the flows of a gateway contradict its gatewayDirection."""
    direction = element.get("gatewayDirection")
    fits = {
        "Converging": outgoing <= 1,
        "Diverging": incoming <= 1,
        "Mixed": incoming > 1 and outgoing > 1,
    }.get(direction, True)
    if not fits:
        source.findings.add(
            Rule.GATEWAY_DIRECTION,
            element.place,
            f"is {direction} with {incoming} incoming and {outgoing} outgoing flows",
            "mend the flows, or remove gatewayDirection: only the flows are executed",
        )
