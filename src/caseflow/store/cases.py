"""Cases in the database: loading them, and storing what a command made of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from caseflow.errors import CommandRefused, StaleCase, StoreError, UnknownCase
from caseflow.kernel import (
    ANY_KEY,
    Case,
    CaseId,
    CaseState,
    Command,
    Event,
    Outcome,
    dump_case,
    dump_command,
    dump_event,
    load_case,
    load_command,
    load_event,
)
from caseflow.store.database import begin_writing
from caseflow.store.messages import Awaited, MessageStore
from caseflow.store.rows import OF_CASES, Rows
from caseflow.store.tables import CASES, COMMANDS, HISTORY, MESSAGES, SUBSCRIPTIONS
from caseflow.store.upcasts import SCHEMA, Stored, upcast

FIRST_HASH = "0" * 64
"""The hash before the first event of a history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event of a case's history, with when it happened and who made it happen."""

    case: CaseId
    sequence: int
    version: int
    at: datetime
    actor: str
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command that a case took."""

    case: CaseId
    version: int
    command: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """Where the history of a case ends: its length, and the hash of its last event."""

    length: int = 0
    hash: str = FIRST_HASH


class CaseStore:
    """The rows of one tenant's cases, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant
        self._messages = MessageStore(connection, tenant=tenant)
        self._ends: dict[CaseId, _End] = {}

    def load(self, case: CaseId) -> Case:
        """Return a case. Raises UnknownCase, and StoreError where it cannot be read."""
        row = self._row(case)
        self._ends[case] = _End(length=row.events, hash=row.history_hash)
        return load_case(upcast(row.body, Stored.CASE, schema=row.schema))

    def save(self, before: Case | None, command: Command, outcome: Outcome) -> None:
        """Store what a command made of a case: all of it, or nothing.

        The transaction around it may go on after an error.

        Raises:
            StaleCase: the case was changed since ``before`` was loaded.
            CommandRefused: a case of this id exists already.
        """
        begin_writing(self._connection)
        with self._connection.begin_nested():
            self._save(before, command, outcome)

    def _save(self, before: Case | None, command: Command, outcome: Outcome) -> None:
        after = outcome.case
        end = self._ends[after.id] if before is not None else _End()
        facts, end = _chained(after, command, outcome.events, end)
        row = {**_case_row(after), "events": end.length, "history_hash": end.hash}
        if before is None:
            self._insert_case(after.id, row)
        else:
            changed = self._connection.execute(
                _UPDATE, {**self._place(after.id), **row, "expected": before.version}
            )
            if changed.rowcount != 1:
                raise StaleCase(after.id, version=before.version)
        key = self._key(after.id)
        self._connection.execute(_INSERT[COMMANDS], {**key, **_command_row(after, command)})
        if facts:
            self._connection.execute(_INSERT[HISTORY], [{**key, **fact} for fact in facts])
        self._apply(before, outcome, command.at)
        self._ends[after.id] = end

    def _insert_case(self, case: CaseId, row: dict[str, Any]) -> None:
        try:
            self._connection.execute(_INSERT[CASES], {**self._key(case), **row})
        except IntegrityError as failure:
            raise CommandRefused(f"case {case} exists already") from failure

    def _apply(self, before: Case | None, outcome: Outcome, at: datetime) -> None:
        """Write the rows that the effects of one command ask for, table by table."""
        after = outcome.case
        rows = Rows(before)
        for position, effect in enumerate(outcome.effects):
            rows.add(effect, case=after, at=at, position=position)
        place, key = self._place(after.id), self._key(after.id)
        for table, numbers in rows.gone.items():
            if numbers:
                self._connection.execute(
                    _DELETE[table], [{**place, "this_number": number} for number in numbers]
                )
        for table, new in rows.new.items():
            if new:
                self._connection.execute(_INSERT[table], [{**key, **row} for row in new])
        if rows.messages:
            own = {"tenant": self._tenant}
            self._connection.execute(_INSERT[MESSAGES], [{**own, **row} for row in rows.messages])
        self._wake(before, after, at, begun=[row["number"] for row in rows.new[SUBSCRIPTIONS]])

    def _wake(
        self, before: Case | None, after: Case, at: datetime, *, begun: Sequence[int]
    ) -> None:
        """Let kept messages be looked at again that this case waits for from now on.

        And those that were kept for a case as long as it was suspended.
        """
        awaited = [after.subscriptions[number] for number in begun]
        if before is not None and before.state is CaseState.SUSPENDED is not after.state:
            awaited.extend(before.subscriptions.values())
        self._messages.wake(
            [
                Awaited(kind=one.kind, name=one.name, key=None if one.key == ANY_KEY else one.key)
                for one in awaited
            ],
            now=at,
        )

    def history(self, case: CaseId, *, after: int = 0, limit: int | None = None) -> list[Entry]:
        """Return the history of a case in order, from the entry behind ``after``.

        Raises:
            UnknownCase: there is no such case.
        """
        rows = self._connection.execute(
            select(HISTORY)
            .where(self._is(HISTORY, case), HISTORY.c.sequence > after)
            .order_by(HISTORY.c.sequence)
            .limit(limit)
        ).all()
        if not rows:
            self._row(case)
        return [
            Entry(
                case=case,
                sequence=row.sequence,
                version=row.version,
                at=row.at,
                actor=row.actor,
                event=load_event(upcast(row.body, Stored.EVENT, schema=row.schema)),
            )
            for row in rows
        ]

    def commands(self, case: CaseId) -> list[Step]:
        """Return every command that a case took, in order."""
        rows = self._connection.execute(
            select(COMMANDS.c.version, COMMANDS.c.schema, COMMANDS.c.body)
            .where(self._is(COMMANDS, case))
            .order_by(COMMANDS.c.version)
        )
        return [
            Step(
                case=case,
                version=row.version,
                command=load_command(upcast(row.body, Stored.COMMAND, schema=row.schema)),
            )
            for row in rows
        ]

    def body(self, case: CaseId) -> str:
        """Return the stored text of a case, byte for byte. Raises UnknownCase."""
        return str(self._row(case).body)

    def verify(self, case: CaseId) -> None:
        """Check that the history of a case is as caseflow wrote it.

        Raises:
            UnknownCase: there is no such case.
            StoreError: a fact was changed, taken out or put in; it says which.
        """
        row = self._row(case)
        end = _End()
        for fact in self._connection.execute(
            select(HISTORY).where(self._is(HISTORY, case)).order_by(HISTORY.c.sequence)
        ):
            found = _hash(case, fact._asdict(), before=end.hash)
            if fact.sequence != end.length + 1 or fact.hash != found:
                raise _changed(case, end.length + 1)
            end = _End(length=fact.sequence, hash=fact.hash)
        if end != _End(length=row.events, hash=row.history_hash):
            raise _changed(case, end.length + 1)

    def _row(self, case: CaseId) -> Row[str, int, int, str]:
        row = self._connection.execute(_LOAD, self._place(case)).one_or_none()
        if row is None:
            raise UnknownCase(case)
        return row

    def _is(self, table: Table, case: CaseId) -> ColumnElement[bool]:
        return and_(table.c.tenant == self._tenant, table.c.case_id == case)

    def _key(self, case: CaseId) -> dict[str, Any]:
        return {"tenant": self._tenant, "case_id": case}

    def _place(self, case: CaseId) -> dict[str, Any]:
        return {"this_tenant": self._tenant, "this_case": case}


