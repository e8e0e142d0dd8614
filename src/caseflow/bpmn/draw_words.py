"""Elements in words: what kind they are, who works at them, what they wait for."""

from __future__ import annotations

import re
import unicodedata
from typing import assert_never

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
    Formula,
    InclusiveGateway,
    Lane,
    LinkTrigger,
    ManualTask,
    MessageTrigger,
    Node,
    ParallelGateway,
    PlainTask,
    ReceiveTask,
    Scope,
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

_LITERAL = re.compile(r"""^(["'])(?P<text>[^"'\\]*)\1$""")
_UNSHOWN = frozenset({"Cc", "Cf", "Cs"})
_EVENTS: dict[type, str] = {
    StartEvent: "start",
    CatchEvent: "catch",
    ThrowEvent: "throw",
    BoundaryEvent: "boundary",
    EndEvent: "end",
}


def plain(text: str) -> str:
    """Return text on one line that cannot steer a terminal: no controls, no direction marks."""
    line = " ".join(text.split())
    return "".join(char for char in line if unicodedata.category(char) not in _UNSHOWN)


def title(node: Node) -> str:
    """Return the name of a node, or its id where it has none."""
    return plain(node.name) or plain(node.id)


def kind_in_words(node: Node) -> str:
    """Say what a node is: ``user task``, ``timer boundary event``, ``exclusive gateway``."""
    match node.behaviour:
        case (
            StartEvent(triggers=triggers)
            | CatchEvent(triggers=triggers)
            | ThrowEvent(triggers=triggers)
            | BoundaryEvent(triggers=triggers)
            | EndEvent(triggers=triggers)
        ):
            kinds = " + ".join(_split_name(trigger, "Trigger") for trigger in triggers)
            return f"{kinds} {_EVENTS[type(node.behaviour)]} event".strip()
        case SubProcess(triggered_by_event=True):
            return "event sub-process"
        case PlainTask():
            return "task"
        case _:
            name = _split_name(node.behaviour, "")
            return name.replace("sub process", "sub-process").replace("ad hoc", "ad-hoc")


def workers(node: Node, lane: Lane | None) -> str:
    """Say where a node stands, and who works at it if people do."""
    where = plain(lane.name) if lane else ""
    match node.behaviour:
        case UserTask(assignment=assignment) | ManualTask(assignment=assignment):
            people = _people(assignment, lane)
            return " · ".join(dict.fromkeys(filter(None, (where, people))))
        case _:
            return where


def awaited(node: Node, lane: Lane | None, scope: Scope) -> str:  # noqa: C901, PLR0911 - one case a kind
    """Say what a case waits for that stands at a node; nothing where it never waits."""
    match node.behaviour:
        case UserTask(assignment=assignment) | ManualTask(assignment=assignment):
            due = f", due {_shown(assignment.due)}" if assignment.due else ""
            return (_people(assignment, lane) or "somebody") + due
        case ServiceTask(topic=topic) | SendTask(topic=topic) | BusinessRuleTask(topic=topic):
            return f"the job {plain(topic)}" if topic else ""
        case ReceiveTask(message=message):
            return _trigger(message) if message else "a message"
        case (
            StartEvent(triggers=triggers, parallel=parallel)
            | CatchEvent(triggers=triggers, parallel=parallel)
            | BoundaryEvent(triggers=triggers, parallel=parallel)
        ):
            return (" and " if parallel else " or ").join(_trigger(each) for each in triggers)
        case EventGateway():
            return _events_after(node, scope)
        case ParallelGateway() | InclusiveGateway() | ComplexGateway():
            return "the other branches"
        case CallActivity(called=called):
            return f"the process {plain(called)}"
        case SubProcess() | Transaction() | AdHocSubProcess():
            return "what is inside"
        case ScriptTask() | PlainTask() | ThrowEvent() | EndEvent() | ExclusiveGateway():
            return ""
        case _:
            assert_never(node.behaviour)


def _events_after(node: Node, scope: Scope) -> str:
    targets = [flow.target for flow in scope.flows.values() if flow.source == node.id]
    events = [scope.nodes[target] for target in targets if target in scope.nodes]
    return " or ".join(filter(None, (awaited(event, None, scope) for event in events)))


def _trigger(trigger: Trigger) -> str:  # noqa: C901, PLR0911, PLR0912 - one case a kind
    match trigger:
        case MessageTrigger(name=name):
            return f"the message {plain(name)}"
        case TimerTrigger(date=date, duration=duration, cycle=cycle):
            return f"the timer {_shown(date or duration or cycle)}"
        case SignalTrigger(name=name):
            return f"the signal {plain(name)}"
        case ErrorTrigger(code=code):
            return f"the error {plain(code)}" if code else "any error"
        case EscalationTrigger(code=code):
            return f"the escalation {plain(code)}" if code else "any escalation"
        case ConditionTrigger(condition=condition):
            return f"the condition {_shown(condition)}"
        case LinkTrigger(name=name):
            return f"the link {plain(name)}"
        case CompensationTrigger():
            return "a compensation"
        case CancelTrigger():
            return "a cancellation"
        case TerminateTrigger():
            return "the end"
        case _:
            assert_never(trigger)


def _people(assignment: Assignment, lane: Lane | None) -> str:
    if assignment.assignee:
        return _shown(assignment.assignee)
    named = [_shown(formula) for formula in (*assignment.roles, *assignment.people)]
    return ", ".join(named) or (plain(lane.role) if lane else "")


def _shown(formula: Formula | None) -> str:
    """Return a literal without its quotes, any other expression as it was written."""
    text = plain(formula.text) if formula else ""
    found = _LITERAL.match(text)
    return found["text"] if found else text


def _split_name(value: object, ending: str) -> str:
    name = type(value).__name__.removesuffix(ending)
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return "conditional" if spaced == "condition" else spaced
