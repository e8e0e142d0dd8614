"""The element templates say what the reader reads: every own attribute, and no other."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from caseflow.bpmn.extensions.own import OWN

FILES = ("caseflow.json", "caseflow-moddle.json", "plugin/client.js")


@pytest.fixture(scope="module")
def tool(repository: Path) -> dict[str, object]:
    return runpy.run_path(str(repository / "tools" / "make_modeler_templates.py"))


@pytest.mark.parametrize("name", FILES)
def test_the_files_of_the_modeler_are_as_the_tool_writes_them(
    repository: Path, tool: dict[str, object], name: str
) -> None:
    makers = tool["FILES"]
    assert isinstance(makers, dict)
    written = (repository / "modeler" / name).read_text(encoding="utf-8")
    assert written == makers[name](), "run python tools/make_modeler_templates.py"


def test_every_own_attribute_can_be_set_by_a_template_or_kept_by_the_descriptor(
    repository: Path, tool: dict[str, object]
) -> None:
    folder = repository / "modeler"
    templates = json.loads((folder / "caseflow.json").read_text(encoding="utf-8"))
    types = json.loads((folder / "caseflow-moddle.json").read_text(encoding="utf-8"))["types"]
    inside = tool["INSIDE"]
    assert isinstance(inside, frozenset)

    wanted = {
        (element.casefold(), row.path.removeprefix("@")) for row in OWN.rows for element in row.on
    }
    offered = {
        (one["appliesTo"][0].removeprefix("bpmn:").casefold(), each["binding"]["name"][9:])
        for one in templates
        for each in one["properties"]
    }
    kept = {
        (one["extends"][0].removeprefix("bpmn:").casefold(), each["name"])
        for one in types
        if "extends" in one
        for each in one["properties"]
    }

    assert kept == wanted
    assert offered == {
        pair for pair in wanted if pair[0] not in {one.casefold() for one in inside}
    }
    assert {one["name"].lower() for one in types if "superClass" in one} == {"input", "output"}


def test_the_tool_says_something_about_every_attribute_and_nothing_about_others(
    tool: dict[str, object],
) -> None:
    words = tool["WORDS"]
    assert isinstance(words, dict)
    assert words.keys() == {row.path.removeprefix("@") for row in OWN.rows}
