"""Events for the host, and messages that came from outside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "caseflow_subscribers",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("subscriber", sa.String(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "subscriber", name=op.f("pk_caseflow_subscribers")),
    )
    op.create_table(
        "caseflow_deliveries",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("subscriber", sa.String(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("lease", sa.String(length=36), nullable=True),
        sa.Column("handed", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint(
            "tenant", "case_id", "subscriber", name=op.f("pk_caseflow_deliveries")
        ),
    )
    op.create_index(
        "ix_caseflow_deliveries_next_at",
        "caseflow_deliveries",
        ["tenant", "subscriber", "next_at", "case_id"],
        unique=False,
    )
    op.create_index(
        "ix_caseflow_deliveries_lease", "caseflow_deliveries", ["tenant", "lease"], unique=False
    )
    op.create_table(
        "caseflow_dead_letters",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("subscriber", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("failed_at", sa.DateTime(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint(
            "tenant", "case_id", "subscriber", "sequence", name=op.f("pk_caseflow_dead_letters")
        ),
    )
    op.create_index(
        "ix_caseflow_dead_letters_failed_at",
        "caseflow_dead_letters",
        ["tenant", "failed_at", "case_id"],
        unique=False,
    )
    op.create_index(
        "ix_caseflow_dead_letters_next_at",
        "caseflow_dead_letters",
        ["tenant", "subscriber", "next_at"],
        unique=False,
    )
    op.create_table(
        "caseflow_receipts",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("forget_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "message_id", name=op.f("pk_caseflow_receipts")),
    )
    op.create_index(
        "ix_caseflow_receipts_forget_at",
        "caseflow_receipts",
        ["tenant", "forget_at"],
        unique=False,
    )
