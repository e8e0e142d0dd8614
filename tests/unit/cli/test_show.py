"""``show``: where a case stands, in tables, as an outline and as SVG."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from tests.unit.cli.shell import Shell

SVG = "{http://www.w3.org/2000/svg}"
LEGEND = "● waiting  ✓ passed  ✗ incident  · not reached"


@pytest.fixture
def reporting(office: Shell) -> Shell:
    """A case that stands in the process it calls."""
    office.start("A-1", "--unit", "village-3", "--tier", "village", "-v", "note=  a\tb")
    office.do("complete", "A-1:3", "-v", "problem=true")
    return office


def classes(svg: str) -> dict[str, str]:
    """The classes of every element that is drawn, by its id."""
    drawn = ET.fromstring(svg).iter(f"{SVG}g")  # noqa: S314 - our own drawing
    return {
        group.get("data-element", ""): group.get("class", "")
        for group in drawn
        if group.get("data-element")
    }


def test_a_case_is_shown_with_everything_it_waits_for(office: Shell) -> None:
    office.start("A-1", "--unit", "village-3")

    printed = office.do("show", "A-1")

    assert [re.sub(r"case \S+ of", "case ID of", line) for line in printed.lines[:13]] == [
        "A-1  走访 Visit",
        "case ID of visit version 1",
        "village-3",
        "running, since 2026-03-02 09:00",
        "",
        "Open tasks",
        "Task   Name               Due               Left      For          Unit       Process",
        "A-1:3  登门 Call on them  2026-03-05 00:00  2 d 14 h  grid_worker  village-3  visit",
        "",
        "Timers",
        "Fires             Left      At             Limit",
        "2026-03-05 00:00  2 d 14 h  逾期 Too late  visit",
        "",
    ]
    assert printed.lines[13].startswith("走访 Visit (visit)")
    assert "● 登门 Call on them (1)" in printed.out
    assert printed.lines[-1] == LEGEND


def test_the_process_that_a_case_calls_is_outlined_too(reporting: Shell) -> None:
    printed = reporting.do("show", "A-1")

    assert "● 报告 Report (1)" in printed.out
    assert printed.out.index("走访 Visit (visit)") < printed.out.index("写报告 Report writing")
    assert "● 撰写 Write (1)" in printed.out
    assert printed.out.count(LEGEND) == 1


def test_one_process_can_be_outlined_alone(reporting: Shell) -> None:
    printed = reporting.do("show", "A-1", "--process", "report_writing")

    assert "● 撰写 Write (1)" in printed.out
    assert "登门 Call on them" not in printed.out


def test_a_process_that_the_case_does_not_run_is_refused(reporting: Shell) -> None:
    printed = reporting.run("show", "A-1", "--process", "complaint")

    assert printed.code == 2
    assert printed.err == "the case does not run complaint: it runs report_writing, visit\n"


def test_long_values_are_cut_unless_all_is_wanted(office: Shell) -> None:
    office.start("A-1", "-v", f"note={'long ' * 100}end")

    cut = office.do("show", "A-1")
    full = office.do("show", "A-1", "--full")

    assert "long end" not in cut.out
    assert "long end" in full.out


def test_incidents_stand_in_the_tables_and_the_outline(office: Shell) -> None:
    office.start("A-1")
    office.do("complete", "A-1:3")

    printed = office.do("show", "A-1")

    assert "Incidents" in printed.lines
    assert "✗ 有问题? Anything found? (1)" in printed.out


def test_a_finished_case_is_shown_with_its_outcome(office: Shell) -> None:
    office.start("A-1")
    office.do("complete", "A-1:3", "-v", "problem=false")

    printed = office.do("show", "A-1")

    assert printed.lines[2] == "completed: fine, since 2026-03-02 09:00 until 2026-03-02 09:00"
    assert "✓ fine" in printed.out
    assert "· reported" in printed.out


def test_the_diagram_is_drawn_with_the_case_on_it(reporting: Shell) -> None:
    reporting.do("show", "A-1", "--svg", "case.svg")

    drawn = classes((reporting.folder / "case.svg").read_text(encoding="utf-8"))
    standing = {name: words.split() for name, words in drawn.items()}
    assert {name: standing[name][1:] for name in ("call_on", "report", "fine", "over")} == {
        "call_on": ["passed"],
        "report": ["waiting"],
        "fine": [],
        "over": [],
    }


def test_a_called_process_is_drawn_with_its_own_marks(reporting: Shell) -> None:
    printed = reporting.do("show", "A-1", "--process", "report_writing", "--svg", "-")

    drawn = classes(printed.out)
    assert drawn["call_on"].split()[-1] == "waiting"
    assert "A-1 · running · 2026-03-02 09:00" in printed.out


def test_a_case_as_programs_see_it(reporting: Shell) -> None:
    document = reporting.ask("show", "A-1", "--svg", "case.svg")

    case, tasks = document["case"], document["tasks"]
    assert isinstance(case, dict)
    assert isinstance(tasks, list)
    assert case["waiting_at"] == ["call_on"]
    assert case["variables"] == {"note": "  a\tb", "problem": True}
    assert [task["name"] for task in tasks] == ["撰写 Write"]
    assert document["places"] == [
        {"process": "visit", "process_version": 1, "element": "report"},
        {"process": "report_writing", "process_version": 1, "element": "call_on"},
    ]
    assert (reporting.folder / "case.svg").exists()


def test_two_results_do_not_share_standard_output(reporting: Shell) -> None:
    printed = reporting.run("show", "A-1", "--json", "--svg", "-")

    assert printed.code == 2
    assert printed.document == {
        "error": {
            "kind": "Misused",
            "message": "--json and --svg - both want standard output",
        }
    }
