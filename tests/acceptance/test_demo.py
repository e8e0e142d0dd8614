"""The demo: what it reads, and that a county can be played without a case getting stuck."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from examples.demo.county import County
from examples.demo.matters import Matter, read_matters
from examples.demo.report import Figures, count

from caseflow.testing import Caseflow

MATTERS = 70
DAYS = 60


@pytest.fixture(scope="module")
def matters(repository: Path) -> list[Matter]:
    return read_matters(repository / "examples" / "data")


@pytest.fixture(scope="module")
def played(repository: Path, matters: list[Matter]) -> Figures:
    first = matters[0].received_at
    flow = Caseflow(now=first)
    flow.deploy(repository / "processes")
    days: list[int] = []
    county = County(flow.engine, flow.clock, on_day=lambda: days.append(1))
    county.play(matters[:MATTERS], until=first + timedelta(days=DAYS))
    figures = count(flow.engine, at=flow.clock.now())
    flow.close()
    assert len(days) >= DAYS - 1
    return figures


def test_a_few_hundred_matters_come_in_from_both_kinds_of_file(matters: list[Matter]) -> None:
    by_process = {matter.process for matter in matters}

    assert len(matters) == 260
    assert by_process == {"summons_response", "dispute_mediation", "emergency_handling"}
    assert matters == sorted(matters, key=lambda one: (one.received_at, one.number))


def test_nothing_gets_stuck_while_the_staff_works(played: Figures) -> None:
    assert played.incidents == 0


def test_every_matter_is_a_case_of_its_process(played: Figures) -> None:
    cases = sum(played.ends.values())
    ended = {end for (_, state, end) in played.ends if state == "completed"}

    assert cases >= MATTERS  # one process can open a case of another
    assert {"resolved", "settled_performed"} <= ended


def test_limits_waits_and_escalations_are_counted(played: Figures) -> None:
    kept = played.limits["sign_in"]

    assert kept.on_time > kept.late
    assert sum(played.escalations.values()) > 0
    assert max(wait.span for wait in played.waits) > timedelta(days=1)


def test_a_line_that_is_no_matter_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text('{"number": "1"}\nnot json\n', encoding="utf-8")

    with pytest.raises(ValueError, match=r"broken\.jsonl:1: not a matter: KeyError"):
        read_matters(tmp_path)
