"""One event as it is stored, and the hash that ties it to all events before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

FIRST_HASH = "0" * 64
"""The hash before the first event of a history."""

_DOMAIN = "caseflow.event.1"  # no hash of anything else can be taken for one of an event


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One event of a history, byte for byte as it is stored.

    ``body`` holds commitments where the event has values of people; ``openings`` are those
    values with their salts, which lie beside the event and can be taken away.
    """

    case: str
    sequence: int
    version: int
    at: datetime
    actor: str
    kind: str
    schema: int
    body: str
    openings: str
    hash: str


def fact_hash(fact: Fact, *, before: str) -> str:
    """Return the hash of a fact: it covers all of it but its openings, and the hash before."""
    at = fact.at.astimezone(UTC).isoformat()
    told = (
        *(_DOMAIN, before, fact.case, fact.sequence, fact.version),
        *(at, fact.actor, fact.kind, fact.schema, fact.body),
    )
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
