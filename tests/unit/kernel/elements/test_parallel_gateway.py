"""Parallel gateways (BPMN 2.0.2, 10.6.4 and 13.4.1)."""

from __future__ import annotations

from tests.unit.kernel.drawing import exclusive, parallel, plain, process
from tests.unit.kernel.playing import play

from caseflow.kernel import Token, TokenKind
from caseflow.model import ElementId, FlowId

TWO = process(
    "start > fork > a > join > after", "fork > b > join", parallel("fork"), parallel("join")
)

# Two tokens come to the join by the flow m>join, one by c>join.
SURPLUS = process(
    "start > fork > a > m > join > after",
    "fork > b > m",
    "fork > c > join",
    parallel("fork"),
    parallel("join"),
    plain("a"),
    plain("b"),
    exclusive("m"),
)


def test_every_outgoing_flow_gets_a_token() -> None:
    assert play(TWO).tasks == ["a", "b"]


def test_conditions_on_its_flows_are_not_asked() -> None:
    drawn = process("start > fork", "fork > a : False", "fork > b : missing", parallel("fork"))

    assert play(drawn).tasks == ["a", "b"]


def test_the_join_waits_for_a_token_on_every_flow() -> None:
    case = play(TWO).do("a")

    assert case.tasks == ["b"]
    assert (
        Token(
            id=4,
            kind=TokenKind.JOINING,
            frame=1,
            element=ElementId("join"),
            flow=FlowId("a>join"),
        )
        in case.case.tokens.values()
    )
    assert case.do("b").tasks == ["after"]


def test_two_tokens_on_one_flow_do_not_make_up_for_the_other_flow() -> None:
    case = play(SURPLUS)

    assert case.tasks == ["c"]
    assert len(case.case.tokens) == 3


def test_a_second_token_of_one_flow_waits_for_the_next_turn() -> None:
    case = play(SURPLUS).do("c")

    assert case.tasks == ["after"]
    assert [one.kind for one in case.case.tokens.values()] == [
        TokenKind.JOINING,
        TokenKind.ACTIVE,
    ]


def test_a_token_that_can_never_be_joined_is_an_incident_when_all_else_is_done() -> None:
    case = play(SURPLUS).do("c").do("after")

    assert (case.state, case.stuck) == ("running", ["join"])
    assert "waits for tokens that cannot come" in next(iter(case.case.incidents.values())).message

    case.resolve("join")

    assert case.tasks == ["after"]
    assert case.do("after").state == "completed"


def test_a_join_in_a_loop_takes_one_token_of_each_flow_in_each_round() -> None:
    drawn = process(
        "start > m > fork > a > join > g",
        "fork > b > join",
        "g > m : again",
        "g > end : default",
        exclusive("m"),
        parallel("fork"),
        parallel("join"),
        exclusive("g"),
    )
    case = play(drawn)

    for again in (True, True, False):
        case.do("b").do("a", again=again)

    assert case.state == "completed"


def test_two_flows_from_the_same_element_are_two_flows() -> None:
    drawn = process(
        "start > fork > join > after", "fork > join", parallel("fork"), parallel("join")
    )

    assert play(drawn).tasks == ["after"]
