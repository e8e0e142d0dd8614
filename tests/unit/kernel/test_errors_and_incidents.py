"""Errors on their way to a handler, and incidents that wait for an operator (10.5.6)."""

from __future__ import annotations

from tests.unit.kernel.drawing import (
    boundary,
    end,
    error,
    event_sub,
    exclusive,
    looped,
    mapped,
    parallel,
    plain,
    process,
    script,
    start,
    sub,
    user,
)
from tests.unit.kernel.playing import MONDAY, play

from caseflow.kernel import (
    CaseFailed,
    ClearIncident,
    ErrorThrown,
    Incident,
    IncidentRaised,
    IncidentResolved,
    Phase,
    RaiseIncident,
)
from caseflow.model import ElementId, ProcessId

P = ProcessId("p")


def test_an_error_rises_through_the_scopes_until_one_catches_it() -> None:
    deep = sub("t", "start > u", sub("u", "start > end", end("end", error("E1"))))
    drawn = process(
        "start > s > after",
        sub("s", "start > t", deep, boundary("other", "t", error("E2")), "other > no"),
        boundary("b", "s", error("E1")),
        "b > mend",
    )

    assert play(drawn).tasks == ["mend"]


def test_an_error_thrown_at_a_task_is_not_for_events_on_other_activities() -> None:
    drawn = process(
        "start > fork > a > end",
        "fork > b > end2",
        parallel("fork"),
        boundary("on_b", "b", error()),
        "on_b > x",
    )

    case = play(drawn).raise_error("a", "E1")

    assert case.state == "failed"
    assert case.facts(ErrorThrown, CaseFailed) == [
        ErrorThrown(process=P, element=ElementId("a"), code="E1", caught_by=None),
        CaseFailed(code="E1"),
    ]


def test_an_error_at_a_task_with_data_of_its_own_reaches_the_event_on_it() -> None:
    task = mapped(looped(user("a"), "True"), inputs={"x": "1"}, outputs={"y": "2"})
    drawn = process("start > a > end", task, boundary("b", "a", error()), "b > mend")

    case = play(drawn).raise_error("a", "E1", {"why": 5})

    assert (case.tasks, case.variables) == (["mend"], {"why": 5})


def test_the_payload_of_an_error_is_set_where_the_handler_stands() -> None:
    inner = mapped(
        sub(
            "s",
            "start > a",
            boundary("b", "a", error(into="why")),
            "b > copy",
            script("copy", "seen = why"),
        ),
        outputs={"out": "seen"},
    )

    case = play(process("start > s > end", inner)).raise_error("a", "E1", "moved")

    assert case.variables == {"out": "moved"}


def test_a_case_can_fail_while_tokens_are_on_their_way() -> None:
    drawn = process(
        "start > fork > end", "fork > late", parallel("fork"), end("end", error("E1")),
        script("late", "late = True"),
    )  # fmt: skip

    case = play(drawn)

    assert (case.state, case.variables) == ("failed", {})


def test_an_incident_tells_where_and_why_and_is_cleared_when_it_is_resolved() -> None:
    case = play(process("start > a > end", script("a", "x = n")))
    incident = Incident(
        id=2,
        process=P,
        element=ElementId("a"),
        phase=Phase.ENTER,
        message="there is no variable n: set it before, or check its spelling "
        "(column 5 of 'x = n')",
        raised_at=MONDAY,
    )
    assert list(case.last.effects) == [RaiseIncident(incident)]
    assert case.facts(IncidentRaised) == [
        IncidentRaised(process=P, element=ElementId("a"), incident=2, message=incident.message)
    ]

    case.set(n=1).resolve("a")

    assert list(case.last.effects) == [ClearIncident(2)]
    assert case.last.events[0] == IncidentResolved(process=P, element=ElementId("a"), incident=2)


def test_the_rest_of_the_case_goes_on_beside_an_incident() -> None:
    drawn = process(
        "start > fork > a > end", "fork > b > c", parallel("fork"), script("a", "x = n")
    )

    assert play(drawn).do("b").tasks == ["c"]


