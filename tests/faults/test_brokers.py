"""Celery behind the job table: a broker, or a worker, that is killed loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests import rabbit
from tests.faults.conftest import Told
from tests.faults.counting import CASES, count, open_cases, start_cases
from tests.faults.crew import CELERY, CHANCE, Crew, wait_for_calls, wait_until
from tests.faults.sizes import SIZES

from caseflow.engine import Engine

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

WORKERS = 2


@pytest.fixture
def broker() -> Iterator[rabbit.Broker]:
    """A broker that may be killed."""
    if not rabbit.is_installed():
        pytest.skip("rabbitmq-server is not installed")
    with rabbit.running() as made:
        yield made


@pytest.mark.parametrize("fault", ["RabbitMQ killed", "kill -9 of the workers"])
def test_celery(  # noqa: PLR0913, PLR0917 - each is a fixture
    broker: rabbit.Broker,
    postgres: str,
    tmp_path: Path,
    make_engine: Callable[..., Engine],
    told: Told,
    fault: str,
) -> None:
    engine = make_engine(postgres)
    points = sorted(CHANCE.sample(range(50, SIZES.transitions * 3 // 4), SIZES.restarts))

    with (
        Crew(postgres, tmp_path, count=1, carrier=broker.url),
        Crew(postgres, tmp_path, count=WORKERS, carrier=broker.url, command=CELERY) as celery,
    ):
        start_cases(engine, (f"{number}" for number in range(CASES)))
        for point in points:
            wait_for_calls(tmp_path, point)
            if fault == "RabbitMQ killed":
                broker.kill()
                broker.start()
            else:
                wait_until(celery.kill)
        wait_until(lambda: open_cases(engine) == 0)

    counted = count(engine, postgres, tmp_path)
    told(f"{fault}, Celery", "PostgreSQL", counted, workers=WORKERS, faults=len(points))
