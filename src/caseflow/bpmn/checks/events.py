"""Events in the right place with the right triggers (BPMN 2.0.2, tables 10.84 to 10.90)."""

from __future__ import annotations

from caseflow.bpmn.checks.walk import Standing, is_event_sub_process, place_of, triggers_of
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.rules import Rule
from caseflow.model import (
    AdHocSubProcess,
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    CancelTrigger,
    CatchEvent,
    CompensationTrigger,
    ConditionTrigger,
    EndEvent,
    ErrorTrigger,
    EscalationTrigger,
    LinkTrigger,
    ManualTask,
    MessageTrigger,
    Node,
    PlainTask,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    SignalTrigger,
    StartEvent,
    SubProcess,
    TerminateTrigger,
    ThrowEvent,
    TimerTrigger,
    Transaction,
    Trigger,
    UserTask,
)

_ACTIVITIES = (
    UserTask,
    ManualTask,
    ServiceTask,
    SendTask,
    ReceiveTask,
    ScriptTask,
    BusinessRuleTask,
    PlainTask,
    SubProcess,
    Transaction,
    AdHocSubProcess,
    CallActivity,
)
_START = (MessageTrigger, TimerTrigger, ConditionTrigger, SignalTrigger)
_EVENT_START = (*_START, ErrorTrigger, EscalationTrigger, CompensationTrigger)
_CATCH = (*_START, LinkTrigger)
_THROW = (MessageTrigger, EscalationTrigger, CompensationTrigger, LinkTrigger, SignalTrigger)
_END = (
    MessageTrigger,
    ErrorTrigger,
    EscalationTrigger,
    CancelTrigger,
    CompensationTrigger,
    SignalTrigger,
    TerminateTrigger,
)
_BOUNDARY = (*_EVENT_START, CancelTrigger)


def check_events(standing: Standing, findings: Findings) -> None:
    """Check the events of one scope."""
    for node in standing.scope.nodes.values():
        _check_triggers(node, standing, findings)
        _check_together(node, findings)
        _check_cancel(node, standing, findings)
        if isinstance(node.behaviour, BoundaryEvent):
            _check_host(node, node.behaviour, standing, findings)
        if isinstance(node.behaviour, BoundaryEvent | StartEvent):
            _check_interrupts(node, node.behaviour, standing, findings)
    _check_content(standing, findings)


def _check_triggers(node: Node, standing: Standing, findings: Findings) -> None:
    """Check that an event has a trigger where it needs one, and only such as it may have."""
    allowed = _allowed(node, standing)
    if _needs_trigger(node, standing) and not triggers_of(node):
        findings.add(
            Rule.EVENT_WITHOUT_TRIGGER,
            place_of(node),
            "the event waits for nothing",
            "choose a message, timer, condition or another trigger for it",
        )
    for trigger in triggers_of(node):
        if not isinstance(trigger, allowed):
            findings.add(
                Rule.TRIGGER_NOT_ALLOWED,
                place_of(node),
                f"{_called(trigger)} cannot stand at {_kind(node, standing)}",
                f"here may stand: {', '.join(map(_type_called, allowed)) or 'no trigger'}",
            )


def _needs_trigger(node: Node, standing: Standing) -> bool:
    match node.behaviour:
        case CatchEvent() | BoundaryEvent():
            return True
        case StartEvent():
            return standing.is_event_scope
        case _:
            return False


def _allowed(node: Node, standing: Standing) -> tuple[type[Trigger], ...]:
    match node.behaviour:
        case StartEvent():
            return _allowed_start(standing)
        case CatchEvent():
            return _CATCH
        case BoundaryEvent():
            return _BOUNDARY
        case ThrowEvent():
            return _THROW
        case _:
            return _END


def _allowed_start(standing: Standing) -> tuple[type[Trigger], ...]:
    if standing.owner is None:
        return _START
    return _EVENT_START if standing.is_event_scope else ()


