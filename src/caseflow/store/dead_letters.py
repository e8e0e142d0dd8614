"""Events that a subscriber could not take however often they were handed to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from caseflow.kernel import CaseId
from caseflow.store.database import begin_writing
from caseflow.store.tables import DEAD_LETTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One event that a subscriber could not take, and why.

    ``next_at`` is when it is delivered again, None until an operator asks for it.
    """

    case: CaseId
    subscriber: str
    sequence: int
    failed_at: datetime
    problem: str
    next_at: datetime | None = None


class DeadLetterStore:
    """The dead letters of one tenant, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant

    def all(self, *, subscriber: str | None = None, limit: int) -> list[DeadLetter]:
        """Return dead letters, the oldest first."""
        query = (
            select(DEAD_LETTERS)
            .where(DEAD_LETTERS.c.tenant == self._tenant)
            .order_by(
                DEAD_LETTERS.c.failed_at,
                DEAD_LETTERS.c.case_id,
                DEAD_LETTERS.c.subscriber,
                DEAD_LETTERS.c.sequence,
            )
            .limit(limit)
        )
        if subscriber is not None:
            query = query.where(DEAD_LETTERS.c.subscriber == subscriber)
        return [_letter(row) for row in self._connection.execute(query)]

    def put(self, letter: DeadLetter) -> None:
        """Put an event aside, or note that it failed once more."""
        self.drop(letter.case, letter.subscriber, letter.sequence)
        self._connection.execute(
            insert(DEAD_LETTERS),
            {
                "tenant": self._tenant,
                "case_id": letter.case,
                "subscriber": letter.subscriber,
                "sequence": letter.sequence,
                "failed_at": letter.failed_at,
                "problem": letter.problem,
                "next_at": letter.next_at,
            },
        )

    def redeliver(self, case: str, subscriber: str, sequence: int, *, at: datetime) -> bool:
        """Let an event be delivered again; tell whether it is a dead letter."""
        begin_writing(self._connection)
        changed = self._connection.execute(
            _LEASE, {**self._of(case, subscriber, sequence), "next_at": at}
        )
        return bool(changed.rowcount)

    def drop(self, case: str, subscriber: str, sequence: int) -> bool:
        """Forget a dead letter; tell whether there was one."""
        begin_writing(self._connection)
        gone = self._connection.execute(_DROP, self._of(case, subscriber, sequence))
        return bool(gone.rowcount)

    def drop_all(self, subscriber: str) -> int:
        """Forget all dead letters of a subscriber; return how many there were."""
        gone = self._connection.execute(
            delete(DEAD_LETTERS).where(
                DEAD_LETTERS.c.tenant == self._tenant, DEAD_LETTERS.c.subscriber == subscriber
            )
        )
        return int(gone.rowcount)

    def claim(
        self, subscriber: str, *, now: datetime, until: datetime, limit: int
    ) -> list[DeadLetter]:
        """Hand out dead letters that are to be delivered again, until a lease ends."""
        rows = self._connection.execute(
            _CLAIMABLE.limit(limit),
            {"tenant": self._tenant, "subscriber": subscriber, "now": now},
        )
        found = [_letter(row) for row in rows]
        if found:
            self._connection.execute(
                _LEASE,
                [
                    {**self._of(one.case, one.subscriber, one.sequence), "next_at": until}
                    for one in found
                ],
            )
        return found

    def next_at(self, subscriber: str) -> datetime | None:
        """Return when a dead letter is to be delivered again next."""
        return self._connection.execute(
            _NEXT_AT, {"tenant": self._tenant, "subscriber": subscriber}
        ).scalar()

    def _of(self, case: str, subscriber: str, sequence: int) -> dict[str, object]:
        return {
            "this_tenant": self._tenant,
            "this_case": case,
            "this_subscriber": subscriber,
            "this_sequence": sequence,
        }


_IS = and_(
    DEAD_LETTERS.c.tenant == bindparam("this_tenant"),
    DEAD_LETTERS.c.case_id == bindparam("this_case"),
    DEAD_LETTERS.c.subscriber == bindparam("this_subscriber"),
    DEAD_LETTERS.c.sequence == bindparam("this_sequence"),
)
_DROP = delete(DEAD_LETTERS).where(_IS)
_LEASE = update(DEAD_LETTERS).where(_IS).values(next_at=bindparam("next_at"))
_OF_SUBSCRIBER = and_(
    DEAD_LETTERS.c.tenant == bindparam("tenant"),
    DEAD_LETTERS.c.subscriber == bindparam("subscriber"),
)
_CLAIMABLE = (
    select(DEAD_LETTERS)
    .where(_OF_SUBSCRIBER, DEAD_LETTERS.c.next_at <= bindparam("now"))
    .order_by(DEAD_LETTERS.c.next_at, DEAD_LETTERS.c.case_id, DEAD_LETTERS.c.sequence)
    .with_for_update(skip_locked=True)
)
_NEXT_AT = (
    select(DEAD_LETTERS.c.next_at)
    .where(_OF_SUBSCRIBER, DEAD_LETTERS.c.next_at.is_not(None))
    .order_by(DEAD_LETTERS.c.next_at)
    .limit(1)
)


def _letter(row: Any) -> DeadLetter:
    return DeadLetter(
        case=CaseId(row.case_id),
        subscriber=row.subscriber,
        sequence=row.sequence,
        failed_at=row.failed_at,
        problem=row.problem,
        next_at=row.next_at,
    )
