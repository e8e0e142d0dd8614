"""The databases under fault, and the table of what was survived."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from procrastinate import SyncPsycopgConnector
from procrastinate.schema import SchemaManager
from sqlalchemy import create_engine
from tests.faults import office
from tests.faults.counting import Count
from tests.faults.results import ROWS, Row, table
from tests.postgres import NoServerError, PostgresServer

from caseflow.engine import Engine

Told = Callable[..., None]


@pytest.fixture(scope="session")
def running_server() -> Iterator[PostgresServer]:
    """A server that waits for the disk at each commit, as a real one does."""
    try:
        server = PostgresServer(is_safe=True)
    except NoServerError as failure:
        pytest.skip(f"no PostgreSQL server: {failure}")
    with server:
        yield server


@pytest.fixture
def postgres(running_server: PostgresServer) -> str:
    """An empty PostgreSQL database."""
    return running_server.create(f"faults{time.monotonic_ns()}")


@pytest.fixture
def procrastinated(postgres: str) -> str:
    """A PostgreSQL database with the schema of Procrastinate."""
    schema = SchemaManager(connector=SyncPsycopgConnector()).get_schema()
    engine = create_engine(postgres)
    with engine.begin() as connection:
        connection.connection.cursor().execute(schema)
    engine.dispose()
    return postgres


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """An empty SQLite file."""
    return f"sqlite:///{tmp_path / 'cases.db'}"


@pytest.fixture
def make_engine() -> Iterator[Callable[[str], Engine]]:
    """Make engines with the diagrams of the tests, which are closed at the end."""
    made: list[Engine] = []

    def make(url: str, carrier: str = "") -> Engine:
        engine = Engine(url, dispatcher=office.carrier(url, carrier))
        made.append(engine)
        engine.deploy(office.DIAGRAMS)
        return engine

    yield make
    for engine in made:
        engine.close()


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """Put what came of a fault into the table, and fail where something is wrong."""
    began = time.monotonic()

    def tell(fault: str, database: str, counted: Count, *, workers: int, faults: int) -> None:
        row = Row(
            fault=fault,
            database=database,
            workers=workers,
            transitions=counted.transitions,
            faults=faults,
            lost=counted.lost,
            doubled=counted.doubled,
            left=counted.left,
            again=counted.again,
            seconds=time.monotonic() - began,
        )
        ROWS.append(row)
        with capsys.disabled():  # now: a full run takes hours
            print(f"\n{table([row])}")  # noqa: T201
        assert counted.is_whole, counted

    return tell


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    if ROWS:
        terminalreporter.section("faults")
        terminalreporter.write_line(table(ROWS))
