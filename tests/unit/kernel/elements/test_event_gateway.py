"""Event-based gateways (BPMN 2.0.2, 10.6.6 and 13.4.4)."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.kernel.drawing import (
    catch,
    condition,
    cycle,
    duration,
    event_gateway,
    message,
    process,
    receive,
    signal,
)
from tests.unit.kernel.playing import MONDAY, play

from caseflow.kernel import MessageReceived, PathTaken, TimerFired
from caseflow.model import ElementId, FlowId, ProcessId

P = ProcessId("p")
FIRST_COMES = process(
    "start > g > reply > answered",
    "g > alarm > stopped",
    "g > late > reminded",
    "g > set > done",
    event_gateway("g"),
    catch("reply", message("reply")),
    catch("alarm", signal("alarm")),
    catch("late", duration("P1D")),
    catch("set", condition("ready")),
)


def test_the_first_event_decides_and_the_others_are_forgotten() -> None:
    case = play(FIRST_COMES)
    assert (case.timers, case.awaited) == (["late"], ["reply", "alarm"])

    case.send("reply", {"x": 1})

    assert (case.tasks, case.timers, case.awaited) == (["answered"], [], [])
    assert case.variables == {"x": 1}
    assert case.last.events[:3] == (
        PathTaken(process=P, flows=(FlowId("g>reply"),)),
        MessageReceived(process=P, element=ElementId("reply"), name="reply", payload={"x": 1}),
        PathTaken(process=P, flows=(FlowId("reply>answered"),)),
    )


def test_a_signal_can_be_the_first() -> None:
    assert play(FIRST_COMES).signal("alarm").tasks == ["stopped"]


def test_a_timer_can_be_the_first() -> None:
    case = play(FIRST_COMES).later(days=1)

    assert case.tasks == ["reminded"]
    assert case.facts(TimerFired) == [
        TimerFired(
            process=P, element=ElementId("late"), due_at=MONDAY + timedelta(days=1), limit=None
        )
    ]


def test_a_condition_can_be_the_first() -> None:
    assert play(FIRST_COMES).set(ready=True).tasks == ["done"]


def test_an_event_that_cannot_be_awaited_is_an_incident_at_the_gateway() -> None:
    drawn = process(
        "start > g > a > x",
        "g > b > y",
        event_gateway("g"),
        receive("a", message("reply", correlation="number")),
        catch("b", duration("P1D")),
    )
    case = play(drawn)
    assert (case.stuck, case.timers) == (["g"], [])

    case.set(number=7).resolve("g")

    assert (case.stuck, case.awaited, case.timers) == ([], ["a"], ["b"])


def test_events_that_can_never_happen_are_an_incident() -> None:
    past = cycle("R2/2020-01-01T00:00:00Z/P1D")

    case = play(process("start > g > a > x", event_gateway("g"), catch("a", past)))

    assert case.stuck == ["g"]
    assert "all occurrences of its timer lie in the past" in case.case.incidents[3].message
