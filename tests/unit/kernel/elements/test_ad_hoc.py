"""Ad-hoc sub-processes (BPMN 2.0.2, 10.3.5 and 13.3.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.kernel.drawing import (
    ad_hoc,
    boundary,
    compensation,
    event_sub,
    exclusive,
    mapped,
    message,
    parallel,
    process,
    script,
    service,
    start,
    sub,
    throw,
    undone,
    user,
)
from tests.unit.kernel.playing import Played, play

from caseflow.errors import DiagramRefused, NotItsTurn
from caseflow.kernel import ActivityCancelled, ScopeLeft, UnclaimTask
from caseflow.model import ElementId, Node, Process, ProcessId

P = ProcessId("p")


def around(inner: Node, *parts: Node | str) -> Process:
    return process("start > ah > after", inner, *parts)


# What is enabled, and when it ends


def test_what_no_flow_leads_to_is_offered() -> None:
    inner = ad_hoc("ah", user("a"), user("b"), "b > c")

    assert play(around(inner)).tasks == ["a", "b"]


def test_without_a_condition_each_is_done_once_and_it_ends_when_nothing_is_alive() -> None:
    case = play(around(ad_hoc("ah", user("a"), user("b"), "b > c"))).do("b")

    assert case.tasks == ["a", "c"]
    assert case.do("a").do("c").tasks == ["after"]
    assert case.facts(ScopeLeft) == [ScopeLeft(process=P, element=ElementId("ah"))]


def test_it_ends_after_the_activity_that_makes_its_condition_true() -> None:
    case = play(around(ad_hoc("ah", user("a"), user("b"), "b > c", until="ok")), ok=False)

    case.do("b", ok=True)

    assert case.tasks == ["after"]
    assert case.facts(ActivityCancelled) == [ActivityCancelled(process=P, element=ElementId("a"))]


def test_while_the_condition_does_not_hold_what_was_done_is_offered_again() -> None:
    inner = ad_hoc("ah", user("a"), user("b"), until="rounds >= 3")
    case = play(around(inner), rounds=0)

    assert case.do("a", rounds=1).tasks == ["b", "a"]
    assert case.do("a", rounds=2).tasks == ["b", "a"]
    assert case.do("b", rounds=3).tasks == ["after"]


def test_the_condition_is_not_asked_before_anything_was_done() -> None:
    case = play(around(ad_hoc("ah", user("a"), until="True")))

    assert case.tasks == ["a"]
    assert case.do("a").tasks == ["after"]


def test_what_is_no_task_for_a_person_begins_at_once_and_once() -> None:
    inner = ad_hoc(
        "ah",
        script("x", "log = log + ['x']"),
        service("y"),
        sub("s", "si > z", start("si")),
        until="len(log) > 5",
    )

    case = play(around(inner), log=[])

    assert (case.variables["log"], case.jobs, case.tasks) == (["x"], ["y"], ["z"])
    assert case.finish("y").do("z").tasks == ["after"]
    assert case.variables["log"] == ["x"]


def test_the_condition_is_asked_after_a_script_too() -> None:
    inner = ad_hoc("ah", user("a"), script("x", "ok = True"), "a > x", "x > b", until="ok")

    case = play(around(inner), ok=False).do("a")

    assert case.tasks == ["after"]


def test_inner_flows_run_as_they_are_drawn() -> None:
    inner = ad_hoc(
        "ah", user("a"), "a > g", exclusive("g"), "g > b : n > 1", "g > c : default", until="ok"
    )

    case = play(around(inner), n=2, ok=False).do("a")

    assert sorted(case.tasks) == ["a", "b"]


def test_a_condition_that_fails_stops_at_the_activity_that_was_done() -> None:
    case = play(around(ad_hoc("ah", user("a"), user("b"), until="missing"))).do("a")

    assert (case.tasks, case.stuck) == (["b"], ["a"])
    case.set(missing=False).resolve("a")
    assert (case.tasks, case.stuck) == (["b", "a"], [])
    assert case.do("a", missing=True).tasks == ["after"]


def test_a_flow_that_fails_does_not_offer_the_activity_twice() -> None:
    inner = ad_hoc("ah", user("a"), user("b"), "a > c : missing", until="ok")

    case = play(around(inner), ok=False).do("a")
    assert (case.tasks, case.stuck) == (["b"], ["a"])
    case.set(missing=True).resolve("a")
    assert case.tasks == ["b", "c", "a"]


# cancelRemainingInstances


def test_what_somebody_works_on_can_be_left_to_be_completed() -> None:
    inner = ad_hoc("ah", user("a"), user("b"), user("c"), "a > d", until="ok", cancels=False)
    case = play(around(inner), ok=False).claim("a", "zhang")

    case.do("b", ok=True)

    assert case.tasks == ["a"]  # c was not begun, and nothing comes behind a any more
    assert case.do("a").tasks == ["after"]


def test_jobs_and_sub_processes_are_under_way_from_the_beginning() -> None:
    inner = ad_hoc(
        "ah",
        user("a"),
        service("y"),
        sub("s", "si > z > z2", start("si")),
        until="ok",
        cancels=False,
    )
    case = play(around(inner), ok=False).do("a", ok=True)

    assert (case.jobs, case.tasks) == (["y"], ["z"])
    case.finish("y").do("z")
    assert case.do("z2").tasks == ["after"]


def test_what_waits_between_activities_is_dropped_when_the_rest_is_completed() -> None:
    inner = ad_hoc(
        "ah",
        user("a"),
        user("b"),
        boundary("m", "b", message("m")),
        "m > c",
        until="ok",
        cancels=False,
    )
    case = play(around(inner), ok=False).do("a", ok=True)

    assert (case.tasks, case.awaited) == (["after"], [])


# Sequential ordering


def sequential(*parts: Node | str, until: str | None = None) -> Played:
    return play(around(ad_hoc("ah", *parts, until=until, sequential=True)), ok=False)


def test_in_sequential_ordering_all_are_offered_and_one_at_a_time_is_chosen() -> None:
    case = sequential(user("a"), user("b")).claim("a", "zhang")

    with pytest.raises(NotItsTurn):
        case.claim("b", "li")
    with pytest.raises(NotItsTurn):
        case.assign("b", "li")
    with pytest.raises(NotItsTurn):
        case.do("b")

    case.do("a").claim("b", "li")
    assert case.do("b").tasks == ["after"]


def test_a_task_that_was_given_back_leaves_the_choice_open_again() -> None:
    case = sequential(user("a"), user("b")).claim("a", "zhang")

    case.apply(UnclaimTask(at=case.at, task=case.task("a").id)).claim("b", "li")

    assert case.task("b").assignee == "li"


def test_a_task_can_be_chosen_by_completing_it() -> None:
    case = sequential(user("a"), user("b")).do("b").do("a")

    assert case.tasks == ["after"]


def test_a_task_with_data_of_its_own_has_its_turn_too() -> None:
    case = sequential(mapped(user("a"), inputs={"x": "1"}), mapped(user("b"), inputs={"x": "2"}))
    case.claim("a", "zhang")

    with pytest.raises(NotItsTurn):
        case.claim("b", "li")

    assert case.do("a").do("b").tasks == ["after"]


def test_what_follows_an_activity_is_under_way_before_another_one_is_chosen() -> None:
    case = sequential(user("a"), user("b"), service("y"), "a > y").do("a")

    with pytest.raises(NotItsTurn):
        case.claim("b", "li")

    case.finish("y").claim("b", "li")


def test_of_tasks_that_are_given_to_somebody_by_the_drawing_the_oldest_comes_first() -> None:
    case = sequential(user("a", assignee="'zhang'"), user("b", assignee="'li'"))

    with pytest.raises(NotItsTurn):
        case.do("b")

    assert case.do("a").do("b").tasks == ["after"]


def test_in_parallel_ordering_several_are_chosen_at_a_time() -> None:
    case = play(around(ad_hoc("ah", user("a"), user("b")))).claim("a", "zhang").claim("b", "li")

    assert case.do("b").do("a").tasks == ["after"]


def test_in_a_sequential_one_what_nobody_chooses_begins_one_after_the_other() -> None:
    case = sequential(service("y"), sub("s", "start > in > end"), service("z"))
    seen = [(case.jobs, case.tasks)]

    case.finish("y")
    seen.append((case.jobs, case.tasks))
    case.do("in")
    seen.append((case.jobs, case.tasks))

    assert seen == [(["y"], []), ([], ["in"]), (["z"], [])]
    assert case.finish("z").tasks == ["after"]


def test_while_it_is_under_way_nobody_chooses_a_task() -> None:
    case = sequential(user("a"), service("y"))

    with pytest.raises(NotItsTurn, match="y"):
        case.claim("a", "zhang")

    assert case.finish("y").claim("a", "zhang").tasks == ["a"]


def test_while_somebody_is_at_work_nothing_else_begins() -> None:
    case = sequential(user("a"), user("b"), "b > p", parallel("p"), "p > y", "p > z",
                      service("y"), service("z")).do("b")  # fmt: skip

    seen = [case.jobs, case.finish("y").jobs]

    assert seen == [["y"], ["z"]]


def test_what_waits_for_its_turn_has_it_when_a_task_is_given_back() -> None:
    given = user("a", assignee="'zhang'")
    case = sequential(given, service("y"))
    waiting = case.jobs

    case.apply(UnclaimTask(at=case.at, task=case.task("a").id))

    assert (waiting, case.jobs) == ([], ["y"])


def test_what_waits_for_its_turn_is_not_begun_once_the_condition_holds() -> None:
    inner = ad_hoc("ah", user("a"), service("y"), service("z"), until="ok", sequential=True)
    case = play(around(inner), ok=False)

    assert case.finish("y", ok=True).tasks == ["after"]


def test_several_tokens_and_a_turn_to_wait_for_are_refused_together() -> None:
    takes = replace(user("b"), start_quantity=2)

    with pytest.raises(DiagramRefused, match="takes several tokens and its turn as well"):
        play(around(ad_hoc("ah", "a > b", user("a"), takes, sequential=True)))


# Events and compensation


def test_an_event_on_its_border_interrupts_it() -> None:
    inner = ad_hoc("ah", user("a"), user("b"), until="False")

    case = play(around(inner, boundary("m", "ah", message("m")), "m > c")).send("m")

    assert case.tasks == ["c"]


def test_an_event_sub_process_inside_takes_it_over() -> None:
    stop = event_sub("es", start("e", message("m")), "e > c")
    inner = ad_hoc("ah", user("a"), stop, until="False")

    case = play(around(inner)).send("m")

    assert case.tasks == ["c"]
    assert case.do("c").tasks == ["after"]


def test_it_is_compensated_in_reverse_order_of_completion() -> None:
    inner = ad_hoc(
        "ah",
        user("a"),
        user("b"),
        *undone("a", user("no-a")),
        *undone("b", user("no-b")),
        until="ok",
    )
    drawn = process("start > ah > undo > end", inner, throw("undo", compensation()))
    case = play(drawn, ok=False).do("a").do("b").do("a", ok=True)

    assert case.tasks == ["no-a"]
    assert case.do("no-a").tasks == ["no-b"]
    assert case.do("no-b").tasks == ["no-a"]
    assert case.do("no-a").state == "completed"


def test_one_that_ended_before_all_was_done_is_undone_by_its_event_sub_process() -> None:
    undoing = event_sub("es", start("c", compensation()), "c > mend")
    inner = ad_hoc("ah", user("a"), user("b"), undoing, until="ok", cancels=False)
    drawn = process("start > ah > undo > end", inner, throw("undo", compensation()))

    case = play(drawn, ok=False).do("a", ok=True)

    assert case.tasks == ["mend"]
