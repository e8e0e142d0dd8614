"""From a flow node of the model to the element that executes it, or to a refusal."""

from __future__ import annotations

from typing import assert_never

from caseflow.kernel.activity import Activity, Loop, Work
from caseflow.kernel.elements.boundary_event import BoundaryElement
from caseflow.kernel.elements.call_activity import CallWork
from caseflow.kernel.elements.catch_event import CatchElement
from caseflow.kernel.elements.compensation import undoing
from caseflow.kernel.elements.complex_gateway import ComplexGatewayElement
from caseflow.kernel.elements.decision_task import DecisionWork
from caseflow.kernel.elements.end_event import EndElement
from caseflow.kernel.elements.event_gateway import EventGatewayElement
from caseflow.kernel.elements.event_sub_process import EventSubProcessElement
from caseflow.kernel.elements.exclusive_gateway import ExclusiveGatewayElement
from caseflow.kernel.elements.inclusive_gateway import InclusiveGatewayElement
from caseflow.kernel.elements.instance_events import InstanceEvents
from caseflow.kernel.elements.machine_task import MachineWork
from caseflow.kernel.elements.multi_instance import MultiInstanceLoop
from caseflow.kernel.elements.parallel_gateway import ParallelGatewayElement
from caseflow.kernel.elements.person_task import PersonWork
from caseflow.kernel.elements.plain_task import PlainWork
from caseflow.kernel.elements.receive_task import ReceiveWork
from caseflow.kernel.elements.script_task import BareScriptElement, ScriptWork
from caseflow.kernel.elements.send_task import SendWork
from caseflow.kernel.elements.standard_loop import StandardLoopElement
from caseflow.kernel.elements.start_event import StartElement
from caseflow.kernel.elements.sub_process import SubProcessWork
from caseflow.kernel.elements.throw_event import LinkThrowElement, ThrowElement
from caseflow.kernel.elements.transaction import CancelEndElement
from caseflow.kernel.faults import Faults
from caseflow.kernel.forge import Forge
from caseflow.kernel.listener import Listener
from caseflow.kernel.run import Element
from caseflow.model import (
    AdHocSubProcess,
    Assignment,
    Binding,
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    CancelTrigger,
    CatchEvent,
    ComplexGateway,
    DataFlow,
    EndEvent,
    ErrorTrigger,
    EscalationTrigger,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    LinkTrigger,
    ManualTask,
    MessageTrigger,
    MultiInstance,
    Node,
    ParallelGateway,
    PlainTask,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    StandardLoop,
    StartEvent,
    SubProcess,
    TerminateTrigger,
    ThrowEvent,
    Transaction,
    Trigger,
    UserTask,
)

MAX_QUANTITY = 1_000
"""How many tokens an activity may take or give at once."""


def bind(forge: Forge, node: Node) -> Element:  # noqa: C901, PLR0911 - one case a kind of node
    """Return what executes a node; what cannot be executed leaves a finding."""
    match node.behaviour:
        case StartEvent() | EndEvent() | CatchEvent() | ThrowEvent() | BoundaryEvent():
            return _event(forge, node)
        case ExclusiveGateway():
            return ExclusiveGatewayElement()
        case ParallelGateway():
            return ParallelGatewayElement()
        case InclusiveGateway():
            return InclusiveGatewayElement()
        case EventGateway() as gateway:
            if gateway.parallel and not gateway.instantiate:
                forge.refuse_element(node, "a parallel event-based gateway inside a case")
            return EventGatewayElement()
        case ComplexGateway() as gateway:
            return ComplexGatewayElement(activation=forge.optional(gateway.activation, node))
        case SubProcess(triggered_by_event=True) as behaviour:
            return _event_sub_process(forge, node, behaviour)
        case _:
            return _activity(forge, node)


