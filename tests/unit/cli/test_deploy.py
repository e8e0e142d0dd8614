"""``deploy`` and ``processes``."""

from __future__ import annotations

import shutil

from tests.unit.cli.shell import DATA, Shell


def test_what_is_deployed_is_listed_with_its_version(shell: Shell) -> None:
    printed = shell.do("deploy", str(DATA))

    assert printed.lines == [
        "Process         Version       Name                   File",
        "report_writing  1        new  写报告 Report writing  report_writing.bpmn",
        "visit           1        new  走访 Visit             visit.bpmn",
        "complaint       1        new  投诉 Complaint         visit.bpmn",
        "3 new versions, 0 unchanged",
    ]


def test_deploying_the_same_again_changes_nothing(office: Shell) -> None:
    again = office.part("deployed", "deploy", str(DATA))

    assert [(one["process"], one["version"], one["is_new"]) for one in again] == [
        ("report_writing", 1, False),
        ("visit", 1, False),
        ("complaint", 1, False),
    ]


def test_a_changed_diagram_becomes_a_new_version(office: Shell) -> None:
    shutil.copytree(DATA, "changed")
    changed = office.folder / "changed" / "report_writing.bpmn"
    changed.write_text(changed.read_text(encoding="utf-8").replace("撰写", "起草"), "utf-8")

    office.do("deploy", "changed")

    assert office.ask("processes") == {
        "processes": [
            {"id": "complaint", "version": 1, "name": "投诉 Complaint"},
            {"id": "report_writing", "version": 2, "name": "写报告 Report writing"},
            {"id": "visit", "version": 2, "name": "走访 Visit"},
        ]
    }


def test_a_refused_diagram_is_named_as_it_was_typed(shell: Shell) -> None:
    folder = shell.folder / "bad"
    folder.mkdir()
    shutil.copy(DATA / "visit.bpmn", folder)

    printed = shell.run("deploy", "bad")

    assert printed.code == 1
    assert printed.lines[0] == "bad/visit.bpmn"
    assert "report: calls the process report_writing, which is not here" in " ".join(
        printed.lines[1].replace(" “报告 Report”", "").split()
    )
    assert printed.err == "refused: 1 error, 0 warnings\n"


def test_findings_of_a_refused_deployment_are_part_of_the_document(shell: Shell) -> None:
    printed = shell.run("deploy", "nowhere", "--json")

    assert printed.code == 1
    assert printed.document == {
        "error": {
            "kind": "DiagramRefused",
            "message": "nowhere:0: error: there is no diagram here → name a .bpmn file, or a "
            "folder that holds some [no-diagram]",
            "findings": [
                {
                    "file": "nowhere",
                    "line": 0,
                    "severity": "error",
                    "rule": "no-diagram",
                    "element": "",
                    "name": "",
                    "message": "there is no diagram here",
                    "remedy": "name a .bpmn file, or a folder that holds some",
                }
            ],
        }
    }


def test_nothing_is_deployed_yet(office: Shell) -> None:
    printed = office.do("processes", "--tenant", "other")

    assert printed.lines == ["Process  Version  Name"]
