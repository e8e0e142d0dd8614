"""Start events: how a case begins (BPMN 2.0.2, 10.5.2 and 13.5.1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.unit.kernel.drawing import (
    condition,
    cycle,
    date,
    duration,
    event_sub,
    message,
    plain,
    process,
    signal,
    start,
    sub,
)
from tests.unit.kernel.laws import lawful
from tests.unit.kernel.playing import MONDAY, compiled, play

from caseflow.errors import CommandRefused, DiagramRefused, ExpressionFailed
from caseflow.kernel import (
    CaseCompleted,
    CaseId,
    CaseStarted,
    MessageReceived,
    Outcome,
    PathTaken,
    ProcessKey,
    SignalReceived,
    StartCase,
    Timer,
    TimerFired,
    next_start_timer,
    start_timers,
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


def test_a_condition_that_would_open_cases_is_refused_with_the_clause() -> None:
    with pytest.raises(DiagramRefused, match=r"a condition cannot open a case: .* table 10\.84"):
        compiled(process(start("rising", condition("n > 1")), "rising > a"))


def timers(*triggers: Trigger, at: datetime = MONDAY) -> list[Timer]:
    """The timers of a process with this start event that is deployed at a moment."""
    program = compiled(process(start("daily", *triggers), "daily > a"))
    return list(start_timers(program, ElementId("daily"), at))


def moments(trigger: Trigger, *, at: datetime = MONDAY, most: int = 4) -> list[str]:
    """When a timer opens cases, the first few times."""
    program = compiled(process(start("daily", trigger), "daily > a"))
    (timer,) = start_timers(program, ElementId("daily"), at)
    found: list[str] = []
    following: Timer | None = timer
    while following is not None and len(found) < most:
        found.append(following.due_at.isoformat())
        following = next_start_timer(program, following)
    return found


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (duration("P1D"), ["2026-03-03T01:00:00+00:00"]),
        (date("'2026-05-01T09:00+08:00'"), ["2026-05-01T01:00:00+00:00"]),
        (cycle("R2/PT1H"), ["2026-03-02T02:00:00+00:00", "2026-03-02T03:00:00+00:00"]),
        (
            cycle("R3/2026-01-31T09:00:00+08:00/P1M"),
            ["2026-03-31T01:00:00+00:00"],
        ),
    ],
    ids=["a span", "a date", "a cycle", "a cycle that has begun"],
)
def test_a_timer_opens_cases_at_its_moments(trigger: Trigger, expected: list[str]) -> None:
    assert moments(trigger) == expected


def test_a_cycle_without_end_opens_cases_for_ever() -> None:
    assert moments(cycle("R/PT12H"), most=3) == [
        "2026-03-02T13:00:00+00:00",
        "2026-03-03T01:00:00+00:00",
        "2026-03-03T13:00:00+00:00",
    ]


@pytest.mark.parametrize(
    "trigger", [date("'2026-03-02T08:59+08:00'"), cycle("R2/2026-01-01T09:00:00+08:00/P1D")]
)
def test_what_lies_before_the_deployment_opens_nothing(trigger: Trigger) -> None:
    assert timers(trigger) == []


def test_several_timers_of_one_event_open_a_case_each() -> None:
    found = timers(duration("P1D"), message("ask"), cycle("R/P7D"))

    assert [one.due_at - MONDAY for one in found] == [timedelta(days=1), timedelta(days=7)]


def test_a_timer_that_only_a_case_could_set_is_told() -> None:
    with pytest.raises(ExpressionFailed, match="span"):
        timers(duration("span"))


def test_a_case_that_a_timer_opens_tells_when_that_was_due() -> None:
    program = compiled(process(start("daily", duration("P1D")), "daily > a"))
    begin = StartCase(
        at=MONDAY + timedelta(hours=5),
        case=CaseId("c1"),
        process=program.key,
        start=ElementId("daily"),
        due_at=MONDAY,
    )

    outcome = lawful(program, None, begin)

    assert [one.element for one in outcome.case.tasks.values()] == ["a"]
    assert outcome.events[:2] == (
        CaseStarted(process=KEY, element=ElementId("daily"), business_key="", variables={}),
        TimerFired(process=P, element=ElementId("daily"), due_at=MONDAY, limit=None),
    )


def test_somebody_can_open_a_case_before_its_timer_does() -> None:
    drawn = process(start("daily", duration("P1D")), "daily > a")

    assert play(drawn, begin="daily").tasks == ["a"]


def begun(trigger: str) -> Outcome:
    """A case that a start event with two messages and a timer opened."""
    triggers = message("ask", into="asked"), message("tell", into="told"), duration("P1D")
    program = compiled(process(start("any", *triggers), "any > a"))
    begin = StartCase(
        at=MONDAY,
        case=CaseId("c1"),
        process=program.key,
        start=ElementId("any"),
        trigger=trigger,
        payload=7,
    )
    return lawful(program, None, begin)


def test_of_several_messages_the_one_that_came_opens_the_case() -> None:
    outcomes = begun("ask"), begun("tell")

    assert [one.case.variables for one in outcomes] == [{"asked": 7}, {"told": 7}]
    assert [
        fact.name for one in outcomes for fact in one.events if isinstance(fact, MessageReceived)
    ] == ["ask", "tell"]


def test_a_message_that_the_start_event_does_not_wait_for_opens_nothing() -> None:
    with pytest.raises(CommandRefused, match="does not wait for 'sell': it waits for ask, tell"):
        begun("sell")


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
