"""Draws processes for tests in a few words: nodes by kind, flows as ``a > b > c``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from caseflow.model import (
    AdHocOrdering,
    AdHocSubProcess,
    Assignment,
    Association,
    Behaviour,
    Binding,
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    CancelTrigger,
    CatchEvent,
    CompensationTrigger,
    ConditionTrigger,
    DataFlow,
    DataMapping,
    DataObject,
    ElementId,
    EndEvent,
    ErrorTrigger,
    EscalationTrigger,
    EventGateway,
    ExclusiveGateway,
    Flow,
    FlowId,
    Formula,
    InclusiveGateway,
    LinkTrigger,
    ManualTask,
    MessageTrigger,
    MultiInstance,
    Node,
    ParallelGateway,
    PlainTask,
    Process,
    ProcessId,
    ReceiveTask,
    Scope,
    ScriptTask,
    SendTask,
    ServiceTask,
    SignalTrigger,
    StandardLoop,
    StartEvent,
    SubProcess,
    TerminateTrigger,
    ThrowEvent,
    TimerTrigger,
    Transaction,
    Trigger,
    UserTask,
)

_PATH = re.compile(r"\s*(?P<path>[^:]+?)\s*(?::\s*(?P<condition>.+))?")


def formula(text: str | None) -> Formula | None:
    """An expression, or none."""
    return None if text is None else Formula(text=text)


def process(*parts: Node | str, name: str = "p", data: Sequence[str] = ()) -> Process:
    """A process of these nodes and flows, with data objects of these names."""
    return Process(id=ProcessId(name), file=f"{name}.bpmn", scope=scope(*parts, data=data))


def scope(*parts: Node | str, data: Sequence[str] = ()) -> Scope:
    """A scope of nodes and flows.

    A flow reads ``a > b > c``, or ``a > b : condition``, or ``a > b : default``. It is
    called ``a>b``; a second one between the same two is ``a>b#2``. What is named in a
    flow and not drawn is a start event if it is called start, an end event if its name
    begins with end, and a user task otherwise. ``event ~ handler`` is an association.
    """
    drawn = {part.id: part for part in parts if isinstance(part, Node)}
    laid: dict[FlowId, Flow] = {}
    texts = [part for part in parts if isinstance(part, str)]
    for text in texts:
        for flow in _flows(text) if "~" not in text else ():
            _lay(flow, drawn, laid)
    return Scope(
        nodes=drawn,
        flows=laid,
        data_objects=tuple(DataObject(id=ElementId(one), variable=one) for one in data),
        associations=tuple(_association(text) for text in texts if "~" in text),
    )


def _association(text: str) -> Association:
    source, target = (ElementId(name.strip()) for name in text.split("~"))
    return Association(source=source, target=target)


def _lay(flow: Flow, drawn: dict[ElementId, Node], laid: dict[FlowId, Flow]) -> None:
    for name in (flow.source, flow.target):
        if name not in drawn:
            drawn[name] = _implied(name)
    number = sum(one.split("#")[0] == flow.id for one in laid)
    identity = FlowId(f"{flow.id}#{number + 1}") if number else flow.id
    if flow.condition is not None and flow.condition.text == "default":
        flow = replace(flow, condition=None)
        drawn[flow.source] = replace(drawn[flow.source], default=identity)
    laid[identity] = replace(flow, id=identity)
    source = drawn[flow.source]
    drawn[flow.source] = replace(source, outgoing=(*source.outgoing, identity))
    target = drawn[flow.target]
    drawn[flow.target] = replace(target, incoming=(*target.incoming, identity))


def _implied(name: str) -> Node:
    if name == "start":
        return start()
    return end(name) if name.startswith("end") else user(name)


def _flows(text: str) -> Iterable[Flow]:
    found = _PATH.fullmatch(text)
    assert found is not None, text
    names = [name.strip() for name in found["path"].split(">")]
    for source, target in pairwise(names):
        yield Flow(
            id=FlowId(f"{source}>{target}"),
            source=ElementId(source),
            target=ElementId(target),
            condition=formula(found["condition"]),
        )


def _node(name: str, behaviour: Behaviour) -> Node:
    return Node(id=ElementId(name), behaviour=behaviour)


# Events


def start(name: str = "start", *triggers: Trigger, interrupting: bool = True) -> Node:
    return _node(name, StartEvent(triggers=triggers, is_interrupting=interrupting))


def end(name: str = "end", *triggers: Trigger, outcome: str = "") -> Node:
    return _node(name, EndEvent(triggers=triggers, outcome=outcome))


def catch(name: str, *triggers: Trigger) -> Node:
    return _node(name, CatchEvent(triggers=triggers))


def throw(name: str, *triggers: Trigger) -> Node:
    return _node(name, ThrowEvent(triggers=triggers))


def boundary(name: str, on: str, *triggers: Trigger, interrupting: bool = True) -> Node:
    return _node(
        name,
        BoundaryEvent(attached_to=ElementId(on), triggers=triggers, is_interrupting=interrupting),
    )


# Triggers


def message(
    name: str,
    *,
    correlation: str | None = None,
    payload: str | None = None,
    into: str | None = None,
    ttl: str | None = None,
) -> MessageTrigger:
    return MessageTrigger(
        name=name,
        correlation=formula(correlation),
        payload=formula(payload),
        into=into,
        time_to_live=formula(ttl),
    )


def signal(name: str, *, payload: str | None = None, into: str | None = None) -> SignalTrigger:
    return SignalTrigger(name=name, payload=formula(payload), into=into)


def date(text: str) -> TimerTrigger:
    return TimerTrigger(date=formula(text))


def duration(text: str) -> TimerTrigger:
    """A timer for a span; ``PT1H`` is written as such, anything else is an expression."""
    return TimerTrigger(duration=formula(repr(text) if text.startswith("P") else text))


def cycle(text: str) -> TimerTrigger:
    """A repeating timer; ``R3/PT1H`` is written as such, anything else is an expression."""
    return TimerTrigger(cycle=formula(repr(text) if text.startswith("R") else text))


def condition(text: str) -> ConditionTrigger:
    return ConditionTrigger(condition=Formula(text=text))


def error(
    code: str | None = None, *, payload: str | None = None, into: str | None = None
) -> ErrorTrigger:
    return ErrorTrigger(code=code, payload=formula(payload), into=into)


def escalation(
    code: str | None = None, *, payload: str | None = None, into: str | None = None
) -> EscalationTrigger:
    return EscalationTrigger(code=code, payload=formula(payload), into=into)


def link(name: str) -> LinkTrigger:
    return LinkTrigger(name=name)


def terminate() -> TerminateTrigger:
    return TerminateTrigger()


def compensation(activity: str | None = None, *, waits: bool = True) -> CompensationTrigger:
    named = None if activity is None else ElementId(activity)
    return CompensationTrigger(activity=named, wait_for_completion=waits)


def cancellation() -> CancelTrigger:
    return CancelTrigger()


# Gateways


def exclusive(name: str) -> Node:
    return _node(name, ExclusiveGateway())


def parallel(name: str) -> Node:
    return _node(name, ParallelGateway())


def inclusive(name: str) -> Node:
    return _node(name, InclusiveGateway())


def event_gateway(name: str) -> Node:
    return _node(name, EventGateway())


# Activities


def user(  # noqa: PLR0913 - what a task can say, each by its name
    name: str,
    *,
    assignee: str | None = None,
    roles: Sequence[str] = (),
    people: Sequence[str] = (),
    unit: str | None = None,
    due: str | None = None,
    follow_up: str | None = None,
    priority: str | None = None,
    form: str | None = None,
    not_same_as: str | None = None,
) -> Node:
    assignment = Assignment(
        assignee=formula(assignee),
        roles=tuple(Formula(text=one) for one in roles),
        people=tuple(Formula(text=one) for one in people),
        unit=formula(unit),
        due=formula(due),
        follow_up=formula(follow_up),
        priority=formula(priority),
        form=form,
        not_same_as=None if not_same_as is None else ElementId(not_same_as),
    )
    return _node(name, UserTask(assignment=assignment))


def manual(name: str) -> Node:
    return _node(name, ManualTask())


def service(
    name: str, *, topic: str = "", retries: str | None = None, result: str | None = None
) -> Node:
    return _node(name, ServiceTask(topic=topic, retries=formula(retries), result=result))


def rule(name: str, *, decision: str = "", topic: str = "") -> Node:
    return _node(name, BusinessRuleTask(decision=decision, topic=topic))


def send(name: str, trigger: MessageTrigger | None = None, *, topic: str = "") -> Node:
    return _node(name, SendTask(message=trigger, topic=topic))


def receive(name: str, trigger: MessageTrigger | None = None) -> Node:
    return _node(name, ReceiveTask(message=trigger))


def script(name: str, text: str, *, result: str | None = None) -> Node:
    return _node(name, ScriptTask(script=Formula(text=text), result=result))


def plain(name: str) -> Node:
    return _node(name, PlainTask())


def sub(name: str, *parts: Node | str, data: Sequence[str] = ()) -> Node:
    return _node(name, SubProcess(scope=scope(*parts, data=data)))


def event_sub(name: str, *parts: Node | str) -> Node:
    return _node(name, SubProcess(scope=scope(*parts), triggered_by_event=True))


def transaction(name: str, *parts: Node | str) -> Node:
    return _node(name, Transaction(scope=scope(*parts)))


def ad_hoc(
    name: str,
    *parts: Node | str,
    until: str | None = None,
    sequential: bool = False,
    cancels: bool = True,
) -> Node:
    ordering = AdHocOrdering.SEQUENTIAL if sequential else AdHocOrdering.PARALLEL
    return _node(
        name,
        AdHocSubProcess(
            scope=scope(*parts),
            ordering=ordering,
            completion=formula(until),
            cancel_remaining=cancels,
        ),
    )


def undone(activity: str, by: Node) -> tuple[Node, Node, str]:
    """What compensates an activity: the event on its border, the handler, their association."""
    event = boundary(f"undo-{activity}", activity, compensation())
    return event, replace(by, is_for_compensation=True), f"{event.id} ~ {by.id}"


def call(name: str, called: str, *, binding: Binding = Binding.DEPLOYMENT) -> Node:
    return _node(name, CallActivity(called=ProcessId(called), binding=binding))


def mapped(
    node: Node,
    *,
    inputs: Mapping[str, str] | None = None,
    outputs: Mapping[str, str] | None = None,
) -> Node:
    """The activity with declared data, given as target and source."""
    return replace(node, data=DataFlow(inputs=_mappings(inputs), outputs=_mappings(outputs)))


def _mappings(pairs: Mapping[str, str] | None) -> tuple[DataMapping, ...] | None:
    if pairs is None:
        return None
    return tuple(
        DataMapping(source=Formula(text=source), target=target) for target, source in pairs.items()
    )


def looped(
    node: Node,
    condition: str | None = None,
    *,
    test_before: bool = False,
    maximum: int | None = None,
) -> Node:
    """The activity again while the condition holds."""
    loop = StandardLoop(condition=formula(condition), test_before=test_before, maximum=maximum)
    return replace(node, loop=loop)


def multi(  # noqa: PLR0913 - what a multi-instance activity can say, each by its name
    node: Node,
    *,
    times: str | None = None,
    each: str | None = None,
    item: str | None = None,
    sequential: bool = False,
    until: str | None = None,
    into: str | None = None,
    gives: str | None = None,
) -> Node:
    """The activity for a number of times, or for each item of a collection."""
    loop = MultiInstance(
        is_sequential=sequential,
        cardinality=formula(times),
        collection=formula(each),
        item=item,
        completion=formula(until),
        output_collection=into,
        output_item=formula(gives),
    )
    return replace(node, loop=loop)
