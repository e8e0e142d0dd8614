"""How many tokens an activity takes and gives (BPMN 2.0.2, 10.3 and 13.3.2)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    duration,
    exclusive,
    multi,
    parallel,
    process,
    script,
    user,
)
from tests.unit.kernel.playing import compiled, play

from caseflow.errors import DiagramRefused
from caseflow.kernel import PathTaken
from caseflow.model import FlowId, Node, ProcessId


def takes(count: int, node: Node) -> Node:
    return replace(node, start_quantity=count)


def gives(count: int, node: Node) -> Node:
    return replace(node, completion_quantity=count)


def test_an_activity_begins_when_enough_tokens_have_come_by_whatever_flow() -> None:
    drawn = process(
        "start > fork",
        parallel("fork"),
        *("fork > a > w", "fork > b > w", "fork > c > w"),
        takes(2, user("w")),
        "w > end",
    )
    case = play(drawn)
    seen = [case.do("a").tasks]

    seen.append(case.do("c").tasks)
    seen.append(case.do("w").tasks)

    assert seen == [["b", "c"], ["b", "w"], ["b"]]


def test_an_activity_gives_several_tokens_along_each_flow_that_it_takes() -> None:
    drawn = process("start > w > a > end", "w > b : n > 1", "w > c : n > 2", gives(2, user("w")))

    case = play(drawn, n=2).do("w")

    assert case.tasks == ["a", "b", "a", "b"]


def test_what_one_gives_another_takes() -> None:
    drawn = process(
        "start > many > one > end",
        gives(3, script("many", "n = 1")),
        takes(3, script("one", "n = n + 1")),
    )

    case = play(drawn)

    assert (case.state, case.variables) == ("completed", {"n": 2})
    assert case.facts(PathTaken) == [
        PathTaken(process=ProcessId("p"), flows=(FlowId("start>many"),)),
        PathTaken(process=ProcessId("p"), flows=(FlowId("many>one"),) * 3),
        PathTaken(process=ProcessId("p"), flows=(FlowId("one>end"),)),
    ]


def test_it_takes_and_gives_once_for_all_instances() -> None:
    drawn = process(
        "start > many > w > after",
        gives(2, script("many", "n = 1")),
        takes(2, gives(2, multi(user("w"), times="2"))),
    )

    case = play(drawn).do("w").do("w")

    assert case.tasks == ["after", "after"]


def test_in_a_loop_it_collects_anew() -> None:
    drawn = process(
        "start > merge > fork",
        exclusive("merge"),
        parallel("fork"),
        *("fork > a > w", "fork > b > w"),
        takes(2, user("w")),
        exclusive("again"),
        "w > again",
        "again > merge : n < 3",
        "again > end : default",
    )
    case = play(drawn, n=0)

    for n in range(1, 4):
        case.do("b").do("a").do("w", n=n)

    assert case.state == "completed"


def test_boundary_events_wait_only_once_it_has_begun() -> None:
    drawn = process(
        "start > fork",
        parallel("fork"),
        *("fork > w", "fork > a > w"),
        takes(2, user("w")),
        boundary("late", "w", duration("PT1H")),
        "late > x",
    )
    case = play(drawn)
    before = case.timers

    assert (before, case.do("a").timers) == ([], ["late"])


def test_a_failing_beginning_keeps_the_tokens_that_have_come() -> None:
    drawn = process(
        "start > fork",
        parallel("fork"),
        *("fork > w", "fork > a > w"),
        takes(2, user("w", assignee="who")),
    )
    case = play(drawn).do("a")
    before = case.stuck

    case.set(who="li").resolve("w")

    assert (before, case.tasks, case.stuck) == (["w"], ["w"], [])


def test_too_few_tokens_are_told_and_the_activity_can_be_begun_without_the_others() -> None:
    case = play(process("start > w > end", takes(2, user("w"))))
    before = case.stuck

    assert (before, case.resolve("w").tasks) == (["w"], ["w"])


@pytest.mark.parametrize("count", [0, 1001])
def test_quantities_that_make_no_sense_are_refused(count: int) -> None:
    with pytest.raises(DiagramRefused, match="token quantities beyond 1 to 1000"):
        compiled(process("start > w", takes(count, user("w"))))
