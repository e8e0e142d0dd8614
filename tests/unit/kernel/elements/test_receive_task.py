"""Receive tasks (BPMN 2.0.2, 10.3.4 and 13.3.3)."""

from __future__ import annotations

from tests.unit.kernel.drawing import (
    boundary,
    duration,
    event_gateway,
    mapped,
    message,
    multi,
    process,
    receive,
)
from tests.unit.kernel.playing import play

from caseflow.kernel import MessageReceived, PathTaken, Subscribe, Subscription, SubscriptionKind
from caseflow.model import ElementId, FlowId, ProcessId

P = ProcessId("p")
A = ElementId("a")


def test_a_receive_task_waits_for_its_message() -> None:
    case = play(process("start > a > end", receive("a", message("reply", correlation="n"))), n=7)

    assert case.last.effects == (
        Subscribe(
            Subscription(
                id=3,
                frame=1,
                token=2,
                process=P,
                element=A,
                kind=SubscriptionKind.MESSAGE,
                name="reply",
                key="7",
            )
        ),
    )


def test_what_the_message_carries_goes_into_the_case_file() -> None:
    case = play(process("start > a > end", receive("a", message("reply")))).send("reply", {"x": 1})

    assert (case.state, case.variables) == ("completed", {"x": 1})
    assert case.last.events[0] == MessageReceived(
        process=P, element=A, name="reply", payload={"x": 1}
    )


def test_without_a_message_of_its_own_it_waits_for_one_that_is_called_like_it() -> None:
    case = play(process("start > a > end", receive("a")))

    assert case.awaited == ["a"]
    assert case.send("a").state == "completed"


def test_a_receive_task_can_be_interrupted() -> None:
    late = boundary("late", "a", duration("P1D"))
    case = play(process("start > a > end", receive("a", message("reply")), late, "late > call"))

    case.later(days=1)

    assert (case.tasks, case.awaited) == (["call"], [])


def test_a_receive_task_keeps_what_it_gets_where_its_outputs_are_declared() -> None:
    task = mapped(receive("a", message("reply")), outputs={"kept": "x"})

    case = play(process("start > a > end", task)).send("reply", {"x": 1, "y": 2})

    assert case.variables == {"kept": 1}


def test_each_instance_of_a_receive_task_waits_for_its_own_message() -> None:
    task = multi(receive("a", message("reply", correlation="one")), each="[1, 2]", item="one")

    case = play(process("start > a > end", task))

    assert [one.key for one in case.case.subscriptions.values()] == ["1", "2"]
    assert case.send("reply").send("reply").state == "completed"


def test_behind_an_event_gateway_the_message_moves_the_token_on() -> None:
    case = play(
        process("start > g > a > end", event_gateway("g"), receive("a", message("reply")))
    ).send("reply", {"x": 1})

    assert (case.state, case.variables) == ("completed", {"x": 1})
    assert case.last.events[:2] == (
        PathTaken(process=P, flows=(FlowId("g>a"),)),
        MessageReceived(process=P, element=A, name="reply", payload={"x": 1}),
    )
