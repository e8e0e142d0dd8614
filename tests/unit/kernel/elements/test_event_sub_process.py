"""Event sub-processes (BPMN 2.0.2, 10.3.5 and 13.5.4)."""

from __future__ import annotations

from tests.unit.kernel.drawing import (
    boundary,
    call,
    condition,
    cycle,
    duration,
    end,
    error,
    escalation,
    event_sub,
    message,
    multi,
    parallel,
    process,
    script,
    signal,
    start,
    sub,
    throw,
)
from tests.unit.kernel.playing import compiled, play

from caseflow.kernel import (
    ActivityCancelled,
    CaseFailed,
    ErrorThrown,
    EscalationThrown,
    MessageReceived,
    ScopeEntered,
    ScopeLeft,
)
from caseflow.model import ElementId, Node, ProcessId, Trigger

P = ProcessId("p")
ES = ElementId("es")


def stopping(*triggers: Trigger, then: str = "x") -> Node:
    return event_sub("es", start("on", *triggers), f"on > {then}")


def beside(*triggers: Trigger, then: str = "x") -> Node:
    return event_sub("es", start("on", *triggers, interrupting=False), f"on > {then}")


def test_an_interrupting_one_takes_over_the_case() -> None:
    case = play(process("start > a > b", stopping(message("stop"))))
    assert case.awaited == ["es"]

    case.send("stop", {"why": "moved"})

    assert (case.tasks, case.awaited, case.variables) == (["x"], [], {"why": "moved"})
    assert case.last.events[:3] == (
        MessageReceived(process=P, element=ES, name="stop", payload={"why": "moved"}),
        ActivityCancelled(process=P, element=ElementId("a")),
        ScopeEntered(process=P, element=ES),
    )
    assert case.do("x").state == "completed"
    assert case.facts(ScopeLeft) == [ScopeLeft(process=P, element=ES)]


def test_a_non_interrupting_one_runs_beside_and_again() -> None:
    case = play(process("start > a", beside(message("note"))))

    case.send("note").send("note")

    assert case.tasks == ["a", "x", "x"]
    assert case.do("a").state == "running"
    assert case.do("x").do("x").state == "completed"


def test_one_that_nobody_calls_does_not_run() -> None:
    case = play(process("start > a", stopping(error()), beside(signal("s"))))

    assert case.do("a").state == "completed"


def test_each_trigger_starts_it() -> None:
    every = (message("m"), signal("s"), duration("PT1H"), condition("c"))
    drawn = process("start > a", stopping(*every))

    assert play(drawn).send("m").tasks == ["x"]
    assert play(drawn).signal("s").tasks == ["x"]
    assert play(drawn).later(hours=1).tasks == ["x"]
    assert play(drawn).set(c=True).tasks == ["x"]


def test_a_cycle_starts_it_again_as_long_as_its_scope_is_active() -> None:
    case = play(process("start > a", beside(cycle("R/PT1H"), then="end")))

    case.later(hours=3)
    assert len(case.facts(ScopeEntered)) == 3

    assert case.do("a").timers == []


def test_in_a_sub_process_it_takes_over_only_that() -> None:
    inner = sub("s", "start > a > b", stopping(message("stop")))
    case = play(process("start > fork > s > after", "fork > other", parallel("fork"), inner))

    case.send("stop")

    assert case.tasks == ["other", "x"]
    assert case.do("x").tasks == ["other", "after"]


def test_in_a_called_process_it_takes_over_only_that() -> None:
    called = compiled(process("start > a > b", stopping(message("stop")), name="q"))
    case = play(compiled(process("start > c > after", call("c", "q")), calls=[called]))

    case.send("stop")
    assert case.tasks == ["x"]

    assert case.do("x").tasks == ["after"]


def test_each_instance_of_many_has_its_own() -> None:
    inner = multi(sub("s", "start > a > b", stopping(message("stop"))), times="2")
    case = play(process("start > s > after", inner))
    assert len(case.awaited) == 2

    case.send("stop")

    assert case.tasks == ["a", "x"]
    assert case.do("a").do("b").do("x").tasks == ["after"]


def test_an_interrupting_one_ends_others_that_run_beside_and_their_listening() -> None:
    note = event_sub("n", start("on", message("note"), interrupting=False), "on > y")
    case = play(process("start > a", note, stopping(message("stop"))))

    case.send("note").send("stop")

    assert (case.tasks, case.awaited) == (["x"], [])
    assert case.do("x").state == "completed"


def test_an_error_in_the_scope_starts_the_one_that_catches_it() -> None:
    drawn = process(
        "start > a > end", end("end", error("E1", payload="7")), stopping(error("E1", into="e"))
    )

    case = play(drawn).do("a")

    assert (case.tasks, case.variables) == (["x"], {"e": 7})
    assert case.facts(ErrorThrown) == [
        ErrorThrown(process=P, element=ElementId("end"), code="E1", caught_by=ES)
    ]


