"""Start events: how a case begins (BPMN 2.0.2, 10.5.2 and 13.5.1)."""

from __future__ import annotations

import pytest
from tests.unit.kernel.drawing import (
    condition,
    duration,
    event_sub,
    message,
    plain,
    process,
    signal,
    start,
    sub,
)
from tests.unit.kernel.playing import compiled, play

from caseflow.errors import CommandRefused, DiagramRefused
from caseflow.kernel import (
    CaseCompleted,
    CaseStarted,
    MessageReceived,
    PathTaken,
    ProcessKey,
    SignalReceived,
)
from caseflow.model import ElementId, FlowId, ProcessId, Trigger

P = ProcessId("p")
KEY = ProcessKey(id=P, version=1)


def test_a_case_begins_at_its_plain_start_event() -> None:
    case = play(process("start > a > end", plain("a")), kind="neighbour")

    assert case.history == [
        CaseStarted(
            process=KEY,
            element=None,
            business_key="2026-0017",
            variables={"kind": "neighbour"},
        ),
        PathTaken(process=P, flows=(FlowId("start>a"), FlowId("a>end"))),
        CaseCompleted(outcome=""),
    ]


def test_without_a_start_event_everything_begins_that_nothing_leads_to() -> None:
    case = play(process("a > c", "b > c"))

    assert case.tasks == ["a", "b"]


def test_of_several_plain_start_events_one_begins_the_case() -> None:
    drawn = process(start("s1"), start("s2"), "s1 > a", "s2 > b")

    assert play(drawn).tasks == ["a"]
    assert play(drawn, begin="s2").tasks == ["b"]


def test_a_start_event_that_waits_for_something_is_inert_in_a_plain_start() -> None:
    drawn = process("start > a", start("asked", message("ask")), "asked > b")

    assert play(drawn).tasks == ["a"]
    assert play(drawn, begin="asked").tasks == ["b"]


def test_a_message_that_opens_a_case_brings_its_payload_as_variables() -> None:
    drawn = process(start("asked", message("ask")), "asked > a")

    case = play(drawn, begin="asked", payload={"by": "li"}, kind="daily")

    assert case.variables == {"by": "li", "kind": "daily"}
    assert case.history[:2] == [
        CaseStarted(
            process=KEY,
            element=ElementId("asked"),
            business_key="2026-0017",
            variables={"kind": "daily"},
        ),
        MessageReceived(process=P, element=ElementId("asked"), name="ask", payload={"by": "li"}),
    ]


def test_a_signal_that_opens_a_case_brings_its_payload_under_a_name() -> None:
    drawn = process(start("seen", signal("alarm", into="alarm")), "seen > a")

    case = play(drawn, begin="seen", payload=[1, 2])

    assert case.variables == {"alarm": [1, 2]}
    assert case.history[1] == SignalReceived(
        process=P, element=ElementId("seen"), name="alarm", payload=[1, 2]
    )


def test_what_the_payload_brings_is_there_before_event_sub_processes_listen() -> None:
    reply = start("reply", message("answer", correlation="number"))
    drawn = process(
        start("asked", message("ask")), "asked > a", event_sub("es", reply, "reply > b")
    )

    case = play(drawn, begin="asked", payload={"number": 7})

    assert [one.key for one in case.case.subscriptions.values()] == ["7"]


@pytest.mark.parametrize(
    ("trigger", "what"),
    [
        (duration("P1D"), "daily: a timer that starts cases cannot be executed yet"),
        (condition("n > 1"), "daily: a condition that starts cases cannot be executed yet"),
    ],
)
def test_a_start_event_that_nothing_would_set_off_is_refused(trigger: Trigger, what: str) -> None:
    with pytest.raises(DiagramRefused, match=what):
        compiled(process(start("daily", trigger), "daily > a"))


def test_a_process_that_only_messages_start_refuses_a_plain_start() -> None:
    drawn = process(start("asked", message("ask")), "asked > a")

    with pytest.raises(CommandRefused, match="no plain start event: name the start event"):
        play(drawn)


def test_an_unknown_start_event_is_refused_with_those_there_are() -> None:
    drawn = process("start > a", start("s2"), "s2 > a")

    with pytest.raises(CommandRefused, match="no start event 's3': it has s2, start"):
        play(drawn, begin="s3")


def test_a_start_event_inside_a_sub_process_does_not_open_a_case() -> None:
    drawn = process("start > s", sub("s", start("inner"), "inner > a"))

    with pytest.raises(CommandRefused, match="no start event 'inner'"):
        play(drawn, begin="inner")


def test_a_payload_without_a_start_event_to_take_it_is_refused() -> None:
    with pytest.raises(CommandRefused, match="a payload needs the start event"):
        play(process("start > a"), payload={"x": 1})
