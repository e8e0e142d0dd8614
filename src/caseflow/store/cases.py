"""Cases in the database: loading them, and storing what a command made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, assert_never

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from caseflow.errors import StaleCase, StoreError, UnknownCase
from caseflow.kernel import (
    BroadcastSignal,
    CancelJob,
    CancelTimer,
    Case,
    CaseId,
    ClearIncident,
    Command,
    Effect,
    Event,
    HideTask,
    Incident,
    Job,
    Outcome,
    RaiseIncident,
    SendMessage,
    ShowTask,
    StartJob,
    StartTimer,
    Subscribe,
    Subscription,
    Task,
    Timer,
    Unsubscribe,
    dump_case,
    dump_command,
    dump_event,
    dump_values,
    load_case,
    load_command,
    load_event,
)
from caseflow.store.tables import (
    CANDIDATES,
    CASES,
    COMMANDS,
    HISTORY,
    INCIDENTS,
    JOBS,
    MESSAGES,
    SUBSCRIPTIONS,
    TASKS,
    TIMERS,
)

SCHEMA = 1
"""How the body of a case is written; a new number needs an upcaster from the one before."""

END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
"""Where tasks without a due time stand in the order of the worklist."""


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


class CaseStore:
    """The rows of one tenant's cases, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant
        self._lengths: dict[CaseId, int] = {}

    def load(self, case: CaseId) -> Case:
        """Return a case. Raises UnknownCase."""
        row = self._connection.execute(_LOAD, self._place(case)).one_or_none()
        if row is None:
            raise UnknownCase(case)
        if row.schema != SCHEMA:
            raise StoreError(
                f"case {case} was stored with schema {row.schema}, this release reads {SCHEMA}: "
                "use the release that wrote it, or a newer one"
            )
        self._lengths[case] = row.events
        return load_case(row.body)

    def save(self, before: Case | None, command: Command, outcome: Outcome) -> None:
        """Store what a command made of a case, in one go.

        Raises:
            StaleCase: the case was changed since ``before`` was loaded.
        """
        after = outcome.case
        length = 0 if before is None else self._lengths[after.id]
        row = {**_case_row(after), "events": length + len(outcome.events)}
        if before is None:
            self._connection.execute(_INSERT[CASES], {**self._key(after.id), **row})
        else:
            changed = self._connection.execute(
                _UPDATE, {**self._place(after.id), **row, "expected": before.version}
            )
            if changed.rowcount != 1:
                raise StaleCase(after.id, version=before.version)
        self._lengths[after.id] = row["events"]
        self._remember(after, command, outcome.events, length=length)
        self._apply(before, after, command.at, outcome.effects)

    def history(self, case: CaseId, *, after: int = 0, limit: int | None = None) -> list[Entry]:
        """Return the history of a case in order, from the entry behind ``after``."""
        rows = self._connection.execute(
            select(HISTORY)
            .where(self._is(HISTORY, case), HISTORY.c.sequence > after)
            .order_by(HISTORY.c.sequence)
            .limit(limit)
        )
        return [
            Entry(
                case=case,
                sequence=row.sequence,
                version=row.version,
                at=row.at,
                actor=row.actor,
                event=load_event(row.body),
            )
            for row in rows
        ]

    def commands(self, case: CaseId) -> list[Step]:
        """Return every command that a case took, in order."""
        rows = self._connection.execute(
            select(COMMANDS.c.version, COMMANDS.c.body)
            .where(self._is(COMMANDS, case))
            .order_by(COMMANDS.c.version)
        )
        return [
            Step(case=case, version=row.version, command=load_command(row.body)) for row in rows
        ]

    def body(self, case: CaseId) -> str:
        """Return the stored text of a case, byte for byte. Raises UnknownCase."""
        body = self._connection.execute(
            select(CASES.c.body).where(self._is(CASES, case))
        ).scalar_one_or_none()
        if body is None:
            raise UnknownCase(case)
        return str(body)

    def _is(self, table: Table, case: CaseId) -> Any:
        return and_(table.c.tenant == self._tenant, table.c.case_id == case)

    def _key(self, case: CaseId) -> dict[str, Any]:
        return {"tenant": self._tenant, "case_id": case}

    def _place(self, case: CaseId) -> dict[str, Any]:
        return {"this_tenant": self._tenant, "this_case": case}

    def _remember(
        self, case: Case, command: Command, events: Sequence[Event], *, length: int
    ) -> None:
        stamp = {
            **self._key(case.id),
            "version": case.version,
            "at": command.at,
            "actor": command.actor,
        }
        self._connection.execute(_INSERT[COMMANDS], {**stamp, "body": dump_command(command)})
        if events:
            self._connection.execute(
                _INSERT[HISTORY],
                [
                    {
                        **stamp,
                        "sequence": sequence,
                        "kind": type(event).__name__,
                        "body": dump_event(event),
                    }
                    for sequence, event in enumerate(events, start=length + 1)
                ],
            )

    def _apply(
        self, before: Case | None, case: Case, at: datetime, effects: Iterable[Effect]
    ) -> None:
        """Write the rows that the effects of one command ask for, table by table."""
        rows = _Rows(before)
        for position, effect in enumerate(effects):
            rows.add(effect, case=case, at=at, position=position)
        place, key = self._place(case.id), self._key(case.id)
        for table, numbers in rows.gone.items():
            if numbers:
                self._connection.execute(
                    _DELETE[table], [{**place, "this_number": number} for number in numbers]
                )
        for table, new in rows.new.items():
            own = {"tenant": self._tenant} if table is MESSAGES else key
            if new:
                self._connection.execute(_INSERT[table], [{**own, **row} for row in new])
        for wanted in rows.new[SUBSCRIPTIONS]:
            self._wake_kept(wanted)

    def _wake_kept(self, wanted: Mapping[str, Any]) -> None:
        """Let messages that were kept for want of a receiver be looked at again."""
        self._connection.execute(
            update(MESSAGES)
            .where(
                MESSAGES.c.tenant == self._tenant,
                MESSAGES.c.kind == wanted["kind"],
                MESSAGES.c.name == wanted["name"],
                MESSAGES.c.key == wanted["key"],
                MESSAGES.c.is_kept,
            )
            .values(is_kept=False)
        )


