"""Bringing the tables of a database up to date."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.util import await_only

from caseflow.errors import StoreError
from caseflow.store.tables import REVISION, VERSION_TABLE

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATING = threading.Lock()  # Alembic keeps the migration at work in module globals
_PAUSE = 0.01  # seconds between two looks whether another migration of this process is over
_LOCK = 0x_63_61_73_65  # the number of the lock that keeps two hosts from migrating at once


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
    is_postgresql = connection.dialect.name == "postgresql"
    with _alone(is_coroutine=connection.dialect.is_async):
        if is_postgresql:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK:d})"))
        try:
            command.upgrade(config, "head")
        except CommandError as failure:
            raise StoreError(
                f"the tables are of revision {revision(connection)}, this release knows up to "
                f"{REVISION}: use the release that made them, or a newer one"
            ) from failure
        if is_postgresql:
            _compare_keys_by_bytes(connection)


@contextmanager
def _alone(*, is_coroutine: bool) -> Iterator[None]:
    """Keep other threads out; a coroutine must not stop the thread that it shares with others."""
    while not _MIGRATING.acquire(blocking=False):
        if is_coroutine:
            await_only(asyncio.sleep(_PAUSE))
        else:
            sleep(_PAUSE)
    try:
        yield
    finally:
        _MIGRATING.release()


def _compare_keys_by_bytes(connection: Connection) -> None:
    """Let keys have the same order on every database, whatever language the server speaks.

    So pages are the same as on SQLite, and an update of the server's operating system, which
    may change the order of its language, leaves the indexes whole.
    """
    found: dict[str, list[str]] = {}
    for row in connection.execute(_OF_THE_LANGUAGE):
        found.setdefault(row.table_name, []).append(
            f'ALTER COLUMN "{row.column_name}" TYPE {row.type} COLLATE "C"'
        )
    for table, changes in found.items():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" {", ".join(changes)}')


_OF_THE_LANGUAGE = text(
    """
    SELECT c.relname AS table_name, a.attname AS column_name,
           format_type(a.atttypid, a.atttypmod) AS type
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attnum > 0
    JOIN pg_collation l ON l.oid = a.attcollation AND l.collname = 'default'
    WHERE c.relkind IN ('r', 'p') AND c.relname LIKE 'caseflow\\_%'
      AND c.relnamespace = CAST(current_schema() AS regnamespace)
      AND a.atttypid = CAST('varchar' AS regtype)
    ORDER BY c.relname, a.attnum
    """
)
