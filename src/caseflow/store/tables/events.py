"""The tables of events on their way to the host, and of messages that came from outside."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Text

from caseflow.store.tables.shape import Moment, case_column, table

SUBSCRIBERS = table(
    "subscribers",
    Column("subscriber", String, primary_key=True),
    Column("kinds", Text, nullable=True),
    Column("since", Moment, nullable=False),
)
"""Who gets the events of all cases; ``kinds`` lists which, all where it is null."""

DELIVERIES = table(
    "deliveries",
    case_column(),
    Column("subscriber", String, primary_key=True),
    Column("after", Integer, nullable=False),
    Column("upto", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("problem", Text, nullable=True),
    Column("lease", String(36), nullable=True),
    Column("handed", Integer, nullable=True),
    Index("ix_caseflow_deliveries_next_at", "tenant", "subscriber", "next_at", "case_id"),
    Index("ix_caseflow_deliveries_lease", "tenant", "lease"),
)
"""Cases with events that a subscriber has not had yet: those behind ``after`` up to ``upto``.

``next_at``: when they may be handed out; while they are, the ``lease`` ends then.
``handed``: the last event that was handed out with the lease.
``tries``, ``problem``: how often the event behind ``after`` has failed, and why.
"""

DEAD_LETTERS = table(
    "dead_letters",
    case_column(),
    Column("subscriber", String, primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("failed_at", Moment, nullable=False),
    Column("problem", Text, nullable=False),
    Column("next_at", Moment, nullable=True),
    Index("ix_caseflow_dead_letters_failed_at", "tenant", "failed_at", "case_id"),
    Index("ix_caseflow_dead_letters_next_at", "tenant", "subscriber", "next_at"),
)
"""Events that a subscriber could not take however often they were handed to it.

``next_at`` is null until an operator lets one be delivered again.
"""

RECEIPTS = table(
    "receipts",
    Column("message_id", String, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("case_id", String(36), nullable=True),
    Column("forget_at", Moment, nullable=False),
    Index("ix_caseflow_receipts_forget_at", "tenant", "forget_at"),
)
"""Messages and signals that came in from outside under an id of their own.

``digest`` covers what came in; ``case_id`` is the case that took it, where it did at once.
"""
