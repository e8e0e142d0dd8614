"""``history``: what happened in a case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.cli.shell import Shell

from caseflow.cli.names import Diagrams
from caseflow.engine import Engine
from caseflow.model import ElementId, ProcessId


def test_a_history_tells_who_did_what_when(office: Shell) -> None:
    office.start("A-1", "-v", "kind=flood")
    office.do("claim", "A-1:3", "--actor", "wang")
    office.clock.move(timedelta(days=4))
    office.do("complete", "A-1:3", "-v", "problem=true", "--actor", "wang")

    printed = office.do("history", "A-1")

    assert printed.lines == [
        "2026-03-02 09:00  li    case of visit version 1 opened with kind=flood",
        "2026-03-02 09:00  li    → 登门 Call on them",
        "2026-03-02 09:00  li    task 登门 Call on them (3) opened, due 2026-03-05 00:00 by visit",
        "2026-03-02 09:00  wang  wang claimed 登门 Call on them (3)",
        "2026-03-06 09:00  wang  登门 Call on them (3) was completed late with problem=true",
        "2026-03-06 09:00  wang  → 有问题? Anything found? → 报告 Report",
        "2026-03-06 09:00  wang  报告 Report began",
        "2026-03-06 09:00  wang  → 撰写 Write",
        "2026-03-06 09:00  wang  task 撰写 Write (7) opened",
    ]


def test_a_history_can_be_narrowed_to_kinds(office: Shell) -> None:
    office.start("A-1")
    office.do("unclaim", "A-1:3")

    printed = office.do("history", "A-1", "--kind", "TaskUnclaimed", "--kind", "CaseStarted")

    assert [line.split("  ", 2)[2] for line in printed.lines] == [
        "case of visit version 1 opened",
        "登门 Call on them (3) went back to its candidates",
    ]


def test_what_went_wrong_stands_out(office: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    office.start("A-1")
    office.do("complete", "A-1:3")

    printed = office.do("history", "A-1", "--kind", "IncidentRaised", "--kind", "TaskOpened")

    assert [line.startswith("\x1b[31m") for line in printed.lines] == [False, True]


def test_what_no_diagram_explains_keeps_its_id(office: Shell) -> None:
    office.start("A-1")

    with Engine(f"sqlite:///{office.database}") as engine, engine.begin() as work:
        (row,) = work.cases()
        diagrams = Diagrams(work, work.case(row.id))

        assert diagrams.title(ProcessId("visit"), ElementId("gone")) == "gone"
        assert diagrams.title(ProcessId("other"), ElementId("call_on")) == "call_on"


def test_an_unknown_kind_is_wrong_use(office: Shell) -> None:
    assert office.run("history", "A-1", "--kind", "TaskDone").code == 2


def test_events_as_programs_see_them(office: Shell) -> None:
    office.start("A-1")
    case = office.case("show", "A-1")["id"]

    document = office.ask("history", "A-1", "--kind", "TaskOpened")

    assert document == {
        "case": case,
        "events": [
            {
                "sequence": 3,
                "version": 1,
                "at": "2026-03-02T01:00:00+00:00",
                "actor": "li",
                "event": {
                    "kind": "TaskOpened",
                    "process": "visit",
                    "element": "call_on",
                    "task": 3,
                    "due_at": "2026-03-04T16:00:00+00:00",
                    "limit": "visit",
                },
            }
        ],
    }
