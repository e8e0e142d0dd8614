"""Inclusive gateways (BPMN 2.0.2, 10.6.3 and 13.4.3)."""

from __future__ import annotations

from tests.unit.kernel.drawing import (
    boundary,
    catch,
    duration,
    exclusive,
    inclusive,
    link,
    message,
    parallel,
    plain,
    process,
    sub,
    throw,
)
from tests.unit.kernel.playing import play

THREE = process(
    "start > g",
    "g > a : 'a' in to",
    "g > b : 'b' in to",
    "g > c : default",
    "a > join > after",
    "b > join",
    "c > join",
    inclusive("g"),
    inclusive("join"),
)


def test_every_flow_whose_condition_holds_is_taken() -> None:
    assert play(THREE, to="ab").tasks == ["a", "b"]
    assert play(THREE, to="b").tasks == ["b"]


def test_the_default_flow_is_taken_when_no_condition_holds() -> None:
    assert play(THREE, to="").tasks == ["c"]


def test_the_join_waits_for_those_that_were_taken_and_no_others() -> None:
    case = play(THREE, to="ab").do("a")
    assert case.tasks == ["b"]
    assert case.do("b").tasks == ["after"]

    assert play(THREE, to="a").do("a").tasks == ["after"]


def test_where_no_flow_can_be_taken_the_case_is_stuck_until_that_changes() -> None:
    drawn = process("start > g", "g > a : n > 10", "g > b : n > 100", inclusive("g"))
    case = play(drawn, n=1)
    assert case.stuck == ["g"]

    assert case.set(n=50).resolve("g").tasks == ["a"]


def test_a_join_that_cannot_go_on_is_stuck_as_one_token_and_tries_again() -> None:
    drawn = process(
        "start > fork > a > join",
        "fork > b > join",
        "join > x : n > 1",
        "join > y : n > 2",
        parallel("fork"),
        plain("a"),
        plain("b"),
        inclusive("join"),
    )
    case = play(drawn)
    assert (case.stuck, len(case.case.tokens)) == (["join"], 1)

    assert case.set(n=5).resolve("join").tasks == ["x", "y"]


def test_two_flows_between_the_same_two_gateways_are_joined_into_one_token() -> None:
    drawn = process("start > g > join > after", "g > join", inclusive("g"), inclusive("join"))

    assert play(drawn).tasks == ["after"]


def test_the_join_waits_for_a_token_far_away_that_may_still_come() -> None:
    drawn = process(
        "start > fork > join > after",
        "fork > far > x > y > join",
        parallel("fork"),
        inclusive("join"),
        plain("x"),
        plain("y"),
    )
    case = play(drawn)
    assert case.tasks == ["far"]

    assert case.do("far").tasks == ["after"]


def test_the_join_does_not_wait_for_a_token_that_turns_elsewhere() -> None:
    drawn = process(
        "start > fork > join > after",
        "fork > far > x",
        "x > join : comes",
        "x > other : default",
        parallel("fork"),
        inclusive("join"),
        exclusive("x"),
    )
    case = play(drawn, comes=False)
    assert case.tasks == ["far"]

    assert sorted(case.do("far").tasks) == ["after", "other"]


def test_the_join_waits_for_what_a_boundary_event_may_still_send() -> None:
    drawn = process(
        "start > fork > join > after",
        "fork > far > end",
        boundary("late", "far", duration("P1D")),
        "late > join",
        parallel("fork"),
        inclusive("join"),
    )
    assert play(drawn).tasks == ["far"]
    assert play(drawn).do("far").tasks == ["after"]
    assert play(drawn).later(days=1).tasks == ["after"]


def test_the_join_waits_for_what_comes_by_a_link() -> None:
    drawn = process(
        "start > fork > join > after",
        "fork > far > out",
        throw("out", link("l")),
        catch("into", link("l")),
        "into > join",
        parallel("fork"),
        inclusive("join"),
    )
    case = play(drawn)
    assert case.tasks == ["far"]

    assert case.do("far").tasks == ["after"]


def test_the_join_waits_for_a_sub_process_with_everything_inside() -> None:
    drawn = process(
        "start > fork > join > after",
        "fork > s > join",
        parallel("fork"),
        inclusive("join"),
        sub("s", "start > in"),
    )
    case = play(drawn)
    assert case.tasks == ["in"]

    assert case.do("in").tasks == ["after"]


def test_the_join_waits_for_a_token_that_is_stuck_before_it() -> None:
    drawn = process(
        "start > fork > join > after",
        "fork > g",
        "g > join : n > 1",
        "g > end : default",
        parallel("fork"),
        inclusive("join"),
        exclusive("g"),
    )
    case = play(drawn)
    assert (case.tasks, case.stuck) == ([], ["g"])

    assert case.set(n=5).resolve("g").tasks == ["after"]


def test_a_token_that_can_also_come_by_a_filled_flow_does_not_keep_the_join_waiting() -> None:
    """13.4.3: for each path to an empty flow there is one from it to a filled flow."""
    drawn = process(
        "start > fork > join > after",
        "fork > far > x",
        "x > m : n > 1",
        "x > join : default",
        "fork > m > join",
        parallel("fork"),
        inclusive("join"),
        exclusive("x"),
        exclusive("m"),
    )

    case = play(drawn, n=0)

    assert sorted(case.tasks) == ["after", "far"]


def test_in_a_loop_each_round_is_joined_for_itself() -> None:
    drawn = process(
        "start > m > g > a > join > more",
        "g > b > join",
        "more > m : again",
        "more > end : default",
        exclusive("m"),
        inclusive("g"),
        inclusive("join"),
        exclusive("more"),
    )
    case = play(drawn)

    for again in (True, False):
        case.do("a").do("b", again=again)

    assert case.state == "completed"


def test_a_join_before_its_own_split_in_a_loop_does_not_wait_for_itself() -> None:
    drawn = process(
        "start > join > u > g",
        "g > join : again",
        "g > end : default",
        inclusive("join"),
        exclusive("g"),
    )
    case = play(drawn)

    assert case.do("u", again=True).do("u", again=False).state == "completed"


def test_several_tokens_on_one_flow_are_joined_one_at_a_time() -> None:
    drawn = process(
        "start > fork > a > m > join > after",
        "fork > b > m",
        "fork > c > join",
        parallel("fork"),
        plain("a"),
        plain("b"),
        exclusive("m"),
        inclusive("join"),
    )
    case = play(drawn)
    assert case.tasks == ["c"]

    assert case.do("c").tasks == ["after", "after"]


def test_a_join_in_an_interrupted_scope_is_gone_with_it() -> None:
    inner = sub(
        "s", "start > fork > join > x", "fork > far > join", parallel("fork"), inclusive("join")
    )
    drawn = process(
        "start > s > end", inner, boundary("stop", "s", message("stop")), "stop > after"
    )
    case = play(drawn)
    assert case.tasks == ["far"]

    assert case.send("stop").tasks == ["after"]
    assert case.do("after").state == "completed"


def test_two_joins_that_wait_for_each_other_are_told_to_an_operator() -> None:
    drawn = process(
        "start > fork > j1 > x",
        "fork > j2 > y",
        "x > j2 : n > 1",
        "x > end : default",
        "y > j1 : n > 1",
        "y > end2 : default",
        parallel("fork"),
        inclusive("j1"),
        inclusive("j2"),
        exclusive("x"),
        exclusive("y"),
    )
    case = play(drawn, n=0)
    assert case.stuck == ["j1", "j2"]

    assert case.resolve("j1").state == "completed"
