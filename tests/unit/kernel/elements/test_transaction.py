"""Transactions and cancel events (BPMN 2.0.2, 10.3.5, 10.5.3, 10.5.4 and 13.5.5)."""

from __future__ import annotations

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    cancellation,
    compensation,
    duration,
    end,
    error,
    event_sub,
    message,
    multi,
    parallel,
    process,
    script,
    service,
    start,
    sub,
    throw,
    transaction,
    undone,
    user,
)
from tests.unit.kernel.playing import Played, play

from caseflow.errors import DiagramRefused
from caseflow.kernel import (
    ActivityCancelled,
    CompensationStarted,
    ScopeLeft,
    TransactionCancelled,
    VariablesSet,
    dump_case,
)
from caseflow.model import ElementId, Node, Process, ProcessId

P = ProcessId("p")


def booking(*parts: Node | str) -> Process:
    """A transaction that books a flight and a hotel, and can be cancelled behind that."""
    inner = transaction(
        "t",
        "st > flight > hotel > stop",
        start("st"),
        end("stop", cancellation()),
        *undone("flight", user("no-flight")),
        *undone("hotel", user("no-hotel")),
        *parts,
    )
    return process("start > t > done", inner, cancelled("t"), "cancelled > sorry")


def cancelled(on: str) -> Node:
    return boundary("cancelled", on, cancellation())


def handlers(case: Played) -> list[str]:
    """The handlers that have begun, in their order."""
    return [one.handler for one in case.history if isinstance(one, CompensationStarted)]


def test_a_transaction_that_is_not_cancelled_is_a_sub_process() -> None:
    inner = transaction("t", "st > a > et", start("st"), end("et"))

    case = play(process("start > t > done", inner)).do("a")

    assert case.tasks == ["done"]


def test_a_cancelled_transaction_is_compensated_and_left_by_its_cancel_event() -> None:
    case = play(booking()).do("flight").do("hotel")

    assert case.tasks == ["no-hotel"]
    assert case.do("no-hotel").tasks == ["no-flight"]
    assert case.do("no-flight").tasks == ["sorry"]
    assert case.facts(TransactionCancelled) == [
        TransactionCancelled(
            process=P,
            element=ElementId("t"),
            activities=(ElementId("hotel"), ElementId("flight")),
        )
    ]
    assert case.facts(ScopeLeft) == []
    assert case.do("sorry").state == "completed"


def test_a_cancelled_transaction_without_anything_to_compensate_is_left_at_once() -> None:
    inner = transaction("t", "st > stop", start("st"), end("stop", cancellation()))
    drawn = process("start > t > done", inner, cancelled("t"), "cancelled > sorry")

    assert play(drawn).tasks == ["sorry"]


def test_cancelling_ends_all_other_activity_first() -> None:
    inner = transaction(
        "t",
        "st > fork > a > b",
        "fork > c > stop",
        start("st"),
        parallel("fork"),
        end("stop", cancellation()),
        *undone("a", user("no-a")),
    )
    drawn = process("start > t", inner, cancelled("t"), "cancelled > sorry")

    case = play(drawn).do("a").do("c")

    assert case.tasks == ["no-a"]
    assert case.facts(ActivityCancelled) == [ActivityCancelled(process=P, element=ElementId("b"))]


def test_what_was_completed_in_a_sub_process_that_is_cut_short_is_compensated() -> None:
    running = sub("s", "si > a > b", start("si"), *undone("a", user("no-a")))
    inner = transaction(
        "t",
        "st > fork > s",
        "fork > c > stop",
        start("st"),
        parallel("fork"),
        running,
        *undone("s", user("no-s")),
        end("stop", cancellation()),
    )
    drawn = process("start > t", inner, cancelled("t"), "cancelled > sorry")

    case = play(drawn).do("a").do("c")

    assert case.tasks == ["no-a"]
    assert case.do("no-a").tasks == ["sorry"]


def test_a_sub_process_that_is_cut_short_is_not_undone_by_its_event_sub_process() -> None:
    undoing = event_sub("es", start("c", compensation()), "c > wrong")
    running = sub("s", "si > a > b", start("si"), *undone("a", user("no-a")), undoing)
    inner = transaction(
        "t",
        "st > fork > s",
        "fork > c > stop",
        start("st"),
        parallel("fork"),
        running,
        end("stop", cancellation()),
    )
    drawn = process("start > t", inner, cancelled("t"), "cancelled > sorry")

    case = play(drawn).do("a").do("c").do("no-a")

    assert (case.tasks, handlers(case)) == (["sorry"], ["no-a"])


def test_instances_that_were_completed_are_compensated_when_the_others_are_cut_short() -> None:
    inner = transaction(
        "t",
        "st > fork > a",
        "fork > c > stop",
        start("st"),
        parallel("fork"),
        multi(user("a"), each="seats", item="seat"),
        *undone("a", script("no-a", "freed = freed + [seat]")),
        end("stop", cancellation()),
    )
    drawn = process("start > t", inner, cancelled("t"), "cancelled > sorry")

    case = play(drawn, seats=["1A", "2B", "3C"], freed=[]).do("a").do("a").do("c")

    assert (case.tasks, case.variables["freed"]) == (["sorry"], ["2B", "1A"])


