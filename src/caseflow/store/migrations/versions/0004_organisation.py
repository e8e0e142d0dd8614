"""The organisation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "caseflow_organisations",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_caseflow_organisations")),
    )
    op.create_table(
        "caseflow_tiers",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "tier", name=op.f("pk_caseflow_tiers")),
    )
    op.create_table(
        "caseflow_units",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "unit", name=op.f("pk_caseflow_units")),
    )
    op.create_table(
        "caseflow_roles",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tiers", sa.Text(), nullable=False),
        sa.Column("rights", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "role", name=op.f("pk_caseflow_roles")),
    )
    op.create_table(
        "caseflow_people",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "person", name=op.f("pk_caseflow_people")),
    )
    op.create_table(
        "caseflow_posts",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "person", "number", name=op.f("pk_caseflow_posts")),
    )
    op.create_index(
        "ix_caseflow_posts_role",
        "caseflow_posts",
        ["tenant", "role", "unit", "person"],
        unique=False,
    )
    op.create_table(
        "caseflow_absences",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "person", "number", name=op.f("pk_caseflow_absences")),
    )
    op.create_table(
        "caseflow_substitutes",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("substitute", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("while_absent", sa.Boolean(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant", "person", "number", name=op.f("pk_caseflow_substitutes")
        ),
    )
    op.create_index(
        "ix_caseflow_substitutes_substitute",
        "caseflow_substitutes",
        ["tenant", "substitute", "person"],
        unique=False,
    )
