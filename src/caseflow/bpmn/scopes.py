"""Flow nodes and the scopes they stand in: a process, or a sub-process inside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from caseflow.bpmn.activities import TASKS, task
from caseflow.bpmn.data import data_flow, data_objects
from caseflow.bpmn.elements import Element
from caseflow.bpmn.events import EVENTS, event
from caseflow.bpmn.extensions import Extension, Slot, extension_of
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.flows import FLOW_NODES, Flows, check_lists, default_of, flows_of
from caseflow.bpmn.formulas import optional_expression
from caseflow.bpmn.gateways import GATEWAYS, check_direction, gateway
from caseflow.bpmn.lanes import lanes_of, roles_of
from caseflow.bpmn.loops import loop_of
from caseflow.bpmn.numbers import whole_number
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source
from caseflow.model import (
    AdHocOrdering,
    AdHocSubProcess,
    Association,
    Behaviour,
    BoundaryEvent,
    CompensationTrigger,
    ElementId,
    Hand,
    Handing,
    Node,
    Scope,
    SubProcess,
    Transaction,
)

MAX_NESTING = 50

_SUB_PROCESSES = frozenset({"adHocSubProcess", "subProcess", "transaction"})
_NEEDS_ID = FLOW_NODES | {"dataObject", "dataObjectReference", "dataStoreReference"}
_COMPENSATE = frozenset({"", "##Compensate"})


class Lanes(NamedTuple):
    """Who works where: roles by element, and the role of the lane around a sub-process."""

    roles: Mapping[str, str]
    around: str = ""

    def role_of(self, element: Element) -> str:
        """Return the role of the innermost lane that an element stands in."""
        return self.roles.get(element.id, self.around)


def scope_of(container: Element, source: Source, lanes: Lanes) -> Scope:
    """Return what stands in a process or sub-process, in the order of the file."""
    _check_ids(container, source)
    drawn = [each for each in container.all(*FLOW_NODES) if each.id]
    flows = flows_of(container, source, nodes=frozenset(each.id for each in drawn))
    nodes = {node.id: node for node in (_node(each, source, flows, lanes) for each in drawn)}
    return Scope(
        nodes=nodes,
        flows=flows.all,
        data_objects=data_objects(container, source),
        associations=tuple(_associations(nodes, source)),
    )


def is_nested_too_deep(root: Element, findings: Findings) -> bool:
    """Tell whether sub-processes are nested deeper than anybody could follow."""
    waiting = [(root, 0)]
    while waiting:
        element, depth = waiting.pop()
        depth += element.name in _SUB_PROCESSES
        if depth > MAX_NESTING:
            findings.add(
                Rule.TOO_DEEP,
                element.place,
                f"sub-processes are nested more than {MAX_NESTING} deep",
                "call a process of its own from here",
            )
            return True
        waiting.extend((child, depth) for child in element.children)
    return False


def documentation_of(element: Element) -> str:
    """Return the documentation of an element, its paragraphs one after the other."""
    return "\n\n".join(
        text for each in element.all("documentation") if (text := each.text.strip())
    )


def _node(element: Element, source: Source, flows: Flows, lanes: Lanes) -> Node:
    extension = extension_of(element, source.findings)
    looped = loop_of(element, source)
    incoming = flows.incoming.get(element.id, ())
    outgoing = flows.outgoing.get(element.id, ())
    check_lists(element, source, flows)
    if element.name in GATEWAYS:
        check_direction(element, source, incoming=len(incoming), outgoing=len(outgoing))
    return Node(
        id=ElementId(element.id),
        name=element.get("name"),
        line=element.line,
        behaviour=_behaviour(element, extension, source, lanes),
        incoming=incoming,
        outgoing=outgoing,
        default=default_of(element, source, outgoing),
        loop=looped.loop,
        data=data_flow(element, extension.structured, source, besides=looped.taken),
        is_for_compensation=element.says("isForCompensation"),
        start_quantity=whole_number(element, "startQuantity", source, default=1),
        completion_quantity=whole_number(element, "completionQuantity", source, default=1),
        documentation=documentation_of(element),
        properties=extension.structured.properties,
        handing=_handing(element, extension, source),
        is_optional=extension.says(Slot.IS_OPTIONAL),
        is_legal=extension.says(Slot.IS_LEGAL),
    )


def _handing(element: Element, extension: Extension, source: Source) -> Handing | None:
    """Return how an element hands the case on, where it says so."""
    hand = extension.name(Slot.HAND)
    if not hand:
        if extension.formula(Slot.HAND_TO) is not None:
            source.findings.add(
                Rule.BAD_EXTENSION_VALUE,
                element.place,
                "names a unit in caseflow:to, but not how the case gets there",
                "write caseflow:hand too: escalate, dispatch, transfer, ...",
            )
        return None
    return Handing(
        hand=Hand(hand),
        to=extension.formula(Slot.HAND_TO),
        reason=extension.formula(Slot.HAND_REASON),
        ground=extension.name(Slot.HAND_GROUND),
    )


def _behaviour(element: Element, extension: Extension, source: Source, lanes: Lanes) -> Behaviour:
    if element.name in EVENTS:
        return event(element, extension, source)
    if element.name in GATEWAYS:
        return gateway(element, source)
    if element.name in TASKS:
        return task(element, extension, source, lane_role=lanes.role_of(element))
    return _sub_process(element, source, lanes)


def _sub_process(
    element: Element, source: Source, lanes: Lanes
) -> SubProcess | Transaction | AdHocSubProcess:
    own = roles_of(lanes_of(element, source), lanes.role_of(element))
    inner = Lanes({**lanes.roles, **own}, around=lanes.role_of(element))
    scope = scope_of(element, source, inner)
    match element.name:
        case "transaction":
            _check_method(element, source)
            return Transaction(scope=scope)
        case "adHocSubProcess":
            is_sequential = element.get("ordering") == AdHocOrdering.SEQUENTIAL
            return AdHocSubProcess(
                scope=scope,
                ordering=AdHocOrdering.SEQUENTIAL if is_sequential else AdHocOrdering.PARALLEL,
                completion=optional_expression(element.first("completionCondition"), source),
                cancel_remaining=element.says("cancelRemainingInstances", default=True),
            )
        case _:
            return SubProcess(scope=scope, triggered_by_event=element.says("triggeredByEvent"))


def _associations(nodes: Mapping[ElementId, Node], source: Source) -> list[Association]:
    """Return how the compensation events of a scope are joined to their handlers."""
    return [
        Association(id=identity, source=node.id, target=ElementId(handler))
        for node in nodes.values()
        if isinstance(node.behaviour, BoundaryEvent)
        and any(isinstance(each, CompensationTrigger) for each in node.behaviour.triggers)
        for handler, identity in source.handlers.get(node.id, ())
    ]


def _check_ids(container: Element, source: Source) -> None:
    for each in container.all(*_NEEDS_ID):
        if not each.id:
            source.findings.add(
                Rule.ELEMENT_WITHOUT_ID,
                each.place._replace(name=each.get("name")),
                f"holds a {each.name} without an id",
                "give it one that stays the same: running cases know their place by it",
            )


def _check_method(element: Element, source: Source) -> None:
    method = element.get("method")
    if method not in _COMPENSATE:
        source.findings.add(
            Rule.TRANSACTION_METHOD,
            element.place,
            f"the transaction is cancelled by {method}",
            "use ##Compensate: what was done is undone by compensation handlers",
        )
