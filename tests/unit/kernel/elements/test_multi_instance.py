"""Multi-instance activities (BPMN 2.0.2, 13.3.7)."""

from __future__ import annotations

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    catch,
    duration,
    end,
    error,
    exclusive,
    mapped,
    message,
    multi,
    process,
    script,
    service,
    sub,
    user,
)
from tests.unit.kernel.playing import play

from caseflow.kernel import ActivityCancelled, CompleteTask, ScopeEntered
from caseflow.model import ElementId, Node, ProcessId, Value

P = ProcessId("p")
A = ElementId("a")


def test_all_instances_begin_at_once() -> None:
    case = play(process("start > a > after", multi(user("a"), times="3")))
    assert case.tasks == ["a", "a", "a"]

    assert case.do("a").do("a").tasks == ["a"]
    assert case.do("a").tasks == ["after"]


def test_sequential_instances_begin_one_after_the_other() -> None:
    case = play(process("start > a > after", multi(user("a"), times="3", sequential=True)))

    for _ in range(3):
        assert case.tasks == ["a"]
        case.do("a")

    assert case.tasks == ["after"]


def test_each_instance_has_its_item_and_its_counter() -> None:
    task = multi(
        script("a", "text = f'{loopCounter} of {numberOfInstances}: {one}'"),
        each="all",
        item="one",
        into="texts",
        gives="text",
    )

    case = play(process("start > a > end", task), all=["x", "y"])

    assert case.variables == {"all": ["x", "y"], "texts": ["1 of 2: x", "2 of 2: y"]}


def test_a_map_is_a_collection_of_its_values() -> None:
    task = multi(script("a", "pass"), each="{'k': 1, 'l': 2}", item="one", into="got", gives="one")

    assert play(process("start > a > end", task)).variables == {"got": [1, 2]}


def test_the_collection_is_that_of_the_beginning() -> None:
    case = play(
        process("start > a > end", multi(user("a"), each="all", item="one", sequential=True)),
        all=[1, 2],
    )

    case.set(all=[]).do("a")

    assert case.tasks == ["a"]
    assert case.do("a").state == "completed"


@pytest.mark.parametrize("task", [multi(user("a"), times="0"), multi(user("a"), each="[]")])
def test_with_no_instances_the_activity_is_passed(task: Node) -> None:
    assert play(process("start > a > after", task)).tasks == ["after"]


def test_with_no_instances_the_output_is_empty() -> None:
    task = multi(user("a"), each="[]", into="got", gives="1")

    assert play(process("start > a > after", task)).variables == {"got": []}


def test_what_an_instance_sets_is_its_own() -> None:
    task = multi(user("a"), times="2", into="votes", gives="vote")
    case = play(process("start > a > end", task), vote="none")

    case.do("a", vote="yes", why="because")
    assert case.variables == {"vote": "none", "votes": ["yes", None]}

    case.do("a", vote="no")
    assert case.variables == {"vote": "none", "votes": ["yes", "no"]}


def test_an_instance_with_declared_outputs_gives_them_out() -> None:
    task = mapped(multi(user("a"), times="2"), outputs={"last": "vote", "sum": "sum + 1"})
    case = play(process("start > a > end", task), sum=0)

    case.do("a", vote="yes").do("a", vote="no")

    assert case.variables == {"sum": 2, "last": "no"}


def test_outputs_stand_in_the_place_of_their_instance_whoever_is_first() -> None:
    task = multi(user("a"), each="[1, 2, 3]", item="one", into="got", gives="one * 10")
    case = play(process("start > a > end", task))
    last = list(case.case.tasks)[2]

    case.apply(CompleteTask(at=case.at, task=last))
    assert case.variables == {"got": [None, None, 30]}

    assert case.do("a").do("a").variables == {"got": [10, 20, 30]}


def test_an_instance_that_overwrites_its_counter_keeps_its_place() -> None:
    task = multi(user("a"), times="2", into="got", gives="loopCounter")
    case = play(process("start > a > end", task))

    case.do("a", loopCounter=99).do("a", loopCounter="x")

    assert case.variables == {"got": [1, 2]}


def test_the_completion_condition_cancels_the_instances_that_are_left() -> None:
    task = multi(user("a"), times="3", until="numberOfCompletedInstances >= 2")
    case = play(process("start > a > after", task))

    case.do("a").do("a")

    assert case.tasks == ["after"]
    assert case.facts(ActivityCancelled) == [ActivityCancelled(process=P, element=A)]


def test_the_completion_condition_sees_what_the_instance_has_set() -> None:
    case = play(process("start > a > after", multi(user("a"), times="3", until="done")))

    assert case.do("a", done=False).tasks == ["a", "a"]
    assert case.do("a", done=True).tasks == ["after"]


def test_the_completion_condition_ends_a_sequence_early() -> None:
    task = multi(user("a"), times="5", sequential=True, until="numberOfCompletedInstances == 2")

    assert play(process("start > a > after", task)).do("a").do("a").tasks == ["after"]


def test_the_condition_that_comes_true_with_the_last_instance_ends_the_activity_once() -> None:
    task = multi(user("a"), times="2", until="numberOfCompletedInstances == 2")

    assert play(process("start > a > after", task)).do("a").do("a").tasks == ["after"]


def test_the_built_in_counters_are_those_of_the_specification() -> None:
    counters = (
        "[numberOfInstances, numberOfActiveInstances, numberOfCompletedInstances, "
        "numberOfTerminatedInstances]"
    )
    task = multi(user("a"), times="3", into="seen", gives=counters)
    case = play(process("start > a > end", task))

    case.do("a").do("a").do("a")

    assert case.variables == {"seen": [[3, 3, 0, 0], [3, 2, 1, 0], [3, 1, 2, 0]]}


