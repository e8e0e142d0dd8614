"""The table of how cases belong together."""

from __future__ import annotations

from sqlalchemy import Column, String, Text

from caseflow.store.tables.shape import Moment, case_column, table

RELATIONS = table(
    "relations",
    case_column(),
    Column("relation", String(16), primary_key=True),
    Column("other_case", String(36), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""What each case is to others; every relation stands at both of its cases."""
