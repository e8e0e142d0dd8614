"""The tables of the directory: units, roles, people."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Text

from caseflow.store.tables.shape import table

ORGANISATIONS = table(
    "organisations",
    Column("zone", String, nullable=False),
    Column("digest", String(64), nullable=False),
)
"""One a tenant; ``digest`` covers units and roles, so that what was read of them can be kept."""

TIERS = table(
    "tiers",
    Column("tier", String, primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("name", Text, nullable=False),
)
"""Levels of the organisation."""

UNITS = table(
    "units",
    Column("unit", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("tier", String, nullable=False),
    Column("parent", String, nullable=True),
)
"""The tree of units."""

ROLES = table(
    "roles",
    Column("role", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("tiers", Text, nullable=False),
    Column("rights", Text, nullable=False),
)
"""What people can be in units; the tiers and rights of a role are JSON."""

PEOPLE = table(
    "people",
    Column("person", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
)
"""Those who act."""

POSTS = table(
    "posts",
    Column("person", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("role", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("since", Date, nullable=True),
    Column("until", Date, nullable=True),
    Index("ix_caseflow_posts_role", "tenant", "role", "unit", "person"),
)
"""Roles that people hold in units, both days included."""

ABSENCES = table(
    "absences",
    Column("person", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("reason", Text, nullable=False),
)
"""Days on which people are away, both included."""

SUBSTITUTES = table(
    "substitutes",
    Column("person", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("substitute", String, nullable=False),
    Column("since", Date, nullable=True),
    Column("until", Date, nullable=True),
    Column("while_absent", Boolean, nullable=False),
    Column("roles", Text, nullable=False),
    Index("ix_caseflow_substitutes_substitute", "tenant", "substitute", "person"),
)
"""Who acts for whom; the roles it is narrowed to are JSON."""
