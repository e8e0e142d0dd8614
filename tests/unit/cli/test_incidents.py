"""``incidents`` and ``resolve``."""

from __future__ import annotations

import pytest
from tests.unit.cli.shell import Shell

REASON = (
    "there is no variable problem: set it before, or check its spelling (column 1 of 'problem')"
)


@pytest.fixture
def stuck(office: Shell) -> Shell:
    """A case that stands at a decision without the variable that it asks for."""
    office.start("A-1")
    office.start("A-2")
    office.do("complete", "A-1:3")
    return office


def test_incidents_say_where_a_case_is_stuck_and_why(stuck: Shell) -> None:
    case = stuck.case("show", "A-1")["id"]

    printed = stuck.do("incidents")

    assert [line.split() for line in printed.lines] == [
        ["Incident", "Since", "Process", "Element", "What", "happened"],
        [f"{case}:5", "2026-03-02", "09:00", "visit", "found", *REASON.split()],
    ]


def test_an_incident_as_programs_see_it(stuck: Shell) -> None:
    case = stuck.case("show", "A-1")["id"]

    assert stuck.part("incidents", "incidents", "--case", "A-1") == [
        {
            "id": f"{case}:5",
            "case": case,
            "process": "visit",
            "element": "found",
            "message": REASON,
            "raised_at": "2026-03-02T01:00:02+00:00",
        }
    ]
    assert stuck.part("incidents", "incidents", "--case", "A-2") == []


def test_no_incidents_are_no_fault(office: Shell) -> None:
    printed = office.do("incidents")

    assert (printed.out, printed.err) == ("", "no incidents\n")


def test_a_mended_case_goes_on(stuck: Shell) -> None:
    stuck.do("set", "A-1", "-v", "problem=false")

    case = stuck.case("resolve", "A-1:5")

    assert (case["state"], case["outcome"]) == ("completed", "fine")


def test_what_is_not_mended_is_stuck_again(stuck: Shell) -> None:
    printed = stuck.do("resolve", "A-1:5", "--tries", "2")

    assert printed.lines[1] == f"  incident A-1:6  {REASON}"


def test_an_incident_is_resolved_once(stuck: Shell) -> None:
    stuck.do("resolve", "A-1:5")

    assert stuck.run("resolve", "A-1:5").code == 3
