"""Every folder of the process library: its scenarios, the flows they take, and its files."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from tests.acceptance.scenarios import Play, deployed_copy, scenarios_of

from caseflow.bpmn import examine
from caseflow.library import process_library
from caseflow.parameters import read_parameters
from caseflow.testing import FlowCoverage

FOLDERS = sorted({file.parent.name for file in process_library().glob("*/*.bpmn")})
PLAYED = [name for name in FOLDERS if scenarios_of(process_library() / name)]
QUESTIONS = {"checkbox", "textfield", "textarea", "number", "datetime", "radio", "taglist"}
NAMED_BY_PARTS = {"emergency_handling"}
"""Folders whose diagrams put names of limits together from class, level and tier."""

LIMIT = re.compile(r'(?:limit|due|extended)\(\s*"(\w+)"|caseflow:due="(\w+)"')


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest, repository: Path) -> Path:
    return repository / "processes" / str(request.param)


def named_limits(folder: Path) -> set[str]:
    """Return all that the diagrams and tables of a folder say, by which limits are named."""
    texts = [unescape(file.read_text(encoding="utf-8")) for file in folder.glob("*.bpmn")]
    found = {name for text in texts for pair in LIMIT.findall(text) for name in pair if name}
    for text in texts + [file.read_text(encoding="utf-8") for file in folder.glob("*.dmn")]:
        found |= set(re.findall(r'"(\w+)"', unescape(text)))
    return found


@pytest.mark.usefixtures("compiled_once")
@pytest.mark.parametrize("name", PLAYED)
def test_the_scenarios_of_a_folder_come_true_and_take_every_flow(
    name: str, repository: Path, library: Path, tmp_path: Path
) -> None:
    folder = repository / "processes" / name
    coverage = FlowCoverage.of_folder(folder)

    for scenario in scenarios_of(folder):
        caseflow = deployed_copy(library, tmp_path, at=scenario.at)
        Play(caseflow=caseflow, scenario=scenario).run()
        coverage.add_all(caseflow)
        caseflow.close()

    coverage.check()


def test_a_diagram_has_no_findings_and_is_drawn(folder: Path) -> None:
    for file in folder.glob("*.bpmn"):
        reading = examine(file.read_bytes(), file=file.name)

        assert reading.findings == ()
        assert reading.diagram is not None
        assert reading.diagram.drawing.shapes


def test_every_limit_is_used_and_told_in_the_readme(folder: Path) -> None:
    text = (folder / "parameters.toml").read_text(encoding="utf-8")
    limits = read_parameters(text, file="parameters.toml")["yuxi-default"].limits
    readme = (folder / "README.md").read_text(encoding="utf-8")

    used = named_limits(folder)
    used |= {limit.outside for limit in limits.values() if limit.outside is not None}

    assert set(limits) - used == set() or folder.name in NAMED_BY_PARTS
    assert [name for name in limits if f"`{name}`" not in readme] == []


def test_the_readme_names_every_task_message_and_end(folder: Path) -> None:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    patterns = (r'userTask id="(\w+)"', r'message id="\w+" name="(\w+)"', r'outcome="(\w+)"')

    named = [
        name
        for file in folder.glob("*.bpmn")
        for pattern in patterns
        for name in re.findall(pattern, file.read_text(encoding="utf-8"))
    ]

    assert [name for name in named if f"`{name}`" not in readme] == []


def test_no_number_of_days_or_hours_stands_in_a_diagram(folder: Path) -> None:
    for file in folder.glob("*.bpmn"):
        text = unescape(file.read_text(encoding="utf-8"))

        assert re.findall(r"\b(?:days|hours|minutes|duration|timedelta)\(", text) == []
        assert re.findall(r"<bpmn:time\w+[^>]*>\s*R?\d*/?P", text) == []


def test_a_form_that_a_task_names_exists_and_asks_in_two_languages(folder: Path) -> None:
    named = {
        name
        for file in folder.glob("*.bpmn")
        for name in re.findall(r'caseflow:form="([^"]+)"', file.read_text(encoding="utf-8"))
    }
    shipped = {file.stem for file in folder.glob("forms/*.form")}

    assert named == shipped
    for name in named:
        form = json.loads((folder / "forms" / f"{name}.form").read_text(encoding="utf-8"))
        assert form["type"] == "default"
        for question in form["components"]:
            if question["type"] in QUESTIONS:
                label = question.get("label") or question["dateLabel"]
                assert re.search(r"[一-鿿]", label)
                assert re.search(r"[A-Za-z0-9]", label)
