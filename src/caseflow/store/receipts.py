"""Which messages came in from outside already, so that one that comes twice counts once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from caseflow.kernel import CaseId
from caseflow.store.database import begin_writing
from caseflow.store.tables import RECEIPTS

PURGE = 1_000
"""Receipts that are forgotten in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One message that came in: a digest of what it was, and the case that took it at once."""

    digest: str
    case: CaseId | None


class ReceivedBefore(Exception):
    """Somebody else has just noted the receipt of the same message."""


class ReceiptStore:
    """The receipts of one tenant, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant

    def find(self, message: str) -> Receipt | None:
        """Return the receipt of a message, if it came in before."""
        row = self._connection.execute(
            _FIND, {"this_tenant": self._tenant, "this_message": message}
        ).first()
        if row is None:
            return None
        case = None if row.case_id is None else CaseId(row.case_id)
        return Receipt(digest=row.digest, case=case)

    @contextmanager
    def receiving(self, message: str, *, digest: str, forget_at: datetime) -> Iterator[None]:
        """Note the receipt of a message together with what is done inside, or neither.

        Raises:
            ReceivedBefore: another transaction noted it meanwhile, and nothing was done.
        """
        begin_writing(self._connection)
        with self._connection.begin_nested():
            try:
                self._connection.execute(
                    insert(RECEIPTS),
                    {
                        "tenant": self._tenant,
                        "message_id": message,
                        "digest": digest,
                        "case_id": None,
                        "forget_at": forget_at,
                    },
                )
            except IntegrityError as failure:
                raise ReceivedBefore(message) from failure
            yield

    def note_case(self, message: str, case: CaseId) -> None:
        """Note which case took a message."""
        self._connection.execute(
            _NOTE, {"this_tenant": self._tenant, "this_message": message, "case_id": case}
        )

    def has_old(self, now: datetime) -> bool:
        """Tell whether there are receipts that need not be kept any longer."""
        return (
            self._connection.execute(_OLD, {"tenant": self._tenant, "now": now}).first()
            is not None
        )

    def drop_old(self, now: datetime) -> int:
        """Forget some of the receipts that need not be kept; return how many."""
        old = self._connection.execute(_OLD.limit(PURGE), {"tenant": self._tenant, "now": now})
        messages = [{"this_tenant": self._tenant, "this_message": row.message_id} for row in old]
        if messages:
            self._connection.execute(_DROP, messages)
        return len(messages)


_IS = (
    RECEIPTS.c.tenant == bindparam("this_tenant"),
    RECEIPTS.c.message_id == bindparam("this_message"),
)
_FIND = select(RECEIPTS.c.digest, RECEIPTS.c.case_id).where(*_IS)
_NOTE = update(RECEIPTS).where(*_IS).values(case_id=bindparam("case_id"))
_DROP = delete(RECEIPTS).where(*_IS)
_OLD = (
    select(RECEIPTS.c.message_id)
    .where(RECEIPTS.c.tenant == bindparam("tenant"), RECEIPTS.c.forget_at <= bindparam("now"))
    .order_by(RECEIPTS.c.forget_at)
)