class _Rows:
    """The rows that the effects of one command take out and put in."""

    def __init__(self, before: Case | None) -> None:
        self._before = before
        self.gone: dict[Table, list[int]] = {table: [] for table in _DELETE}
        self.new: dict[Table, list[dict[str, Any]]] = {table: [] for table in (*_DELETE, MESSAGES)}

    def add(  # noqa: C901 - one case an effect
        self, effect: Effect, *, case: Case, at: datetime, position: int
    ) -> None:
        match effect:
            case ShowTask():
                self._show(effect.task)
            case HideTask():
                self.gone[TASKS].append(effect.id)
                self.gone[CANDIDATES].append(effect.id)
            case StartJob():
                known = self._before is not None and effect.job.id in self._before.jobs
                self._put(JOBS, effect.job.id, _job_row(effect.job), known=known)
            case StartTimer():
                known = self._before is not None and effect.timer.id in self._before.timers
                self._put(TIMERS, effect.timer.id, _timer_row(effect.timer), known=known)
            case Subscribe():
                row = _subscription_row(effect.subscription)
                self._put(SUBSCRIPTIONS, effect.subscription.id, row, known=False)
            case RaiseIncident():
                row = _incident_row(effect.incident)
                self._put(INCIDENTS, effect.incident.id, row, known=False)
            case CancelJob() | CancelTimer() | Unsubscribe() | ClearIncident():
                self.gone[_TABLE_OF[type(effect)]].append(effect.id)
            case SendMessage() | BroadcastSignal():
                self.new[MESSAGES].append(_message_row(case, effect, at=at, position=position))
            case _:
                assert_never(effect)

    def _show(self, task: Task) -> None:
        known = self._before is not None and task.id in self._before.tasks
        self._put(TASKS, task.id, _task_row(task), known=known)
        if known:
            self.gone[CANDIDATES].append(task.id)
        self.new[CANDIDATES].extend(_candidate_rows(task))

    def _put(self, table: Table, number: int, row: dict[str, Any], *, known: bool) -> None:
        if known:
            self.gone[table].append(number)
        self.new[table].append({"number": number, **row})


