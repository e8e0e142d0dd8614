"""How SQLAlchemy treats the connection of a host that has none of SQLAlchemy's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite import DATETIME
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


class _ParsedMoment(DATETIME):
    """Moments that the host lets its driver parse, as Django does, or that are text as usual."""

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], datetime | None]:
        parse: Any = super().result_processor(dialect, coltype)
        return lambda value: value if isinstance(value, datetime) else parse(value)


class _Borrowed:
    """What a dialect leaves alone on a connection that is not its own."""

    def on_connect(self) -> None:
        """Set nothing up."""

    def do_commit(self, dbapi_connection: object) -> None:
        """Leave it to the host."""

    def do_rollback(self, dbapi_connection: object) -> None:
        """Leave it to the host."""

    def do_close(self, dbapi_connection: object) -> None:
        """Leave it open."""

    def do_terminate(self, dbapi_connection: object) -> None:
        """Leave it open."""


class BorrowedSqlite(_Borrowed, SQLiteDialect_pysqlite):  # type: ignore[misc]  # sets up nothing
    """SQLite on a connection of the host."""

    driver = "borrowed"
    supports_statement_cache = True
    colspecs = {**SQLiteDialect_pysqlite.colspecs, DateTime: _ParsedMoment}  # noqa: RUF012 - as SQLAlchemy has it


class BorrowedPostgresql(_Borrowed, PGDialect_psycopg):
    """PostgreSQL on a connection of the host."""

    driver = "borrowed"
    supports_statement_cache = True
