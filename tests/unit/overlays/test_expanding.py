"""Overlays among the files of a deployment."""

from __future__ import annotations

import json

import pytest
from tests.unit.overlays.permit import DIAGRAM, HEAD, PARAMETERS, expanded, files

from caseflow.overlays import with_overlays

MADE = ["east/permit.east/permit.bpmn", "east/permit.east/parameters.toml"]
FIELD = {"type": "textfield", "key": "reason", "label": "Reason"}
CALLER = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="u">
  <process id="town" isExecutable="true">
    <startEvent id="begin"/><callActivity id="ask" calledElement="permit"/><endEvent id="end"/>
    <sequenceFlow id="a" sourceRef="begin" targetRef="ask"/>
    <sequenceFlow id="b" sourceRef="ask" targetRef="end"/>
  </process>
</definitions>
"""


def form(name: str, *, is_required: bool) -> str:
    field = {**FIELD, "validate": {"required": is_required}}
    return json.dumps({"type": "default", "id": name, "components": [field]})


def test_files_without_overlays_stay_as_they_are() -> None:
    plain = {"permit.bpmn": DIAGRAM.encode()}

    assert with_overlays(plain).files is plain


def test_an_overlay_becomes_a_diagram_with_its_parameters() -> None:
    assert expanded("") == (MADE, [])


def test_the_overlay_itself_is_no_file_of_the_deployment() -> None:
    assert "east/overlay.toml" not in with_overlays(files("")).files


def test_an_overlay_without_its_base_is_refused() -> None:
    assert expanded('base_ = "x"')[1] == ["unknown-key"]
    alone = {"east/overlay.toml": HEAD.encode()}

    (finding,) = with_overlays(alone).findings

    assert (finding.rule, finding.line, finding.message) == (
        "overlay-base",
        2,
        "there is no process “permit” among these files",
    )


def test_what_is_wrong_with_the_base_is_told_where_that_is_read() -> None:
    broken = {**files(""), "permit/permit.bpmn": b"<definitions"}

    assert with_overlays(broken).findings == ()


def test_two_overlays_for_one_unit_on_one_diagram_are_refused() -> None:
    twice = {**files(""), "other/overlay.toml": HEAD.encode()}

    assert [(one.rule, one.file) for one in with_overlays(twice).findings] == [
        ("overlay", "other/overlay.toml")
    ]


def test_an_overlay_that_is_not_text_is_refused() -> None:
    assert [
        one.rule for one in with_overlays({**files(""), "e/overlay.toml": b"\xff"}).findings
    ] == ["not-utf-8"]


FORMS = {
    "permit/forms/check.form": "check",
    "permit/forms/decide.form": "decide",
    "east/check_east.form": "check_east",
    "east/decide.form": "decide",
}


def forms(*, at_the_top: bool) -> dict[str, str]:
    strip = "permit/" if at_the_top else ""
    return {file.removeprefix(strip): form(name, is_required=True) for file, name in FORMS.items()}


@pytest.mark.parametrize("at_the_top", [False, True])
def test_tasks_ask_for_the_forms_of_the_base_but_where_the_overlay_has_its_own(
    *, at_the_top: bool
) -> None:
    given = files('[forms]\ncheck = "check_east"')
    if at_the_top:
        given = {name.removeprefix("permit/"): data for name, data in given.items()}
    texts = forms(at_the_top=at_the_top)

    expansion = with_overlays({**given, **{name: text.encode() for name, text in texts.items()}})

    assert expansion.findings == ()
    asked = [one.file for one in expansion.forms[MADE[0]]]
    assert asked == ["east/check_east.form", list(texts)[1]]
    assert expansion.aside == {"east/check_east.form", "east/decide.form"}


def test_a_form_is_not_given_to_a_task_that_the_overlay_does_not_name() -> None:
    _, found = expanded('[forms]\ncheck = "decide"', **forms(at_the_top=False))

    assert found == ["overlay-form"]


@pytest.mark.parametrize("is_required", [False, True])
def test_another_form_demands_what_that_of_the_base_demands(*, is_required: bool) -> None:
    _, found = expanded(
        '[forms]\ncheck = "check_east"',
        **{
            "permit/check.form": form("check", is_required=True),
            "east/check_east.form": form("check_east", is_required=is_required),
        },
    )

    assert found == ([] if is_required else ["overlay-form"])


def test_what_is_overlaid_for_one_unit_calls_what_is_overlaid_for_it() -> None:
    both = {
        **files(""),
        "town/town.bpmn": CALLER.encode(),
        "east/town/overlay.toml": b'overlay = "east"\nbase = "town"\n',
        "west/town/overlay.toml": b'overlay = "west"\nbase = "town"\n',
    }

    made = with_overlays(both).files

    assert b'calledElement="permit.east"' in made["east/town/town.east/town.bpmn"]
    assert b'calledElement="permit"' in made["west/town/town.west/town.bpmn"]


def test_an_overlay_may_stand_beside_its_base() -> None:
    given = {
        "permit.bpmn": DIAGRAM.encode(),
        "parameters.toml": PARAMETERS.encode(),
        "overlay.toml": HEAD.encode(),
    }

    assert sorted(with_overlays(given).files.keys() - given.keys()) == [
        "permit.east/parameters.toml",
        "permit.east/permit.bpmn",
    ]
