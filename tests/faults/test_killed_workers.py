"""Workers that are killed at any moment lose nothing and do nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults import office
from tests.faults.conftest import Told
from tests.faults.counting import CASES, count, open_cases, start_cases
from tests.faults.crew import CHANCE, Crew, wait_for_calls, wait_until
from tests.faults.sizes import SIZES

from caseflow.engine import Engine

pytestmark = pytest.mark.faults


def kill_at_random(workers: Crew, folder: Path, *, kills: int, calls: int) -> None:
    """Kill a worker that was at work, at random points of the way."""
    for point in sorted(CHANCE.sample(range(calls // 20, calls), kills)):
        wait_for_calls(folder, point)
        wait_until(lambda: workers.kill({process for _, process in office.ledger(folder)}))


@pytest.mark.parametrize("count_of_workers", [1, 2, 4])
@pytest.mark.postgres
def test_killed_workers_on_postgresql(
    postgres: str,
    tmp_path: Path,
    make_engine: Callable[..., Engine],
    told: Told,
    count_of_workers: int,
) -> None:
    engine = make_engine(postgres)

    with Crew(postgres, tmp_path, count=count_of_workers) as workers:
        start_cases(engine, (f"{number}" for number in range(CASES)))
        kill_at_random(workers, tmp_path, kills=SIZES.kills, calls=CASES * office.STEPS)
        wait_until(lambda: open_cases(engine) == 0)

    counted = count(engine, postgres, tmp_path)
    told("kill -9 of workers", "PostgreSQL", counted, workers=count_of_workers, faults=SIZES.kills)


def test_a_killed_worker_on_sqlite(
    sqlite: str, tmp_path: Path, make_engine: Callable[..., Engine], told: Told
) -> None:
    engine = make_engine(sqlite)

    with Crew(sqlite, tmp_path, count=1) as workers:
        start_cases(engine, (f"{number}" for number in range(CASES)))
        kill_at_random(workers, tmp_path, kills=SIZES.kills, calls=CASES * office.STEPS)
        wait_until(lambda: open_cases(engine) == 0)

    counted = count(engine, sqlite, tmp_path)
    told("kill -9 of the worker", "SQLite", counted, workers=1, faults=SIZES.kills)


@pytest.mark.postgres
def test_killed_workers_that_procrastinate_wakes(
    procrastinated: str, tmp_path: Path, make_engine: Callable[..., Engine], told: Told
) -> None:
    engine = make_engine(procrastinated, "procrastinate")

    with Crew(procrastinated, tmp_path, count=2, carrier="procrastinate") as workers:
        start_cases(engine, (f"{number}" for number in range(CASES)))
        kill_at_random(workers, tmp_path, kills=SIZES.kills // 2, calls=CASES * office.STEPS)
        wait_until(lambda: open_cases(engine) == 0)

    counted = count(engine, procrastinated, tmp_path)
    told("kill -9, Procrastinate", "PostgreSQL", counted, workers=2, faults=SIZES.kills // 2)
