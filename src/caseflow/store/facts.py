"""History rows: writing events with their hashes and commitments, reading and redacting them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from caseflow.errors import StoreError
from caseflow.history import (
    End,
    Fact,
    dump_openings,
    fact_hash,
    load_openings,
    opened,
    redacted,
    sealed,
    without,
)
from caseflow.kernel import (
    Case,
    CaseId,
    Command,
    Event,
    dump_record,
    event_record,
    load_record,
)
from caseflow.store.tables import COMMANDS, HISTORY
from caseflow.store.upcasts import SCHEMA, Stored, upcast


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event of a case's history, with when it happened and who made it happen.

    ``redacted`` names the values in it that were deleted since.
    """

    case: CaseId
    sequence: int
    version: int
    at: datetime
    actor: str
    event: Event
    redacted: tuple[str, ...] = ()


def chained(
    case: Case, command: Command, events: Sequence[Event], end: End
) -> tuple[list[dict[str, Any]], End]:
    """Return the rows of new events, each with a hash that covers the one before, and the end."""
    rows: list[dict[str, Any]] = []
    for event in events:
        record, openings = sealed(event_record(event))
        fact = Fact(
            case=case.id,
            sequence=end.length + 1,
            version=case.version,
            at=command.at,
            actor=command.actor,
            kind=type(event).__name__,
            schema=SCHEMA,
            body=dump_record(record),
            openings=dump_openings(openings),
            hash="",
        )
        end = End(length=fact.sequence, hash=fact_hash(fact, before=end.hash))
        rows.append(
            {
                "sequence": fact.sequence,
                "version": fact.version,
                "at": fact.at,
                "actor": fact.actor,
                "kind": fact.kind,
                "schema": fact.schema,
                "body": fact.body,
                "openings": fact.openings,
                "hash": end.hash,
            }
        )
    return rows, end


def entry_of(case: CaseId, row: Row[Any]) -> Entry:
    """Return the entry of a history row. Raises StoreError where it cannot be read."""
    body = upcast(row.body, Stored.EVENT, schema=row.schema)
    try:
        record, gone = opened(json.loads(body), load_openings(row.openings))
    except ValueError as failure:
        raise StoreError(f"a stored event cannot be read: {failure!r}") from failure
    return Entry(
        case=case,
        sequence=row.sequence,
        version=row.version,
        at=row.at,
        actor=row.actor,
        event=load_record(record),
        redacted=gone,
    )


def fact_of(case: CaseId, row: Row[Any]) -> Fact:
    """Return a history row as it is stored."""
    return Fact(
        case=case,
        sequence=row.sequence,
        version=row.version,
        at=row.at,
        actor=row.actor,
        kind=row.kind,
        schema=row.schema,
        body=row.body,
        openings=row.openings,
        hash=row.hash,
    )


class FactStore:
    """The stored facts and commands of one tenant's cases, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant

    def facts(self, case: CaseId) -> Iterator[Fact]:
        """Yield the facts of a case as they are stored, in order."""
        rows = self._connection.execute(
            select(HISTORY)
            .where(HISTORY.c.tenant == self._tenant, HISTORY.c.case_id == case)
            .order_by(HISTORY.c.sequence)
        )
        return (fact_of(case, row) for row in rows)

    def redact(self, case: CaseId, names: Collection[str], *, before: int) -> None:
        """Delete the values of these names, with their salts, from the facts and commands.

        What was written with version ``before`` of the case and later stays.
        """
        facts = [
            {"this_number": fact.sequence, "left": dump_openings(left)}
            for fact in self.facts(case)
            if fact.version < before
            and (held := load_openings(fact.openings)) != (left := without(held, names))
        ]
        commands = self._connection.execute(
            select(COMMANDS.c.version, COMMANDS.c.body).where(
                COMMANDS.c.tenant == self._tenant,
                COMMANDS.c.case_id == case,
                COMMANDS.c.version < before,
            )
        ).all()
        steps = [
            {"this_number": row.version, "left": text}
            for row in commands
            if (text := dump_record(redacted(json.loads(row.body), names))) != row.body
        ]
        place = {"this_tenant": self._tenant, "this_case": case}
        for statement, rows in ((_REDACT_FACT, facts), (_REDACT_COMMAND, steps)):
            if rows:
                self._connection.execute(statement, [{**place, **row} for row in rows])


_REDACT_FACT = (
    update(HISTORY)
    .where(
        HISTORY.c.tenant == bindparam("this_tenant"),
        HISTORY.c.case_id == bindparam("this_case"),
        HISTORY.c.sequence == bindparam("this_number"),
    )
    .values(openings=bindparam("left"))
)
_REDACT_COMMAND = (
    update(COMMANDS)
    .where(
        COMMANDS.c.tenant == bindparam("this_tenant"),
        COMMANDS.c.case_id == bindparam("this_case"),
        COMMANDS.c.version == bindparam("this_number"),
    )
    .values(body=bindparam("left"))
)
