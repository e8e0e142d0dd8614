"""The database: opening it, bringing its tables up to date, and its transactions."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.pool import SingletonThreadPool

from caseflow.errors import StoreError, ValueRefused
from caseflow.store.tables import REVISION, VERSION_TABLE

BUSY_TIMEOUT = 30_000
"""Milliseconds that a writer of a SQLite database waits for the one before it."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATING = threading.Lock()  # Alembic keeps the migration at work in module globals


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """The innermost transaction on a database that the running thread or coroutine has open."""

    connection: Connection
    is_writing: bool


_OPEN: ContextVar[Mapping[Database, _Open]] = ContextVar("open", default=MappingProxyType({}))


class Database:
    """One database that holds the tables of caseflow, perhaps beside those of the host."""

    def __init__(self, target: DatabaseTarget) -> None:
        """Open a database by URL, or use the host's SQLAlchemy engine as it is.

        Raises:
            StoreError: the URL is none.
        """
        self._owns = isinstance(target, str)
        self._engine = _open(target) if isinstance(target, str) else target
        self._is_closed = False

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction that is committed at the end, or rolled back by an error.

        Raises:
            StoreError: this thread has one open already, for which it would wait in vain.
        """
        self._check_open()
        around = _OPEN.get().get(self)
        is_alone = isinstance(self._engine.pool, _OnlyConnection)
        if around is not None and (around.is_writing or is_alone):
            raise StoreError(
                "a unit of work is open in this thread already: end it before the next, or do "
                "both things in one"
            )
        with self._engine.begin() as connection:
            begin_writing(connection)
            with self._opened(_Open(connection=connection, is_writing=True)):
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only looks: it blocks no writer, and none blocks it.

        It sees the database as it was when it first looked; inside a transaction of the
        same thread it sees what that has done so far.
        """
        self._check_open()
        around = _OPEN.get().get(self)
        if around is not None:
            yield around.connection
            return
        with self._engine.connect() as connection:
            if _awaits_begin(connection):
                connection.exec_driver_sql("BEGIN")
            with self._opened(_Open(connection=connection, is_writing=False)):
                yield connection

    @contextmanager
    def _opened(self, transaction: _Open) -> Iterator[None]:
        token = _OPEN.set({**_OPEN.get(), self: transaction})
        try:
            yield
        finally:
            _OPEN.reset(token)

    def _check_open(self) -> None:
        if self._is_closed:
            raise StoreError("the engine is closed")

    def upgrade(self) -> None:
        """Create the tables, or bring those of an older release up to date.

        Raises:
            StoreError: the tables are those of a newer release.
        """
        with self.read() as connection:
            is_current = revision(connection) == REVISION
        if not is_current:
            with self.begin() as connection:
                migrate(connection)

    def close(self) -> None:
        """Close the connections, unless they are the host's."""
        self._is_closed = True
        if self._owns:
            self._engine.dispose()


def connection_of(host: HostTransaction) -> Connection:
    """Return the connection of the transaction that the host handed in."""
    return host if isinstance(host, Connection) else host.connection()


def begin_writing(connection: Connection) -> None:
    """Make sure that the transaction has begun in the database, and may write.

    SQLite's driver by itself begins with the first change, so that what was read before
    it may have changed since, and a savepoint without a transaction around it commits.
    """
    if _awaits_begin(connection):
        # A reader that turns into a writer half way can fail; a writer from the start waits.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _awaits_begin(connection: Connection) -> bool:
    if connection.dialect.name != "sqlite":
        return False
    return getattr(connection.connection.dbapi_connection, "in_transaction", True) is False


def revision(connection: Connection) -> str | None:
    """Return which revision the tables are of, or None where there are none."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def migrate(connection: Connection) -> None:
    """Bring the tables up to date inside the transaction of a connection.

    Raises:
        StoreError: the tables are those of a newer release.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    with _MIGRATING:
        try:
            command.upgrade(config, "head")
        except CommandError as failure:
            raise StoreError(
                f"the tables are of revision {revision(connection)}, this release knows up to "
                f"{REVISION}: use the release that made them, or a newer one"
            ) from failure


class _OnlyConnection(QueuePool):
    """The one connection of a database in memory; threads take turns."""


def _open(url: str) -> Engine:
    try:
        engine = create_engine(url)
    except ArgumentError as failure:
        kind, has_kind, _ = url.partition("://")  # what follows may hold a password
        what = f"no database is of the kind {kind!r}" if has_kind else f"{url!r} is no database"
        raise StoreError(f"{what}: a URL looks like sqlite:///cases.db") from failure
    if isinstance(engine.pool, SingletonThreadPool):  # which gives each thread its own database
        engine = create_engine(
            url,
            poolclass=_OnlyConnection,
            pool_size=1,
            max_overflow=0,
            connect_args={"check_same_thread": False},
        )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "handle_error", _translate)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT:d}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _translate(context: ExceptionContext) -> None:
    """Say in caseflow's words what went wrong in the database or on the way to it."""
    failure = context.sqlalchemy_exception
    if isinstance(context.original_exception, UnicodeEncodeError | OverflowError):
        raise ValueRefused(f"the database cannot keep this: {context.original_exception}")
    if isinstance(failure, DBAPIError) and not isinstance(failure, IntegrityError):
        raise StoreError(f"the database refused: {context.original_exception}") from failure
