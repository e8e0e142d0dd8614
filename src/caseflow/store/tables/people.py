"""The tables of what people add to cases."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Text

from caseflow.store.tables.shape import Moment, case_column, table

PARTIES = table(
    "parties",
    case_column(),
    Column("person", String, primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False),
    Column("message", Text, nullable=False),
    Column("read_at", Moment, nullable=True),
    Index("ix_caseflow_parties_person", "tenant", "person", "kind", "case_id"),
)
"""Who may look at a case: they were sent a ``copy``, or ``did`` something in it."""

COMMENTS = table(
    "comments",
    case_column(),
    Column("comment_id", String(36), primary_key=True),
    Column("task", Integer, nullable=True),
    Column("author", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("visibility", String(8), nullable=False),
    Column("audience", Text, nullable=False),
    Column("text", Text, nullable=False),
)
"""What people say about a case; ``audience`` names the unit or the people who may read it."""

FILES = table(
    "files",
    case_column(),
    Column("file_id", String(36), primary_key=True),
    Column("task", Integer, nullable=True),
    Column("author", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("reference", Text, nullable=False),
)
"""Files of a case: ``reference`` tells the host where the bytes lie, which have this SHA-256."""
