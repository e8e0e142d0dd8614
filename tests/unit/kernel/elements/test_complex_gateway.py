"""Complex gateways (BPMN 2.0.2, 10.6.5 and 13.4.5)."""

from __future__ import annotations

import pytest
from tests.unit.kernel.drawing import exclusive, formula, parallel, plain, process, script
from tests.unit.kernel.playing import Played, play

from caseflow.kernel import PathTaken
from caseflow.model import ComplexGateway, ElementId, Node


def complex_gateway(name: str, activation: str | None = None) -> Node:
    return Node(id=ElementId(name), behaviour=ComplexGateway(activation=formula(activation)))


def _two_of_three(activation: str = "activationCount >= 2", *ways: str) -> Played:
    """Three people work at once; two of them are enough to go on."""
    return play(
        process(
            "start > fork",
            parallel("fork"),
            *("fork > a > g", "fork > b > g", "fork > c > g"),
            complex_gateway("g", activation),
            *(ways or ("g > next > end",)),
        )
    )


def test_it_goes_on_when_its_condition_holds_and_takes_what_comes_late_at_the_reset() -> None:
    case = _two_of_three()
    seen = [case.do("a").tasks]

    seen.append(case.do("c").tasks)
    seen.append(case.do("b").tasks)
    seen.append(case.do("next").tasks)

    assert seen == [["b", "c"], ["b", "next"], ["next"], []]
    assert case.state == "completed"


def test_what_goes_on_may_end_first_and_the_case_waits_for_the_reset() -> None:
    case = _two_of_three().do("a").do("b").do("next")
    before = case.state

    assert (before, case.do("c").state) == ("running", "completed")


@pytest.mark.parametrize(
    ("activation", "done", "tasks"),
    [
        ('activationCounts["a>g"] + activationCounts["b>g"] >= 2', ["a", "c"], ["b"]),
        ('activationCounts["a>g"] + activationCounts["b>g"] >= 2', ["a", "b"], ["c", "next"]),
        ("activationCount >= needed", ["a"], ["b", "c"]),
    ],
)
def test_the_condition_may_count_each_flow_by_itself(
    activation: str, done: list[str], tasks: list[str]
) -> None:
    case = play(
        process(
            "start > fork",
            parallel("fork"),
            *("fork > a > g", "fork > b > g", "fork > c > g"),
            complex_gateway("g", activation),
            "g > next > end",
        ),
        needed=2,
    )

    for name in done:
        case.do(name)

    assert case.tasks == tasks


def test_data_that_changes_later_can_make_the_condition_hold() -> None:
    drawn = process(
        "start > fork",
        parallel("fork"),
        *("fork > a > g", "fork > b > g"),
        complex_gateway("g", "urgent or activationCount >= 2"),
        "g > next > end",
    )
    case = play(drawn, urgent=False).do("a")
    before = case.tasks

    assert (before, case.set(urgent=True).tasks) == (["b"], ["b", "next"])


def test_without_a_condition_the_first_token_is_enough() -> None:
    case = play(
        process(
            "start > fork",
            parallel("fork"),
            *("fork > a > g", "fork > b > g"),
            complex_gateway("g"),
            "g > next",
        )
    )

    assert case.do("b").tasks == ["a", "next"]


def test_conditions_are_asked_again_at_the_reset_and_know_that_it_is_one() -> None:
    case = _two_of_three(
        "activationCount >= 2",
        "g > next > end : waitingForStart",
        "g > late : not waitingForStart",
    )

    assert case.do("a").do("b").tasks == ["c", "next"]
    assert case.do("c").tasks == ["next", "late"]


def test_a_reset_that_takes_no_token_gives_none() -> None:
    # 13.4.5 would ask the conditions again, so that a splitting gateway gave two for one.
    case = play(
        process(
            "start > g",
            "g > a : n > 1",
            "g > b : n > 2",
            "g > c : default",
            complex_gateway("g"),
        ),
        n=2,
    )

    assert case.tasks == ["a"]


def test_a_start_where_no_flow_can_be_taken_stops_the_token_until_an_operator_acts() -> None:
    case = play(process("start > g", "g > a : n > 1", complex_gateway("g")), n=0)
    before = case.stuck

    case.set(n=2).resolve("g")

    assert (before, case.stuck, case.tasks) == (["g"], [], ["a"])


def test_a_reset_where_no_flow_can_be_taken_is_nothing_special() -> None:
    case = _two_of_three("activationCount >= 2", "g > next : waitingForStart")

    case.do("a").do("b").do("c")

    assert (case.tasks, case.stuck) == (["next"], [])


def test_late_tokens_that_can_no_longer_come_are_not_waited_for() -> None:
    case = play(
        process(
            "start > fork",
            parallel("fork"),
            *("fork > a > g", "choice > aside : skip", "fork > choice > b > g"),
            exclusive("choice"),
            complex_gateway("g", "activationCount >= 1"),
            "g > next > end",
        ),
        skip=True,
    )

    case.do("a")

    assert case.tasks == ["aside", "next"]
    assert [one.kind for one in case.case.tokens.values()] == ["active", "active"]


def test_a_second_token_of_a_flow_that_was_taken_waits_for_the_next_round() -> None:
    case = play(
        process(
            "start > fork",
            parallel("fork"),
            exclusive("merge"),
            *("fork > a > merge > g", "fork > b > merge", "fork > c > g"),
            complex_gateway("g", "activationCount >= 1"),
            "g > next",
        )
    )
    seen = [case.do("a").tasks, case.do("b").tasks]

    seen.append(case.do("c").tasks)

    assert seen == [["b", "c", "next"], ["c", "next"], ["next", "next"]]


def test_in_a_loop_every_round_starts_and_resets_it_anew() -> None:
    case = play(
        process(
            "start > merge > fork",
            exclusive("merge"),
            parallel("fork"),
            *("fork > a > g", "fork > b > g"),
            complex_gateway("g", "activationCount >= 2"),
            script("count", "n = n + 1"),
            exclusive("again"),
            "g > count > again",
            "again > merge : n < 3",
            "again > end : default",
        ),
        n=0,
    )

    sizes = []
    for _ in range(3):
        sizes.append(len(case.case.tokens))
        case.do("a").do("b")

    assert sizes == [2, 2, 2]
    assert (case.state, case.variables["n"]) == ("completed", 3)


def test_tokens_that_wait_in_vain_are_told_and_can_be_let_pass() -> None:
    case = play(
        process(
            "start > g",
            complex_gateway("g", "activationCount >= 2"),
            "g > next : waitingForStart",
            plain("never"),
            "never > g",
        )
    )
    before = case.stuck

    assert (before, case.resolve("g").tasks) == (["g"], ["next"])


def test_a_gateway_at_the_end_ends_its_path() -> None:
    case = play(process("start > g", complex_gateway("g")))

    assert (case.state, len(case.facts(PathTaken))) == ("completed", 1)