def _event(forge: Forge, node: Node) -> Element:
    _check_data(forge, node)
    match node.behaviour:
        case StartEvent() as event:
            _check_triggers(forge, node, event.triggers, parallel=event.parallel)
            return StartElement(outputs=forge.outputs(node))
        case EndEvent() as event:
            return _end(forge, node, event)
        case CatchEvent() as event:
            _check_triggers(forge, node, event.triggers, parallel=event.parallel)
            return CatchElement(
                listener=forge.listener(event.triggers, node, is_parallel=event.parallel),
                is_link=any(isinstance(one, LinkTrigger) for one in event.triggers),
            )
        case BoundaryEvent() as event:
            _check_triggers(forge, node, event.triggers, parallel=event.parallel)
            return BoundaryElement(
                listener=forge.listener(event.triggers, node, is_parallel=event.parallel),
                is_interrupting=event.is_interrupting,
                faults=_faults(event.triggers),
            )
        case ThrowEvent() as event:
            if any(isinstance(trigger, LinkTrigger) for trigger in event.triggers):
                return LinkThrowElement()
            return ThrowElement(
                throwing=forge.throwing(event.triggers, node), undoing=undoing(forge, node)
            )
        case _:
            raise AssertionError(node.behaviour)


def _check_data(forge: Forge, node: Node) -> None:
    """Refuse data that an event would not use."""
    match node.behaviour:
        case ThrowEvent(triggers=triggers) | EndEvent(triggers=triggers):
            is_fit = node.data.outputs is None and (triggers or node.data.inputs is None)
        case StartEvent() | CatchEvent() | BoundaryEvent():
            is_fit = node.data.inputs is None
        case _:
            is_fit = True
    if not is_fit:
        forge.refuse_element(node, "an event with data that it neither takes nor gives")


def _check_triggers(
    forge: Forge, node: Node, triggers: tuple[Trigger, ...], *, parallel: bool = False
) -> None:
    faults = ErrorTrigger, EscalationTrigger
    if parallel and len(triggers) > 1 and any(isinstance(one, faults) for one in triggers):
        forge.refuse_element(node, "an event that waits for an error and more at once")


def _end(forge: Forge, node: Node, event: EndEvent) -> Element:
    if any(isinstance(one, CancelTrigger) for one in event.triggers):
        return CancelEndElement()
    return EndElement(
        outcome=event.outcome,
        throwing=forge.throwing(event.triggers, node),
        terminates=any(isinstance(one, TerminateTrigger) for one in event.triggers),
        undoing=undoing(forge, node),
    )


def _faults(triggers: tuple[Trigger, ...]) -> Faults:
    return Faults(
        errors=tuple(one for one in triggers if isinstance(one, ErrorTrigger)),
        escalations=tuple(one for one in triggers if isinstance(one, EscalationTrigger)),
    )


def _event_sub_process(forge: Forge, node: Node, behaviour: SubProcess) -> Element:
    starts = [
        (start, start.behaviour)
        for start in behaviour.scope.nodes.values()
        if isinstance(start.behaviour, StartEvent) and start.behaviour.triggers
    ]
    if len(starts) != 1:
        forge.refuse(
            "event-sub-process-start",
            node,
            "an event sub-process needs one start event that says what starts it",
            "draw one start event with a trigger inside it",
        )
        return EventSubProcessElement(
            start=node.id, listener=Listener(), is_interrupting=True, faults=Faults()
        )
    (start, event), *_ = starts
    return EventSubProcessElement(
        start=start.id,
        listener=forge.listener(event.triggers, start, is_parallel=event.parallel),
        is_interrupting=event.is_interrupting,
        faults=_faults(event.triggers),
    )


def _activity(forge: Forge, node: Node) -> Element:
    if not 1 <= node.start_quantity <= MAX_QUANTITY or not (
        1 <= node.completion_quantity <= MAX_QUANTITY
    ):
        forge.refuse_element(node, f"an activity with token quantities beyond 1 to {MAX_QUANTITY}")
    work = _work(forge, node)
    loop = _loop(forge, node)
    is_bare = loop is None and node.data == DataFlow() and node.start_quantity == 1
    if isinstance(work, ScriptWork) and is_bare:
        return BareScriptElement(work)  # what turns out to have boundary events is wrapped later
    return Activity(
        work=work,
        inputs=forge.transfers(node.data.inputs, node),
        outputs=forge.transfers(node.data.outputs, node),
        loop=loop,
        start_quantity=node.start_quantity,
    )


