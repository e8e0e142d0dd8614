"""An export is checked without the database, and every line of it counts."""

from __future__ import annotations

import json

import pytest
from tests.unit.history.histories import CASE, RECORDS, exported

from caseflow.history import Checked, CheckedExport, check_export, write_export

LINES = list(write_export(exported()))


def test_an_export_is_sound() -> None:
    found = check_export(LINES)

    assert found == CheckedExport(cases=(Checked(case=CASE, events=5),), ends=found.ends)
    assert found.is_sound
    assert {case: end.length for case, end in found.ends.items()} == {CASE: 5}


def test_several_cases_stand_in_one_file() -> None:
    other = list(write_export(exported(RECORDS[:2], case=CASE)))

    found = check_export([*LINES, *other])

    assert ([case.events for case in found.cases], found.faults) == ([5, 2], ())


def test_a_missing_event_is_named_and_the_file_too() -> None:
    found = check_export([*LINES[:3], *LINES[4:]])

    assert [str(flaw) for case in found.cases for flaw in case.flaws] == [
        f"case {CASE}, event 3: is missing"
    ]
    assert found.faults == (f"line 6: the lines of case {CASE} are not those that were written",)


def test_a_file_that_was_cut_off_says_so() -> None:
    found = check_export(LINES[:-1])

    assert found.faults == (f"the export of case {CASE} was cut off: its last line is missing",)


def test_a_file_that_was_cut_off_inside_a_line_says_so() -> None:
    found = check_export([*LINES[:3], LINES[3][:20]])

    assert found.faults[0] == "line 4 is not as it was written"
    assert found.faults[-1].endswith("was cut off: its last line is missing")


@pytest.mark.parametrize("lines", [[], ["\n"], ["not json\n"], ['{"a":1}\n'], ["[]\n"]])
def test_a_file_that_is_no_export_is_not_sound(lines: list[str]) -> None:
    assert not check_export(lines).is_sound


def test_a_line_behind_the_end_belongs_to_nothing() -> None:
    found = check_export([*LINES, LINES[1]])

    assert found.faults == ("line 8 belongs to no case",)


def test_the_lines_are_json_that_people_can_read() -> None:
    first, event, *_, last = (json.loads(line) for line in LINES)

    assert first == {
        "format": "caseflow history 1",
        "case": CASE,
        "process": "request",
        "process_version": 1,
        "business_key": "2026-1",
    }
    assert event["openings"]["variables/name"][1] == "王建国"
    assert (last["events"], set(last)) == (5, {"events", "head", "lines"})
