"""Events with several triggers: any of them, or all of them (BPMN 2.0.2, 10.5.1 and 10.5.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    catch,
    condition,
    cycle,
    date,
    duration,
    error,
    event_sub,
    message,
    process,
    signal,
    start,
)
from tests.unit.kernel.playing import compiled, play

from caseflow.errors import DiagramRefused, NothingWaits
from caseflow.kernel import DeliverMessage, FireTimer
from caseflow.model import BoundaryEvent, CatchEvent, Node, StartEvent, Trigger


def _all(node: Node) -> Node:
    """The event, waiting for all of its triggers."""
    match node.behaviour:
        case CatchEvent() | BoundaryEvent() | StartEvent():
            return replace(node, behaviour=replace(node.behaviour, parallel=True))
        case _:
            raise AssertionError(node)


def test_a_multiple_event_goes_on_with_the_first_of_its_triggers() -> None:
    drawn = process("start > c > a", catch("c", message("m"), signal("s"), duration("PT1H")))

    assert [play(drawn).send("m").tasks, play(drawn).signal("s").tasks] == [["a"], ["a"]]


def test_a_parallel_one_needs_all_of_them_in_any_order() -> None:
    drawn = process(
        "start > c > a",
        _all(
            catch("c", message("m", into="m"), signal("s"), duration("PT1H"), condition("ready"))
        ),
    )
    case = play(drawn)
    seen = [case.tasks]

    seen.append(case.set(ready=True).tasks)
    seen.append(case.set(ready=False).send("m", 7).tasks)
    seen.append(case.later(hours=1).tasks)
    seen.append(case.signal("s").tasks)

    assert seen == [[], [], [], [], ["a"]]
    assert case.variables == {"ready": False, "m": 7}
    assert case.case.met == ()


def test_what_has_happened_already_is_waited_for_no_more() -> None:
    drawn = process("start > c > a", _all(catch("c", message("m"), duration("PT1H"))))
    case = play(drawn)
    (subscription,), (timer,) = case.case.subscriptions, case.case.timers
    case.send("m").later(minutes=59)

    assert case.case.subscriptions == {}
    with pytest.raises(NothingWaits):
        case.apply(DeliverMessage(at=case.at, subscription=subscription))
    with pytest.raises(NothingWaits):
        case.apply(FireTimer(at=case.at, timer=timer))


def test_an_interrupting_boundary_event_cancels_its_activity_when_all_have_happened() -> None:
    drawn = process(
        "start > work > end",
        _all(boundary("b", "work", message("m"), signal("s"))),
        "b > a",
    )
    case = play(drawn).send("m")
    before = case.tasks

    assert (before, case.signal("s").tasks) == (["work"], ["a"])


def test_work_that_is_done_takes_along_what_had_happened() -> None:
    drawn = process(
        "start > work > next > end", _all(boundary("b", "work", message("m"), signal("s")))
    )

    case = play(drawn).send("m").do("work")

    assert (case.tasks, case.awaited, case.case.met) == (["next"], [], ())


def test_a_non_interrupting_one_waits_for_all_of_them_again() -> None:
    drawn = process(
        "start > work > end",
        _all(
            boundary("b", "work", message("m"), cycle("R/PT1H"), interrupting=False),
        ),
        "b > a",
    )
    case = play(drawn).send("m").later(hours=1)

    again = case.later(hours=1).tasks
    case.send("m")

    assert (again, case.tasks) == (["work", "a"], ["work", "a", "a"])


def test_with_a_timer_that_fires_once_it_happens_once() -> None:
    drawn = process(
        "start > work > end",
        _all(boundary("b", "work", message("m"), duration("PT1H"), interrupting=False)),
        "b > a",
    )

    case = play(drawn).send("m").later(hours=1)

    assert (case.tasks, case.awaited, case.timers) == (["work", "a"], [], [])


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_sub_process_can_need_several_events(*, interrupting: bool) -> None:
    drawn = process(
        "start > work > end",
        event_sub(
            "handler",
            _all(start("on", signal("s"), condition("ready"), interrupting=interrupting)),
            "on > a",
        ),
    )
    case = play(drawn, ready=True)
    before = case.tasks

    case.signal("s")

    assert before == ["work"]
    assert case.tasks == (["a"] if interrupting else ["work", "a"])


def test_one_that_needs_a_timer_of_the_past_never_happens_and_says_so() -> None:
    past = cycle("R2/2020-01-01T00:00:00Z/P1D")
    case = play(process("start > c > a", _all(catch("c", message("m"), past))))

    assert (case.stuck, case.awaited) == (["c"], [])


@pytest.mark.parametrize(
    ("triggers", "what"),
    [((error("E"), message("m")), "waits for an error and more at once")],
)
def test_an_error_and_more_at_once_is_refused(triggers: tuple[Trigger, ...], what: str) -> None:
    drawn = process("start > work", _all(boundary("b", "work", *triggers)), "b > a")

    with pytest.raises(DiagramRefused, match=what):
        compiled(drawn)


def test_a_process_that_starts_with_several_events_at_once_is_refused() -> None:
    drawn = process(_all(start("on", message("m"), message("n"))), "on > a")

    with pytest.raises(DiagramRefused, match="a start event that needs several events"):
        compiled(drawn)


def test_a_date_in_it_counts_like_any_other_trigger() -> None:
    drawn = process(
        "start > c > a", _all(catch("c", date("'2026-03-03T00:00:00Z'"), message("m")))
    )
    case = play(drawn).later(days=1)

    assert (case.tasks, case.send("m").tasks) == ([], ["a"])