def _of_case(table: Table) -> ColumnElement[bool]:
    return and_(
        table.c.tenant == bindparam("this_tenant"), table.c.case_id == bindparam("this_case")
    )


# Built once: putting a statement together takes longer than SQLite takes to run it.
_LOAD = select(CASES.c.body, CASES.c.schema, CASES.c.events, CASES.c.history_hash).where(
    _of_case(CASES)
)
_UPDATE = update(CASES).where(_of_case(CASES), CASES.c.version == bindparam("expected"))
_DELETE = {
    table: delete(table).where(_of_case(table), table.c.number == bindparam("this_number"))
    for table in OF_CASES
}
_INSERT = {table: insert(table) for table in (CASES, COMMANDS, HISTORY, MESSAGES, *OF_CASES)}


def _case_row(case: Case) -> dict[str, Any]:
    return {
        "process_id": case.process.id,
        "process_version": case.process.version,
        "state": case.state.value,
        "outcome": case.outcome,
        "business_key": case.business_key,
        "unit": case.unit,
        "tier": case.tier,
        "started_at": case.started_at,
        "ended_at": case.ended_at,
        "version": case.version,
        "schema": SCHEMA,
        "body": dump_case(case),
    }


def _command_row(case: Case, command: Command) -> dict[str, Any]:
    return {
        "version": case.version,
        "at": command.at,
        "actor": command.actor,
        "schema": SCHEMA,
        "body": dump_command(command),
    }


def _chained(
    case: Case, command: Command, events: Sequence[Event], end: _End
) -> tuple[list[dict[str, Any]], _End]:
    """Return the rows of new events, each with a hash that covers the one before, and the end."""
    stamp = {"version": case.version, "at": command.at, "actor": command.actor}
    rows: list[dict[str, Any]] = []
    for event in events:
        fact = {**stamp, "sequence": end.length + 1, "body": dump_event(event)}
        end = _End(length=end.length + 1, hash=_hash(case.id, fact, before=end.hash))
        rows.append({**fact, "kind": type(event).__name__, "schema": SCHEMA, "hash": end.hash})
    return rows, end


def _hash(case: CaseId, fact: Mapping[str, Any], *, before: str) -> str:
    """Return the hash of a fact, which covers the hash of the one before."""
    at = fact["at"].astimezone(UTC).isoformat()
    told = [before, case, fact["sequence"], fact["version"], at, fact["actor"], fact["body"]]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _changed(case: CaseId, sequence: int) -> StoreError:
    return StoreError(
        f"the history of case {case} was changed behind the back of caseflow, first at event "
        f"{sequence}"
    )
