"""The tables. Every key begins with the tenant and, where there is one, the case.

No sequences, no triggers and no foreign keys across cases, so that the same schema can
be sharded by case. What a case waits for stands in rows of its own, which are always the
difference between the stored case and the one before it.
"""

from __future__ import annotations

from caseflow.store.tables.core import (
    CANDIDATES,
    CASES,
    COMMANDS,
    HISTORY,
    INCIDENTS,
    JOBS,
    MESSAGES,
    PROCESSES,
    RESOURCES,
    STARTS,
    SUBSCRIPTIONS,
    TASKS,
    TIMERS,
)
from caseflow.store.tables.shape import METADATA, REVISION, VERSION_TABLE

__all__ = [
    "CANDIDATES",
    "CASES",
    "COMMANDS",
    "HISTORY",
    "INCIDENTS",
    "JOBS",
    "MESSAGES",
    "METADATA",
    "PROCESSES",
    "RESOURCES",
    "REVISION",
    "STARTS",
    "SUBSCRIPTIONS",
    "TASKS",
    "TIMERS",
    "VERSION_TABLE",
]
