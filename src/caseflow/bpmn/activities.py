"""Tasks and call activities (BPMN 2.0.2, 10.3)."""

from __future__ import annotations

from caseflow.bpmn.elements import Element, local
from caseflow.bpmn.events import message, message_of_operation
from caseflow.bpmn.extensions import Extension, Slot
from caseflow.bpmn.formulas import script
from caseflow.bpmn.people import assignment_of
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source
from caseflow.model import (
    Binding,
    BusinessRuleTask,
    CallActivity,
    ManualTask,
    MessageTrigger,
    PlainTask,
    ProcessId,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    UserTask,
)

TASKS = frozenset(
    {
        "businessRuleTask",
        "callActivity",
        "manualTask",
        "receiveTask",
        "scriptTask",
        "sendTask",
        "serviceTask",
        "task",
        "userTask",
    }
)
_OPERATION = frozenset({"operation"})

Task = (
    UserTask
    | ManualTask
    | ServiceTask
    | SendTask
    | ReceiveTask
    | ScriptTask
    | BusinessRuleTask
    | PlainTask
    | CallActivity
)


def task(element: Element, extension: Extension, source: Source, *, lane_role: str) -> Task:
    """Return the behaviour of an activity that is no sub-process."""
    match element.name:
        case "userTask":
            return UserTask(
                assignment=assignment_of(element, extension, source, lane_role=lane_role)
            )
        case "manualTask":
            return ManualTask(
                assignment=assignment_of(element, extension, source, lane_role=lane_role)
            )
        case "scriptTask":
            return _script_task(element, extension, source)
        case "callActivity":
            return _call_activity(element, extension, source)
        case "receiveTask":
            return ReceiveTask(
                message=_message(element, extension, source),
                instantiate=element.says("instantiate"),
            )
        case _:
            return _machine_task(element, extension, source)


def _machine_task(
    element: Element, extension: Extension, source: Source
) -> ServiceTask | SendTask | BusinessRuleTask | PlainTask:
    topic = extension.name(Slot.TOPIC)
    retries = extension.formula(Slot.RETRIES)
    priority = extension.formula(Slot.PRIORITY)
    result = extension.name(Slot.RESULT) or None
    match element.name:
        case "serviceTask":
            return ServiceTask(
                topic=topic or _operation(element, source),
                retries=retries,
                priority=priority,
                headers=extension.structured.headers,
                result=result,
            )
        case "sendTask":
            return SendTask(
                message=_message(element, extension, source),
                topic=topic,
                retries=retries,
                priority=priority,
                result=result,
            )
        case "businessRuleTask":
            return BusinessRuleTask(
                decision=extension.name(Slot.DECISION),
                is_replaceable=extension.says(Slot.IS_REPLACEABLE),
                topic=topic,
                retries=retries,
                priority=priority,
                result=result,
            )
        case _:
            return PlainTask()


def _message(element: Element, extension: Extension, source: Source) -> MessageTrigger | None:
    reference = element.reference("messageRef") or message_of_operation(
        element.reference("operationRef"), element, source
    )
    return message(reference, element, extension, source)


def _operation(element: Element, source: Source) -> str:
    """Return what a service task without a topic calls: the name of its operation."""
    found = source.resolve(element.reference("operationRef"), element.place, to=_OPERATION)
    return "" if found is None else found.get("name") or found.id


def _script_task(element: Element, extension: Extension, source: Source) -> ScriptTask:
    written = extension.formula(Slot.SCRIPT) or script(element, source)
    if not written.text:
        source.findings.add(
            Rule.MISSING_SCRIPT,
            element.place,
            "the script task has no script",
            "write lines of the form name = expression, or use a task of another kind",
        )
    return ScriptTask(script=written, result=extension.name(Slot.RESULT) or None)


def _call_activity(element: Element, extension: Extension, source: Source) -> CallActivity:
    called = extension.name(Slot.CALLED) or element.get("calledElement")
    if not called:
        source.findings.add(
            Rule.MISSING_CALLED_ELEMENT,
            element.place,
            "the call activity does not say which process it calls",
            "write the id of a process (calledElement)",
        )
    return CallActivity(
        called=ProcessId(local(called)),
        binding=Binding(extension.name(Slot.BINDING) or Binding.DEPLOYMENT),
    )
