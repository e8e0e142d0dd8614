"""Suspending, resuming and cancelling a case, and what every case knows of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    catch,
    condition,
    duration,
    message,
    parallel,
    process,
    script,
    service,
    sub,
)
from tests.unit.kernel.playing import MONDAY, compiled, play

from caseflow.errors import CommandRefused
from caseflow.kernel import (
    ActivityCancelled,
    CancelJob,
    CancelTimer,
    CaseCancelled,
    CaseResumed,
    CaseSuspended,
    Frame,
    FrameKind,
    HideTask,
    ProcessKey,
    Unsubscribe,
    VariablesSet,
)
from caseflow.model import ElementId, Formula, ProcessId

P = ProcessId("p")


def test_a_case_is_suspended_and_resumed_with_everything_as_it_was() -> None:
    case = play(process("start > a > end", boundary("late", "a", duration("PT1H")), "late > x"))
    before = case.case

    case.suspend().resume()

    assert case.case == replace(before, version=3)
    assert case.history[-2:] == [CaseSuspended(reason="audit"), CaseResumed(reason="audited")]


def test_a_timer_that_came_due_while_a_case_was_suspended_fires_afterwards() -> None:
    case = play(process("start > a > end", boundary("late", "a", duration("PT1H")), "late > x"))

    case.suspend()
    case.at += timedelta(hours=5)
    case.resume().fire("late")

    assert case.tasks == ["x"]


def test_the_case_file_of_a_suspended_case_can_be_put_right() -> None:
    case = play(process("start > a > end"), n=1)

    case.suspend().set(n=2)

    assert (case.state, case.variables) == ("suspended", {"n": 2})


def test_a_condition_that_comes_true_while_a_case_is_suspended_is_looked_at_afterwards() -> None:
    case = play(process("start > c > a", catch("c", condition("ready"))))

    assert case.suspend().set(ready=True).tasks == []
    assert case.resume().tasks == ["a"]


def test_a_case_is_cancelled_with_everything_alive_in_it() -> None:
    drawn = process(
        "start > fork > a > end",
        "fork > b > end",
        "fork > c > end",
        "fork > s > end",
        parallel("fork"),
        service("b"),
        catch("c", message("m")),
        sub("s", "start > d", boundary("late", "d", duration("PT1H")), "late > x"),
    )
    case = play(drawn, n=1)

    case.cancel()

    assert case.state == "cancelled"
    assert case.case.ended_at == MONDAY
    assert case.last.events == (
        *(ActivityCancelled(process=P, element=ElementId(one)) for one in ("a", "b", "s", "d")),
        CaseCancelled(reason="withdrawn"),
    )
    assert {type(one) for one in case.last.effects} == {
        HideTask,
        CancelJob,
        CancelTimer,
        Unsubscribe,
    }


def test_a_case_that_is_over_keeps_its_case_file() -> None:
    case = play(process("start > a > end"), n=1).cancel()

    assert case.case.frames == {
        1: Frame(
            id=1,
            kind=FrameKind.PROCESS,
            process=ProcessKey(id=P, version=1),
            variables={"n": 1},
            takes_writes=True,
        )
    }


def test_a_suspended_case_can_be_cancelled() -> None:
    assert play(process("start > a")).suspend().cancel().state == "cancelled"


def test_the_version_counts_the_commands() -> None:
    case = play(process("start > a > end"))

    assert [case.case.version, case.claim("a", "li").case.version, case.do("a").case.version] == [
        1,
        2,
        3,
    ]


def test_numbers_are_never_given_twice() -> None:
    case = play(process("start > a > b > c"))
    seen = [case.task("a").id, case.do("a").task("b").id, case.do("b").task("c").id]

    assert seen == sorted(set(seen))
    assert case.case.counter == seen[-1]


def test_every_expression_knows_its_case() -> None:
    text = "x = [caseId, businessKey, caseUnit, caseTier]"

    case = play(process("start > a > end", script("a", text)))

    assert case.variables == {"x": ["c1", "2026-0017", "village-3", "village"]}


def test_a_variable_of_the_same_name_comes_before_what_is_known_of_the_case() -> None:
    case = play(process("start > a > end", script("a", "x = caseUnit")), caseUnit="own")

    assert case.variables == {"caseUnit": "own", "x": "own"}


def test_a_process_can_say_which_business_key_its_cases_have() -> None:
    drawn = replace(process("start > a"), business_key=Formula(text="f'{caseUnit}/{number}'"))

    assert play(drawn, key="", number=7).case.business_key == "village-3/7"
    assert play(drawn, key="given", number=7).case.business_key == "given"
    with pytest.raises(CommandRefused, match="cannot be opened: there is no variable number"):
        play(drawn, key="")


def test_an_operator_changes_the_case_file() -> None:
    case = play(process("start > a"), n=1).set(n=2, m=3)

    assert case.variables == {"n": 2, "m": 3}
    assert case.last.events == (VariablesSet(process=P, element=None, variables={"n": 2, "m": 3}),)


def test_now_and_today_are_those_of_the_command() -> None:
    late = MONDAY + timedelta(hours=20)  # Tuesday in China
    program = compiled(process("start > a > end", script("a", "x = now()\ny = today()")))

    case = play(program, at=late)

    assert case.variables == {"x": late, "y": (late + timedelta(days=1)).date()}
