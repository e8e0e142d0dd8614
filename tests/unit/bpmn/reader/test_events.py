"""Events and their triggers in the model."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from caseflow.bpmn import Reading
from caseflow.model import (
    BoundaryEvent,
    CancelTrigger,
    CatchEvent,
    CompensationTrigger,
    ConditionTrigger,
    CorrelationKey,
    CorrelationValue,
    ElementId,
    EndEvent,
    ErrorTrigger,
    EscalationTrigger,
    Formula,
    LinkTrigger,
    MessageTrigger,
    Process,
    SignalTrigger,
    StartEvent,
    TerminateTrigger,
    ThrowEvent,
    TimerTrigger,
    Trigger,
)

SHARED = (
    '<message id="m" name="letter"/><message id="nameless"/>'
    '<signal id="s" name="alarm"/><signal id="quiet"/>'
    '<error id="e" name="Broken" errorCode="E1"/><error id="any"/>'
    '<escalation id="x" name="Late" escalationCode="X1"/>'
    '<timerEventDefinition id="hour"><timeDuration>PT1H</timeDuration></timerEventDefinition>'
    '<interface name="I"><operation id="op" name="post"><inMessageRef>m</inMessageRef>'
    "</operation></interface>"
)
OWN = (
    'caseflow:correlation="=number" caseflow:payload="data" caseflow:into="letter" '
    'caseflow:timeToLive="span"'
)
WHEN = "<condition> n &gt; 1 </condition>"


def test_the_five_events(process_of: Callable[..., Process]) -> None:
    process = process_of(
        '<startEvent id="a"/><task id="t"/>'
        '<boundaryEvent id="b" attachedToRef="t" cancelActivity="false">'
        '<signalEventDefinition signalRef="s"/></boundaryEvent>'
        '<intermediateCatchEvent id="c"><signalEventDefinition signalRef="s"/>'
        "</intermediateCatchEvent>"
        '<intermediateThrowEvent id="d"/><endEvent id="e2" caseflow:outcome="done"/>',
        beside=SHARED,
    )

    alarm = SignalTrigger(name="alarm")
    nodes = process.scope.nodes.values()
    assert [node.behaviour for node in nodes if node.id != "t"] == [
        StartEvent(),
        BoundaryEvent(attached_to=ElementId("t"), triggers=(alarm,), is_interrupting=False),
        CatchEvent(triggers=(alarm,)),
        ThrowEvent(),
        EndEvent(outcome="done"),
    ]


@pytest.mark.parametrize(
    ("definition", "trigger"),
    [
        ('<messageEventDefinition messageRef="m"/>', MessageTrigger(name="letter")),
        ('<messageEventDefinition messageRef="nameless"/>', MessageTrigger(name="nameless")),
        (
            "<messageEventDefinition><operationRef>op</operationRef></messageEventDefinition>",
            MessageTrigger(name="letter"),
        ),
        (
            f'<messageEventDefinition messageRef="m" {OWN}/>',
            MessageTrigger(
                name="letter",
                correlation=Formula(text="number", line=2),
                payload=Formula(text="data", line=2),
                into="letter",
                time_to_live=Formula(text="span", line=2),
            ),
        ),
        ('<signalEventDefinition signalRef="quiet"/>', SignalTrigger(name="quiet")),
        (
            '<signalEventDefinition signalRef="s" caseflow:payload="=[1]" caseflow:into="x"/>',
            SignalTrigger(name="alarm", payload=Formula(text="[1]", line=2), into="x"),
        ),
        (
            '<escalationEventDefinition escalationRef="x" caseflow:into="why"/>',
            EscalationTrigger(code="X1", name="Late", into="why"),
        ),
        ("<escalationEventDefinition/>", EscalationTrigger()),
        ('<errorEventDefinition errorRef="e"/>', ErrorTrigger(code="E1", name="Broken")),
        ('<errorEventDefinition errorRef="any"/>', ErrorTrigger()),
        (
            f"<conditionalEventDefinition>{WHEN}</conditionalEventDefinition>",
            ConditionTrigger(condition=Formula(text="n > 1", line=2)),
        ),
        (
            "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
            TimerTrigger(duration=Formula(text='"PT1H"', line=2)),
        ),
    ],
)
def test_what_an_event_waits_for(
    definition: str, trigger: Trigger, process_of: Callable[..., Process]
) -> None:
    process = process_of(
        '<task id="t"/><boundaryEvent id="b" attachedToRef="t">' + definition + "</boundaryEvent>",
        beside=SHARED,
    )

    assert process.scope.nodes[ElementId("b")].behaviour == BoundaryEvent(
        attached_to=ElementId("t"), triggers=(trigger,)
    )


@pytest.mark.parametrize(
    ("definition", "trigger"),
    [
        ("<terminateEventDefinition/>", TerminateTrigger()),
        ("<cancelEventDefinition/>", CancelTrigger()),
        (
            '<errorEventDefinition errorRef="e" caseflow:payload="reason"/>',
            ErrorTrigger(code="E1", name="Broken", payload=Formula(text="reason", line=2)),
        ),
        (
            '<compensateEventDefinition activityRef="t"/>',
            CompensationTrigger(activity=ElementId("t")),
        ),
    ],
)
def test_what_an_end_throws(
    definition: str, trigger: Trigger, examined: Callable[..., Reading]
) -> None:
    reading = examined(
        '<process id="p" isExecutable="true"><transaction id="tx"><task id="t"/>'
        f'<endEvent id="x2">{definition}</endEvent></transaction></process>{SHARED}'
    )

    assert reading.diagram is not None
    (transaction,) = reading.diagram.processes[0].scope.nodes.values()
    assert f"triggers=({trigger!r},)" in repr(transaction)


def test_links_have_a_name(process_of: Callable[..., Process]) -> None:
    process = process_of(
        '<intermediateThrowEvent id="a"><linkEventDefinition name="on"/></intermediateThrowEvent>'
        '<intermediateCatchEvent id="b"><linkEventDefinition name="on"/></intermediateCatchEvent>'
    )

    assert [node.behaviour for node in process.scope.nodes.values()] == [
        ThrowEvent(triggers=(LinkTrigger(name="on"),)),
        CatchEvent(triggers=(LinkTrigger(name="on"),)),
    ]


def test_an_event_may_have_several_triggers_and_share_them(
    process_of: Callable[..., Process],
) -> None:
    process = process_of(
        '<startEvent id="a" parallelMultiple="true" isInterrupting="false">'
        '<messageEventDefinition messageRef="m"/><signalEventDefinition signalRef="s"/>'
        "<eventDefinitionRef>hour</eventDefinitionRef></startEvent>",
        beside=SHARED,
    )

    assert process.scope.nodes[ElementId("a")].behaviour == StartEvent(
        triggers=(
            MessageTrigger(name="letter"),
            SignalTrigger(name="alarm"),
            TimerTrigger(duration=Formula(text='"PT1H"', line=3)),
        ),
        parallel=True,
        is_interrupting=False,
    )


def test_a_throw_without_code_names_what_it_throws(examined: Callable[..., Reading]) -> None:
    reading = examined(
        SHARED
        + '<process id="p" isExecutable="true"><endEvent id="z" name="Ended badly">'
        + "<errorEventDefinition/></endEvent></process>"
    )

    assert [(each.rule, each.element, each.name) for each in reading.findings] == [
        ("throw-without-code", "z", "Ended badly")
    ]


CORRELATED = (
    '<message id="m" name="letter"/><message id="m2" name="reply"/>'
    '<collaboration id="c"><correlationKey id="k" name="Order">'
    "<correlationPropertyRef>cp1</correlationPropertyRef>"
    "<correlationPropertyRef>cp2</correlationPropertyRef></correlationKey></collaboration>"
    '<correlationProperty id="cp1" name="number">'
    '<correlationPropertyRetrievalExpression messageRef="m"><messagePath>a.no</messagePath>'
    "</correlationPropertyRetrievalExpression></correlationProperty>"
    '<correlationProperty id="cp2">'
    '<correlationPropertyRetrievalExpression messageRef="m"><messagePath>year</messagePath>'
    "</correlationPropertyRetrievalExpression></correlationProperty>"
)
CATCHES = '<receiveTask id="r" messageRef="m"/><receiveTask id="r2" messageRef="m2"/>'
SUBSCRIBED = (
    '<correlationSubscription correlationKeyRef="k">'
    '<correlationPropertyBinding correlationPropertyRef="cp2"><dataPath>this_year</dataPath>'
    "</correlationPropertyBinding></correlationSubscription>"
)
RETRIEVAL = (
    CorrelationValue(property="number", path=Formula(text="a.no", line=3)),
    CorrelationValue(property="cp2", path=Formula(text="year", line=3)),
)
BINDING = (CorrelationValue(property="cp2", path=Formula(text="this_year", line=2)),)


def messages(process: Process) -> list[MessageTrigger | None]:
    return [getattr(node.behaviour, "message", None) for node in process.scope.nodes.values()]


def test_a_key_is_read_from_the_messages_that_carry_it(
    process_of: Callable[..., Process],
) -> None:
    process = process_of(CATCHES, beside=CORRELATED)

    assert messages(process) == [
        MessageTrigger(name="letter", keys=(CorrelationKey(name="Order", retrieval=RETRIEVAL),)),
        MessageTrigger(name="reply"),
    ]
    assert process.correlation_keys == (CorrelationKey(name="Order", retrieval=()),)


def test_a_subscription_binds_a_key_to_the_case(process_of: Callable[..., Process]) -> None:
    process = process_of(CATCHES + SUBSCRIBED, beside=CORRELATED)

    assert process.correlation_keys == (
        CorrelationKey(name="Order", retrieval=(), binding=BINDING),
    )
    assert messages(process)[0] == MessageTrigger(
        name="letter", keys=(CorrelationKey(name="Order", retrieval=RETRIEVAL, binding=BINDING),)
    )
