"""The diagrams of ../shared/semantics: each is read, or refused for the reason it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from caseflow.bpmn import examine_diagrams, read_diagram
from caseflow.errors import DiagramRefused

FOLDER = Path(__file__).parents[5] / "shared" / "semantics"
NAMES = sorted(path.name for path in FOLDER.glob("*.bpmn")) or ["(none)"]
TOLD = {
    "03b_compensate_throw_dropped.bpmn": ["nothing-to-compensate", "nothing-to-compensate"],
    "16e_cron.bpmn": ["bad-time-value"],
    "29_call_activity_missing.bpmn": ["unknown-called-process"],
}


@pytest.mark.parametrize("name", NAMES)
def test_a_diagram_is_read_or_refused_for_its_reason(name: str) -> None:
    if not FOLDER.is_dir():
        pytest.skip("the diagrams of ../shared/semantics are not on this machine")

    (reading,) = examine_diagrams({name: (FOLDER / name).read_bytes()})

    assert [finding.rule for finding in reading.findings] == TOLD.get(name, [])


@pytest.mark.parametrize("name", NAMES)
def test_reading_twice_gives_the_same(name: str) -> None:
    if not FOLDER.is_dir():
        pytest.skip("the diagrams of ../shared/semantics are not on this machine")
    data = (FOLDER / name).read_bytes()

    def outcome() -> object:
        try:
            return read_diagram(data, file=name)
        except DiagramRefused as refused:
            return refused.findings

    assert outcome() == outcome()
