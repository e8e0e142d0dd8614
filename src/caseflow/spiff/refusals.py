"""What SpiffWorkflow 3.2 would run wrong, found in the model before it sees the diagram."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from caseflow.model import (
    AdHocSubProcess,
    Binding,
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    CancelTrigger,
    CatchEvent,
    CompensationTrigger,
    ComplexGateway,
    DataFlow,
    ElementId,
    EndEvent,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    LinkTrigger,
    ManualTask,
    Node,
    ParallelGateway,
    PlainTask,
    Process,
    ReceiveTask,
    Scope,
    ScriptTask,
    SendTask,
    ServiceTask,
    StartEvent,
    SubProcess,
    ThrowEvent,
    TimerTrigger,
    Transaction,
    Trigger,
    UserTask,
)
from caseflow.model import ConditionTrigger as When
from caseflow.spiff.findings import Refusals
from caseflow.spiff.soundness import check_tokens

OWN_NAMES = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
OWN_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin", " [child]")
WAITING = (UserTask, ManualTask, ServiceTask, BusinessRuleTask, ReceiveTask, SubProcess)


def check_process(refusals: Refusals, process: Process) -> None:
    """Note everything in a process that SpiffWorkflow would run wrong."""
    if not process.is_executable:
        refusals.refuse(
            "not-executable",
            process,
            "SpiffWorkflow runs no process that is not marked executable",
            'write isExecutable="true"',
        )
    ids = [name for name, _ in _scopes(process.scope)]
    taken = {*ids, process.id}
    _check_scope(refusals, process.scope, process, taken=taken)


def _scopes(scope: Scope) -> Iterable[tuple[ElementId, Scope]]:
    for node in scope.nodes.values():
        if isinstance(node.behaviour, SubProcess):
            yield node.id, node.behaviour.scope
            yield from _scopes(node.behaviour.scope)


def _check_scope(
    refusals: Refusals, scope: Scope, owner: Process | Node, *, taken: set[str]
) -> None:
    before = len(refusals.found)
    _check_beginning(refusals, scope, owner)
    for data in scope.data_objects:
        refusals.refuse(
            "data-object",
            owner,
            f"SpiffWorkflow keeps data object {data.name or data.id} aside from the variables",
            "use a variable of the same name, and take the data object out",
        )
    _check_flows(refusals, scope)
    for node in scope.nodes.values():
        if node.handing is not None:
            refusals.refuse(
                "handing",
                node,
                "SpiffWorkflow knows no units that a case could be handed to",
                "run the diagram on the kernel, or hand the case on by the API",
            )
        _check_node(refusals, scope, node, taken=taken)
        _check_behaviour(refusals, scope, node)
        if isinstance(node.behaviour, SubProcess) and not node.behaviour.triggered_by_event:
            _check_scope(refusals, node.behaviour.scope, node, taken=taken)
    if len(refusals.found) == before:  # the tokens of what is refused anyway tell nothing
        check_tokens(refusals, scope, owner)


def _check_beginning(refusals: Refusals, scope: Scope, owner: Process | Node) -> None:
    starts = [one for one in scope.nodes.values() if isinstance(one.behaviour, StartEvent)]
    if len(starts) != 1:
        refusals.refuse(
            "one-start",
            owner,
            f"SpiffWorkflow needs one start event in every process and sub-process, "
            f"and this has {len(starts) or 'none'}",
            "draw one plain start event, or a process for each way to begin",
        )
    if not any(isinstance(one.behaviour, EndEvent) for one in scope.nodes.values()):
        refusals.refuse(
            "no-end",
            owner,
            "SpiffWorkflow never ends a scope without an end event",
            "draw an end event where the work is done",
        )


def _check_flows(refusals: Refusals, scope: Scope) -> None:
    pairs: set[tuple[ElementId, ElementId]] = set()
    for flow in scope.flows.values():
        source = scope.nodes[flow.source]
        if ":" in flow.id:  # made up by the reader, because the file has none
            refusals.refuse(
                "flow-without-id",
                flow,
                f"SpiffWorkflow does not see the flow from {flow.source} to {flow.target}, "
                "because it has no id",
                "give the flow an id, as every modeler does",
            )
        if (flow.source, flow.target) in pairs:
            refusals.refuse(
                "two-flows-of-a-pair",
                flow,
                f"SpiffWorkflow takes two flows from {flow.source} to {flow.target} for one",
                "join their conditions with or in one flow",
            )
        pairs.add((flow.source, flow.target))
        if flow.condition is not None and not isinstance(source.behaviour, ExclusiveGateway):
            refusals.refuse(
                "condition-ignored",
                flow,
                f"SpiffWorkflow does not look at the condition of a flow out of {flow.source}",
                "put an exclusive gateway behind it",
            )


def _check_node(refusals: Refusals, scope: Scope, node: Node, *, taken: set[str]) -> None:
    if node.id in OWN_NAMES or node.id.endswith(OWN_ENDINGS):
        refusals.refuse(
            "id-clash",
            node,
            f"SpiffWorkflow calls one of its own tasks {node.id}, and drops one of the two",
            "give the element another id",
        )
    if node.id in taken and not isinstance(node.behaviour, SubProcess):
        refusals.refuse(
            "id-clash",
            node,
            f"{node.id} is the id of the process too, which SpiffWorkflow does not tell apart",
            "give the element another id",
        )
    if node.loop is not None:
        refusals.refuse(
            "loop",
            node,
            "SpiffWorkflow runs loops and multi-instance activities on copies of the data, "
            "without the counters of BPMN",
        )
    if node.is_for_compensation or (node.start_quantity, node.completion_quantity) != (1, 1):
        refusals.refuse(
            "activity-marker", node, "SpiffWorkflow ignores compensation and token quantities"
        )
    takes_inputs = isinstance(node.behaviour, ServiceTask | BusinessRuleTask | SendTask)
    if node.data.outputs is not None or (node.data != DataFlow() and not takes_inputs):
        refusals.refuse(
            "data-mapping",
            node,
            "SpiffWorkflow has no data mapping of this kind",
            "set the variables in a script task",
        )
    if not _stands_apart(node):
        _check_ways(refusals, scope, node)


def _stands_apart(node: Node) -> bool:
    """Tell whether no flow needs to lead to a node or away from it."""
    match node.behaviour:
        case CatchEvent(triggers=triggers) | ThrowEvent(triggers=triggers):
            return any(isinstance(one, LinkTrigger) for one in triggers)
        case BoundaryEvent(triggers=triggers):
            return any(isinstance(one, CompensationTrigger) for one in triggers)
        case SubProcess(triggered_by_event=True):
            return True
        case _:
            return node.is_for_compensation


def _check_ways(refusals: Refusals, scope: Scope, node: Node) -> None:
    behaviour = node.behaviour
    splits = isinstance(behaviour, ExclusiveGateway | ParallelGateway | EventGateway)
    if len(node.outgoing) > 1 and not splits:
        refusals.refuse(
            "implicit-split",
            node,
            "SpiffWorkflow does not split where no gateway is drawn",
            "put a parallel gateway behind it",
        )
    if not node.outgoing and not isinstance(behaviour, EndEvent):
        refusals.refuse(
            "no-way-out",
            node,
            "SpiffWorkflow never ends a case in which a path stops without an end event",
            "draw an end event behind it",
        )
    if not node.incoming and not isinstance(behaviour, StartEvent | BoundaryEvent):
        refusals.refuse(
            "no-way-in",
            node,
            "nothing leads here, and SpiffWorkflow begins at start events alone",
            "join it to the rest, or take it out",
        )
    if isinstance(behaviour, CatchEvent | ReceiveTask) and len(node.incoming) > 1:
        before = (scope.nodes[scope.flows[one].source].behaviour for one in node.incoming)
        if any(isinstance(one, EventGateway) for one in before):
            refusals.refuse(
                "event-gateway", node, "SpiffWorkflow lets an event wait at one gateway alone"
            )


def _check_behaviour(refusals: Refusals, scope: Scope, node: Node) -> None:  # noqa: C901, PLR0912, PLR0915 - one case a kind
    match node.behaviour:
        case StartEvent() as event:  # its timers are fired before there is a case
            others = [one for one in event.triggers if not isinstance(one, TimerTrigger)]
            _check_triggers(refusals, node, tuple(others), parallel=event.parallel)
        case CatchEvent() as event:
            _check_triggers(refusals, node, event.triggers, parallel=event.parallel)
        case BoundaryEvent() as event:
            _check_triggers(refusals, node, event.triggers, parallel=event.parallel)
            _check_boundary(refusals, scope, node, event)
        case ThrowEvent(triggers=triggers) | EndEvent(triggers=triggers):
            _check_triggers(refusals, node, triggers)
        case InclusiveGateway() | ComplexGateway():
            refusals.refuse(
                "gateway",
                node,
                "SpiffWorkflow does not join by the rules of inclusive and complex gateways",
            )
        case EventGateway(instantiate=instantiate, parallel=parallel):
            _check_event_gateway(refusals, scope, node, starts=instantiate or parallel)
        case ReceiveTask(instantiate=True):
            refusals.refuse("receive-start", node, "SpiffWorkflow starts no case by a task")
        case SubProcess(triggered_by_event=True):
            refusals.refuse(
                "event-sub-process",
                node,
                "SpiffWorkflow runs event sub-processes without their event, or does not "
                "interrupt what they should",
            )
        case Transaction() | AdHocSubProcess():
            refusals.refuse(
                "sub-process", node, "SpiffWorkflow runs no transactions and ad-hoc sub-processes"
            )
        case ExclusiveGateway() | ParallelGateway() | UserTask() | ManualTask() | ServiceTask():
            pass
        case SendTask() | ReceiveTask() | ScriptTask() | BusinessRuleTask() | PlainTask():
            pass
        case CallActivity(binding=Binding.LATEST):
            refusals.refuse(
                "late-call",
                node,
                "SpiffWorkflow reads what is called together with what calls it",
                "leave out the binding, and deploy both together",
            )
        case SubProcess() | CallActivity():
            pass
        case _:
            assert_never(node.behaviour)


def _check_triggers(
    refusals: Refusals, node: Node, triggers: tuple[Trigger, ...], *, parallel: bool = False
) -> None:
    if parallel and len(triggers) > 1:
        refusals.refuse(
            "parallel-multiple", node, "SpiffWorkflow goes on with the first of several events"
        )
    for trigger in triggers:
        match trigger:
            case LinkTrigger():
                refusals.refuse(
                    "link",
                    node,
                    "SpiffWorkflow does not follow links",
                    "draw the sequence flow instead",
                )
            case CompensationTrigger() | CancelTrigger():
                refusals.refuse(
                    "compensation", node, "SpiffWorkflow neither compensates nor cancels"
                )
            case When():
                refusals.refuse(
                    "condition",
                    node,
                    "SpiffWorkflow does not look at a condition when another branch makes it true",
                )
            case TimerTrigger(cycle=cycle) if cycle is not None:
                refusals.refuse(
                    "cycle",
                    node,
                    "SpiffWorkflow repeats timers by rules of its own",
                    "use a duration, in a loop where it must repeat",
                )
            case _:
                pass


def _check_boundary(refusals: Refusals, scope: Scope, node: Node, event: BoundaryEvent) -> None:
    if not event.is_interrupting and not all(
        isinstance(trigger, TimerTrigger) for trigger in event.triggers
    ):
        refusals.refuse(
            "not-armed-again",
            node,
            "SpiffWorkflow lets a non-interrupting event happen once only",
            "let it interrupt, or catch the event in a branch of its own",
        )
    host = scope.nodes[event.attached_to].behaviour
    if not isinstance(host, (*WAITING, CallActivity, SendTask)):
        refusals.refuse(
            "boundary-of-what-does-not-wait",
            node,
            "this event is on an activity that is done at once",
            "check for what can go wrong with an exclusive gateway",
        )


def _check_event_gateway(refusals: Refusals, scope: Scope, node: Node, *, starts: bool) -> None:
    if starts:
        refusals.refuse("event-gateway", node, "SpiffWorkflow starts no case at a gateway")
    targets = (scope.nodes[scope.flows[one].target] for one in node.outgoing)
    hosts = {
        one.behaviour.attached_to
        for one in scope.nodes.values()
        if isinstance(one.behaviour, BoundaryEvent)
    }
    for target in targets:
        if target.id in hosts:
            refusals.refuse(
                "event-gateway",
                target,
                "SpiffWorkflow allows no boundary events on a task behind an event gateway",
            )
