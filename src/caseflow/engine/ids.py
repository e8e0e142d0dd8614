"""Ids of cases: UUIDs of version 7, which sort by the moment they were made (RFC 9562)."""

from __future__ import annotations

import re
import secrets
import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

from caseflow.engine.views import CaseView
from caseflow.errors import UnknownCase
from caseflow.kernel import CaseId

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_VERSION = 7 << 76
_VARIANT = 0b10 << 62
_LOW_BITS = 62
_COUNTER_BITS = 74
_CASE = re.compile(r"[0-9a-f-]{36}")


class CaseIds:
    """Makes ids that no other case has, in ascending order as long as time does not go back.

    Those of one millisecond are counted on from a random number (RFC 9562, 6.2, method 2).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._millisecond = -1
        self._counter = 0

    def new(self, at: datetime) -> CaseId:
        """Return an id; ids of later milliseconds are greater, and so are later ids of one."""
        millisecond = (at - _EPOCH) // _MILLISECOND
        with self._lock:
            if millisecond == self._millisecond:
                self._counter += 1
            else:
                self._millisecond = millisecond
                self._counter = secrets.randbits(_COUNTER_BITS - 1)  # room to count
            counter = self._counter
        high, low = counter >> _LOW_BITS, counter & ((1 << _LOW_BITS) - 1)
        return CaseId(str(UUID(int=millisecond << 80 | _VERSION | high << 64 | _VARIANT | low)))


def case_id(case: str | CaseView) -> CaseId:
    """Return the id of a case. Raises UnknownCase where a text is none."""
    if isinstance(case, CaseView):
        return case.id
    if not _CASE.fullmatch(case):
        raise UnknownCase(case)
    return CaseId(case)
