"""A checkup: what nobody works on and nothing will move, so that somebody looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caseflow.engine.cases import Stores
from caseflow.kernel import CaseId
from caseflow.store import Backlog, Orphan


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What a checkup found.

    Attributes:
        orphans: rows whose case has ended or is not there, and jobs that are stuck without
            an incident.
        stuck: running cases in which nothing waits for anything.
        expired: leases that ended without a word of their worker; other workers take their
            jobs, if there are any.
        backlog: what waits for workers, by topic.
    """

    orphans: tuple[Orphan, ...]
    stuck: tuple[CaseId, ...]
    expired: int
    backlog: tuple[Backlog, ...]

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing that should not be there."""
        return not (self.orphans or self.stuck or self.expired)


def examine(stores: Stores, *, now: datetime, limit: int) -> Checkup:
    """Look for what should not be there, at most ``limit`` of each kind."""
    leftovers = stores.leases.leftovers()
    motionless = leftovers.motionless(limit=limit)
    return Checkup(
        orphans=tuple(leftovers.orphans(limit=limit)),
        stuck=tuple(one for one in motionless if not stores.cases.load(one).conditions),
        expired=stores.leases.count_expired(now),
        backlog=tuple(stores.leases.backlog(now)),
    )