def test_in_a_sequence_one_instance_is_active_at_a_time() -> None:
    task = multi(
        user("a"), times="2", sequential=True, into="seen", gives="numberOfActiveInstances"
    )

    assert play(process("start > a > end", task)).do("a").do("a").variables == {"seen": [1, 1]}


def test_sub_processes_run_side_by_side_with_variables_of_their_own() -> None:
    inner = sub("a", "start > b > c > end", script("c", "n = n + one"))
    task = multi(inner, each="[1, 2]", item="one", into="got", gives="n")
    case = play(process("start > a > end", task))

    case.do("b", n=10).do("b", n=20)

    assert case.variables == {"got": [11, 22]}
    assert len(case.facts(ScopeEntered)) == 2


def test_multi_instance_activities_can_stand_in_one_another() -> None:
    inner = sub(
        "a",
        "start > b > end",
        multi(script("b", "y = x * 10 + z"), each="[1, 2]", item="z", into="inner", gives="y"),
    )
    task = multi(inner, each="[1, 2]", item="x", into="outer", gives="inner")

    case = play(process("start > a > end", task))

    assert case.variables == {"outer": [[11, 12], [21, 22]]}


def test_a_non_interrupting_timer_on_the_activity_leaves_its_instances_alone() -> None:
    late = boundary("late", "a", duration("PT1H"), interrupting=False)
    case = play(process("start > a > end", multi(user("a"), times="2"), late, "late > note"))

    assert case.later(hours=1).tasks == ["a", "a", "note"]


def test_a_stuck_instance_does_not_stop_the_others_and_can_try_again() -> None:
    task = multi(user("a", due="when[loopCounter - 1]"), times="2")
    case = play(process("start > a > after", task), when=["PT1H", "soon"])
    assert (case.tasks, case.stuck) == (["a"], ["a"])

    case.do("a").set(when=["PT1H", "PT2H"]).resolve("a")

    assert (case.tasks, case.stuck) == (["a"], [])
    assert case.do("a").tasks == ["after"]


def test_an_output_that_fails_is_evaluated_again_without_doing_the_work_again() -> None:
    task = multi(user("a"), times="2", into="got", gives="factor * 2")
    case = play(process("start > a > after", task)).do("a")
    assert (case.tasks, case.stuck) == (["a"], ["a"])

    case.set(factor=4).resolve("a").do("a")

    assert (case.tasks, case.variables["got"]) == (["after"], [8, 8])


def test_a_completion_condition_that_fails_is_asked_again_and_counts_the_instance_once() -> None:
    task = multi(user("a"), times="3", until="numberOfCompletedInstances >= enough")
    case = play(process("start > a > after", task)).do("a")
    assert case.stuck == ["a"]

    case.set(enough=2).resolve("a")
    assert case.tasks == ["a", "a"]

    assert case.do("a").tasks == ["after"]


def test_a_stuck_instance_is_withdrawn_when_the_others_are_enough() -> None:
    task = multi(user("a", due="when[loopCounter - 1]"), times="2", until="True")
    case = play(process("start > a > after", task), when=["PT1H", "soon"])

    case.do("a")

    assert (case.tasks, case.stuck) == (["after"], [])


def test_an_error_thrown_at_one_instance_cancels_all() -> None:
    drawn = process(
        "start > a > end", multi(service("a"), times="3"), boundary("b", "a", error()), "b > x"
    )

    case = play(drawn).raise_error("a", "E1", {"why": 1})

    assert (case.tasks, case.jobs, case.variables) == (["x"], [], {"why": 1})


def test_an_error_inside_one_instance_can_be_caught_inside_it() -> None:
    inner = sub(
        "a",
        "start > t > b",
        sub("t", "start > u > end", end("end", error("E1"))),
        boundary("caught", "t", error("E1")),
        "caught > mend",
    )
    case = play(process("start > a > after", multi(inner, times="2")))

    case.do("u")

    assert case.tasks == ["u", "mend"]


def test_messages_reach_the_instance_that_waits_for_them() -> None:
    inner = sub("a", "start > c > b", catch("c", message("m", correlation="one")))
    case = play(process("start > a > end", multi(inner, each="['x', 'y']", item="one")))
    assert [one.key for one in case.case.subscriptions.values()] == ["x", "y"]

    case.send("m", {"got": 1})

    assert (case.tasks, case.variables) == (["b"], {})


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (-1, "the number of instances is a whole number, not -1"),
        ("three", "the number of instances is a whole number, not 'three'"),
        (True, "the number of instances is a whole number, not True"),
        (2.5, "the number of instances is a whole number, not 2.5"),
        (10_001, "10001 instances are more than 10000"),
    ],
)
def test_a_number_that_makes_no_sense_is_an_incident(count: Value, reason: str) -> None:
    case = play(process("start > a > end", multi(user("a"), times="count")), count=count)

    assert (case.tasks, case.stuck) == ([], ["a"])
    assert reason in case.case.incidents[3].message
    assert case.set(count=1).resolve("a").tasks == ["a"]


@pytest.mark.parametrize("items", ["text", 5, None])
def test_what_is_no_list_is_an_incident(items: Value) -> None:
    case = play(process("start > a > end", multi(user("a"), each="items")), items=items)

    assert case.stuck == ["a"]
    assert "a collection is a list" in case.case.incidents[3].message


def test_it_can_be_repeated_by_flows() -> None:
    drawn = process(
        "start > m > a > more > g",
        "g > m : n < 2",
        "g > end : default",
        exclusive("m"),
        multi(script("a", "x = n"), times="2", into="got", gives="x"),
        script("more", "n = n + 1"),
        exclusive("g"),
    )

    assert play(drawn, n=0).variables == {"n": 2, "got": [1, 1]}
