"""The demo: what it reads, and that a county can be played without a case getting stuck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from examples.data.make_matters import main as make_matters
from examples.demo.calendar import appointments
from examples.demo.county import County
from examples.demo.matters import Matter, read_matters
from examples.demo.report import Figures, count
from examples.demo.tables import GROUPS, LONGER
from examples.demo.trail import Trail, follow, longest_number

from caseflow.testing import Caseflow

EVERY = 16
DAYS = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a county."""

    figures: Figures
    trail: Trail
    days: int


@pytest.fixture(scope="module")
def matters(repository: Path) -> list[Matter]:
    return read_matters(repository / "examples" / "data")


def play(matters: list[Matter], processes: Path, *, days: int) -> Played:
    first = matters[0].received_at.replace(hour=0, minute=0, second=0)
    flow = Caseflow(now=first)
    flow.deploy(processes)
    passed: list[int] = []
    county = County(flow.engine, flow.clock, on_day=lambda: passed.append(1))
    plan = appointments(first, days=days)
    county.play(matters, plan, until=first + timedelta(days=days))
    figures = count(flow.engine, at=flow.clock.now())
    with flow.engine.read() as work:
        trail = follow(work, longest_number(work))
    flow.close()
    return Played(figures=figures, trail=trail, days=len(passed))


@pytest.fixture(scope="module")
def played(repository: Path, matters: list[Matter]) -> Played:
    """Play some matters of every kind for half of the time."""
    early = [one for one in matters if one.received_at < matters[0].received_at + timedelta(20)]
    kinds: dict[object, list[Matter]] = {}
    for one in early:
        kinds.setdefault((one.process, one.facts["category"]), []).append(one)
    chosen = [one for kind in kinds.values() for one in kind[: max(1, len(kind) // EVERY)]]
    return play([matters[0], *chosen], repository / "processes", days=DAYS)


def test_one_stream_comes_in_from_both_kinds_of_file(matters: list[Matter]) -> None:
    by_process = {matter.process for matter in matters}

    assert len(matters) == 350
    assert by_process == {"grid_matter", "hotline_ticket", "home_visit", "deliberation"}
    assert matters == sorted(matters, key=lambda one: (one.received_at, one.number))


def test_nothing_gets_stuck_while_the_staff_works(played: Played) -> None:
    assert played.figures.incidents == 0
    assert played.days >= DAYS - 1


def test_matters_are_routed_to_other_processes_under_their_number(played: Played) -> None:
    processes = [step.process for step in played.trail.steps]

    assert processes[0] == "grid_matter"
    assert {"emergency_handling", "summons_response"} <= set(processes)
    assert [step.origin for step in played.trail.steps[:1]] == ["came in 来件"]
    assert "emergency_reported ← grid_matter" in [step.origin for step in played.trail.steps]
    assert all(step.story for step in played.trail.steps)


def test_limits_waits_and_escalations_are_counted(played: Played) -> None:
    figures = played.figures
    kept = figures.limits["capture"]

    assert kept.on_time > kept.late
    assert sum(figures.escalations.values()) > 0
    assert max(wait.span for wait in figures.waits) > timedelta(days=1)


def test_every_process_stands_in_a_group_of_the_table(played: Played) -> None:
    grouped = [process for processes in GROUPS.values() for process in processes]

    assert sorted(grouped) == sorted(played.figures.courses)


@pytest.mark.long
def test_every_group_of_processes_has_a_case_that_came_to_its_end(
    repository: Path, matters: list[Matter]
) -> None:
    figures = play(matters, repository / "processes", days=90).figures

    unfinished = {
        process
        for process, course in figures.courses.items()
        if course.opened == 0 or (not course.ends and process not in LONGER)
    }
    ended = {group for group, all_ in GROUPS.items() if any(figures.courses[p].ends for p in all_)}
    assert figures.incidents == 0
    assert ended == set(GROUPS)
    assert unfinished == set()


def test_the_matters_are_made_the_same_each_time(repository: Path, tmp_path: Path) -> None:
    make_matters(tmp_path)

    for name in ("matters.csv", "matters.jsonl"):
        kept = (repository / "examples" / "data" / name).read_bytes()
        assert (tmp_path / name).read_bytes() == kept


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("broken.jsonl", '{"number": "1"}\n', r"broken\.jsonl:1: not a matter: KeyError"),
        ("broken.jsonl", "not json\n", r"broken\.jsonl:1: not JSON"),
        ("broken.csv", "number,received_at\n1,2026-03-02\n", r"broken\.csv:2: not a matter"),
    ],
)
def test_a_line_that_is_no_matter_is_named(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match=told):
        read_matters(tmp_path)