def test_a_cancel_end_event_deeper_inside_cancels_the_transaction_around_it() -> None:
    inside = sub("s", "si > stop", start("si"), end("stop", cancellation()))
    inner = transaction("t", "st > a > s", start("st"), inside, *undone("a", user("no-a")))
    drawn = process("start > t", inner, cancelled("t"), "cancelled > sorry")

    case = play(drawn).do("a")

    assert case.tasks == ["no-a"]
    assert case.do("no-a").tasks == ["sorry"]


def test_a_cancel_end_event_cancels_the_nearest_transaction() -> None:
    nested = transaction("t2", "s2 > stop", start("s2"), end("stop", cancellation()))
    inner = transaction("t", "st > a > t2", start("st"), nested, cancelled("t2"), "cancelled > x")

    case = play(process("start > t > done", inner)).do("a")

    assert case.tasks == ["x"]
    assert case.do("x").tasks == ["done"]


def test_a_transaction_with_many_instances_is_cancelled_as_a_whole() -> None:
    inner = transaction(
        "t",
        "st > a > b > more",
        start("st"),
        user("b"),
        end("more"),
        *undone("a", script("no-a", "n = n")),
        boundary("e", "b", message("stop")),
        "e > stop",
        end("stop", cancellation()),
    )
    drawn = process(
        "start > t > done",
        multi(inner, each="numbers", item="n"),
        cancelled("t"),
        "cancelled > sorry",
    )
    case = play(drawn, numbers=[1, 2, 3]).do("a").do("b").do("a")

    case.send("stop")

    assert case.tasks == ["sorry"]
    assert case.facts(VariablesSet) == [
        VariablesSet(process=P, element=ElementId("no-a"), variables={"n": 2}),
        VariablesSet(process=P, element=ElementId("no-a"), variables={"n": 1}),
    ]


def test_an_error_that_leaves_a_transaction_compensates_nothing() -> None:
    hazard = boundary("hazard", "t", error("E"))
    inner = transaction("t", "st > a > x", start("st"), service("x"), *undone("a", user("no-a")))
    drawn = process("start > t", inner, hazard, "hazard > mend")

    case = play(drawn).do("a").raise_error("x", "E")

    assert (case.tasks, handlers(case)) == (["mend"], [])


def test_an_error_while_a_cancelled_transaction_is_compensated_is_a_hazard_too() -> None:
    hazard = boundary("hazard", "t", error("E"))
    inner = transaction(
        "t",
        "st > a > stop",
        start("st"),
        end("stop", cancellation()),
        *undone("a", service("no-a")),
    )
    drawn = process(
        "start > t", inner, hazard, "hazard > mend", cancelled("t"), "cancelled > sorry"
    )

    case = play(drawn).do("a").raise_error("no-a", "E")

    assert case.tasks == ["mend"]


def test_a_timer_on_its_border_still_runs_while_a_transaction_is_compensated() -> None:
    late = boundary("late", "t", duration("PT1H"))
    inner = transaction(
        "t",
        "st > a > stop",
        start("st"),
        end("stop", cancellation()),
        *undone("a", user("no-a")),
    )
    drawn = process("start > t", inner, late, "late > mend", cancelled("t"), "cancelled > sorry")

    case = play(drawn).do("a").later(hours=2)

    assert case.tasks == ["mend"]


def test_a_completed_transaction_can_be_compensated_from_outside() -> None:
    inner = transaction("t", "st > a > et", start("st"), end("et"), *undone("a", user("no-a")))
    drawn = process("start > t > undo > done", inner, throw("undo", compensation()))

    case = play(drawn).do("a")

    assert case.tasks == ["no-a"]
    assert case.do("no-a").tasks == ["done"]


def test_what_was_completed_in_it_is_not_compensated_from_outside_once_it_was_cancelled() -> None:
    inner = transaction(
        "t",
        "st > a > stop",
        start("st"),
        end("stop", cancellation()),
        *undone("a", user("no-a")),
    )
    drawn = process(
        "start > t", inner, cancelled("t"), "cancelled > undo > end", throw("undo", compensation())
    )

    case = play(drawn).do("a").do("no-a")

    assert (case.state, handlers(case)) == ("completed", ["no-a"])
    assert "done" not in dump_case(case.case)


def test_a_transaction_that_can_be_cancelled_needs_an_event_for_that() -> None:
    inner = transaction("t", "st > stop", start("st"), end("stop", cancellation()))

    with pytest.raises(DiagramRefused) as refused:
        play(process("start > t > done", inner))

    assert [(one.rule, one.element) for one in refused.value.findings] == [
        ("cancel-without-event", "t")
    ]
