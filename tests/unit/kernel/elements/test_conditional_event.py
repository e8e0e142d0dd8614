"""Conditional events on the case file (BPMN 2.0.2, 10.5.5)."""

from __future__ import annotations

from tests.unit.kernel.drawing import (
    boundary,
    condition,
    event_sub,
    parallel,
    process,
    script,
    start,
    sub,
)
from tests.unit.kernel.playing import play

from caseflow.kernel import ConditionMet
from caseflow.model import ElementId, Node, ProcessId

MET = ConditionMet(process=ProcessId("p"), element=ElementId("late"))


def _watched(*, interrupting: bool) -> Node:
    return event_sub(
        "late",
        start("on", condition("amount > 10"), interrupting=interrupting),
        "on > note",
    )


def test_an_event_sub_process_that_holds_from_the_start_takes_over_before_anything_else() -> None:
    drawn = process("start > work > end", _watched(interrupting=True))

    case = play(drawn, amount=11)

    assert case.tasks == ["note"]


def test_a_non_interrupting_one_fires_on_each_turn_from_false_to_true() -> None:
    case = play(process("start > work > end", _watched(interrupting=False)), amount=1)

    for amount in (11, 12, 9, 13):
        case.set(amount=amount)

    assert case.tasks == ["work", "note", "note"]
    assert case.facts(ConditionMet) == [MET, MET]


def test_a_condition_on_a_variable_that_does_not_exist_yet_does_not_hold() -> None:
    case = play(process("start > work > end", _watched(interrupting=True)))
    before = case.tasks

    case.set(amount=11)

    assert (before, case.tasks) == (["work"], ["note"])


def test_a_script_inside_the_scope_is_interrupted_by_what_it_sets() -> None:
    drawn = process(
        "start > part > end",
        sub("part", "in > go > amount > next > out", start("in"), script("amount", "amount = 11")),
        boundary("late", "part", condition("amount > 10")),
        "late > note",
    )

    case = play(drawn, amount=1).do("go")

    assert case.tasks == ["note"]


def test_of_several_conditions_that_come_true_at_once_the_oldest_is_first() -> None:
    drawn = process(
        "start > fork > a > end",
        "fork > b > end",
        parallel("fork"),
        boundary("first", "a", condition("ready")),
        "first > x > end",
        boundary("second", "b", condition("ready")),
        "second > y > end",
    )

    case = play(drawn).set(ready=True)

    assert case.tasks == ["x", "y"]
    assert case.case.conditions == {}


def test_nobody_looks_at_conditions_while_the_case_is_suspended() -> None:
    case = play(process("start > work > end", _watched(interrupting=True)), amount=1)

    suspended = case.suspend().set(amount=11).tasks

    assert (suspended, case.resume().tasks) == (["work"], ["note"])
