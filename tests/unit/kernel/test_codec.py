"""Cases, commands and events as JSON and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import get_args

import pytest
from tests.unit.kernel.drawing import (
    boundary,
    catch,
    condition,
    cycle,
    message,
    multi,
    parallel,
    process,
    script,
    service,
    signal,
    sub,
    user,
)
from tests.unit.kernel.playing import MONDAY, Played, play

from caseflow.errors import StoreError
from caseflow.kernel import (
    CancelCase,
    Command,
    CompleteTask,
    Event,
    JobFailed,
    StartCase,
    TaskCompleted,
    dump_case,
    dump_command,
    dump_event,
    dump_values,
    load_case,
    load_command,
    load_event,
    load_values,
)
from caseflow.kernel.codec import _COMMANDS, _EVENTS
from caseflow.model import ElementId, ProcessId, Value

VALUES: dict[str, Value] = {
    "none": None,
    "yes": True,
    "int": 7,
    "big": 10**30,
    "float": 0.1,
    "text": "中文 \u2028 \"'\\",
    "decimal": Decimal("1.10"),
    "date": date(2026, 3, 2),
    "moment": datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=8))),
    "span": timedelta(days=-1, seconds=5, microseconds=7),
    "list": [1, [2, {"three": 3}], []],
    "map": {"a": {"b": None}},
    "tag": {"$": "moment", "value": "a map of the case, not a moment"},
    "": "a name that is empty",
}


def rich() -> Played:
    """A case with something in every table."""
    drawn = process(
        "start > fork > a > join > end",
        "fork > b > join",
        "fork > c",
        "fork > m > end",
        "fork > s > end",
        "fork > bad > end",
        parallel("fork"),
        parallel("join"),
        user("a", roles=("'clerk'",), due="duration('P1D')", priority="70"),
        service("b"),
        catch("c", message("m", correlation="int"), signal("s"), condition("none")),
        multi(user("m"), each="list", item="one", into="got", gives="one"),
        sub("s", "start > d", boundary("t", "d", cycle("R3/PT1H"), interrupting=False), "t > e"),
        script("bad", "x = missing"),
    )
    return play(drawn, case_file=VALUES)


def test_a_case_is_read_back_as_it_was() -> None:
    case = rich().claim("a", "li").do("a").case

    text = dump_case(case)

    assert load_case(text) == case
    assert dump_case(load_case(text)) == text


def test_equal_cases_are_written_as_equal_bytes() -> None:
    assert dump_case(rich().case) == dump_case(rich().case)


def test_what_is_the_default_is_not_written() -> None:
    written = json.loads(dump_case(play(process("start > a")).case))

    assert written["tokens"] == [
        {"element": "a", "flow": "start>a", "frame": 1, "id": 2},
    ]
    assert "outcome" not in written


def test_values_are_read_back_as_they_were() -> None:
    again = load_values(dump_values(VALUES))

    assert again == VALUES
    assert {name: type(value) for name, value in again.items()} == {
        name: type(value) for name, value in VALUES.items()
    }


def test_a_moment_keeps_its_offset() -> None:
    again = load_values(dump_values(VALUES))["moment"]

    assert isinstance(again, datetime)
    assert again.utcoffset() == timedelta(hours=8)


def test_moments_of_the_case_itself_are_written_in_utc() -> None:
    china = datetime.fromisoformat("2026-03-02T09:00:00+08:00")

    assert '"at":"2026-03-02T01:00:00+00:00"' in dump_command(CancelCase(at=china))


def test_every_kind_of_command_and_event_can_be_read_back() -> None:
    assert set(_COMMANDS.values()) == set(get_args(Command))
    assert set(_EVENTS.values()) == set(get_args(Event))


def test_a_command_is_read_back_as_it_was() -> None:
    command = CompleteTask(at=MONDAY, actor="li", task=3, person="li", variables=VALUES)

    assert load_command(dump_command(command)) == command


def test_an_event_is_read_back_as_it_was() -> None:
    event = TaskCompleted(
        process=ProcessId("p"),
        element=ElementId("a"),
        task=3,
        limit="sign",
        due_at=MONDAY,
        is_late=True,
        variables=VALUES,
    )

    assert load_event(dump_event(event)) == event


def test_an_event_says_its_kind() -> None:
    event = JobFailed(
        process=ProcessId("p"), element=ElementId("a"), job=3, message="no", tries_left=0
    )

    assert json.loads(dump_event(event)) == {
        "kind": "JobFailed",
        "process": "p",
        "element": "a",
        "job": 3,
        "message": "no",
        "tries_left": 0,
    }


JUNK = [
    "",
    "null",
    "5",
    "[]",
    '"text"',
    "{",
    '{"x": {"$": "unknown", "value": 1}}',
    '{"x": {"$": "decimal", "value": "much"}}',
    '{"x": {"$": "span", "value": [1]}}',
    '{"x": {"$": "moment", "value": "soon"}}',
    '{"x": ' + "[" * 100_000 + "]" * 100_000 + "}",
]
WRONG = [
    *JUNK,
    '{"kind": "Nothing"}',
    '{"kind": []}',
    '{"kind": "CancelCase"}',
    '{"kind": "CancelCase", "at": "yesterday"}',
    '{"kind": "CaseStarted", "process": 5}',
    '{"kind": "UnclaimTask", "at": "2026-03-02T01:00:00+00:00", "task": "3"}',
    '{"kind": "UnclaimTask", "at": "2026-03-02T01:00:00+00:00", "task": true}',
]


@pytest.mark.parametrize("load", [load_case, load_command, load_event])
@pytest.mark.parametrize("text", WRONG)
def test_text_that_is_something_else_is_a_store_error(
    load: Callable[[str], object], text: str
) -> None:
    with pytest.raises(StoreError):
        load(text)


@pytest.mark.parametrize("text", JUNK)
def test_text_that_is_no_map_of_values_is_a_store_error(text: str) -> None:
    with pytest.raises(StoreError):
        load_values(text)


def test_a_map_with_an_unknown_tag_is_a_store_error() -> None:
    with pytest.raises(StoreError, match="stored values cannot be read"):
        load_values('{"x": {"$": "object", "value": 1}}')


def test_a_case_with_a_part_missing_is_a_store_error() -> None:
    row = json.loads(dump_case(play(process("start > a")).case))
    del row["tokens"]

    with pytest.raises(StoreError, match="a stored Case cannot be read"):
        load_case(json.dumps(row))


def test_an_unknown_word_for_a_state_is_a_store_error() -> None:
    row = json.loads(dump_case(play(process("start > a")).case))
    row["state"] = "asleep"

    with pytest.raises(StoreError, match="asleep"):
        load_case(json.dumps(row))


def test_a_start_command_keeps_all_it_says() -> None:
    case = rich()
    command = StartCase(
        at=datetime(2026, 3, 2, 1, 0, 0, 5, tzinfo=UTC),
        actor="system",
        case=case.case.id,
        process=case.case.process,
        business_key="2026-0017",
        unit="village-3",
        tier="village",
        parameters="yuxi-default",
        variables=VALUES,
        start=ElementId("asked"),
        payload=[VALUES],
    )

    assert load_command(dump_command(command)) == command
