"""Script tasks, in caseflow's own small language (BPMN 2.0.2, 10.3.4 and 13.3.3)."""

from __future__ import annotations

from tests.unit.kernel.drawing import (
    boundary,
    duration,
    error,
    event_sub,
    looped,
    mapped,
    multi,
    process,
    script,
    start,
    sub,
)
from tests.unit.kernel.playing import play

from caseflow.kernel import SCRIPT_ERROR, ErrorThrown, VariablesSet
from caseflow.model import ElementId, ProcessId

P = ProcessId("p")
A = ElementId("a")


def test_a_script_sets_variables_of_the_case_file() -> None:
    case = play(process("start > a > end", script("a", "x = n + 1\ny = x * 2")), n=1)

    assert case.variables == {"n": 1, "x": 2, "y": 4}
    assert case.facts(VariablesSet) == [
        VariablesSet(process=P, element=A, variables={"x": 2, "y": 4})
    ]


def test_a_script_that_sets_nothing_says_nothing() -> None:
    case = play(process("start > a > end", script("a", "pass")))

    assert (case.state, case.facts(VariablesSet)) == ("completed", [])


def test_a_script_with_a_result_is_one_expression_for_that_variable() -> None:
    case = play(process("start > a > end", script("a", "n * 2", result="twice")), n=4)

    assert case.variables == {"n": 4, "twice": 8}


def test_a_failing_script_stops_with_an_incident_and_runs_again_when_that_is_resolved() -> None:
    case = play(process("start > a > end", script("a", "x = 1\ny = n + 1")))

    assert case.stuck == ["a"]
    assert case.variables == {}

    case.set(n=1).resolve("a")

    assert (case.state, case.variables) == ("completed", {"n": 1, "x": 1, "y": 2})


def test_a_failing_script_throws_an_error_that_its_boundary_event_catches() -> None:
    caught = boundary("caught", "a", error(SCRIPT_ERROR, into="why"))
    drawn = process("start > a > end", script("a", "x = 1 / 0"), caught, "caught > mend")

    case = play(drawn)

    assert (case.tasks, case.stuck) == (["mend"], [])
    assert "division by zero" in str(case.variables["why"])
    assert case.facts(ErrorThrown) == [
        ErrorThrown(process=P, element=A, code=SCRIPT_ERROR, caught_by=ElementId("caught"))
    ]


def test_a_boundary_event_for_every_error_catches_a_failing_script_too() -> None:
    caught = boundary("caught", "a", error())

    case = play(process("start > a", script("a", "x = 1 / 0"), caught, "caught > mend"))

    assert case.tasks == ["mend"]


def test_a_failing_script_is_an_incident_where_only_other_errors_are_caught() -> None:
    caught = boundary("caught", "a", error("E1"))

    case = play(process("start > a", script("a", "x = 1 / 0"), caught, "caught > mend"))

    assert (case.tasks, case.stuck) == ([], ["a"])


def test_only_the_boundary_of_the_task_itself_makes_an_error_of_a_failing_script() -> None:
    inner = sub("s", "start > a", script("a", "x = 1 / 0"))
    handler = event_sub("es", start("any", error()), "any > mend")

    case = play(process("start > s", inner, boundary("b", "s", error()), "b > mend", handler))

    assert (case.tasks, case.stuck) == ([], ["a"])


def test_a_script_that_fails_in_one_instance_of_many_takes_them_all_away() -> None:
    task = multi(script("a", "x = 1 / (2 - loopCounter)"), times="3")
    drawn = process("start > a > end", task, boundary("caught", "a", error()), "caught > mend")

    case = play(drawn)

    assert (case.tasks, list(case.case.frames)) == (["mend"], [1])


def test_a_script_in_a_loop_sees_what_the_round_before_has_set() -> None:
    task = looped(script("a", "n = n + loopCounter"), "n < 10")

    case = play(process("start > a > end", task), n=0)

    assert case.variables == {"n": 10}


def test_a_script_with_declared_data_works_on_its_own_variables() -> None:
    task = mapped(script("a", "x = x + 1\nother = 5"), inputs={"x": "n"}, outputs={"n": "x"})

    case = play(process("start > a > end", task), n=1)

    assert case.variables == {"n": 2}


def test_a_script_to_which_nothing_passes_keeps_what_it_sets() -> None:
    task = mapped(script("a", "x = n"), inputs={}, outputs={})

    case = play(process("start > a > end", task), n=1)

    assert case.variables == {"n": 1}


def test_a_timer_on_a_script_is_forgotten_with_it() -> None:
    case = play(
        process("start > a > b", script("a", "x = 1"), boundary("t", "a", duration("P1D")))
    )

    assert (case.tasks, case.timers) == (["b"], [])
