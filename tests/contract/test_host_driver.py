"""A host that talks to its database through a driver: its rows and the case stand together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from sqlalchemy import make_url
from tests.contract.diagrams import one_task

from caseflow.engine import Engine, HostDriver
from caseflow.errors import CommandRefused, StoreError
from caseflow.testing import BEGINNING, FakeClock

LETTER = "INSERT INTO letters VALUES (1)"


class Driver(Protocol):
    """What the tests need of a connection of either driver."""

    def execute(self, query: str) -> object: ...
    def commit(self) -> None: ...
    def rollback(self) -> None: ...
    def close(self) -> None: ...


class Host:
    """A host with one connection, and with the engine that it embeds."""

    def __init__(self, engine: Engine, connection: Driver, kind: str) -> None:
        self.engine = engine
        self.connection = connection
        self.driver = HostDriver(kind, lambda: connection)  # type: ignore[arg-type]  # one of two

    def begin(self) -> None:
        """Open a transaction, as Django does in `atomic`."""
        if isinstance(self.connection, sqlite3.Connection):
            self.connection.execute("BEGIN")

    @property
    def written(self) -> tuple[int, int]:
        """Count the letters and the cases, inside the transaction of the host if it has one."""
        counts = [
            next(iter(self.connection.execute(f"SELECT count(*) FROM {table}")))[0]  # type: ignore[call-overload]  # noqa: S608 - a cursor
            for table in ("letters", "caseflow_cases")
        ]
        return counts[0], counts[1]


def on_sqlite(folder: Path) -> tuple[str, Driver, str]:
    """A connection as Django opens it: the driver parses moments, SQL begins transactions."""
    sqlite3.register_converter("datetime", lambda data: datetime.fromisoformat(data.decode()))
    types = sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES
    file = folder / "host.db"
    return (
        f"sqlite:///{file}",
        sqlite3.connect(file, isolation_level=None, detect_types=types),
        "sqlite",
    )


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Host]:
    if request.param == "sqlite":
        url, connection, kind = on_sqlite(tmp_path)
    else:
        url, kind = str(request.getfixturevalue("postgres_url")), "postgresql"
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(plain, cursor_factory=psycopg.ClientCursor)
    with Engine(url, clock=FakeClock(BEGINNING)) as engine:
        engine.deploy({"request.bpmn": one_task()})
        connection.execute("CREATE TABLE letters (number INTEGER PRIMARY KEY)")
        connection.commit()
        yield Host(engine, connection, kind)
    connection.close()


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_rows_of_the_host_and_the_case_are_kept_or_given_up_together(
    host: Host, *, is_kept: bool
) -> None:
    host.begin()
    host.connection.execute(LETTER)
    with (
        host.driver.transaction() as connection,
        host.engine.begin(connection, actor="li") as work,
    ):
        case = work.start("request", business_key="7")
        task = work.tasks(case=case).one()
        work.complete(task)
    inside = host.written
    (host.connection.commit if is_kept else host.connection.rollback)()

    assert (inside, host.written) == ((1, 1), (1, 1) if is_kept else (0, 0))
    assert task.created_at == BEGINNING
    host.connection.rollback()


def test_what_the_host_reads_back_is_what_its_engine_wrote(host: Host) -> None:
    host.begin()
    with (
        host.driver.transaction() as connection,
        host.engine.begin(connection, actor="li") as work,
    ):
        inside = work.start("request", business_key="民")
    host.connection.commit()

    with host.engine.read() as work:
        assert work.case(inside.id) == inside
        work.verify(inside.id)


def test_a_command_that_is_refused_leaves_the_transaction_of_the_host_usable(host: Host) -> None:
    host.begin()
    with (
        host.driver.transaction() as connection,
        host.engine.begin(connection, actor="li") as work,
    ):
        case = work.start("request")
        with pytest.raises(CommandRefused, match="nothing_of_the_kind"):
            work.start("nothing_of_the_kind")
    host.connection.execute(LETTER)
    with host.driver.transaction() as connection, host.engine.begin(connection) as work:
        work.cancel(case, reason="a test")
    host.connection.commit()

    assert host.written == (1, 1)
    host.connection.rollback()


def test_a_savepoint_of_the_host_takes_the_case_back(host: Host) -> None:
    host.begin()
    host.connection.execute(LETTER)
    host.connection.execute("SAVEPOINT of_the_host")
    with host.driver.transaction() as connection, host.engine.begin(connection) as work:
        work.start("request")
    host.connection.execute("ROLLBACK TO SAVEPOINT of_the_host")
    host.connection.commit()

    assert host.written == (1, 0)
    host.connection.rollback()


def test_a_host_without_a_transaction_is_refused(tmp_path: Path) -> None:
    _, connection, _ = on_sqlite(tmp_path)
    driver = HostDriver("sqlite", lambda: connection)

    with pytest.raises(StoreError, match="no transaction open"), driver.transaction():
        pass

    connection.close()


@pytest.mark.postgres
def test_a_connection_in_autocommit_is_refused(postgres_url: str) -> None:
    plain = make_url(postgres_url).set(drivername="postgresql")
    connection = psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)
    driver = HostDriver("postgresql", lambda: connection)

    with pytest.raises(StoreError, match="no transaction open"), driver.transaction():
        pass

    connection.close()


def test_another_driver_is_refused(tmp_path: Path) -> None:
    _, connection, _ = on_sqlite(tmp_path)

    with (
        pytest.raises(StoreError, match=r"no connection of psycopg 3, but .*sqlite3"),
        HostDriver("postgresql", lambda: connection).transaction(),
    ):
        pass
    with pytest.raises(StoreError, match="of the kind sqlite or postgresql, not 'mysql'"):
        HostDriver("mysql", lambda: connection)  # type: ignore[arg-type]  # that is the point

    connection.close()
