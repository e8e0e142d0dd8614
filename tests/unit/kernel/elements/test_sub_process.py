"""Embedded sub-processes (BPMN 2.0.2, 10.3.5 and 13.3.4)."""

from __future__ import annotations

from tests.unit.kernel.drawing import event_sub, mapped, message, process, script, start, sub
from tests.unit.kernel.playing import play

from caseflow.kernel import CaseCompleted, PathTaken, ScopeEntered, ScopeLeft
from caseflow.model import ElementId, FlowId, ProcessId

P = ProcessId("p")
S = ElementId("s")


def test_a_sub_process_is_done_when_nothing_is_alive_in_it() -> None:
    case = play(process("start > s > after", sub("s", "start > a", "start > b")))
    assert case.tasks == ["a", "b"]

    assert case.do("b").tasks == ["a"]
    assert case.do("a").tasks == ["after"]
    assert case.facts(ScopeEntered, ScopeLeft) == [
        ScopeEntered(process=P, element=S),
        ScopeLeft(process=P, element=S),
    ]


def test_the_history_tells_the_way_through_a_sub_process_in_order() -> None:
    case = play(process("start > s > end", sub("s", "start > end")))

    assert case.history[1:] == [
        PathTaken(process=P, flows=(FlowId("start>s"),)),
        ScopeEntered(process=P, element=S),
        PathTaken(process=P, flows=(FlowId("start>end"),)),
        ScopeLeft(process=P, element=S),
        PathTaken(process=P, flows=(FlowId("s>end"),)),
        CaseCompleted(outcome=""),
    ]


def test_a_sub_process_needs_no_start_event() -> None:
    assert play(process("start > s > after", sub("s", "a > b"))).tasks == ["a"]


def test_a_sub_process_in_which_nothing_is_drawn_passes() -> None:
    assert play(process("start > s > after", sub("s"))).tasks == ["after"]


def test_a_sub_process_shares_the_case_file() -> None:
    inner = sub("s", "start > a", script("a", "x = n + 1"))

    assert play(process("start > s > end", inner), n=1).variables == {"n": 1, "x": 2}


def test_a_data_object_of_a_sub_process_is_gone_with_it() -> None:
    inner = sub("s", "start > a > b", script("a", "own = 1\nshared = own"), data=["own"])

    case = play(process("start > s > after", inner))
    assert case.variables == {"shared": 1}
    assert case.case.frames[3].variables == {"own": 1}

    assert case.do("b").variables == {"shared": 1}


def test_what_is_declared_as_input_can_be_changed_inside_without_being_seen_outside() -> None:
    inner = mapped(sub("s", "start > a", script("a", "n = n + 1\nx = n")), inputs={"n": "n * 10"})

    assert play(process("start > s > end", inner), n=1).variables == {"n": 1, "x": 11}


def test_with_declared_outputs_nothing_else_comes_out() -> None:
    inner = mapped(sub("s", "start > a", script("a", "n = n + 1\nx = n")), outputs={"y": "x"})

    assert play(process("start > s > end", inner), n=1).variables == {"n": 1, "y": 2}


def test_sub_processes_can_stand_in_sub_processes() -> None:
    inner = sub("s", "start > t > b", sub("t", "start > a"))

    case = play(process("start > s > after", inner))

    assert case.do("a").tasks == ["b"]
    assert case.do("b").tasks == ["after"]


def test_the_case_does_not_hear_what_an_ended_sub_process_listened_for() -> None:
    inner = sub("s", "start > a", event_sub("es", start("on", message("m")), "on > x"))
    case = play(process("start > s > after", inner))
    assert case.awaited == ["es"]

    assert case.do("a").awaited == []
