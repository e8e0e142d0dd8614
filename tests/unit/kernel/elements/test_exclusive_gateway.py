"""Exclusive gateways (BPMN 2.0.2, 10.6.2 and 13.4.2)."""

from __future__ import annotations

from tests.unit.kernel.drawing import exclusive, parallel, plain, process
from tests.unit.kernel.playing import play

from caseflow.kernel import PathTaken
from caseflow.model import FlowId, ProcessId

CHOICE = process(
    "start > g",
    "g > small : n < 10",
    "g > large : n < 100",
    "g > huge : default",
    exclusive("g"),
)


def test_the_first_flow_whose_condition_holds_is_taken() -> None:
    assert play(CHOICE, n=5).tasks == ["small"]
    assert play(CHOICE, n=50).tasks == ["large"]


def test_the_default_flow_is_taken_when_no_condition_holds() -> None:
    assert play(CHOICE, n=500).tasks == ["huge"]


def test_the_default_flow_is_the_last_choice_wherever_it_is_drawn() -> None:
    drawn = process("start > g", "g > b : default", "g > a : n > 0", exclusive("g"))

    assert play(drawn, n=1).tasks == ["a"]


def test_every_token_that_comes_in_passes() -> None:
    drawn = process(
        "start > fork > a > g > end",
        "fork > b > g",
        parallel("fork"),
        plain("a"),
        exclusive("g"),
        plain("b"),
    )

    case = play(drawn)

    taken = [flow for one in case.history if isinstance(one, PathTaken) for flow in one.flows]
    assert taken.count(FlowId("g>end")) == 2
    assert case.history[-2] == PathTaken(process=ProcessId("p"), flows=tuple(taken))


def test_where_no_flow_can_be_taken_the_case_is_stuck_until_that_changes() -> None:
    drawn = process("start > g", "g > a : n < 10", "g > b : n > 100", exclusive("g"))
    case = play(drawn, n=50)
    assert (case.stuck, case.case.incidents[2].message) == (
        ["g"],
        "no outgoing flow can be taken: no condition holds and there is no default flow",
    )

    case.resolve("g")
    assert case.stuck == ["g"]

    case.set(n=5).resolve("g")
    assert (case.tasks, case.stuck) == (["a"], [])


def test_a_condition_that_fails_is_an_incident_that_names_it() -> None:
    case = play(CHOICE)

    assert case.case.incidents[2].message == (
        "there is no variable n: set it before, or check its spelling (column 1 of 'n < 10')"
    )
    assert case.set(n=50).resolve("g").tasks == ["large"]


def test_a_gateway_without_a_way_out_ends_the_path() -> None:
    assert play(process("start > g", exclusive("g"))).state == "completed"
