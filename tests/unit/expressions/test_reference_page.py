from __future__ import annotations

import re
from pathlib import Path

import pytest

from caseflow.expressions import FIELDS, FUNCTIONS, METHODS, compile_expression
from caseflow.expressions.bounds import (
    MAX_BRACKETS,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_ITEMS,
    MAX_SOURCE,
    MAX_STEPS,
    MAX_TEXT,
)


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "reference" / "expressions.md").read_text(encoding="utf-8")


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = re.search(r"^\|.*\n\|[-|]+\n((?:\|.*\n)+)", section, re.MULTILINE)
    assert table is not None
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in table[1].splitlines()
    ]


def test_the_page_lists_every_function(page: str) -> None:
    assert rows(page, "Functions") == [
        [f"`{builtin.signature}`", builtin.summary] for builtin in FUNCTIONS.values()
    ]


def test_the_page_lists_every_method(page: str) -> None:
    assert rows(page, "Methods") == [
        [f"`{builtin.signature}`", builtin.summary] for builtin in METHODS.values()
    ]


def test_the_page_lists_every_part(page: str) -> None:
    parts = " ".join(row[0] for row in rows(page, "Parts of dates, moments and durations"))

    assert parts == " ".join(f"`.{name}`" for name in FIELDS)


def test_the_page_states_the_bounds(page: str) -> None:
    numbers = [row[1].split(" ")[0].rstrip(";") for row in rows(page, "How much it may be")]

    bounds = (MAX_SOURCE, MAX_BRACKETS, MAX_DEPTH, MAX_STEPS, MAX_TEXT, MAX_ITEMS, MAX_DIGITS)
    assert numbers == [f"{bound:,}" for bound in bounds]


def test_the_examples_of_the_page_are_right(page: str) -> None:
    table = page.partition("| example | gives |\n|---|---|\n")[2].partition("\n\n")[0]
    examples = re.findall(r"^\| `(.*)` \| `(.*)` \|$", table, re.MULTILINE)

    assert len(examples) == len(table.splitlines())
    assert {source: repr(compile_expression(source).evaluate({})) for source, _ in examples} == (
        dict(examples)
    )
