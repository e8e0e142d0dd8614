"""The reference page of decisions says what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from caseflow.decisions import Aggregation, HitPolicy, Kind
from caseflow.expressions import FEEL_FUNCTIONS


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "reference" / "decisions.md").read_text(encoding="utf-8")


def test_every_function_has_its_row(page: str) -> None:
    table = page.partition("### Functions")[2].partition("##")[0]
    rows = re.findall(r"^\| `([a-z ]+\(.*?\))` \| (.*) \|$", table, re.MULTILINE)

    assert rows == [(one.signature, one.summary) for one in FEEL_FUNCTIONS.values()]


def test_hit_policies_aggregations_and_types_are_named(page: str) -> None:
    words = {*HitPolicy, *Aggregation}
    one_line = " ".join(page.split())

    assert {word for word in words if f"`{word}`" not in page} == set()
    assert {kind for kind in Kind if f"`{kind}`" not in one_line} == set()


def test_every_rule_of_a_finding_is_named(page: str, repository: Path) -> None:
    sources = [
        *(repository / "src" / "caseflow" / "decisions").glob("*.py"),
        *(repository / "src" / "caseflow" / "bpmn" / "dmn").glob("*.py"),
    ]
    rules = {
        rule
        for source in sources
        for rule in re.findall(r'"(decision-[a-z-]+)"', source.read_text(encoding="utf-8"))
    }

    assert {rule for rule in rules if f"`{rule}`" not in page} == set()
