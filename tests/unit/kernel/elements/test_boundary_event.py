"""Events on the border of an activity (BPMN 2.0.2, 10.5.4 and 13.5.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    call,
    condition,
    cycle,
    date,
    duration,
    end,
    error,
    escalation,
    exclusive,
    mapped,
    message,
    multi,
    parallel,
    process,
    receive,
    script,
    service,
    signal,
    sub,
    throw,
)
from tests.unit.kernel.playing import MONDAY, compiled, play

from caseflow.errors import NothingWaits
from caseflow.kernel import (
    ActivityCancelled,
    CancelTimer,
    FireTimer,
    HideTask,
    MessageReceived,
    PathTaken,
    Timer,
    TimerFired,
)
from caseflow.model import ElementId, FlowId, Node, ProcessId

P = ProcessId("p")
A = ElementId("a")


def test_an_interrupting_event_cancels_its_activity_and_goes_on_there() -> None:
    drawn = process("start > a > end", boundary("late", "a", duration("PT1H")), "late > remind")
    case = play(drawn)
    timer = Timer(
        id=3,
        frame=1,
        token=2,
        process=P,
        element=ElementId("late"),
        due_at=MONDAY + timedelta(hours=1),
    )
    assert case.case.timers == {3: timer}

    case.later(hours=2)

    assert case.tasks == ["remind"]
    assert case.last.events[:3] == (
        TimerFired(process=P, element=ElementId("late"), due_at=timer.due_at, limit=None),
        ActivityCancelled(process=P, element=A),
        PathTaken(process=P, flows=(FlowId("late>remind"),)),
    )
    assert {HideTask(2), CancelTimer(3)} <= set(case.last.effects)


def test_completing_the_activity_forgets_its_events() -> None:
    drawn = process(
        "start > a > b",
        boundary("late", "a", duration("PT1H")),
        boundary("stop", "a", message("stop"), signal("stop"), condition("stop")),
    )
    case = play(drawn)

    case.do("a")

    assert (case.timers, case.awaited, case.case.conditions) == ([], [], {})


def test_a_non_interrupting_timer_runs_beside_its_activity_once() -> None:
    drawn = process(
        "start > a > end",
        boundary("late", "a", duration("PT1H"), interrupting=False),
        "late > remind",
    )
    case = play(drawn)

    case.later(hours=5)

    assert (case.tasks, case.timers) == (["a", "remind"], [])
    assert case.do("a").state == "running"
    assert case.do("remind").state == "completed"


def test_a_non_interrupting_message_is_heard_again_and_again() -> None:
    drawn = process(
        "start > a > end", boundary("note", "a", message("note"), interrupting=False), "note > n"
    )
    case = play(drawn)

    case.send("note", {"x": 1}).send("note", {"x": 2})

    assert case.tasks == ["a", "n", "n"]
    assert case.variables == {"x": 2}
    assert len(case.facts(MessageReceived)) == 2


def test_a_non_interrupting_cycle_fires_until_it_is_used_up() -> None:
    drawn = process(
        "start > a > end", boundary("late", "a", cycle("R3/PT1H"), interrupting=False), "late > r"
    )
    case = play(drawn)

    case.later(hours=10)

    assert (case.tasks, case.timers) == (["a", "r", "r", "r"], [])


def test_an_interrupting_cycle_fires_once() -> None:
    drawn = process("start > a > end", boundary("late", "a", cycle("R3/PT1H")), "late > r")

    case = play(drawn).later(hours=10)

    assert (case.tasks, case.timers) == (["r"], [])


def test_each_trigger_of_an_event_wakes_it() -> None:
    triggers = (message("m"), signal("s"), duration("PT1H"), condition("c"))
    drawn = process("start > a > end", boundary("b", "a", *triggers), "b > x")

    assert play(drawn).send("m").tasks == ["x"]
    assert play(drawn).signal("s").tasks == ["x"]
    assert play(drawn).later(hours=1).tasks == ["x"]
    assert play(drawn).set(c=True).tasks == ["x"]


def test_a_condition_interrupts_when_the_case_file_makes_it_true() -> None:
    drawn = process("start > a > end", boundary("b", "a", condition("urgent")), "b > x")
    case = play(drawn, urgent=False)
    assert case.tasks == ["a"]

    assert case.set(urgent=True).tasks == ["x"]


def test_a_non_interrupting_condition_must_fail_before_it_can_come_true_again() -> None:
    drawn = process(
        "start > a > end", boundary("b", "a", condition("n > 1"), interrupting=False), "b > x"
    )
    case = play(drawn, n=0)

    assert case.set(n=2).tasks == ["a", "x"]
    assert case.set(n=3).tasks == ["a", "x"]
    assert case.set(n=0).set(n=2).tasks == ["a", "x", "x"]


def test_events_are_armed_anew_in_every_round_of_a_loop_of_flows() -> None:
    drawn = process(
        "start > m > a > g",
        "g > m : again",
        "g > end : default",
        boundary("late", "a", duration("PT1H"), interrupting=False),
        "late > end2",
        exclusive("m"),
        exclusive("g"),
    )
    case = play(drawn)

    case.later(hours=2).do("a", again=True).later(hours=2)
    assert len(case.facts(TimerFired)) == 2

    assert case.do("a", again=False).state == "completed"


@pytest.mark.parametrize(
    "activity",
    [
        sub("a", "start > x"),
        call("a", "q"),
        multi(sub("a", "start > x"), times="3"),
        multi(script("a", "n = missing"), times="3"),
        mapped(receive("a", message("m")), inputs={}),
        service("a"),
    ],
)
def test_an_interrupting_event_cancels_all_that_is_inside_any_activity(activity: Node) -> None:
    drawn = process(
        "start > a > end", activity, boundary("stop", "a", message("stop")), "stop > y"
    )
    called = compiled(process("start > x", name="q"))
    case = play(compiled(drawn, calls=[called]))

    case.send("stop")

    assert (case.tasks, case.jobs, case.stuck, case.awaited) == (["y"], [], [], [])
    assert list(case.case.frames) == [1]
    assert case.facts(ActivityCancelled)[0] == ActivityCancelled(process=P, element=A)
    assert case.do("y").state == "completed"


def test_an_interrupted_activity_is_told_once_however_many_frames_it_works_in() -> None:
    drawn = process(
        "start > a > end",
        mapped(multi(sub("a", "start > x"), times="2"), inputs={}, outputs={}),
        boundary("stop", "a", message("stop")),
        "stop > y",
    )

    case = play(drawn).send("stop")

    assert case.facts(ActivityCancelled) == [
        ActivityCancelled(process=P, element=A),
        ActivityCancelled(process=P, element=ElementId("x")),
        ActivityCancelled(process=P, element=ElementId("x")),
    ]


def test_an_error_thrown_at_a_task_is_caught_on_its_border() -> None:
    drawn = process("start > a > end", boundary("b", "a", error("E1")), "b > x")

    case = play(drawn).raise_error("a", "E1", {"why": "no answer"})

    assert (case.tasks, case.variables) == (["x"], {"why": "no answer"})


def test_the_event_for_the_very_code_comes_before_the_one_for_every_error() -> None:
    drawn = process(
        "start > a > end",
        boundary("all", "a", error()),
        boundary("one", "a", error("E1")),
        "all > x",
        "one > y",
    )

    assert play(drawn).raise_error("a", "E1").tasks == ["y"]
    assert play(drawn).raise_error("a", "E2").tasks == ["x"]


def test_each_code_puts_its_payload_where_its_own_definition_says() -> None:
    both = boundary("b", "a", error(into="other"), error("E1", into="first"))
    drawn = process("start > a > end", both, "b > x")

    assert play(drawn).raise_error("a", "E1", 1).variables == {"first": 1}
    assert play(drawn).raise_error("a", "E2", 2).variables == {"other": 2}


def test_an_escalation_out_of_a_sub_process_leaves_it_running_where_it_is_drawn_so() -> None:
    inner = sub("a", "start > t > x", throw("t", escalation("X")))
    told = boundary("b", "a", escalation(), interrupting=False)

    case = play(process("start > a > end", inner, told, "b > y"))

    assert sorted(case.tasks) == ["x", "y"]


def test_an_error_out_of_one_instance_cancels_the_other_instances() -> None:
    task = multi(sub("a", "start > x > end", end("end", error("E1"))), times="3")
    drawn = process("start > a > end", task, boundary("b", "a", error("E1")), "b > y")
    case = play(drawn)
    assert case.tasks == ["x", "x", "x"]

    case.do("x")

    assert (case.tasks, list(case.case.frames)) == (["y"], [1])


def test_an_event_that_interrupts_while_tokens_are_on_their_way_takes_them_along() -> None:
    inner = sub(
        "a",
        "start > fork > t > end",
        "fork > late > end",
        parallel("fork"),
        throw("t", signal("stop")),
        script("late", "late = True"),
    )
    drawn = process("start > a > end", inner, boundary("b", "a", signal("stop")), "b > y")

    case = play(drawn)

    assert (case.tasks, case.variables) == (["y"], {})


def test_of_two_timers_that_are_due_the_one_that_fires_first_decides() -> None:
    drawn = process(
        "start > a > end",
        boundary("b1", "a", duration("PT1H")),
        boundary("b2", "a", duration("PT2H")),
        "b1 > x",
        "b2 > y",
    )
    case = play(drawn)
    case.at += timedelta(hours=5)

    case.fire("b2")

    assert case.tasks == ["y"]
    with pytest.raises(StopIteration):
        case.fire("b1")


def test_a_timer_that_was_forgotten_does_not_fire() -> None:
    case = play(process("start > a > b", boundary("t", "a", duration("PT1H")), "t > x"))
    number = next(iter(case.case.timers))
    case.do("a")
    case.at += timedelta(hours=2)

    with pytest.raises(NothingWaits):
        case.apply(FireTimer(at=case.at, timer=number))


def test_an_event_that_cannot_be_armed_stops_the_activity_before_it_begins() -> None:
    drawn = process("start > a > end", boundary("b", "a", date("when")), "b > x")
    case = play(drawn)
    assert (case.tasks, case.stuck, case.facts(ActivityCancelled)) == ([], ["a"], [])

    case.set(when=MONDAY + timedelta(hours=1)).resolve("a")

    assert (case.tasks, case.timers) == (["a"], ["b"])
    assert case.later(hours=1).tasks == ["x"]


def test_an_event_without_a_way_on_only_ends_its_activity() -> None:
    drawn = process("start > a > end", boundary("b", "a", message("stop")))

    assert play(drawn).send("stop").state == "completed"