def test_a_condition_on_the_way_out_of_a_task_is_asked_again_without_the_task() -> None:
    case = play(process("start > a", "a > b : n > 1", "a > c : default")).do("a")
    assert (case.tasks, case.stuck) == ([], ["a"])
    assert case.case.incidents[3].phase is Phase.LEAVE

    case.set(n=5).resolve("a")

    assert (case.tasks, case.stuck) == (["b"], [])


def test_a_condition_on_the_way_out_of_a_script_is_asked_again_without_the_script() -> None:
    drawn = process("start > a", "a > b : m > 1", script("a", "n = n + 1"))
    case = play(drawn, n=0)
    assert (case.stuck, case.variables) == (["a"], {"n": 1})

    case.set(m=5).resolve("a")

    assert (case.tasks, case.variables) == (["b"], {"n": 1, "m": 5})


def test_a_condition_on_the_way_out_of_an_event_is_asked_again() -> None:
    drawn = process(
        "start > a > end", boundary("b", "a", error()), "b > x : n > 1", "b > y : n <= 1"
    )
    case = play(drawn).raise_error("a", "E1")
    assert (case.tasks, case.stuck) == ([], ["b"])

    assert case.set(n=0).resolve("b").tasks == ["y"]


def test_outputs_that_fail_are_carried_out_again_without_the_work() -> None:
    task = mapped(user("a"), outputs={"y": "x * factor"})
    case = play(process("start > a > end", task)).do("a", x=3)
    assert (case.tasks, case.stuck) == ([], ["a"])

    case.set(factor=2).resolve("a")

    assert (case.state, case.variables) == ("completed", {"factor": 2, "y": 6})


def test_inputs_that_fail_are_taken_again() -> None:
    case = play(process("start > a > end", mapped(user("a"), inputs={"x": "n"})))
    assert (case.tasks, case.stuck) == ([], ["a"])

    assert case.set(n=1).resolve("a").tasks == ["a"]


def test_an_incident_goes_with_the_scope_it_stands_in() -> None:
    inner = sub(
        "s",
        "start > fork > a",
        "fork > b > end",
        parallel("fork"),
        script("a", "x = n"),
        end("end", error("E1")),
    )
    drawn = process("start > s > end", inner, boundary("caught", "s", error()), "caught > mend")
    case = play(drawn)
    assert case.stuck == ["a"]

    case.do("b")

    assert (case.tasks, case.stuck) == (["mend"], [])


def test_an_incident_can_be_raised_again_where_resolving_did_not_help() -> None:
    case = play(process("start > a > end", script("a", "x = n")))

    case.resolve("a")

    assert case.stuck == ["a"]
    assert [one.__class__.__name__ for one in case.last.events] == [
        "IncidentResolved",
        "IncidentRaised",
    ]


def test_a_join_that_waits_for_nothing_alive_is_an_incident_only_when_all_else_is_done() -> None:
    drawn = process(
        "start > g",
        "g > a : True",
        "g > b : default",
        "a > join > after",
        "b > join",
        exclusive("g"),
        parallel("join"),
    )
    case = play(drawn)
    assert case.stuck == []

    case.do("a")
    assert case.stuck == ["join"]

    case.resolve("join")
    assert (case.tasks, case.stuck) == (["after"], [])


def test_dead_ends_in_scopes_inside_are_found_too() -> None:
    inner = sub("s", "start > g", "g > a : True", "g > b : default", "a > join", "b > join",
        exclusive("g"), plain("a"), parallel("join"))  # fmt: skip

    case = play(process("start > s > after", inner))

    assert case.stuck == ["join"]
    assert case.resolve("join").tasks == ["after"]


def test_a_handler_for_errors_of_a_scope_does_not_catch_a_missing_value() -> None:
    handler = event_sub("es", start("on", error()), "on > mend")

    case = play(process("start > g", "g > a : n > 1", exclusive("g"), handler))

    assert (case.tasks, case.stuck) == ([], ["g"])
