"""From a flow node of the model to the element that executes it, or to a refusal."""

from __future__ import annotations

from typing import TypeVar, assert_never

from caseflow.kernel.activity import Activity, Loop, Work
from caseflow.kernel.elements.boundary_event import BoundaryElement
from caseflow.kernel.elements.call_activity import CallWork
from caseflow.kernel.elements.catch_event import CatchElement
from caseflow.kernel.elements.end_event import EndElement
from caseflow.kernel.elements.event_gateway import EventGatewayElement
from caseflow.kernel.elements.event_sub_process import EventSubProcessElement
from caseflow.kernel.elements.exclusive_gateway import ExclusiveGatewayElement
from caseflow.kernel.elements.inclusive_gateway import InclusiveGatewayElement
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
from caseflow.kernel.forge import Forge
from caseflow.kernel.listener import Faults, Listener
from caseflow.kernel.run import Element
from caseflow.model import (
    AdHocSubProcess,
    Assignment,
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    CancelTrigger,
    CatchEvent,
    CompensationTrigger,
    ComplexGateway,
    ConditionTrigger,
    EndEvent,
    ErrorTrigger,
    EscalationTrigger,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    LinkTrigger,
    ManualTask,
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

T = TypeVar("T")

_LATER = "draw it with elements that are executed: docs/reference/bpmn.md lists them"


def bind(forge: Forge, node: Node) -> Element:  # noqa: C901, PLR0911, PLR0912 - one case a kind of node
    """Return what executes a node; what cannot be executed leaves a finding."""
    match node.behaviour:
        case StartEvent() as event:
            _check_triggers(forge, node, event.triggers, parallel=event.parallel)
            return StartElement()
        case EndEvent() as event:
            _check_triggers(forge, node, event.triggers)
            return _end(forge, node, event)
        case CatchEvent() as event:
            _check_triggers(forge, node, event.triggers, parallel=event.parallel)
            return CatchElement(
                listener=forge.listener(event.triggers, node),
                is_link=any(isinstance(one, LinkTrigger) for one in event.triggers),
            )
        case ThrowEvent() as event:
            _check_triggers(forge, node, event.triggers)
            return _throw(forge, node, event)
        case BoundaryEvent() as event:
            _check_triggers(forge, node, event.triggers, parallel=event.parallel)
            return BoundaryElement(
                listener=forge.listener(event.triggers, node),
                is_interrupting=event.is_interrupting,
                faults=_faults(event.triggers),
            )
        case ExclusiveGateway():
            return ExclusiveGatewayElement()
        case ParallelGateway():
            return ParallelGatewayElement()
        case InclusiveGateway():
            return InclusiveGatewayElement()
        case EventGateway() as gateway:
            if gateway.instantiate or gateway.parallel:
                _refuse(forge, node, "an event-based gateway that starts cases")
            return EventGatewayElement()
        case ComplexGateway():
            _refuse(forge, node, "a complex gateway")
            return ParallelGatewayElement()
        case SubProcess(triggered_by_event=True) as behaviour:
            return _event_sub_process(forge, node, behaviour)
        case _:
            return _activity(forge, node)


def _refuse(forge: Forge, node: Node, what: str) -> None:
    forge.refuse("not-executable", node, f"{what} cannot be executed yet", _LATER)


def _check_triggers(
    forge: Forge, node: Node, triggers: tuple[Trigger, ...], *, parallel: bool = False
) -> None:
    if parallel and len(triggers) > 1:
        _refuse(forge, node, "an event that waits for several triggers at once")
    for trigger in triggers:
        match trigger:
            case ConditionTrigger():
                _refuse(forge, node, "a conditional event")
            case CompensationTrigger():
                _refuse(forge, node, "a compensation event")
            case CancelTrigger():
                _refuse(forge, node, "a cancel event")
            case _:
                pass


def _of(kind: type[T], triggers: tuple[Trigger, ...]) -> tuple[T, ...]:
    return tuple(trigger for trigger in triggers if isinstance(trigger, kind))


def _faults(triggers: tuple[Trigger, ...]) -> Faults:
    return Faults(errors=_of(ErrorTrigger, triggers), escalations=_of(EscalationTrigger, triggers))


def _throw(forge: Forge, node: Node, event: ThrowEvent) -> Element:
    if any(isinstance(trigger, LinkTrigger) for trigger in event.triggers):
        return LinkThrowElement()
    return ThrowElement(
        messages=forge.messages(event.triggers, node),
        signals=forge.signals(event.triggers, node),
        escalations=_codes(event.triggers),
    )


def _end(forge: Forge, node: Node, event: EndEvent) -> Element:
    errors = _of(ErrorTrigger, event.triggers)
    return EndElement(
        outcome=event.outcome,
        messages=forge.messages(event.triggers, node),
        signals=forge.signals(event.triggers, node),
        escalations=_codes(event.triggers),
        error=(errors[0].code or errors[0].name) if errors else None,
        terminates=any(isinstance(one, TerminateTrigger) for one in event.triggers),
    )


def _codes(triggers: tuple[Trigger, ...]) -> tuple[str, ...]:
    return tuple(one.code or one.name for one in _of(EscalationTrigger, triggers))


def _event_sub_process(forge: Forge, node: Node, behaviour: SubProcess) -> Element:
    for start in behaviour.scope.nodes.values():
        if isinstance(start.behaviour, StartEvent):
            event = start.behaviour
            return EventSubProcessElement(
                start=start.id,
                listener=forge.listener(event.triggers, start),
                is_interrupting=event.is_interrupting,
                faults=_faults(event.triggers),
            )
    forge.refuse(
        "event-sub-process-start",
        node,
        "an event sub-process needs one start event that says what starts it",
        "draw a start event with a trigger inside it",
    )
    return EventSubProcessElement(
        start=node.id, listener=Listener(), is_interrupting=True, faults=Faults()
    )


def _activity(forge: Forge, node: Node) -> Element:
    if node.is_for_compensation:
        _refuse(forge, node, "a compensation handler")
    if node.start_quantity != 1 or node.completion_quantity != 1:
        _refuse(forge, node, "an activity with token quantities")
    work = _work(forge, node)
    loop = _loop(forge, node)
    if isinstance(work, ScriptWork) and loop is None and node.data.inputs is node.data.outputs:
        return BareScriptElement(work)  # what turns out to have boundary events is wrapped later
    return Activity(
        work=work,
        inputs=forge.transfers(node.data.inputs, node),
        outputs=forge.transfers(node.data.outputs, node),
        loop=loop,
    )


def _loop(forge: Forge, node: Node) -> Loop | None:
    match node.loop:
        case None:
            return None
        case StandardLoop() as loop:
            return StandardLoopElement(
                condition=forge.optional(loop.condition, node),
                test_before=loop.test_before,
                maximum=loop.maximum,
            )
        case MultiInstance() as loop:
            if loop.behavior != "All":
                _refuse(forge, node, "a multi-instance activity that throws events")
            return MultiInstanceLoop(
                is_sequential=loop.is_sequential,
                cardinality=forge.optional(loop.cardinality, node),
                collection=forge.optional(loop.collection, node),
                item=loop.item,
                completion=forge.optional(loop.completion, node),
                output_collection=loop.output_collection,
                output_item=forge.optional(loop.output_item, node),
            )
        case _:
            assert_never(node.loop)


def _work(forge: Forge, node: Node) -> Work:  # noqa: C901, PLR0911, PLR0912 - one case a kind
    match node.behaviour:
        case UserTask(assignment=assignment) | ManualTask(assignment=assignment):
            return _person(forge, node, assignment)
        case ServiceTask() as task:
            return MachineWork(
                topic=task.topic or node.id, tries=forge.optional(task.retries, node)
            )
        case BusinessRuleTask() as task:
            topic = task.topic or task.decision or node.id
            return MachineWork(topic=topic, tries=forge.optional(task.retries, node))
        case SendTask() as task:
            if task.message is None:
                return MachineWork(
                    topic=task.topic or node.id, tries=forge.optional(task.retries, node)
                )
            return SendWork(message=forge.messages((task.message,), node)[0])
        case ReceiveTask() as task:
            if task.instantiate:
                _refuse(forge, node, "a receive task that starts cases")
            return ReceiveWork(listener=_received(forge, node, task))
        case ScriptTask() as task:
            return ScriptWork(script=forge.script(task.script, node))
        case PlainTask():
            return PlainWork()
        case SubProcess():
            return SubProcessWork()
        case CallActivity() as activity:
            return CallWork(called=forge.called_process(activity, node))
        case Transaction() | AdHocSubProcess():
            _refuse(forge, node, "a transaction or an ad-hoc sub-process")
            return SubProcessWork()
        case _:
            raise AssertionError(node.behaviour)


def _received(forge: Forge, node: Node, task: ReceiveTask) -> Listener:
    if task.message is not None:
        return forge.listener((task.message,), node)
    return forge.listener((), node)


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
    )
