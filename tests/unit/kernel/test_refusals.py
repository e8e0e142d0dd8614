"""Commands that are refused: with which error, and without changing anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    catch,
    duration,
    event_sub,
    exclusive,
    message,
    plain,
    process,
    script,
    service,
    signal,
    start,
)
from tests.unit.kernel.playing import MONDAY, compiled, play

from caseflow.errors import (
    CaseNotOpen,
    CommandRefused,
    NothingWaits,
    StepLimitReached,
    TaskNotOpen,
    TimeRefused,
    UnknownProcess,
    ValueRefused,
)
from caseflow.kernel import (
    MAX_STEPS,
    AssignTask,
    CancelCase,
    CaseId,
    ClaimTask,
    Command,
    CompleteJob,
    CompleteTask,
    DeliverMessage,
    DeliverSignal,
    FailJob,
    FireTimer,
    ProcessKey,
    ResolveIncident,
    ResumeCase,
    SetVariables,
    StartCase,
    SuspendCase,
    ThrowError,
    UnclaimTask,
    advance,
    dump_case,
)
from caseflow.model import ParameterSet, ProcessId, Value

NOBODY = 99
WAITING = compiled(
    process(
        "start > a > end",
        "start > b > end",
        "start > c > end",
        service("b"),
        catch("c", message("m"), signal("s")),
        boundary("late", "a", duration("PT1H")),
    )
)
START = StartCase(at=MONDAY, case=CaseId("c1"), process=WAITING.key)
COMMANDS: list[Command] = [
    ClaimTask(at=MONDAY, task=NOBODY, person="li"),
    UnclaimTask(at=MONDAY, task=NOBODY),
    AssignTask(at=MONDAY, task=NOBODY, person="li"),
    CompleteTask(at=MONDAY, task=NOBODY),
    CompleteJob(at=MONDAY, job=NOBODY),
    FailJob(at=MONDAY, job=NOBODY, message="no answer"),
    ThrowError(at=MONDAY, token=NOBODY, code="E1"),
    DeliverMessage(at=MONDAY, subscription=NOBODY),
    DeliverSignal(at=MONDAY, name="unheard"),
    FireTimer(at=MONDAY, timer=NOBODY),
    ResolveIncident(at=MONDAY, incident=NOBODY),
    ResumeCase(at=MONDAY),
    START,
]
ANY_TIME: list[Command] = [
    SetVariables(at=MONDAY, variables={}),
    SuspendCase(at=MONDAY),
    CancelCase(at=MONDAY),
]


def named(command: Command) -> str:
    return type(command).__name__


@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_what_nothing_waits_for_is_refused_and_changes_nothing(command: Command) -> None:
    case = play(WAITING).case
    before = dump_case(case)

    with pytest.raises(CommandRefused) as refusal:
        advance(WAITING, case, command)

    assert isinstance(refusal.value, NothingWaits | TaskNotOpen | CaseNotOpen) or isinstance(
        command, StartCase
    )
    assert dump_case(case) == before


@pytest.mark.parametrize("command", [*COMMANDS[:-1], *ANY_TIME], ids=named)
def test_a_case_that_is_over_takes_no_command(command: Command) -> None:
    case = play(WAITING).cancel().case

    with pytest.raises(CaseNotOpen) as refusal:
        advance(WAITING, case, command)

    assert (refusal.value.case, refusal.value.state) == ("c1", "cancelled")


@pytest.mark.parametrize("command", [*COMMANDS[:-2], SuspendCase(at=MONDAY)], ids=named)
def test_a_suspended_case_takes_no_work_and_fires_no_timer(command: Command) -> None:
    case = play(WAITING).suspend().case

    with pytest.raises(CaseNotOpen) as refusal:
        advance(WAITING, case, command)

    assert refusal.value.state == "suspended"


def test_a_case_begins_once_and_with_nothing_else() -> None:
    case = play(WAITING).case

    with pytest.raises(CommandRefused, match="case c1 exists already"):
        advance(WAITING, case, START)
    with pytest.raises(CommandRefused, match="a case begins with StartCase"):
        advance(WAITING, None, CancelCase(at=MONDAY))


def test_a_case_is_advanced_by_the_program_it_was_started_with() -> None:
    case = play(WAITING).case
    other = replace(case, process=ProcessKey(id=ProcessId("p"), version=2))

    with pytest.raises(UnknownProcess, match="process p version 2 is not deployed"):
        advance(WAITING, other, CancelCase(at=MONDAY))
    with pytest.raises(UnknownProcess, match="process q version 1 is not deployed"):
        advance(WAITING, None, replace(START, process=ProcessKey(id=ProcessId("q"), version=1)))


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 - that is what is refused

    with pytest.raises(TimeRefused, match="a moment needs a time zone: 2026-03-02T00:00:00"):
        advance(WAITING, None, replace(START, at=naive))


@pytest.mark.parametrize("value", [object(), {1, 2}, float("nan"), datetime(2026, 3, 2)])  # noqa: DTZ001
def test_values_that_no_case_file_can_keep_are_refused_in_every_command(value: Value) -> None:
    case = play(WAITING).case
    task, job = next(iter(case.tasks)), next(iter(case.jobs))
    subscription = next(iter(case.subscriptions))
    bad = {"bad": value}
    commands: list[Command] = [
        CompleteTask(at=MONDAY, task=task, variables=bad),
        CompleteJob(at=MONDAY, job=job, variables=bad),
        CompleteJob(at=MONDAY, job=job, result=value),
        SetVariables(at=MONDAY, variables=bad),
        DeliverMessage(at=MONDAY, subscription=subscription, payload=value),
        DeliverSignal(at=MONDAY, name="s", payload=value),
        ThrowError(at=MONDAY, token=task, code="E1", payload=value),
    ]

    for command in commands:
        with pytest.raises(ValueRefused):
            advance(WAITING, case, command)
    with pytest.raises(ValueRefused):
        advance(WAITING, None, replace(START, variables=bad))


def test_what_the_caller_changes_later_does_not_reach_the_case() -> None:
    items: list[Value] = [1, 2]

    case = play(WAITING, items=items)
    items.append(3)

    assert case.variables == {"items": [1, 2]}


def test_a_parameter_set_that_does_not_exist_is_refused_with_those_there_are() -> None:
    with pytest.raises(CommandRefused, match="has no parameter set 'beijing': it has none"):
        play(WAITING, parameters="beijing")

    sets = {name: ParameterSet(name=name) for name in ("yuxi-default", "kunming")}
    program = compiled(process("start > a"), parameters=sets)
    with pytest.raises(CommandRefused, match="it has yuxi-default, kunming"):
        play(program, parameters="beijing")
    assert play(program).case.parameters == "yuxi-default"
    assert play(program, parameters="kunming").case.parameters == "kunming"


def test_a_case_that_cannot_listen_from_its_beginning_is_not_opened() -> None:
    handler = event_sub("es", start("on", duration("span")), "on > x")

    with pytest.raises(
        CommandRefused, match="case c1 cannot be opened: there is no variable span"
    ):
        play(process("start > a", handler))


def test_a_loop_without_any_wait_is_refused_with_where_it_was_and_what_to_do() -> None:
    drawn = process("start > a > m > x > m", exclusive("m"), plain("x"))
    case = play(drawn)
    before = dump_case(case.case)

    with pytest.raises(StepLimitReached) as refusal:
        advance(case.program, case.case, CompleteTask(at=MONDAY, task=2))

    assert str(refusal.value) == (
        f"case c1 passed {MAX_STEPS} elements at 2026-03-02T01:00:00+00:00 without waiting, "
        "lastly m of process p: the diagram loops without a task, timer or event in the loop"
    )
    assert dump_case(case.case) == before


def test_a_long_way_without_a_wait_is_no_loop() -> None:
    drawn = process("start > m > x > g", "g > m : n < 20000", "g > end : default",
        exclusive("m"), script("x", "n = n + 1"), exclusive("g"))  # fmt: skip

    assert play(drawn, n=0).variables == {"n": 20_000}


def test_an_error_cannot_be_thrown_at_a_token_that_does_no_work() -> None:
    case = play(WAITING).case
    waiting = next(one.id for one in case.tokens.values() if one.element == "c")

    with pytest.raises(NothingWaits, match=f"no open task or job {waiting}"):
        advance(WAITING, case, ThrowError(at=MONDAY, token=waiting, code="E1"))


def test_the_moment_of_a_command_is_kept_in_utc() -> None:
    china = datetime.fromisoformat("2026-03-02T09:00:00+08:00")

    case = play(WAITING, at=china).case

    assert case.started_at == MONDAY
    assert case.timers[3].due_at == MONDAY + timedelta(hours=1)
    assert case.timers[3].due_at.tzinfo is UTC
