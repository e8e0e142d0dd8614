"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "caseflow_candidates",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("order_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant", "case_id", "number", "kind", "name", name=op.f("pk_caseflow_candidates")
        ),
    )
    op.create_index(
        "ix_caseflow_candidates_order",
        "caseflow_candidates",
        ["tenant", "kind", "name", "order_at", "case_id", "number", "unit"],
        unique=False,
    )
    op.create_index(
        "ix_caseflow_candidates_unit",
        "caseflow_candidates",
        ["tenant", "kind", "name", "unit", "order_at", "case_id", "number"],
        unique=False,
    )
    op.create_table(
        "caseflow_cases",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("process_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("business_key", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("history_hash", sa.String(length=64), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "case_id", name=op.f("pk_caseflow_cases")),
    )
    op.create_index(
        "ix_caseflow_cases_key", "caseflow_cases", ["tenant", "business_key"], unique=False
    )
    op.create_index(
        "ix_caseflow_cases_process",
        "caseflow_cases",
        ["tenant", "process_id", "state", "case_id"],
        unique=False,
    )
    op.create_table(
        "caseflow_commands",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "case_id", "version", name=op.f("pk_caseflow_commands")),
    )
    op.create_table(
        "caseflow_history",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("openings", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "case_id", "sequence", name=op.f("pk_caseflow_history")),
    )
    op.create_table(
        "caseflow_incidents",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "case_id", "number", name=op.f("pk_caseflow_incidents")),
    )
    op.create_index(
        "ix_caseflow_incidents_raised_at",
        "caseflow_incidents",
        ["tenant", "raised_at", "case_id", "number"],
        unique=False,
    )
    op.create_table(
        "caseflow_messages",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("source_case", sa.String(length=36), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reached", sa.String(length=36), nullable=False),
        sa.Column("only_case", sa.String(length=36), nullable=True),
        sa.Column("only_process", sa.String(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "message_id", name=op.f("pk_caseflow_messages")),
    )
    op.create_index(
        "ix_caseflow_messages_name",
        "caseflow_messages",
        ["tenant", "kind", "name", "key", "state", "sent_at", "message_id"],
        unique=False,
    )
    op.create_index(
        "ix_caseflow_messages_sent_at",
        "caseflow_messages",
        ["tenant", "state", "sent_at", "message_id"],
        unique=False,
    )
    op.create_table(
        "caseflow_processes",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("overlay_of", sa.String(), nullable=True),
        sa.Column("diagram", sa.String(length=64), nullable=False),
        sa.Column("parameters", sa.String(length=64), nullable=True),
        sa.Column("calls", sa.Text(), nullable=False),
        sa.Column("decisions", sa.Text(), nullable=False),
        sa.Column("forms", sa.Text(), nullable=False),
        sa.Column("deployed_at", sa.DateTime(), nullable=False),
        sa.Column("deployed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant", "process_id", "version", name=op.f("pk_caseflow_processes")
        ),
    )
    op.create_table(
        "caseflow_decisions",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("deployed_at", sa.DateTime(), nullable=False),
        sa.Column("deployed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant", "decision_id", "version", name=op.f("pk_caseflow_decisions")
        ),
    )
    op.create_table(
        "caseflow_resources",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "digest", name=op.f("pk_caseflow_resources")),
    )
    op.create_table(
        "caseflow_schedules",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("limit_name", sa.String(), nullable=True),
        sa.Column("every", sa.Text(), nullable=True),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint(
            "tenant", "process_id", "element", "number", name=op.f("pk_caseflow_schedules")
        ),
    )
    op.create_index(
        "ix_caseflow_schedules_due_at", "caseflow_schedules", ["tenant", "due_at"], unique=False
    )
    op.create_table(
        "caseflow_starts",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant", "process_id", "element", "kind", "name", name=op.f("pk_caseflow_starts")
        ),
    )
    op.create_index(
        "ix_caseflow_starts_name", "caseflow_starts", ["tenant", "kind", "name"], unique=False
    )
    op.create_table(
        "caseflow_subscriptions",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant", "case_id", "number", name=op.f("pk_caseflow_subscriptions")
        ),
    )
    op.create_index(
        "ix_caseflow_subscriptions_name",
        "caseflow_subscriptions",
        ["tenant", "kind", "name", "key", "case_id"],
        unique=False,
    )
    op.create_table(
        "caseflow_tasks",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("assignee", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("order_at", sa.DateTime(), nullable=False),
        sa.Column("limit_name", sa.String(), nullable=True),
        sa.Column("follow_up_at", sa.DateTime(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("urged", sa.Integer(), nullable=False),
        sa.Column("named", sa.Text(), nullable=False),
        sa.Column("business_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "case_id", "number", name=op.f("pk_caseflow_tasks")),
    )
    op.create_index(
        "ix_caseflow_tasks_key", "caseflow_tasks", ["tenant", "business_key"], unique=False
    )
    op.create_index(
        "ix_caseflow_tasks_assignee",
        "caseflow_tasks",
        ["tenant", "assignee", "order_at", "case_id", "number"],
        unique=False,
    )
    op.create_index(
        "ix_caseflow_tasks_order",
        "caseflow_tasks",
        ["tenant", "order_at", "case_id", "number"],
        unique=False,
    )
    op.create_index(
        "ix_caseflow_tasks_unit",
        "caseflow_tasks",
        ["tenant", "unit", "order_at", "case_id", "number"],
        unique=False,
    )
    op.create_table(
        "caseflow_timers",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "case_id", "number", name=op.f("pk_caseflow_timers")),
    )
    op.create_index(
        "ix_caseflow_timers_due_at",
        "caseflow_timers",
        ["tenant", "due_at", "case_id", "number"],
        unique=False,
    )
