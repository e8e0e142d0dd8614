"""Workers that are renewed under load hand everything on, and nothing is done twice."""

from __future__ import annotations

import signal
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

WORKERS = 2


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """A database of each kind."""
    return str(request.getfixturevalue(request.param))


def test_workers_that_are_renewed_by_sigterm(
    url: str, tmp_path: Path, make_engine: Callable[..., Engine], told: Told
) -> None:
    engine = make_engine(url)
    points = CHANCE.sample(range(50, CASES * office.STEPS * 3 // 4), SIZES.restarts)
    ended: list[int] = []

    with Crew(url, tmp_path, count=WORKERS) as workers:
        start_cases(engine, (f"{number}" for number in range(CASES)))
        for point in sorted(points):
            wait_for_calls(tmp_path, point)
            ended.extend(workers.renew())
        wait_until(lambda: open_cases(engine) == 0)
        ended.extend(workers.stop())

    counted = count(engine, url, tmp_path)
    kind = "PostgreSQL" if url.startswith("postgresql") else "SQLite"
    told("workers renewed by SIGTERM", kind, counted, workers=WORKERS, faults=len(ended))
    assert {*ended} <= {0, -signal.SIGTERM}  # the latter had not begun
    assert counted.again == 0