def _check_together(node: Node, findings: Findings) -> None:
    """Check triggers that stand together in one event."""
    triggers = triggers_of(node)
    is_caught = not isinstance(node.behaviour, ThrowEvent | EndEvent)
    alone = (LinkTrigger, CancelTrigger, *((CompensationTrigger,) if is_caught else ()))
    if len(triggers) > 1:
        for trigger in triggers:
            if isinstance(trigger, alone):
                findings.add(
                    Rule.TRIGGER_STANDS_ALONE,
                    place_of(node),
                    f"{_called(trigger)} stands together with other triggers",
                    "give it an event of its own",
                )
    elif getattr(node.behaviour, "parallel", False) and triggers:
        findings.add(
            Rule.PARALLEL_WITH_ONE_TRIGGER,
            place_of(node),
            "waits for all of its triggers, but has only one",
            "add the other triggers, or set parallelMultiple to false",
        )


def _check_cancel(node: Node, standing: Standing, findings: Findings) -> None:
    if not any(isinstance(trigger, CancelTrigger) for trigger in triggers_of(node)):
        return
    if isinstance(node.behaviour, BoundaryEvent):
        host = standing.scope.nodes.get(node.behaviour.attached_to)
        is_right = host is not None and isinstance(host.behaviour, Transaction)
    else:
        is_right = any(isinstance(each.behaviour, Transaction) for each in standing.around)
    if not is_right:
        findings.add(
            Rule.CANCEL_OUTSIDE_TRANSACTION,
            place_of(node),
            "a cancel event has no transaction to cancel",
            "put it into or onto a transaction, or use an error event",
        )


def _check_host(node: Node, event: BoundaryEvent, standing: Standing, findings: Findings) -> None:
    host = standing.scope.nodes.get(event.attached_to)
    if host is None:
        problem = f"{event.attached_to or 'nothing'}, which is not in the same process or scope"
    elif not isinstance(host.behaviour, _ACTIVITIES):
        problem = f"{host.id}, which is no activity"
    elif is_event_sub_process(host):
        problem = f"{host.id}, which is an event sub-process"
    else:
        return
    findings.add(
        Rule.BOUNDARY_HOST,
        place_of(node),
        f"stands on the border of {problem}",
        "attach it to a task, a sub-process or a call activity",
    )


def _check_interrupts(
    node: Node, event: BoundaryEvent | StartEvent, standing: Standing, findings: Findings
) -> None:
    if event.is_interrupting or (isinstance(event, StartEvent) and not standing.is_event_scope):
        return
    for trigger in event.triggers:
        if isinstance(trigger, ErrorTrigger | CancelTrigger):
            findings.add(
                Rule.MUST_INTERRUPT,
                place_of(node),
                f"{_called(trigger)} does not interrupt, though what it catches has ended already",
                "make the event interrupting, or use an escalation",
            )


def _check_content(standing: Standing, findings: Findings) -> None:
    """Check what may stand in an event sub-process and in an ad-hoc sub-process."""
    owner = standing.owner
    nodes = standing.scope.nodes.values()
    starts = [node for node in nodes if isinstance(node.behaviour, StartEvent)]
    if owner is not None and standing.is_event_scope and len(starts) != 1:
        findings.add(
            Rule.EVENT_SUBPROCESS_START,
            place_of(owner),
            f"an event sub-process has {len(starts)} start events",
            "give it exactly one, with a trigger",
        )
    if owner is not None and isinstance(owner.behaviour, AdHocSubProcess):
        for node in nodes:
            if isinstance(node.behaviour, StartEvent | EndEvent):
                findings.add(
                    Rule.ADHOC_CONTENT,
                    place_of(node),
                    f"{_kind(node, standing)} stands in an ad-hoc sub-process",
                    "remove it: its activities start when somebody chooses them",
                )


def _kind(node: Node, standing: Standing) -> str:
    match node.behaviour:
        case StartEvent() if standing.is_event_scope:
            return "the start of an event sub-process"
        case StartEvent() if standing.owner is not None:
            return "the start of a sub-process"
        case StartEvent():
            return "a start event"
        case EndEvent():
            return "an end event"
        case BoundaryEvent():
            return "a border"
        case _:
            return "an intermediate event"


def _called(trigger: Trigger) -> str:
    return _type_called(type(trigger))


def _type_called(kind: type[Trigger]) -> str:
    return kind.__name__.removesuffix("Trigger").lower()
