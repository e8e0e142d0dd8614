"""The tables of processes and cases: what a case is, waits for, and has been through."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Text

from caseflow.store.tables.shape import Moment, case_column, number_column, table

RESOURCES = table(
    "resources",
    Column("digest", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
"""Deployed files, by the SHA-256 of their content."""

PROCESSES = table(
    "processes",
    Column("process_id", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("overlay_of", String, nullable=True),
    Column("diagram", String(64), nullable=False),
    Column("parameters", String(64), nullable=True),
    Column("calls", Text, nullable=False),
    Column("decisions", Text, nullable=False),
    Column("forms", Text, nullable=False),
    Column("deployed_at", Moment, nullable=False),
    Column("deployed_by", Text, nullable=False),
)
"""Versions of processes; ``digest`` covers the diagram, the parameters, and the versions of
what it calls and of the decisions it asks."""

DECISIONS = table(
    "decisions",
    Column("decision_id", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("model", String(64), nullable=False),
    Column("deployed_at", Moment, nullable=False),
    Column("deployed_by", Text, nullable=False),
)
"""Versions of decisions; ``model`` is the digest of the file that one stands in."""

STARTS = table(
    "starts",
    Column("process_id", String, primary_key=True),
    Column("element", String, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("name", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Index("ix_caseflow_starts_name", "tenant", "kind", "name"),
)
"""Messages and signals that open a case of the newest version of a process."""

SCHEDULES = table(
    "schedules",
    Column("process_id", String, primary_key=True),
    Column("element", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("limit_name", String, nullable=True),
    Column("every", Text, nullable=True),
    Column("remaining", Integer, nullable=True),
    Column("problem", Text, nullable=True),
    Index("ix_caseflow_schedules_due_at", "tenant", "due_at"),
)
"""Timers that open a case of the newest version of a process, each with its next moment."""

CASES = table(
    "cases",
    case_column(),
    Column("process_id", String, nullable=False),
    Column("process_version", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("outcome", String, nullable=False),
    Column("business_key", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("tier", String, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=True),
    Column("version", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("history_hash", String(64), nullable=False),
    Column("schema", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_caseflow_cases_process", "tenant", "process_id", "state", "case_id"),
    Index("ix_caseflow_cases_key", "tenant", "business_key"),
)
"""Cases; ``version`` guards every write, ``events`` is the length of the history so far,
``history_hash`` the hash of its last event, ``schema`` tells how ``body`` is written."""

TASKS = table(
    "tasks",
    case_column(),
    number_column(),
    Column("process_id", String, nullable=False),
    Column("element", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("assignee", String, nullable=True),
    Column("unit", String, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=True),
    Column("order_at", Moment, nullable=False),
    Column("limit_name", String, nullable=True),
    Column("follow_up_at", Moment, nullable=True),
    Column("form", Text, nullable=True),
    Column("owner", String, nullable=True),
    Column("urged", Integer, nullable=False),
    Column("named", Text, nullable=False),
    Column("business_key", String, nullable=False),
    Index("ix_caseflow_tasks_order", "tenant", "order_at", "case_id", "number"),
    Index("ix_caseflow_tasks_key", "tenant", "business_key"),
    Index("ix_caseflow_tasks_unit", "tenant", "unit", "order_at", "case_id", "number"),
    Index("ix_caseflow_tasks_assignee", "tenant", "assignee", "order_at", "case_id", "number"),
)
"""Open tasks. ``order_at`` is the due time, or the end of time where there is none; ``named``
are the candidates once more, as JSON by kind, so that a list is one query."""

CANDIDATES = table(
    "candidates",
    case_column(),
    number_column(),
    Column("kind", String(8), primary_key=True),
    Column("name", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("order_at", Moment, nullable=False),
    Index(
        "ix_caseflow_candidates_unit",
        *("tenant", "kind", "name", "unit", "order_at", "case_id", "number"),
    ),
    Index(
        "ix_caseflow_candidates_order",
        *("tenant", "kind", "name", "order_at", "case_id", "number", "unit"),
    ),
)
"""Who has something to do with an open task, by ``kind``.

``role`` and ``person`` may take it while nobody holds it, ``signer`` is asked for their vote,
``owner`` delegated it, ``not`` must not do it. Unit and order are the task's, so that the tasks
of a role in a unit stand in order in one index.
"""

TIMERS = table(
    "timers",
    case_column(),
    number_column(),
    Column("process_id", String, nullable=False),
    Column("element", String, nullable=False),
    Column("due_at", Moment, nullable=False),
    Index("ix_caseflow_timers_due_at", "tenant", "due_at", "case_id", "number"),
)
"""Moments that cases wait for."""

SUBSCRIPTIONS = table(
    "subscriptions",
    case_column(),
    number_column(),
    Column("kind", String(16), nullable=False),
    Column("name", String, nullable=False),
    Column("key", String, nullable=False),
    Index("ix_caseflow_subscriptions_name", "tenant", "kind", "name", "key", "case_id"),
)
"""Messages and signals that cases wait for."""

INCIDENTS = table(
    "incidents",
    case_column(),
    number_column(),
    Column("process_id", String, nullable=False),
    Column("element", String, nullable=False),
    Column("message", Text, nullable=False),
    Column("raised_at", Moment, nullable=False),
    Index("ix_caseflow_incidents_raised_at", "tenant", "raised_at", "case_id", "number"),
)
"""Where cases are stuck."""

COMMANDS = table(
    "commands",
    case_column(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", String, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
"""Every command that a case took; replayed, they give the stored case again."""

HISTORY = table(
    "history",
    case_column(),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", String, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("schema", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("openings", Text, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""The facts about a case, appended and never changed; ``hash`` covers the fact and the hash
of the one before, so that a change behind the back of caseflow shows.

``body`` holds commitments to what people entered, ``openings`` the values with their salts:
the hash does not cover them, and they are deleted where personal data must go."""

MESSAGES = table(
    "messages",
    Column("message_id", String, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", String, nullable=False),
    Column("key", String, nullable=False),
    Column("payload", Text, nullable=False),
    Column("source_case", String(36), nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=True),
    Column("state", String(8), nullable=False),
    Column("reached", String(36), nullable=False),
    Column("only_case", String(36), nullable=True),
    Column("only_process", String, nullable=True),
    Column("problem", Text, nullable=True),
    Index("ix_caseflow_messages_sent_at", "tenant", "state", "sent_at", "message_id"),
    Index(
        "ix_caseflow_messages_name",
        *("tenant", "kind", "name", "key", "state", "sent_at", "message_id"),
    ),
)
"""Messages and signals that are not delivered yet.

``state``: ``sent`` is on its way; ``kept`` waits for somebody to wait for it, or to expire;
``stuck`` could not be taken by its receiver, for the reason in ``problem``.
``reached``: the last case that a signal was delivered to, so that it can be resumed.
``only_case``, ``only_process``: of a signal that is stuck, the one receiver that is left.
"""
