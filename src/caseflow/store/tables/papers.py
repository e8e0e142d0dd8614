"""The tables of documents: what was issued, under which number, and what it says."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Text

from caseflow.store.tables.shape import Moment, case_column, table

PAPER_NUMBERS = table(
    "paper_numbers",
    Column("series", String, primary_key=True),
    Column("unit", String, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)
"""The last number of each series, unit and year. Whoever takes the next one holds the row
until their transaction ends, so that there are no gaps; rolled back, the number is free again."""

PAPERS = table(
    "papers",
    case_column(),
    Column("paper_id", String(36), primary_key=True),
    Column("form", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("series", String, nullable=True),
    Column("unit", String, nullable=True),
    Column("year", Integer, nullable=True),
    Column("serial", Integer, nullable=True),
    Column("media_type", String, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("template", String(64), nullable=False),
    Column("reference", Text, nullable=True),
    Column("issued_at", Moment, nullable=False),
    Column("issued_by", Text, nullable=False),
    Column("withdrawn_at", Moment, nullable=True),
    Column("reason", Text, nullable=False),
    Index("ix_caseflow_papers_serial", "tenant", "series", "unit", "year", "serial", unique=True),
)
"""Documents that were issued in cases. ``reference`` says where the bytes are, and is empty
when they were erased; ``digest`` is their SHA-256 for good."""

PAPER_CONTENTS = table(
    "paper_contents",
    Column("digest", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
"""The bytes of documents by their SHA-256, unless the host keeps them elsewhere."""
