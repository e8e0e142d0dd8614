"""Opening a database by its URL, with what its kind needs."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from sqlalchemy import (
    URL,
    AsyncAdaptedQueuePool,
    Engine,
    Pool,
    QueuePool,
    StaticPool,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import ArgumentError, DisconnectionError, NoSuchModuleError
from sqlalchemy.pool import SingletonThreadPool

from caseflow.errors import StoreError, ValueRefused
from caseflow.store.failures import listen

WAIT = 30_000
"""Milliseconds that a writer waits for the one before it."""

_IDLE = 5.0
"""Seconds after which a connection is asked whether it still lives before it is used again."""

_ASYNC_DRIVERS = {"sqlite": "sqlite+aiosqlite", "sqlite+pysqlite": "sqlite+aiosqlite"}
"""What takes the place of a driver that cannot be awaited; psycopg can do both."""


class OnlyConnection(QueuePool):
    """The one connection of a database in memory; threads take turns."""


class OnlyAsyncConnection(AsyncAdaptedQueuePool):
    """The same for coroutines."""


def opened(url: str) -> Engine:
    """Open a database. Raises StoreError where the URL is none."""
    return _prepared(url, create_engine, OnlyConnection)


def opened_async(url: str) -> Engine:
    """Open a database for coroutines; the engine must be used by `awaited` alone.

    Raises StoreError where the URL is none.
    """
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - few hosts load it

    def create(url: URL, **options: Any) -> Engine:
        return create_async_engine(
            url.set(drivername=_ASYNC_DRIVERS.get(url.drivername, url.drivername)), **options
        ).sync_engine

    return _prepared(url, create, OnlyAsyncConnection)


def _prepared(url: str, create: Callable[..., Engine], only: type[Pool]) -> Engine:
    try:
        engine = create(make_url(url))
        if isinstance(engine.pool, SingletonThreadPool | StaticPool):  # it is in memory
            engine = create(
                make_url(url),
                poolclass=only,
                pool_size=1,
                max_overflow=0,
                connect_args={"check_same_thread": False},
            )
    except (ArgumentError, NoSuchModuleError) as failure:
        kind, has_kind, _ = url.partition("://")  # what follows may hold a password
        what = f"no database is of the kind {kind!r}" if has_kind else f"{url!r} is no database"
        raise StoreError(f"{what}: a URL looks like sqlite:///cases.db") from failure
    match engine.dialect.name:
        case "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "before_cursor_execute", _refuse_nul)
        case "postgresql":
            event.listen(engine, "connect", _prepare_postgresql)
            _ask_the_idle(engine)
        case _:
            pass
    listen(engine)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {WAIT:d}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _refuse_nul(
    _connection: object,
    _cursor: object,
    _statement: object,
    parameters: Any,
    _context: object,
    is_many: bool,  # noqa: FBT001 - SQLAlchemy gives it by its place
) -> None:
    """Refuse what PostgreSQL refuses, so that a host can move there."""
    for row in parameters if is_many else (parameters,):
        for value in row:
            if isinstance(value, str) and "\0" in value:
                raise ValueRefused("the database cannot keep this: a text with NUL in it")


def _prepare_postgresql(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {WAIT:d}")
    cursor.close()
    connection.commit()


def _ask_the_idle(engine: Engine) -> None:
    """Replace a connection that broke while nobody used it; one in use needs no question."""

    def rest(_connection: object, record: Any) -> None:
        record.info["idle_since"] = monotonic()

    def check(connection: Any, record: Any, _proxy: object) -> None:
        if monotonic() - record.info.get("idle_since", monotonic()) < _IDLE:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as failure:
            raise DisconnectionError("the connection broke while it was idle") from failure

    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", check)
