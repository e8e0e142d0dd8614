"""Jobs, and what workers need of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "caseflow_jobs",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ready_at", sa.DateTime(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("announced_at", sa.DateTime(), nullable=True),
        sa.Column("input", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "case_id", "number", name=op.f("pk_caseflow_jobs")),
    )
    op.create_index(
        "ix_caseflow_jobs_announced_at",
        "caseflow_jobs",
        ["tenant", "announced_at", "ready_at"],
        unique=False,
    )
    op.create_index(
        "ix_caseflow_jobs_topic",
        "caseflow_jobs",
        ["tenant", "topic", "rank", "ready_at", "case_id", "number"],
        unique=False,
    )