def _loop(forge: Forge, node: Node) -> Loop | None:
    match node.loop:
        case None:
            return None
        case StandardLoop() as loop:
            if loop.condition is None and loop.maximum is None:
                forge.refuse(
                    "endless-loop",
                    node,
                    "the loop says neither while what it goes on nor how often",
                    "give it a loopCondition or a loopMaximum",
                )
            return StandardLoopElement(
                condition=forge.optional(loop.condition, node),
                test_before=loop.test_before,
                maximum=loop.maximum,
            )
        case MultiInstance() as loop:
            return MultiInstanceLoop(
                is_sequential=loop.is_sequential,
                cardinality=forge.optional(loop.cardinality, node),
                collection=forge.optional(loop.collection, node),
                item=loop.item,
                completion=forge.optional(loop.completion, node),
                output_collection=loop.output_collection,
                output_item=forge.optional(loop.output_item, node),
                events=_instance_events(forge, node, loop),
            )
        case _:
            assert_never(node.loop)


def _instance_events(forge: Forge, node: Node, loop: MultiInstance) -> InstanceEvents | None:
    if loop.behavior == "All":
        return None
    trigger = {"None": loop.none_event, "One": loop.one_event}.get(loop.behavior)
    throwing = forge.throwing(() if trigger is None else (trigger,), node)
    if throwing.is_nothing:
        forge.refuse_element(
            node, f"a multi-instance activity of behavior {loop.behavior} with what it throws"
        )
    return InstanceEvents(throwing=throwing, is_first_only=loop.behavior == "One")


def _work(forge: Forge, node: Node) -> Work:  # noqa: C901, PLR0911, PLR0912 - one case a kind
    match node.behaviour:
        case UserTask(assignment=assignment) | ManualTask(assignment=assignment):
            return _person(forge, node, assignment)
        case ServiceTask() as task:
            return _machine(forge, node, task, topic=task.topic)
        case BusinessRuleTask() as task:
            if task.decision and not task.topic:
                return _decision(forge, node, task)
            return _machine(forge, node, task, topic=task.topic)
        case SendTask() as task:
            if task.topic or task.message is None:
                return _machine(forge, node, task, topic=task.topic)
            return SendWork(throwing=forge.throwing((task.message,), node))
        case ReceiveTask() as task:
            # Without a message in the diagram it waits for the one that is called like it.
            message = task.message or MessageTrigger(name=node.id)
            return ReceiveWork(listener=forge.listener((message,), node))
        case ScriptTask() as task:
            return _script(forge, node, task)
        case PlainTask():
            return PlainWork()
        case SubProcess() | Transaction() | AdHocSubProcess():
            return SubProcessWork()
        case CallActivity() as activity:
            if activity.binding is Binding.LATEST:
                return CallWork(called=activity.called, version=None)
            key = forge.called_process(activity, node)
            return CallWork(called=key.id, version=key.version)
        case _:
            raise AssertionError(node.behaviour)


def _machine(
    forge: Forge, node: Node, task: ServiceTask | SendTask | BusinessRuleTask, *, topic: str
) -> MachineWork:
    return MachineWork(
        topic=topic or node.id,
        tries=forge.optional(task.retries, node),
        priority=forge.optional(task.priority, node),
        result=task.result,
    )


def _decision(forge: Forge, node: Node, task: BusinessRuleTask) -> Work:
    decisions = forge.decisions(task, node)
    if decisions is None:
        return PlainWork()
    return DecisionWork(decisions=decisions, decision=task.decision, result=task.result)


def _script(forge: Forge, node: Node, task: ScriptTask) -> ScriptWork:
    if task.result:
        return ScriptWork(script=forge.expression(task.script, node), result=task.result)
    return ScriptWork(script=forge.script(task.script, node))


def _person(forge: Forge, node: Node, assignment: Assignment) -> PersonWork:
    return PersonWork(
        assignee=forge.optional(assignment.assignee, node),
        roles=tuple(forge.expression(one, node) for one in assignment.roles),
        people=tuple(forge.expression(one, node) for one in assignment.people),
        unit=forge.optional(assignment.unit, node),
        due=forge.optional(assignment.due, node),
        follow_up=forge.optional(assignment.follow_up, node),
        priority=forge.optional(assignment.priority, node),
        form=assignment.form,
        not_same_as=assignment.not_same_as,
        ladder=forge.ladder(assignment.ladder, node),
    )
