"""Ids of cases: UUIDs of version 7, which sort by the moment they were made (RFC 9562)."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from caseflow.kernel import CaseId

_RANDOM_BITS = 74
_VERSION = 7 << 76
_VARIANT = 0b10 << 62
_LOW_BITS = (1 << 62) - 1


def new_case_id(at: datetime) -> CaseId:
    """Return an id that no other case has; ids of later milliseconds are greater."""
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    chance = secrets.randbits(_RANDOM_BITS)
    high = (chance >> 62) << 64
    number = milliseconds << 80 | _VERSION | high | _VARIANT | (chance & _LOW_BITS)
    return CaseId(str(UUID(int=number)))
