"""``lint``: everything that is wrong with files, before anybody deploys them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.unit.cli.shell import DATA, Shell

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:caseflow="urn:caseflow:bpmn:1.0" id="d" targetNamespace="x">'
)


def diagram(file: Path, *, called: str, process: str = "one") -> None:
    """Write a process that calls another on one of two ways, and has a bad condition."""
    file.write_text(
        f"""{HEAD}
<process id="{process}" isExecutable="true">
  <startEvent id="s"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="g"/>
  <exclusiveGateway id="g" default="f3"/>
  <sequenceFlow id="f2" sourceRef="g" targetRef="c">
    <conditionExpression>open(1)</conditionExpression>
  </sequenceFlow>
  <sequenceFlow id="f3" sourceRef="g" targetRef="e"/>
  <callActivity id="c" calledElement="{called}"/>
  <sequenceFlow id="f4" sourceRef="c" targetRef="e"/>
  <endEvent id="e"/>
</process>
</definitions>
""",
        encoding="utf-8",
    )


def rules(found: list[dict[str, object]]) -> list[tuple[object, object, object]]:
    return [(Path(str(one["file"])).name, one["line"], one["rule"]) for one in found]


def test_good_files_are_counted(shell: Shell) -> None:
    printed = shell.do("lint", str(DATA))

    assert printed.lines == ["3 files: 0 errors, 0 warnings"]


def test_a_diagram_may_call_what_stands_beside_it(shell: Shell) -> None:
    document = shell.ask("lint", str(DATA / "visit.bpmn"))

    assert document == {
        "files": [str(DATA / "visit.bpmn"), str(DATA / "parameters.toml")],
        "errors": 0,
        "warnings": 0,
        "findings": [],
    }


def test_what_only_the_compiler_refuses_is_found_too(shell: Shell) -> None:
    diagram(shell.folder / "a.bpmn", called="two")
    diagram(shell.folder / "b.bpmn", called="nobody", process="two")

    printed = shell.run("lint", "a.bpmn", "b.bpmn", "--json")

    found = printed.document["findings"]
    assert printed.code == 1
    assert isinstance(found, list)
    assert rules(found) == [
        ("b.bpmn", 10, "unknown-called-process"),
        ("a.bpmn", 7, "expression-refused"),
    ]


def test_processes_that_call_each_other_are_found(shell: Shell) -> None:
    diagram(shell.folder / "a.bpmn", called="two")
    diagram(shell.folder / "b.bpmn", called="one", process="two")

    found = shell.run("lint", ".", "--json").document["findings"]

    assert isinstance(found, list)
    assert set(rules(found)) == {
        ("a.bpmn", 7, "expression-refused"),
        ("a.bpmn", 10, "recursion"),
        ("b.bpmn", 7, "expression-refused"),
        ("b.bpmn", 10, "recursion"),
        ("b.bpmn", 10, "unknown-called-process"),
    }


def test_findings_are_grouped_by_file_with_the_way_out(shell: Shell) -> None:
    (shell.folder / "a.bpmn").write_text("<definitions", encoding="utf-8")
    (shell.folder / "parameters.toml").write_text("[sets.x]\ncolour = 1\n", encoding="utf-8")

    printed = shell.run("lint", ".")

    assert printed.code == 1
    assert [line for line in printed.lines if not line.startswith(" ")] == [
        "a.bpmn",
        "parameters.toml",
        "2 files: 2 errors, 0 warnings",
    ]
    assert printed.lines[2].startswith("                  → ")


def test_a_parameter_file_that_is_no_text_is_found(shell: Shell) -> None:
    shutil.copy(DATA / "report_writing.bpmn", shell.folder)
    (shell.folder / "parameters.toml").write_bytes(b"\xff")

    found = shell.run("lint", ".", "--json").document["findings"]

    assert isinstance(found, list)
    assert rules(found) == [("parameters.toml", 0, "not-utf-8")]


def test_a_path_without_diagrams_is_a_finding(shell: Shell) -> None:
    printed = shell.run("lint", "nowhere", str(DATA))

    assert printed.code == 1
    assert printed.lines[0] == "nowhere"
    assert printed.lines[-1] == "3 files: 1 error, 0 warnings"


@pytest.mark.parametrize(("strict", "code"), [((), 0), (("--strict",), 1)])
def test_warnings_fail_only_where_that_is_wanted(
    shell: Shell, strict: tuple[str, ...], code: int
) -> None:
    (shell.folder / "a.bpmn").write_text(
        f"""{HEAD}
<process id="one">
  <startEvent id="s"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="c"/>
  <userTask id="c"/>
  <sequenceFlow id="f4" sourceRef="c" targetRef="e"/>
  <endEvent id="e"/>
</process>
</definitions>
""",
        encoding="utf-8",
    )

    printed = shell.run("lint", "a.bpmn", *strict)

    assert printed.code == code
    assert printed.lines[-1] == "1 file: 0 errors, 1 warning"
