"""Events and what they wait for or throw (BPMN 2.0.2, 10.5)."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.bpmn import juel
from caseflow.bpmn.correlation import bound
from caseflow.bpmn.elements import Element
from caseflow.bpmn.extensions import Extension, Slot, extension_of
from caseflow.bpmn.findings import Place
from caseflow.bpmn.formulas import expression, is_marked
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source
from caseflow.bpmn.times import time_expression
from caseflow.model import (
    BoundaryEvent,
    CancelTrigger,
    CatchEvent,
    CompensationTrigger,
    ConditionTrigger,
    ElementId,
    EndEvent,
    ErrorTrigger,
    EscalationTrigger,
    Formula,
    LinkTrigger,
    MessageTrigger,
    SignalTrigger,
    StartEvent,
    TerminateTrigger,
    ThrowEvent,
    TimerTrigger,
    Trigger,
)

EVENTS = frozenset(
    {
        "boundaryEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "startEvent",
    }
)
DEFINITIONS = frozenset(
    {
        "cancelEventDefinition",
        "compensateEventDefinition",
        "conditionalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "linkEventDefinition",
        "messageEventDefinition",
        "signalEventDefinition",
        "terminateEventDefinition",
        "timerEventDefinition",
    }
)
ACTIVITIES = frozenset(
    {
        "adHocSubProcess",
        "businessRuleTask",
        "callActivity",
        "manualTask",
        "receiveTask",
        "scriptTask",
        "sendTask",
        "serviceTask",
        "subProcess",
        "task",
        "transaction",
        "userTask",
    }
)
_THROWS = frozenset({"endEvent", "implicitThrowEvent", "intermediateThrowEvent"})
_TIMES = ("timeDate", "timeDuration", "timeCycle")
_MESSAGE = frozenset({"message"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The event or activity that an event definition is read for.

    ``topic`` is the job that a modeler of Camunda lets a throwing event do.
    """

    element: Element
    is_thrown: bool
    topic: str = ""

    @property
    def place(self) -> Place:
        """Where findings about the trigger point to."""
        return self.element.place


def event(
    element: Element, extension: Extension, source: Source
) -> StartEvent | CatchEvent | ThrowEvent | BoundaryEvent | EndEvent:
    """Return the behaviour of one of the five elements that are events."""
    owner = Owner(
        element=element, is_thrown=element.name in _THROWS, topic=extension.name(Slot.TOPIC)
    )
    found = triggers(owner, source)
    parallel = element.says("parallelMultiple")
    match element.name:
        case "startEvent":
            interrupting = element.says("isInterrupting", default=True)
            return StartEvent(triggers=found, parallel=parallel, is_interrupting=interrupting)
        case "intermediateCatchEvent":
            return CatchEvent(triggers=found, parallel=parallel)
        case "boundaryEvent":
            return BoundaryEvent(
                attached_to=ElementId(element.reference("attachedToRef")),
                triggers=found,
                parallel=parallel,
                is_interrupting=element.says("cancelActivity", default=True),
            )
        case "endEvent":
            return EndEvent(
                triggers=found,
                outcome=extension.name(Slot.OUTCOME),
                mandatory=extension.texts(Slot.MANDATORY),
            )
        case _:
            return ThrowEvent(triggers=found)


def triggers(owner: Owner, source: Source) -> tuple[Trigger, ...]:
    """Return what an event waits for or throws, in the order of the file."""
    element = owner.element
    definitions = list(element.all(*DEFINITIONS))
    for reference in element.references("eventDefinitionRef"):
        shared = source.resolve(reference, element.place, to=DEFINITIONS)
        if shared is not None:
            definitions.append(shared)
    return tuple(trigger(definition, owner, source) for definition in definitions)


def trigger(definition: Element, owner: Owner, source: Source) -> Trigger:
    """Return what one event definition says, in the event or shared at the top of the file."""
    match definition.name:
        case "messageEventDefinition":
            return _message_event(definition, owner, source)
        case "timerEventDefinition":
            return _timer(definition, owner, source)
        case "signalEventDefinition":
            return _signal(definition, owner, source)
        case "errorEventDefinition" | "escalationEventDefinition":
            return _coded(definition, owner, source)
        case "conditionalEventDefinition":
            return ConditionTrigger(condition=_condition(definition, source))
        case _:
            return _plain(definition, owner, source)


def message(
    reference: str, element: Element, extension: Extension, source: Source
) -> MessageTrigger | None:
    """Return the message that an event or a task refers to, or None where it names none."""
    found = source.resolve(reference, element.place, to=_MESSAGE)
    if found is None:
        return None
    shared = extension_of(found, source.findings)
    bindings = extension.structured.bindings + shared.structured.bindings
    return MessageTrigger(
        name=_name_of(found, element.place, source),
        correlation=_either(Slot.CORRELATION, extension, shared),
        keys=tuple(bound(key, source, bindings) for key in source.keys.get(found.id, ())),
        payload=_either(Slot.PAYLOAD, extension, shared),
        into=extension.name(Slot.INTO) or shared.name(Slot.INTO) or None,
        time_to_live=_either(Slot.TIME_TO_LIVE, extension, shared),
    )


