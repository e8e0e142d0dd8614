"""The database: opening it, bringing its tables up to date, and its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeAlias, runtime_checkable

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event

BUSY_TIMEOUT = 30_000
"""Milliseconds that a writer of a SQLite file waits for the one before it."""


@runtime_checkable
class SessionLike(Protocol):
    """What caseflow needs of the host's SQLAlchemy session."""

    def connection(self) -> Connection:
        """Return the connection of the session's transaction."""
        ...


HostConnection: TypeAlias = Connection
"""A connection inside a transaction."""

DatabaseTarget: TypeAlias = str | Engine
"""A database URL, or the host's own SQLAlchemy engine."""

HostTransaction: TypeAlias = Connection | SessionLike
"""A connection or session of the host, inside a transaction that the host ends."""


class Database:
    """One database that holds the tables of caseflow, perhaps beside those of the host."""

    def __init__(self, target: DatabaseTarget) -> None:
        """Open a database by URL, or use the host's SQLAlchemy engine as it is."""
        self._owns = isinstance(target, str)
        self._engine = _open(target) if isinstance(target, str) else target

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction that is committed at the end, or rolled back by an error."""
        with self._engine.begin() as connection:
            yield connection

    def upgrade(self) -> None:
        """Create the tables, or bring those of an older release up to date."""
        with self._engine.begin() as connection:
            migrate(connection)

    def close(self) -> None:
        """Close the connections, unless they are the host's."""
        if self._owns:
            self._engine.dispose()


def connection_of(host: HostTransaction) -> Connection:
    """Return the connection of the transaction that the host handed in."""
    return host.connection() if isinstance(host, SessionLike) else host


def migrate(connection: Connection) -> None:
    """Bring the tables up to date inside the transaction of a connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _open(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT:d}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns into a writer half way can fail; a writer from the start only waits.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
