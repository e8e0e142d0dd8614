"""``overlay``: what an overlay changes, whether it may, and what comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.cli.shell import Shell
from tests.unit.overlays.permit import files

ASK = 'ask those who keep the base to declare it (caseflow:optional="true") [overlay-not-optional]'
TEXT = '[labels]\nsign = "Seal"\n[roles]\nhead = "chief"\n'


@pytest.fixture
def folder(shell: Shell) -> Shell:
    """A folder with a base and an overlay on it."""
    write(TEXT)
    return shell


def write(text: str) -> None:
    for name, data in files(text).items():
        target = Path(name)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)


def test_diff_says_in_words_what_differs(folder: Shell) -> None:
    printed = folder.do("overlay", "diff", "east", "--base", "permit")

    assert printed.lines == [
        "east over permit: permit.east",
        "  label sign: Sign → Seal",
        "  role top (Heads): head → chief",
    ]


def test_an_overlay_that_changes_nothing_says_so(folder: Shell) -> None:
    write("")

    assert folder.do("overlay", "diff", ".").lines == [
        "east over permit: permit.east",
        "  nothing differs",
    ]


def test_diff_as_a_document(folder: Shell) -> None:
    (found,) = folder.part("overlays", "overlay", "diff", ".")

    assert found["process"] == "permit.east"
    assert found["differences"] == [
        {
            "aspect": "label",
            "element": "sign",
            "name": "",
            "was": "Sign",
            "becomes": "Seal",
            "source": "",
        },
        {
            "aspect": "role",
            "element": "top",
            "name": "Heads",
            "was": "head",
            "becomes": "chief",
            "source": "",
        },
    ]


def test_lint_says_what_an_overlay_may_not_do(folder: Shell) -> None:
    write('leave_out = ["sign"]')

    printed = folder.run("overlay", "lint", "east", "--base", "permit")

    assert printed.code == 1
    assert printed.lines == [
        "east/overlay.toml",
        "      3  error    leave_out: “sign” is not declared optional",
        "                  → " + ASK,
        "1 error, 0 warnings",
    ]


def test_lint_of_files_looks_at_overlays_too(folder: Shell) -> None:
    write('leave_out = ["sign"]')

    found = folder.run("lint", "permit", "east", "--json").document["findings"]

    assert isinstance(found, list)
    assert ("east/overlay.toml", "overlay-not-optional") in [
        (one["file"], one["rule"]) for one in found
    ]


def test_show_writes_what_is_made(folder: Shell) -> None:
    folder.do("overlay", "show", ".", "--output", "made", "--svg", "east.svg")

    made = sorted(path.name for path in Path("made/permit.east").iterdir())
    assert made == ["parameters.toml", "permit.bpmn"]
    assert b'id="permit.east"' in Path("made/permit.east/permit.bpmn").read_bytes()
    assert "Seal" in Path("east.svg").read_text(encoding="utf-8")


def test_a_drawing_is_of_one_diagram(folder: Shell) -> None:
    other = Path("west/overlay.toml")
    other.parent.mkdir()
    other.write_text('overlay = "west"\nbase = "permit"\n')

    assert folder.run("overlay", "show", ".", "--svg", "-").code == 2


def test_deploy_takes_overlays_from_elsewhere(folder: Shell) -> None:
    plain = Path("permit/permit.bpmn")
    plain.write_text(plain.read_text().replace('caseflow:decision="grade"', 'caseflow:topic="g"'))

    deployed = folder.part("deployed", "deploy", "permit", "--overlay", "east")

    assert [one["process"] for one in deployed] == ["permit", "permit.east"]