def test_an_error_deep_inside_is_caught_by_the_nearest_scope() -> None:
    inner = sub(
        "s", "start > t", sub("t", "start > end", end("end", error("E1"))), stopping(error())
    )
    far = event_sub("far", start("on", error("E1")), "on > y")

    case = play(process("start > s > after", inner, far))

    assert case.tasks == ["x"]
    assert case.do("x").tasks == ["after"]


def test_an_event_sub_process_comes_before_the_boundary_of_its_scope() -> None:
    inner = sub("s", "start > end", end("end", error("E1")), stopping(error()))

    case = play(process("start > s > after", inner, boundary("b", "s", error("E1")), "b > y"))

    assert case.tasks == ["x"]


def test_an_error_out_of_the_handler_goes_beyond_the_scope_it_took_over() -> None:
    handler = event_sub("es", start("on", error()), "on > end", end("end", error("E2")))
    inner = sub("s", "start > end", end("end", error("E1")), handler)

    case = play(process("start > s > after", inner, boundary("b", "s", error("E2")), "b > y"))

    assert case.tasks == ["y"]


def test_a_handler_that_throws_its_own_error_again_does_not_catch_it() -> None:
    handler = event_sub("es", start("on", error("E1")), "on > end", end("end", error("E1")))

    case = play(process("start > end", end("end", error("E1")), handler))

    assert (case.state, case.last.events[-1]) == ("failed", CaseFailed(code="E1"))


def test_out_of_a_handler_in_a_handler_an_error_passes_by_both_interrupted_scopes() -> None:
    second = event_sub("e2", start("on2", error("E2")), "on2 > end", end("end", error("E1")))
    first = event_sub("es", start("on", error("E1")), "on > end", end("end", error("E2")), second)
    inner = sub("s", "start > end", end("end", error("E1")), first)

    case = play(process("start > s > after", inner, boundary("b", "s", error("E1")), "b > y"))

    assert case.tasks == ["y"]


def test_an_escalation_starts_one_that_runs_beside() -> None:
    drawn = process(
        "start > t > a",
        throw("t", escalation("X", payload="1")),
        beside(escalation("X", into="e")),
    )

    case = play(drawn)

    assert (sorted(case.tasks), case.variables) == (["a", "x"], {"e": 1})
    assert case.facts(EscalationThrown) == [
        EscalationThrown(process=P, element=ElementId("t"), code="X", caught_by=ES)
    ]


def test_an_escalation_out_of_the_handler_is_not_for_the_handler_itself() -> None:
    handler = event_sub(
        "es",
        start("on", escalation(), interrupting=False),
        "on > t > end",
        throw("t", escalation("X")),
    )

    case = play(process("start > t > a", throw("t", escalation("X")), handler))

    assert case.tasks == ["a"]
    assert [
        one.caught_by for one in case.facts(EscalationThrown) if isinstance(one, EscalationThrown)
    ] == [ES, None]


def test_a_signal_thrown_in_the_scope_can_interrupt_it() -> None:
    drawn = process(
        "start > t > b > end",
        throw("t", signal("s")),
        script("b", "late = True"),
        stopping(signal("s")),
    )

    case = play(drawn)

    assert (case.tasks, case.variables) == (["x"], {})


def test_a_scope_is_done_only_when_its_handlers_are() -> None:
    inner = sub("s", "start > a", beside(message("note")))
    case = play(process("start > s > after", inner)).send("note").do("a")
    assert case.tasks == ["x"]
    assert case.awaited == ["es"]

    assert case.do("x").tasks == ["after"]


def test_a_handler_whose_own_handlers_cannot_listen_is_stuck_until_that_changes() -> None:
    nested = event_sub("e2", start("on2", duration("span")), "on2 > y")
    handler = event_sub("es", start("on", message("stop")), "on > x", nested)
    case = play(process("start > a", handler)).send("stop")
    assert (case.tasks, case.stuck) == ([], ["es"])

    case.resolve("es")
    assert (case.tasks, case.stuck) == ([], ["es"])

    case.set(span="PT1H").resolve("es")
    assert (case.tasks, case.timers) == (["x"], ["e2"])
    assert case.do("x").state == "completed"


def test_a_non_interrupting_handler_that_is_stuck_does_not_stop_its_scope() -> None:
    nested = event_sub("e2", start("on2", duration("span")), "on2 > y")
    handler = event_sub("es", start("on", message("note"), interrupting=False), "on > x", nested)
    case = play(process("start > a > b", handler)).send("note")

    assert (case.tasks, case.stuck) == (["a"], ["es"])
    assert case.do("a").tasks == ["b"]
    assert case.do("b").state == "running"
    assert case.set(span="PT1H").resolve("es").do("x").state == "completed"
