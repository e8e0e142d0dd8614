"""Everything at once on PostgreSQL: no deadlock, no error that is not somebody's to expect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.faults.conftest import Told
from tests.faults.counting import Count, all_cases, left_over, problems_of, steps_of
from tests.faults.crew import CHANCE, PATIENCE, Crew, wait_until
from tests.faults.people import Town
from tests.faults.sizes import SIZES

from caseflow.engine import Engine

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

WORKERS = 2


def deadlocks(url: str) -> int:
    """Return how many deadlocks the server had to break up in a database."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        ).scalar_one()
    engine.dispose()
    return int(found)


def counted(engine: Engine, url: str) -> Count:
    transitions = doubled = 0
    with engine.read() as work:
        problems: list[str] = []
        for case in all_cases(work):
            problems.extend(problems_of(work, case))
            steps = list(steps_of(work, case))
            transitions += len(work.history(case))
            doubled += len(steps) - len(set(steps))
    return Count(
        transitions=transitions,
        lost=0,
        doubled=doubled,
        left=left_over(url),
        again=0,
        problems=problems,
    )


def test_everything_at_once(
    postgres: str, tmp_path: Path, make_engine: Callable[..., Engine], told: Told
) -> None:
    engine = make_engine(postgres)
    town = Town(engine=engine, seed=CHANCE.randrange(1_000_000))

    with Crew(postgres, tmp_path, count=WORKERS) as workers:
        town.work(seconds=SIZES.load)
        town.finish(within=PATIENCE)
        wait_until(lambda: engine.examine().is_sound and left_over(postgres) == 0)
        ended = workers.stop()

    checkup = engine.examine()
    told(
        f"everything at once, {SIZES.load:g} s, {town.done.total()} commands, "
        f"{town.retryable.total()} told to try again, {deadlocks(postgres)} deadlocks",
        "PostgreSQL",
        counted(engine, postgres),
        workers=WORKERS,
        faults=0,
    )
    assert town.broken == []
    assert deadlocks(postgres) == 0
    assert checkup.is_sound
    assert ended == [0] * WORKERS
    assert all(town.done[act] for act in (
        "open_case", "do_task", "send", "broadcast", "merge_or_split", "link", "deploy", "look",
    )), town.done  # fmt: skip
