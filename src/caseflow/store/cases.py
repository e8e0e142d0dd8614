"""Cases in the database: loading them, and storing what a command made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from caseflow.errors import CommandRefused, StaleCase, UnknownCase
from caseflow.history import Checked, End, check_facts
from caseflow.kernel import (
    ANY_KEY,
    Case,
    CaseId,
    CaseState,
    Command,
    Outcome,
    dump_case,
    dump_command,
    load_case,
    load_command,
)
from caseflow.store.database import all_or_nothing
from caseflow.store.facts import Entry, FactStore, chained, entry_of
from caseflow.store.messages import Awaited, MessageStore
from caseflow.store.outbox import OutboxStore
from caseflow.store.rows import OF_CASES, Rows
from caseflow.store.tables import CASES, COMMANDS, HISTORY, MESSAGES, SUBSCRIPTIONS, TASKS
from caseflow.store.upcasts import SCHEMA, Stored, upcast


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command that a case took."""

    case: CaseId
    version: int
    command: Command


class CaseStore:
    """The rows of one tenant's cases, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant
        self._messages = MessageStore(connection, tenant=tenant)
        self._outbox = OutboxStore(connection, tenant=tenant)
        self._ends: dict[CaseId, End] = {}
        self.facts = FactStore(connection, tenant=tenant)

    def load(self, case: CaseId) -> Case:
        """Return a case. Raises UnknownCase, and StoreError where it cannot be read."""
        return self._loaded(case, self._row(case))

    def take(self, case: CaseId) -> Case:
        """Return a case to change it: others wait for it until the end of the transaction.

        SQLite has one writer at a time anyway; where a database has no such lock, the version
        of the case still guards it.

        Raises:
            UnknownCase: there is no such case.
            TryAgain: somebody else holds it for too long, or waits for what is held here.
            StoreError: it cannot be read.
        """
        return self._loaded(case, self._row(case, _TAKE))

    def hold(self, cases: Iterable[CaseId]) -> None:
        """Take several cases in the order of their ids, so that no two can wait for each other."""
        for case in sorted(set(cases)):
            self._row(case, _TAKE)

    def _loaded(self, case: CaseId, row: Row[str, int, int, str]) -> Case:
        self._ends[case] = End(length=row.events, hash=row.history_hash)
        return load_case(upcast(row.body, Stored.CASE, schema=row.schema))

    def save(self, before: Case | None, command: Command, outcome: Outcome) -> None:
        """Store what a command made of a case: all of it, or nothing.

        The transaction around it may go on after an error.

        Raises:
            StaleCase: the case was changed since ``before`` was loaded.
            CommandRefused: a case of this id exists already.
        """
        after = outcome.case
        end = self._ends[after.id] if before is not None else End()
        facts, end = chained(after, command, outcome.events, end)
        row = {**_case_row(after), "events": end.length, "history_hash": end.hash}
        with all_or_nothing(self._connection) as writing:
            if before is None:
                self._insert_case(after.id, row)
            else:
                self._update_case(before, row)
            writing.has_begun = True
            key = self._key(after.id)
            self._connection.execute(_INSERT[COMMANDS], {**key, **_command_row(after, command)})
            self._add_facts(after.id, facts, at=command.at)
            self._apply(before, outcome, command.at)
        self._ends[after.id] = end

    def _update_case(self, before: Case, row: dict[str, Any]) -> None:
        changed = self._connection.execute(
            _UPDATE, {**self._place(before.id), **row, "expected": before.version}
        )
        if changed.rowcount != 1:
            raise StaleCase(before.id, version=before.version)

    def _add_facts(self, case: CaseId, facts: list[dict[str, Any]], *, at: datetime) -> None:
        if not facts:
            return
        key = self._key(case)
        self._connection.execute(_INSERT[HISTORY], [{**key, **fact} for fact in facts])
        self._outbox.put(
            case,
            after=facts[0]["sequence"] - 1,
            kinds=[fact["kind"] for fact in facts],
            at=at,
            is_new=facts[0]["sequence"] == 1,
        )

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
        for number, row in rows.changed.items():
            self._connection.execute(_UPDATE_TASK, {**place, "this_number": number, **row})
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
        return [entry_of(case, row) for row in rows]

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

    def check(self, case: CaseId) -> Checked:
        """Check the history of a case; what is wrong with it stands in the result.

        Raises:
            UnknownCase: there is no such case.
        """
        return check_facts(case, self.facts.facts(case), end=self.end(case))

    def hash_at(self, case: CaseId, sequence: int) -> str | None:
        """Return the hash of one event of a case, or None where there is none."""
        return self._connection.execute(
            select(HISTORY.c.hash).where(self._is(HISTORY, case), HISTORY.c.sequence == sequence)
        ).scalar_one_or_none()

    def end(self, case: CaseId) -> End:
        """Return where the history of a case ends. Raises UnknownCase."""
        row = self._row(case)
        return End(length=row.events, hash=row.history_hash)

    def _row(
        self, case: CaseId, query: Select[str, int, int, str] | None = None
    ) -> Row[str, int, int, str]:
        row = self._connection.execute(
            _LOAD if query is None else query, self._place(case)
        ).one_or_none()
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
_TAKE = _LOAD.with_for_update()
_UPDATE = update(CASES).where(_of_case(CASES), CASES.c.version == bindparam("expected"))
_UPDATE_TASK = update(TASKS).where(_of_case(TASKS), TASKS.c.number == bindparam("this_number"))
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
