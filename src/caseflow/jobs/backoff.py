"""How long a job rests between two tries."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

_DOUBLINGS = 64
"""Beyond so many failures the pause is the longest anyway."""

_PARTS = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Pauses that grow with each failure, and differ from job to job.

    Of a thousand jobs that failed at once, ``jitter`` spreads the next tries over that share
    of the pause. It is computed from the job and its attempt: no random number, so that the
    same failure always leads to the same pause.
    """

    first: timedelta = timedelta(seconds=1)
    factor: float = 2.0
    longest: timedelta = timedelta(hours=1)
    jitter: float = 0.2

    def pause(self, key: str, attempt: int) -> timedelta:
        """Return how long to wait after a failed attempt, the first of which is 1."""
        grown = self.first.total_seconds() * self.factor ** min(attempt - 1, _DOUBLINGS)
        digest = hashlib.sha256(f"{key}#{attempt}".encode()).digest()
        share = int.from_bytes(digest[:4]) / _PARTS
        pause = min(grown, self.longest.total_seconds())
        return timedelta(seconds=pause * (1 - self.jitter * share))
