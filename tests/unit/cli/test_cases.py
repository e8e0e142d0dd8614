"""``start``, ``cases``, ``set``, ``cancel``, ``suspend`` and ``resume``."""

from __future__ import annotations

import io
import re

import pytest
from tests.unit.cli.shell import Shell

CASE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_a_started_case_says_where_it_waits(office: Shell) -> None:
    printed = office.start("A-1")

    assert [CASE_ID.sub("ID", line) for line in printed.lines] == [
        "A-1 (ID) is running",
        "  task A-1:3  登门 Call on them, due 2026-03-05 00:00 (2 d 15 h)",
    ]


def test_a_case_carries_what_it_was_started_with(office: Shell) -> None:
    (office.folder / "more.json").write_text(
        '{"kind": "flood", "since": {"$": "date", "value": "2026-02-28"}}', encoding="utf-8"
    )

    case = office.case(
        *("start", "visit", "--key", "A-1", "--unit", "village-3", "--tier", "village"),
        *("--parameters", "county", "--process-version", "1", "--variables", "more.json"),
        *("-v", "kind=fire", "-v", "people=3", "-v", 'names=["li", "wang"]', "-v", "note=a=b"),
    )

    case_id = case.pop("id")
    assert isinstance(case_id, str)
    assert CASE_ID.fullmatch(case_id)
    assert case == {
        "process": "visit",
        "process_version": 1,
        "version": 1,
        "state": "running",
        "outcome": "",
        "business_key": "A-1",
        "unit": "village-3",
        "tier": "village",
        "started_at": "2026-03-02T01:00:00+00:00",
        "ended_at": None,
        "waiting_at": ["call_on"],
        "timers": [
            {
                "id": 4,
                "process": "visit",
                "element": "over",
                "due_at": "2026-03-02T02:00:00+00:00",
                "limit": "visit",
            }
        ],
        "incidents": [],
        "variables": {
            "kind": "fire",
            "names": ["li", "wang"],
            "note": "a=b",
            "people": 3,
            "since": {"$": "date", "value": "2026-02-28"},
        },
    }


def test_variables_come_from_standard_input_too(
    office: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"kind": "flood"}'))

    case = office.case("start", "visit", "--variables", "-")

    assert case["variables"] == {"kind": "flood"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("nobody",), 3, "process nobody is not deployed"),
        (("visit", "--process-version", "7"), 3, "process visit version 7 is not deployed"),
        (("visit", "--parameters", "mars"), 1, "mars"),
        (("complaint",), 1, "process complaint has no plain start event"),
        (("visit", "--event", "nowhere"), 1, "process visit has no start event 'nowhere'"),
        (("visit", "-v", "kind"), 2, "-v kind: write -v name=value"),
        (("visit", "-v", "a b=1"), 2, "-v a b=1: write -v name=value"),
        (("visit", "-v", 'x={"$": 1}'), 2, '-v x: an object with the key "$" is a tagged value'),
        (("visit", "-v", "x=NaN"), 1, "x: nan is not a number"),
        (("visit", "--variables", "nowhere.json"), 2, "--variables nowhere.json: "),
        (("visit", "--variables", "list.json"), 2, "--variables list.json: write one JSON object"),
    ],
)
def test_a_case_that_cannot_be_started_says_why(
    office: Shell, arguments: tuple[str, ...], code: int, message: str
) -> None:
    (office.folder / "list.json").write_text("[]", encoding="utf-8")

    printed = office.run("start", *arguments)

    assert (printed.code, printed.out) == (code, "")
    assert message in printed.err
    assert office.part("cases", "cases") == []


def test_a_case_that_fails_at_once_says_so(office: Shell) -> None:
    office.start("A-1")

    printed = office.do("complete", "A-1:3")

    assert [CASE_ID.sub("ID", line) for line in printed.lines] == [
        "A-1 (ID) is running",
        (
            "  incident A-1:5  there is no variable problem: set it before, or check its spelling "
            "(column 1 of 'problem')"
        ),
    ]


def test_cases_are_listed_and_narrowed(office: Shell) -> None:
    office.start("A-1", "--unit", "village-3")
    office.start("A-2", "--unit", "village-4")
    office.do("cancel", "A-2", "--reason", "twice")

    table = office.do("cases")

    assert table.lines == [
        "Case  Process  State      Unit       Started           Ended",
        "A-1   visit    running    village-3  2026-03-02 09:00",
        "A-2   visit    cancelled  village-4  2026-03-02 09:00  2026-03-02 09:00",
    ]
    for narrowing in (
        ("--state", "running"),
        ("--key", "A-1"),
        ("--unit", "village-3", "--unit", "village-5"),
        ("--process", "visit", "--limit", "1"),
    ):
        assert [row["business_key"] for row in office.part("cases", "cases", *narrowing)] == [
            "A-1"
        ]
    assert office.do("cases", "--process", "complaint").err == "no cases\n"


def test_cases_that_share_a_key_or_have_none_go_by_their_ids(office: Shell) -> None:
    for key in ("A-1", "A-1", "", "A-2"):
        office.start(key)

    shown = [line.split()[0] for line in office.do("cases").lines[1:]]

    first, second, third, _ = (row["id"] for row in office.part("cases", "cases"))
    assert shown == [first, second, third, "A-2"]


def test_the_next_page_begins_behind_the_one_before(office: Shell) -> None:
    for key in ("A-1", "A-2", "A-3"):
        office.start(key)

    first = office.ask("cases", "--limit", "2")
    hint = office.do("cases", "--limit", "2").err
    second = office.ask("cases", "--limit", "2", "--after", str(first["next"]))

    assert hint == f"There are more: --after {first['next']}\n"
    assert isinstance(second["cases"], list)
    assert [row["business_key"] for row in second["cases"]] == ["A-3"]
    assert second["next"] is None


def test_the_case_file_can_be_mended(office: Shell) -> None:
    office.start("A-1")

    case = office.case("set", "A-1", "-v", "problem=true")

    assert case["variables"] == {"problem": True}


def test_a_suspended_case_takes_no_work_until_it_is_resumed(office: Shell) -> None:
    office.start("A-1")

    suspended = office.do("suspend", "A-1", "--reason", "holiday")
    refused = office.run("complete", "A-1:3")
    resumed = office.do("resume", "A-1")

    assert CASE_ID.sub("ID", suspended.lines[0]) == "A-1 (ID) is suspended"
    assert refused.code == 1
    assert [CASE_ID.sub("ID", line) for line in refused.err.splitlines()] == [
        "case ID is suspended",
        "→ `caseflow resume ID` lets it go on",
    ]
    assert CASE_ID.sub("ID", resumed.lines[0]) == "A-1 (ID) is running"


def test_a_case_is_not_ended_without_a_reason(office: Shell) -> None:
    office.start("A-1")

    printed = office.run("cancel", "A-1")

    assert printed.code == 2
    assert "the following arguments are required: --reason" in printed.err
