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
    DECISIONS,
    HISTORY,
    INCIDENTS,
    MESSAGES,
    PROCESSES,
    RESOURCES,
    SCHEDULES,
    STARTS,
    SUBSCRIPTIONS,
    TASKS,
    TIMERS,
)
from caseflow.store.tables.events import DEAD_LETTERS, DELIVERIES, RECEIPTS, SUBSCRIBERS
from caseflow.store.tables.jobs import JOBS
from caseflow.store.tables.matters import RELATIONS
from caseflow.store.tables.organisation import (
    ABSENCES,
    ORGANISATIONS,
    PEOPLE,
    POSTS,
    ROLES,
    SUBSTITUTES,
    TIERS,
    UNITS,
)
from caseflow.store.tables.papers import PAPER_CONTENTS, PAPER_NUMBERS, PAPERS
from caseflow.store.tables.people import COMMENTS, FILES, PARTIES
from caseflow.store.tables.shape import METADATA, REVISION, VERSION_TABLE

__all__ = [
    "ABSENCES",
    "CANDIDATES",
    "CASES",
    "COMMANDS",
    "COMMENTS",
    "DEAD_LETTERS",
    "DECISIONS",
    "DELIVERIES",
    "FILES",
    "HISTORY",
    "INCIDENTS",
    "JOBS",
    "MESSAGES",
    "METADATA",
    "ORGANISATIONS",
    "PAPERS",
    "PAPER_CONTENTS",
    "PAPER_NUMBERS",
    "PARTIES",
    "PEOPLE",
    "POSTS",
    "PROCESSES",
    "RECEIPTS",
    "RELATIONS",
    "RESOURCES",
    "REVISION",
    "ROLES",
    "SCHEDULES",
    "STARTS",
    "SUBSCRIBERS",
    "SUBSCRIPTIONS",
    "SUBSTITUTES",
    "TASKS",
    "TIERS",
    "TIMERS",
    "UNITS",
    "VERSION_TABLE",
]
