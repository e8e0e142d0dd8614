"""Intermediate catching events (BPMN 2.0.2, 10.5.4 and 13.5.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.kernel.drawing import (
    catch,
    condition,
    cycle,
    date,
    duration,
    link,
    message,
    parallel,
    plain,
    process,
    script,
    signal,
    throw,
)
from tests.unit.kernel.playing import MONDAY, play

from caseflow.errors import NothingWaits
from caseflow.kernel import (
    ConditionMet,
    DeliverMessage,
    FireTimer,
    MessageReceived,
    SignalReceived,
    StartTimer,
    Subscribe,
    Subscription,
    SubscriptionKind,
    Timer,
    Unsubscribe,
)
from caseflow.model import CatchEvent, ElementId, ProcessId, Value

P = ProcessId("p")
C = ElementId("c")


def test_a_message_is_awaited_by_the_business_key_unless_the_event_says_else() -> None:
    drawn = process("start > c > after", catch("c", message("reply")))

    case = play(drawn)

    assert case.last.effects == (
        Subscribe(
            Subscription(
                id=3,
                frame=1,
                token=2,
                process=P,
                element=C,
                kind=SubscriptionKind.MESSAGE,
                name="reply",
                key="2026-0017",
            )
        ),
    )


@pytest.mark.parametrize(
    ("number", "key"), [(7, "7"), ("N-7", "N-7"), (MONDAY, MONDAY.isoformat())]
)
def test_a_correlation_is_the_text_of_its_value(number: Value, key: str) -> None:
    drawn = process("start > c > after", catch("c", message("reply", correlation="number")))

    case = play(drawn, number=number)

    assert [one.key for one in case.case.subscriptions.values()] == [key]


@pytest.mark.parametrize("correlation", ["None", "[1]", "{'a': 1}", "True", "'x' * 300"])
def test_a_correlation_that_could_be_that_of_many_is_an_incident(correlation: str) -> None:
    drawn = process("start > c", catch("c", message("reply", correlation=correlation)))

    case = play(drawn)

    assert (case.stuck, case.awaited) == (["c"], [])


def test_a_message_moves_the_token_on_with_what_it_carries() -> None:
    case = play(process("start > c > after", catch("c", message("reply", into="reply"))))

    case.send("reply", [1])

    assert (case.tasks, case.variables) == (["after"], {"reply": [1]})
    assert case.facts(MessageReceived) == [
        MessageReceived(process=P, element=C, name="reply", payload=[1])
    ]
    assert Unsubscribe(3) in case.last.effects


def test_a_message_is_taken_only_once() -> None:
    case = play(process("start > c > after", catch("c", message("reply"))))
    delivery = DeliverMessage(at=case.at, subscription=3)
    case.apply(delivery)

    with pytest.raises(NothingWaits, match="does not wait for a message by 3"):
        case.apply(delivery)


def test_a_signal_wakes_every_event_that_waits_for_its_name() -> None:
    drawn = process(
        "start > fork > c > a",
        "fork > d > b",
        "fork > e > x",
        parallel("fork"),
        catch("c", signal("sig", into="first")),
        catch("d", signal("sig")),
        catch("e", signal("other")),
    )
    case = play(drawn)

    case.signal("sig", {"n": 1})

    assert (case.tasks, case.awaited) == (["a", "b"], ["e"])
    assert case.variables == {"first": {"n": 1}, "n": 1}
    assert case.facts(SignalReceived) == [
        SignalReceived(process=P, element=ElementId(name), name="sig", payload={"n": 1})
        for name in ("c", "d")
    ]


def test_a_signal_is_not_delivered_as_a_message() -> None:
    case = play(process("start > c > after", catch("c", signal("sig"))))

    with pytest.raises(NothingWaits):
        case.apply(DeliverMessage(at=case.at, subscription=3))


def test_a_timer_waits_until_its_moment() -> None:
    case = play(process("start > c > after", catch("c", duration("PT1H"))))

    timer = Timer(id=3, frame=1, token=2, process=P, element=C, due_at=MONDAY + timedelta(hours=1))
    assert case.last.effects == (StartTimer(timer),)

    case.at += timedelta(minutes=59)
    with pytest.raises(NothingWaits, match="is not due before 2026-03-02T02:00:00"):
        case.fire("c")

    case.at += timedelta(minutes=1)
    assert case.fire("c").tasks == ["after"]


def test_a_timer_fires_only_once() -> None:
    case = play(process("start > c > after", catch("c", duration("PT0S"))))
    firing = FireTimer(at=case.at, timer=3)
    case.apply(firing)

    with pytest.raises(NothingWaits, match="does not wait for timer 3"):
        case.apply(firing)


def test_a_moment_in_the_past_is_due_at_once() -> None:
    case = play(process("start > c > after", catch("c", date("datetime('2020-01-01T00:00:00Z')"))))

    assert case.fire("c").tasks == ["after"]


def test_a_cycle_in_the_middle_of_a_path_fires_for_the_first_time_and_no_more() -> None:
    case = play(process("start > c > after", catch("c", cycle("R3/PT1H"))))

    assert case.later(hours=5).tasks == ["after"]
    assert case.timers == []


def test_a_time_that_cannot_be_read_is_an_incident() -> None:
    case = play(process("start > c > after", catch("c", duration("span"))), span="soon")

    assert (case.stuck, case.timers) == (["c"], [])
    assert case.set(span="PT1H").resolve("c").later(hours=1).tasks == ["after"]


def test_a_cycle_that_is_over_is_an_incident() -> None:
    case = play(process("start > c", catch("c", cycle("R2/2020-01-01T00:00:00Z/P1D"))))

    assert case.stuck == ["c"]


def test_an_event_with_several_triggers_goes_on_with_any_of_them() -> None:
    drawn = process(
        "start > c > after",
        catch("c", message("reply"), message("refusal", into="refusal"), duration("P1D")),
    )

    assert play(drawn).later(days=1).tasks == ["after"]
    case = play(drawn).send("refusal", "no")
    assert (case.tasks, case.timers, case.awaited) == (["after"], [], [])
    assert case.variables == {"refusal": "no"}


def test_a_condition_goes_on_when_another_branch_makes_it_true() -> None:
    drawn = process(
        "start > fork > c > got",
        "fork > work > end",
        parallel("fork"),
        catch("c", condition("ready")),
    )
    case = play(drawn)
    assert case.tasks == ["work"]

    case.do("work", ready=True)

    assert case.tasks == ["got"]
    assert case.facts(ConditionMet) == [ConditionMet(process=P, element=C)]


def test_a_condition_that_holds_already_goes_on_at_once() -> None:
    case = play(process("start > c > after", catch("c", condition("n > 1"))), n=2)

    assert case.tasks == ["after"]


def test_a_condition_that_cannot_be_evaluated_waits_like_one_that_does_not_hold() -> None:
    case = play(process("start > c > after", catch("c", condition("n > 1"))))

    assert case.set(n="many").tasks == []
    assert case.set(n=2).tasks == ["after"]


def test_a_condition_is_looked_at_after_each_change_however_short_it_holds() -> None:
    # 10.5.5: the event is triggered when its condition becomes true.
    drawn = process(
        "start > fork > c > got",
        "fork > work > on > off > end",
        parallel("fork"),
        catch("c", condition("ready")),
        script("on", "ready = True"),
        script("off", "ready = False"),
    )

    assert play(drawn).do("work").tasks == ["got"]


def test_a_link_goes_on_at_the_catching_link_of_its_name() -> None:
    drawn = process(
        "start > a > out", plain("a"), throw("out", link("l")), catch("c", link("l")), "c > after"
    )

    assert play(drawn).tasks == ["after"]


def test_an_event_that_needs_something_which_is_over_already_is_an_incident() -> None:
    both = duration("P1D"), cycle("R2/2020-01-01T00:00:00Z/P1D")
    node = replace(catch("c"), behaviour=CatchEvent(triggers=both, parallel=True))

    assert play(process("start > c > after", node)).stuck == ["c"]