def message_of_operation(reference: str, element: Element, source: Source) -> str:
    """Return the id of the message that an operation takes, or nothing."""
    operation = source.resolve(reference, element.place, to=frozenset({"operation"}))
    references = () if operation is None else operation.references("inMessageRef")
    return references[0] if references else ""


def _message_event(definition: Element, owner: Owner, source: Source) -> MessageTrigger:
    extension = extension_of(definition, source.findings)
    operations = definition.references("operationRef")
    reference = definition.reference("messageRef") or (
        message_of_operation(operations[0], owner.element, source) if operations else ""
    )
    found = message(reference, definition, extension, source)
    if found is not None:
        return found
    # Camunda's modelers let a job throw a message: its topic is all the name there is.
    topic = extension.name(Slot.TOPIC) or owner.topic
    if not (reference or topic):
        _names_nothing(owner, source, what="message")
    return MessageTrigger(name=topic, payload=extension.formula(Slot.PAYLOAD))


def _signal(definition: Element, owner: Owner, source: Source) -> SignalTrigger:
    reference = definition.reference("signalRef")
    found = source.resolve(reference, owner.place, to=frozenset({"signal"}))
    if found is None:
        if not reference:
            _names_nothing(owner, source, what="signal")
        return SignalTrigger(name="")
    own = extension_of(definition, source.findings)
    shared = extension_of(found, source.findings)
    return SignalTrigger(
        name=_name_of(found, owner.place, source),
        payload=_either(Slot.PAYLOAD, own, shared),
        into=own.name(Slot.INTO) or shared.name(Slot.INTO) or None,
    )


def _coded(definition: Element, owner: Owner, source: Source) -> ErrorTrigger | EscalationTrigger:
    kind = definition.name.removesuffix("EventDefinition")
    reference = definition.reference(f"{kind}Ref")
    found = source.resolve(reference, owner.place, to=frozenset({kind}))
    own = extension_of(definition, source.findings)
    shared = Extension() if found is None else extension_of(found, source.findings)
    code = "" if found is None else found.get(f"{kind}Code")
    _check_not_computed(code, owner.place, source)
    if owner.is_thrown and not code:
        source.findings.add(
            Rule.THROW_WITHOUT_CODE,
            owner.place,
            f"throws an {kind} without a code, so only a handler of every {kind} catches it",
            f"refer to an {kind} that has an {kind}Code",
        )
    made = ErrorTrigger if kind == "error" else EscalationTrigger
    return made(
        code=code or None,
        name="" if found is None else found.get("name"),
        payload=_either(Slot.PAYLOAD, own, shared),
        into=own.name(Slot.INTO) or shared.name(Slot.INTO) or None,
    )


def _timer(definition: Element, owner: Owner, source: Source) -> TimerTrigger:
    times = {each.name: each for each in definition.all(*_TIMES)}
    if len(list(definition.all(*_TIMES))) != 1:
        source.findings.add(
            Rule.TIMER_VALUES,
            owner.place,
            f"the timer has {', '.join(times) or 'no time'}",
            "give it exactly one of timeDate, timeDuration and timeCycle",
        )
    values = {name: time_expression(each, source) for name, each in times.items()}
    return TimerTrigger(
        date=values.get("timeDate"),
        duration=values.get("timeDuration"),
        cycle=values.get("timeCycle"),
    )


def _condition(definition: Element, source: Source) -> Formula:
    condition = definition.first("condition")
    return expression(definition if condition is None else condition, source)


def _plain(definition: Element, owner: Owner, source: Source) -> Trigger:
    """Return a trigger that needs little or nothing beside its kind."""
    match definition.name:
        case "linkEventDefinition":
            return LinkTrigger(name=definition.get("name"))
        case "compensateEventDefinition":
            reference = definition.reference("activityRef")
            found = source.resolve(reference, owner.place, to=ACTIVITIES)
            return CompensationTrigger(
                activity=None if found is None else ElementId(found.id),
                wait_for_completion=definition.says("waitForCompletion", default=True),
            )
        case "cancelEventDefinition":
            return CancelTrigger()
        case _:
            return TerminateTrigger()


def _name_of(element: Element, place: Place, source: Source) -> str:
    """Return what a message or signal is called by everybody: its name, else its id."""
    name = element.get("name") or element.id
    _check_not_computed(name, place, source)
    return name


def _check_not_computed(text: str, place: Place, source: Source) -> None:
    if is_marked(text) or juel.holds_wrapper(text):
        source.findings.add(
            Rule.COMPUTED_NAME,
            place,
            f"the name or code {text} would have to be computed",
            "write a fixed one, and tell cases apart by correlation or payload",
        )


def _names_nothing(owner: Owner, source: Source, *, what: str) -> None:
    source.findings.add(
        Rule.EVENT_NAMES_NOTHING,
        owner.place,
        f"names no {what}",
        f"choose or create the {what} in the modeler ({what}Ref)",
    )


def _either(slot: Slot, first: Extension, second: Extension) -> Formula | None:
    return first.formula(slot) or second.formula(slot)
