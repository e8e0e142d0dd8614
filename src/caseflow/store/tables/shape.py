"""What all tables are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, String, Table, TypeDecorator
from sqlalchemy.engine import Dialect


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on every database."""

    impl = DateTime  # type: ignore[mutable-override]  # as SQLAlchemy documents it
    cache_ok = True  # type: ignore[mutable-override]  # as SQLAlchemy documents it

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Store the moment as UTC without a zone, which every database can order."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
PREFIX = "caseflow_"
VERSION_TABLE = PREFIX + "schema"
REVISION = "0007"
"""The newest migration: of which revision the tables are."""


def table(name: str, *columns: Column[Any] | Index) -> Table:
    """Add a table whose key begins with the tenant."""
    tenant: Column[str] = Column("tenant", String(64), primary_key=True)
    return Table(PREFIX + name, METADATA, tenant, *columns)


def case_column() -> Column[str]:
    """Return the second part of the key of whatever belongs to a case."""
    return Column("case_id", String(36), primary_key=True)


def number_column() -> Column[int]:
    """Return the third: the number that the case gave it."""
    return Column("number", Integer, primary_key=True, autoincrement=False)
