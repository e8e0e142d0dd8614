"""How cases belong together, in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from caseflow.errors import CommandRefused
from caseflow.kernel import CaseId, Relation
from caseflow.model import ProcessId
from caseflow.store.database import begin_writing
from caseflow.store.tables import CASES, RELATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedCase:
    """What a case is to another one, and how that other one stands."""

    relation: Relation
    case: CaseId
    business_key: str
    process: ProcessId
    state: str
    at: datetime
    actor: str
    reason: str


class MatterStore:
    """The relations between one tenant's cases, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant

    def add(  # noqa: PLR0913 - one row
        self,
        case: CaseId,
        relation: Relation,
        other: CaseId,
        *,
        at: datetime,
        actor: str,
        reason: str,
    ) -> None:
        """Keep what a case is to another one. Raises CommandRefused where it is already."""
        row = {
            "tenant": self._tenant,
            "case_id": case,
            "relation": relation.value,
            "other_case": other,
            "at": at,
            "actor": actor,
            "reason": reason,
        }
        begin_writing(self._connection)
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(RELATIONS), row)
        except IntegrityError as failure:
            raise CommandRefused(f"case {case} is {relation.value} {other} already") from failure

    def of(self, case: CaseId) -> list[RelatedCase]:
        """Return what a case is to others, in the order in which that came about."""
        rows = self._connection.execute(
            select(
                RELATIONS.c.relation,
                RELATIONS.c.other_case,
                RELATIONS.c.at,
                RELATIONS.c.actor,
                RELATIONS.c.reason,
                CASES.c.business_key,
                CASES.c.process_id,
                CASES.c.state,
            )
            .join(
                CASES,
                (CASES.c.tenant == RELATIONS.c.tenant)
                & (CASES.c.case_id == RELATIONS.c.other_case),
            )
            .where(RELATIONS.c.tenant == self._tenant, RELATIONS.c.case_id == case)
            .order_by(RELATIONS.c.at, RELATIONS.c.other_case, RELATIONS.c.relation)
        )
        return [
            RelatedCase(
                relation=Relation(row.relation),
                case=CaseId(row.other_case),
                business_key=row.business_key,
                process=ProcessId(row.process_id),
                state=row.state,
                at=row.at,
                actor=row.actor,
                reason=row.reason,
            )
            for row in rows
        ]
