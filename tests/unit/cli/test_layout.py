"""``layout``: drawing diagrams that have no drawing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.unit.cli.shell import DATA, Shell

from caseflow.bpmn import read_diagram


@pytest.fixture
def undrawn(shell: Shell) -> Path:
    """A diagram without a drawing, in the present folder."""
    return Path(shutil.copy(DATA / "report_writing.bpmn", shell.folder / "undrawn.bpmn"))


def drawn_elements(data: bytes) -> int:
    return len(read_diagram(data, file="x.bpmn").drawing.shapes)


def test_a_drawing_is_written_into_the_file(shell: Shell, undrawn: Path) -> None:
    before = undrawn.read_text(encoding="utf-8")

    printed = shell.do("layout", "undrawn.bpmn")

    after = undrawn.read_text(encoding="utf-8")
    assert printed.lines == ["undrawn.bpmn is drawn"]
    assert drawn_elements(undrawn.read_bytes()) == 5
    assert after.startswith(before.removesuffix("</bpmn:definitions>\n"))


def test_drawing_again_changes_nothing(shell: Shell, undrawn: Path) -> None:
    shell.do("layout", "undrawn.bpmn")
    before = undrawn.read_bytes()

    document = shell.ask("layout", "undrawn.bpmn")

    assert document == {"written": ["undrawn.bpmn"]}
    assert undrawn.read_bytes() == before


def test_the_drawing_can_go_elsewhere(shell: Shell, undrawn: Path) -> None:
    before = undrawn.read_bytes()

    shell.do("layout", "undrawn.bpmn", "--output", "drawn.bpmn")
    printed = shell.do("layout", "undrawn.bpmn", "--output", "-")

    assert undrawn.read_bytes() == before
    assert (shell.folder / "drawn.bpmn").read_text(encoding="utf-8") == printed.out


def test_a_drawing_keeps_the_encoding_of_its_file(shell: Shell, undrawn: Path) -> None:
    text = undrawn.read_text(encoding="utf-8").replace("UTF-8", "UTF-16")
    undrawn.write_text(text, encoding="utf-16")

    shell.do("layout", "undrawn.bpmn")

    assert drawn_elements(undrawn.read_bytes()) == 5
    assert undrawn.read_text(encoding="utf-16").startswith(text[:100])


def test_a_check_names_what_has_no_drawing(shell: Shell, undrawn: Path) -> None:
    shell.do("layout", "undrawn.bpmn", "--output", "drawn.bpmn")
    before = undrawn.read_bytes()

    printed = shell.run("layout", "undrawn.bpmn", "drawn.bpmn", "--check")
    document = shell.run("layout", "undrawn.bpmn", "drawn.bpmn", "--check", "--json").document

    assert printed.code == 1
    assert printed.lines == [
        "undrawn.bpmn has no drawing: `caseflow layout undrawn.bpmn` makes one"
    ]
    assert document == {"missing": ["undrawn.bpmn"]}
    assert undrawn.read_bytes() == before
    assert shell.run("layout", "drawn.bpmn", "--check").code == 0


def test_nothing_is_written_where_one_file_is_refused(shell: Shell, undrawn: Path) -> None:
    before = undrawn.read_bytes()
    (shell.folder / "bad.bpmn").write_text("<a/>", encoding="utf-8")

    printed = shell.run("layout", "undrawn.bpmn", "bad.bpmn")

    assert printed.code == 1
    assert printed.lines[0] == "bad.bpmn"
    assert undrawn.read_bytes() == before


def test_a_file_that_does_not_exist_is_not_found(shell: Shell) -> None:
    printed = shell.run("layout", "nowhere.bpmn")

    assert (printed.code, printed.err) == (3, "nowhere.bpmn: No such file or directory\n")


@pytest.mark.parametrize("more", ["undrawn.bpmn", "--check"])
def test_one_output_takes_one_diagram(shell: Shell, undrawn: Path, more: str) -> None:
    printed = shell.run("layout", str(undrawn), more, "--output", "x.bpmn")

    assert printed.code == 2
    assert printed.err == "--output takes one diagram, and goes without --check\n"
