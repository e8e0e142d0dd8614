"""Documents on the command line."""

from __future__ import annotations

import pytest
from tests.unit.cli.shell import Shell

FORMS = """
[forms.letter]
title = "函"
template = "letter.html"
series = "letters"
number = "（{year}）{mark}函字第{number}号"
fields.name = { label = "姓名" }
"""
NUMBER = "（2026）云函字第1号"
ISSUE = ("issue", "A-1", "letter", "--organ", "云溪县", "--mark", "云", "--forms", "forms")


@pytest.fixture
def desk(office: Shell) -> Shell:
    """A command line with a case, and a folder of forms."""
    office.start("A-1", "-v", "name=王")
    folder = office.folder / "forms"
    folder.mkdir()
    (folder / "forms.toml").write_text(FORMS, encoding="utf-8")
    (folder / "letter.html").write_text("{{ paper.number }} {{ name }}", encoding="utf-8")
    return office


def test_a_document_is_issued_listed_fetched_and_withdrawn(desk: Shell) -> None:
    issued = desk.do(*ISSUE)
    listed = desk.part("papers", "papers", "A-1")
    desk.do("paper", "A-1", NUMBER, "-o", "letter.html")
    desk.do("withdraw", "A-1", NUMBER, "--reason", "wrong name")

    assert issued.out.startswith(f"函 {NUMBER}: ")
    assert [(one["number"], one["is_erased"]) for one in listed] == [(NUMBER, False)]
    assert (desk.folder / "letter.html").read_text(encoding="utf-8") == f"{NUMBER} 王"
    assert "withdrawn: wrong name" in desk.do("papers", "A-1").out
    assert "no document of case" in desk.run("paper", "A-1", "nothing").err


def test_values_may_be_given_and_must_not_be_missing(desk: Shell) -> None:
    desk.do("set", "A-1", "-v", "name=")

    refused = desk.run(*ISSUE)
    desk.do(*ISSUE, "-v", "name=李", "-o", "given.html")

    assert (refused.code, "姓名 (name)" in refused.err) == (1, True)
    assert (desk.folder / "given.html").read_text(encoding="utf-8") == f"{NUMBER} 李"


def test_the_forms_that_ship_are_listed(desk: Shell) -> None:
    forms = desk.part("forms", "forms")

    assert {"mediation_agreement", "supervision_letter"} <= {one["id"] for one in forms}
    assert "人民调解协议书" in desk.do("forms").out
    assert "no documents" in desk.do("papers", "A-1").err