_TABLE_OF: Mapping[type[Effect], Table] = {
    CancelJob: JOBS,
    CancelTimer: TIMERS,
    Unsubscribe: SUBSCRIPTIONS,
    ClearIncident: INCIDENTS,
}


def _of_case(table: Table) -> ColumnElement[bool]:
    return and_(
        table.c.tenant == bindparam("this_tenant"), table.c.case_id == bindparam("this_case")
    )


# Built once: putting a statement together takes longer than SQLite takes to run it.
_LOAD = select(CASES.c.body, CASES.c.schema, CASES.c.events).where(_of_case(CASES))
_UPDATE = update(CASES).where(_of_case(CASES), CASES.c.version == bindparam("expected"))
_DELETE = {
    table: delete(table).where(_of_case(table), table.c.number == bindparam("this_number"))
    for table in (TASKS, CANDIDATES, JOBS, TIMERS, SUBSCRIPTIONS, INCIDENTS)
}
_INSERT = {table: insert(table) for table in (CASES, COMMANDS, HISTORY, MESSAGES, *_DELETE)}


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


def _task_row(task: Task) -> dict[str, Any]:
    return {
        "process_id": task.process,
        "element": task.element,
        "name": task.name,
        "assignee": task.assignee,
        "unit": task.unit,
        "priority": task.priority,
        "created_at": task.created_at,
        "due_at": task.due_at,
        "order_at": task.due_at or END_OF_TIME,
        "limit_name": task.limit,
        "follow_up_at": task.follow_up_at,
        "form": task.form,
    }


def _candidate_rows(task: Task) -> list[dict[str, Any]]:
    named = [("role", role) for role in task.roles] + [("person", one) for one in task.people]
    return [{"number": task.id, "kind": kind, "name": name} for kind, name in named]


def _job_row(job: Job) -> dict[str, Any]:
    return {
        "process_id": job.process,
        "element": job.element,
        "topic": job.topic,
        "tries_left": job.tries_left,
        "created_at": job.created_at,
        "input": dump_values(job.input),
    }


def _timer_row(timer: Timer) -> dict[str, Any]:
    return {"process_id": timer.process, "element": timer.element, "due_at": timer.due_at}


def _subscription_row(subscription: Subscription) -> dict[str, Any]:
    return {
        "kind": subscription.kind.value,
        "name": subscription.name,
        "key": subscription.key,
    }


def _incident_row(incident: Incident) -> dict[str, Any]:
    return {
        "process_id": incident.process,
        "element": incident.element,
        "message": incident.message,
        "raised_at": incident.raised_at,
    }


def _message_row(
    case: Case, effect: SendMessage | BroadcastSignal, *, at: datetime, position: int
) -> dict[str, Any]:
    is_message = isinstance(effect, SendMessage)
    return {
        "message_id": f"{case.id}:{case.version}:{position}",
        "kind": "message" if is_message else "signal",
        "name": effect.name,
        "key": effect.key if isinstance(effect, SendMessage) else "",
        "payload": dump_values({"payload": effect.payload}),
        "source_case": case.id,
        "sent_at": at,
        "expires_at": effect.expires_at if isinstance(effect, SendMessage) else None,
        "is_kept": False,
        "reached": "",
    }
