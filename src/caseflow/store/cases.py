"""Cases in the database: loading them, and storing what a command made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, assert_never

from sqlalchemy import Connection, Table, and_, delete, func, insert, select, update

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

    def load(self, case: CaseId) -> Case:
        """Return a case. Raises UnknownCase."""
        row = self._connection.execute(
            select(CASES.c.body, CASES.c.schema).where(self._is(CASES, case))
        ).one_or_none()
        if row is None:
            raise UnknownCase(case)
        if row.schema != SCHEMA:
            raise StoreError(
                f"case {case} was stored with schema {row.schema}, this release reads {SCHEMA}: "
                "use the release that wrote it, or a newer one"
            )
        return load_case(row.body)

    def save(self, before: Case | None, command: Command, outcome: Outcome) -> None:
        """Store what a command made of a case, in one go.

        Raises:
            StaleCase: the case was changed since ``before`` was loaded.
        """
        after = outcome.case
        values = self._row(after)
        if before is None:
            self._connection.execute(insert(CASES), {**self._key(after.id), **values})
        else:
            changed = self._connection.execute(
                update(CASES)
                .where(self._is(CASES, after.id), CASES.c.version == before.version)
                .values(values)
            )
            if changed.rowcount != 1:
                raise StaleCase(after.id, version=before.version)
        self._remember(after, command, outcome.events)
        self._apply(after, command.at, outcome.effects)

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

    def _row(self, case: Case) -> dict[str, Any]:
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

    def _remember(self, case: Case, command: Command, events: Sequence[Event]) -> None:
        stamp = {"version": case.version, "at": command.at, "actor": command.actor}
        self._connection.execute(
            insert(COMMANDS), {**self._key(case.id), **stamp, "body": dump_command(command)}
        )
        if not events:
            return
        last = self._connection.execute(
            select(func.max(HISTORY.c.sequence)).where(self._is(HISTORY, case.id))
        ).scalar_one()
        self._connection.execute(
            insert(HISTORY),
            [
                {
                    **self._key(case.id),
                    **stamp,
                    "sequence": sequence,
                    "kind": type(event).__name__,
                    "body": dump_event(event),
                }
                for sequence, event in enumerate(events, start=(last or 0) + 1)
            ],
        )

    def _apply(  # noqa: C901, PLR0912, PLR0915 - one case an effect
        self, case: Case, at: datetime, effects: Iterable[Effect]
    ) -> None:
        """Write the rows that the effects of one command ask for, table by table."""
        gone: dict[Table, set[int]] = {}
        new: dict[Table, list[dict[str, Any]]] = {}
        for position, effect in enumerate(effects):
            match effect:
                case ShowTask():
                    task = effect.task
                    _replace(gone, new, TASKS, task.id, _task_row(task))
                    gone.setdefault(CANDIDATES, set()).add(task.id)
                    new.setdefault(CANDIDATES, []).extend(_candidate_rows(task))
                case HideTask():
                    gone.setdefault(TASKS, set()).add(effect.id)
                    gone.setdefault(CANDIDATES, set()).add(effect.id)
                case StartJob():
                    _replace(gone, new, JOBS, effect.job.id, _job_row(effect.job))
                case StartTimer():
                    _replace(gone, new, TIMERS, effect.timer.id, _timer_row(effect.timer))
                case Subscribe():
                    row = _subscription_row(effect.subscription)
                    _replace(gone, new, SUBSCRIPTIONS, effect.subscription.id, row)
                case RaiseIncident():
                    row = _incident_row(effect.incident)
                    _replace(gone, new, INCIDENTS, effect.incident.id, row)
                case CancelJob() | CancelTimer() | Unsubscribe() | ClearIncident():
                    gone.setdefault(_TABLE_OF[type(effect)], set()).add(effect.id)
                case SendMessage() | BroadcastSignal():
                    new.setdefault(MESSAGES, []).append(
                        _message_row(case, effect, at=at, position=position)
                    )
                case _:
                    assert_never(effect)
        for wanted in new.get(SUBSCRIPTIONS, ()):
            self._wake_kept(wanted)
        for table, numbers in gone.items():
            self._connection.execute(
                delete(table).where(self._is(table, case.id), table.c.number.in_(numbers))
            )
        for table, rows in new.items():
            key = {"tenant": self._tenant} if table is MESSAGES else self._key(case.id)
            if rows:
                self._connection.execute(insert(table), [{**key, **row} for row in rows])

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


_TABLE_OF: Mapping[type[Effect], Table] = {
    CancelJob: JOBS,
    CancelTimer: TIMERS,
    Unsubscribe: SUBSCRIPTIONS,
    ClearIncident: INCIDENTS,
}


def _replace(
    gone: dict[Table, set[int]],
    new: dict[Table, list[dict[str, Any]]],
    table: Table,
    number: int,
    row: dict[str, Any],
) -> None:
    gone.setdefault(table, set()).add(number)
    new.setdefault(table, []).append({"number": number, **row})


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
