"""``tasks``, ``claim``, ``unclaim``, ``assign`` and ``complete``."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.unit.cli.shell import Shell

CALL = "登门 Call on them"


@pytest.fixture
def busy(office: Shell) -> Shell:
    """Three cases: A-1 at its first task, A-2 writing its report, B-1 due in an hour."""
    office.start("A-1", "--unit", "village-3")
    office.start("A-2", "--unit", "village-4")
    office.do("complete", "A-2:3", "-v", "problem=true")
    office.start("B-1", "--parameters", "county")
    return office


def names(shell: Shell, *arguments: str) -> list[str]:
    tasks = shell.part("tasks", "tasks", *arguments)
    return [f"{task['business_key']} {task['element']}" for task in tasks]


def test_tasks_are_listed_by_due_time(busy: Shell) -> None:
    busy.clock.move(timedelta(hours=50))

    printed = busy.do("tasks")

    assert [re.split(" {2,}", line) for line in printed.lines] == [
        ["Task", "Name", "Due", "Left", "For", "Unit", "Process"],
        ["B-1:3", CALL, "2026-03-02 10:00", "late 2 d 1 h", "grid_worker", "visit"],
        ["A-1:3", CALL, "2026-03-05 00:00", "12 h 59 min", "grid_worker", "village-3", "visit"],
        ["A-2:7", "撰写 Write", "town_center, chen", "village-4", "report_writing"],
    ]


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        ((), ["B-1 call_on", "A-1 call_on", "A-2 call_on"]),
        (("--role", "grid_worker"), ["B-1 call_on", "A-1 call_on"]),
        (("--role", "town_center", "--role", "mayor"), ["A-2 call_on"]),
        (("--candidate", "chen"), ["A-2 call_on"]),
        (
            ("--candidate", "chen", "--role", "grid_worker"),
            ["B-1 call_on", "A-1 call_on", "A-2 call_on"],
        ),
        (("--candidate", "wang"), []),
        (("--unit", "village-3", "--unit", "village-4"), ["A-1 call_on", "A-2 call_on"]),
        (("--process", "report_writing"), ["A-2 call_on"]),
        (("--case", "A-1"), ["A-1 call_on"]),
        (("--key", "B-1"), ["B-1 call_on"]),
        (("--due-before", "2026-03-03"), ["B-1 call_on"]),
        (("--due-before", "2026-03-05T00:00"), ["B-1 call_on"]),
        (("--due-before", "2026-03-04T16:00:01+00:00"), ["B-1 call_on", "A-1 call_on"]),
        (("--late",), []),
        (("--limit", "1"), ["B-1 call_on"]),
    ],
)
def test_tasks_are_narrowed(busy: Shell, narrowing: tuple[str, ...], expected: list[str]) -> None:
    assert names(busy, *narrowing) == expected


def test_a_task_is_late_when_its_time_is_over(busy: Shell) -> None:
    busy.clock.move(timedelta(hours=2))

    assert names(busy, "--late") == ["B-1 call_on"]
    assert names(busy, "--late", "--due-before", "2026-03-01") == []


def test_held_tasks_are_found_by_who_holds_them(busy: Shell) -> None:
    busy.do("claim", "A-1:3", "--actor", "wang")

    assert names(busy, "--assignee", "wang") == ["A-1 call_on"]
    assert names(busy, "--candidate", "wang") == ["A-1 call_on"]


def test_the_next_page_of_tasks_begins_behind_the_one_before(busy: Shell) -> None:
    first = busy.ask("tasks", "--limit", "2")

    rest = names(busy, "--limit", "2", "--after", str(first["next"]))

    assert rest == ["A-2 call_on"]
    assert busy.do("tasks", "--limit", "2").err == f"There are more: --after '{first['next']}'\n"
    assert busy.run("tasks", "--after", "x").code == 1


def test_a_task_as_programs_see_it(busy: Shell) -> None:
    (task,) = busy.part("tasks", "tasks", "--case", "A-2")
    case = busy.case("show", "A-2")["id"]

    assert task.pop("id") == f"{case}:7"
    assert task == {
        "case": case,
        "business_key": "A-2",
        "process": "report_writing",
        "element": "call_on",
        "name": "撰写 Write",
        "assignee": None,
        "roles": ["town_center"],
        "people": ["chen"],
        "unit": "village-4",
        "priority": 50,
        "created_at": "2026-03-02T01:00:02+00:00",
        "due_at": None,
        "limit": None,
        "follow_up_at": None,
        "form": None,
    }


def test_there_may_be_nothing_to_do(office: Shell) -> None:
    printed = office.do("tasks")

    assert (printed.out, printed.err) == ("", "no open tasks\n")


def test_tasks_of_cases_with_one_key_go_by_their_ids(busy: Shell) -> None:
    busy.do("start", "visit", "--key", "A-1", "--unit", "village-9")

    shown = [line.split()[0] for line in busy.do("tasks", "--key", "A-1").lines[1:]]

    ids = [task["id"] for task in busy.part("tasks", "tasks", "--key", "A-1")]
    assert shown == ids


def test_a_task_is_claimed_given_back_and_given_to_somebody(busy: Shell) -> None:
    def holder() -> object:
        return busy.part("tasks", "tasks", "--case", "A-1")[0]["assignee"]

    claimed = busy.do("claim", "A-1:3").lines[1]
    held_first = holder()
    refused = busy.run("claim", "A-1:3", "--actor", "wang")
    busy.do("assign", "A-1:3", "wang")
    held_then = holder()
    busy.do("unclaim", "A-1:3")

    assert claimed == (
        "  task A-1:3  登门 Call on them, held by li, due 2026-03-05 00:00 (2 d 14 h)"
    )
    assert (held_first, held_then, holder()) == ("li", "wang", None)
    assert refused.code == 4
    assert refused.err.splitlines()[1:] == [
        "→ ask them, or `caseflow assign TASK PERSON` if you may decide that"
    ]


def test_a_completed_task_moves_the_case(busy: Shell) -> None:
    case = busy.case("complete", "A-1:3", "-v", "problem=false")

    assert (case["state"], case["outcome"]) == ("completed", "fine")
    assert case["variables"] == {"problem": False}


def test_a_task_is_done_only_once(busy: Shell) -> None:
    busy.do("complete", "A-1:3", "-v", "problem=true")

    printed = busy.run("complete", "A-1:3", "-v", "problem=true")

    assert printed.code == 3
    assert printed.err.splitlines()[1:] == [
        "→ `caseflow tasks` lists the open ones; somebody may have done it already"
    ]


def test_a_task_of_somebody_else_is_not_done(busy: Shell) -> None:
    busy.do("claim", "A-1:3", "--actor", "wang")

    assert busy.run("complete", "A-1:3", "-v", "problem=true").code == 4


def test_narrow_terminals_get_fewer_columns(busy: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    narrow = busy.do("tasks")

    assert max(len(line) for line in narrow.lines) <= 80
    assert "Process" not in narrow.lines[0]
    assert "B-1:3" in narrow.out
