"""PostgreSQL that is killed, restarted or cut off under load loses nothing that was committed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.faults import office
from tests.faults.conftest import Told
from tests.faults.counting import CASES, count, open_cases, start_cases
from tests.faults.crew import CHANCE, Crew, wait_for_calls, wait_until
from tests.faults.sizes import SIZES
from tests.postgres import NoServerError, PostgresServer

from caseflow.engine import CaseFilter, Engine
from caseflow.errors import ConnectionLost, OutcomeUnknown, TryAgain

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

STARTERS = 2
SMART = 15  # seconds; workers and people would keep it up for as long as they live
Disturbed = Callable[[PostgresServer, str], None]


def kill(server: PostgresServer, url: str) -> None:
    del url
    server.kill()
    server.start()


def stop_at_once(server: PostgresServer, url: str) -> None:
    del url
    server.restart(mode="immediate")


def stop_fast(server: PostgresServer, url: str) -> None:
    del url
    server.restart(mode="fast")


def cut(server: PostgresServer, url: str) -> None:
    del url
    engine = create_engine(server.url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        )
    engine.dispose()


FAULTS = {
    "PostgreSQL killed": kill,
    "PostgreSQL stopped immediately": stop_at_once,
    "PostgreSQL restarted": stop_fast,
    "all connections cut": cut,
}


def start_one(engine: Engine, key: str) -> None:
    """Start a case exactly once, whatever becomes of the connection meanwhile."""
    while True:
        try:
            with engine.begin() as work:
                if not work.cases(CaseFilter(business_key=key)).items:
                    work.start("count", business_key=key, variables={"total": 0})
        except (TryAgain, OutcomeUnknown):  # the next round looks first whether it happened
            threading.Event().wait(0.1)
        else:
            return


@contextmanager
def people(engine: Engine) -> Iterator[None]:
    """Let people start cases from several threads, slowly enough to be disturbed."""

    def begin(which: int) -> None:
        for number in range(which, CASES, STARTERS):
            start_one(engine, f"{number}")
            threading.Event().wait(0.05)

    starters = [threading.Thread(target=begin, args=(which,)) for which in range(STARTERS)]
    for one in starters:
        one.start()
    yield
    for one in starters:
        one.join()


@pytest.mark.parametrize("carrier", ["", "procrastinate"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_database_that_goes_away_under_load(  # noqa: PLR0913, PLR0917 - each is a fixture
    running_server: PostgresServer,
    procrastinated: str,
    tmp_path: Path,
    make_engine: Callable[..., Engine],
    told: Told,
    fault: str,
    carrier: str,
) -> None:
    engine = make_engine(procrastinated, carrier)
    points = CHANCE.sample(range(50, CASES * office.STEPS * 3 // 4), SIZES.restarts)

    with Crew(procrastinated, tmp_path, count=2, carrier=carrier):
        with people(engine):
            for point in sorted(points):
                wait_for_calls(tmp_path, point)
                FAULTS[fault](running_server, procrastinated)
        wait_until(lambda: open_cases(engine) == 0)

    counted = count(engine, procrastinated, tmp_path)
    name = f"{fault}, {carrier.title()}" if carrier else fault
    told(name, "PostgreSQL", counted, workers=2, faults=SIZES.restarts)


def test_a_server_that_is_down_is_worth_another_try(
    running_server: PostgresServer, postgres: str, make_engine: Callable[..., Engine]
) -> None:
    engine = make_engine(postgres)

    running_server.stop()
    try:
        with pytest.raises(ConnectionLost), engine.begin() as work:
            work.start("count", variables={"total": 0})
    finally:
        running_server.start()

    with engine.begin() as work:
        work.start("count", variables={"total": 0})


@pytest.mark.parametrize("carrier", ["", "procrastinate"])
def test_a_smart_stop_waits_for_workers_for_ever_and_a_fast_one_does_not(
    running_server: PostgresServer,
    procrastinated: str,
    tmp_path: Path,
    make_engine: Callable[..., Engine],
    carrier: str,
) -> None:
    engine = make_engine(procrastinated, carrier)

    with Crew(procrastinated, tmp_path, count=1, carrier=carrier):
        start_cases(engine, ["1", "2"])
        wait_for_calls(tmp_path, 2 * office.STEPS)
        with pytest.raises(NoServerError, match="server does not shut down"):
            running_server.stop(mode="smart", timeout=SMART)
        began = time.monotonic()
        running_server.stop(mode="fast")
        seconds = time.monotonic() - began
        running_server.start()
        wait_until(lambda: open_cases(engine) == 0)

    assert seconds < SMART, "a fast stop cuts the connections of workers off"
