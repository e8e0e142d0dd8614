"""The table of jobs: what waits for a machine, and which worker has it."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Text

from caseflow.store.tables.shape import Moment, case_column, number_column, table

JOBS = table(
    "jobs",
    case_column(),
    number_column(),
    Column("process_id", String, nullable=False),
    Column("element", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ready_at", Moment, nullable=False),
    Column("owner", String, nullable=True),
    Column("taken", Integer, nullable=False),
    Column("announced_at", Moment, nullable=True),
    Column("input", Text, nullable=False),
    Index("ix_caseflow_jobs_topic", "tenant", "topic", "rank", "ready_at", "case_id", "number"),
    Index("ix_caseflow_jobs_announced_at", "tenant", "announced_at", "ready_at"),
)
"""Work that waits for a machine.

``ready_at``: from when on a worker may take it. A lease moves it to the end of the lease, a
failure to the end of the pause, and the last failure to the end of time, so that one
comparison tells what is to be done.
``owner``: the lease that has it. ``taken``: by how many workers since it last failed; those
before the present one vanished with it.
``rank``: minus its priority, so that the index is in the order in which jobs are taken.
``announced_at``: when a task engine was last told of it.
"""
