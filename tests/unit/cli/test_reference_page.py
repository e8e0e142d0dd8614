"""The reference page of the command line says what the parser and the documents have."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from tests.unit.cli.shell import DATA, Shell

from caseflow.cli.failures import Exit
from caseflow.cli.parser import COMMANDS, build_parser, shared_options
from caseflow.kernel import CaseState

SECTION = re.compile(
    r"^### `(?P<name>[a-z-]+)`\n(?P<text>.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL
)
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")


def options(parser: argparse.ArgumentParser) -> set[str]:
    return {text for action in parser._actions for text in action.option_strings}


def examples(page: str) -> Iterator[list[str]]:
    for block in BLOCK.findall(page):
        for line in block.splitlines():
            if line.startswith("caseflow "):
                yield shlex.split(line, comments=True)[1:]


def test_every_command_has_its_section(page: str) -> None:
    sections = [found["name"] for found in SECTION.finditer(page)]

    assert sorted(sections) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_named_in_the_section_of_its_command(page: str, name: str) -> None:
    (text,) = (found["text"] for found in SECTION.finditer(page) if found["name"] == name)
    parser = argparse.ArgumentParser(add_help=False)
    COMMANDS[name].configure(parser)

    assert {option for option in options(parser) if not re.search(rf"{option}\b", text)} == set()


def test_the_options_of_all_commands_are_named(page: str) -> None:
    wanted = options(shared_options()) | {"--help", "--version"}

    assert {option for option in wanted if f"`{option}" not in page} == set()
    assert {
        name for name in ("CASEFLOW_DB", "CASEFLOW_ACTOR", "NO_COLOR") if name not in page
    } == set()


def test_every_example_is_understood(page: str) -> None:
    parser = build_parser()

    parsed = [parser.parse_args(words).command for words in examples(page)]

    assert set(parsed) == set(COMMANDS)


def test_the_examples_of_the_help_are_understood() -> None:
    parser = build_parser()

    for name, command in COMMANDS.items():
        assert parser.parse_args(shlex.split(command.example)[1:]).command == name


def test_every_exit_code_and_state_is_named(page: str) -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}

    assert codes == {code.value for code in Exit}
    assert {state.value for state in CaseState if f"`{state}`" not in page} == set()


def keys(value: object) -> Iterator[str]:
    """The keys of a document, but not those of a case file or of an event."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in {"variables", "event"}:
                yield from keys(inner)
    if isinstance(value, list):
        for one in value:
            yield from keys(one)


def test_every_key_of_the_documents_is_named(page: str, office: Shell) -> None:
    office.start("A-1", "-v", "kind=flood")
    office.start("A-2")
    office.do("complete", "A-2:3")
    documents = [
        office.ask("deploy", str(DATA)),
        office.ask("processes"),
        office.ask("lint", str(DATA)),
        office.run("lint", "nowhere", "--json").document,
        office.run("show", "nobody", "--json").document,
        office.ask("cases"),
        office.ask("tasks"),
        office.ask("show", "A-1"),
        office.ask("incidents"),
        office.ask("history", "A-1"),
        office.ask("tick"),
        office.ask("broadcast", "flood"),
    ]

    used = {key for document in documents for key in keys(document)}

    assert {key for key in used if f"`{key}`" not in page and f'"{key}"' not in page} == set()


def test_the_installed_command_is_the_one_that_is_described(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, function = project["project"]["scripts"]["caseflow"].partition(":")

    assert callable(getattr(import_module(module), function))
