"""Messages and signals in the database, from when they are sent until they are delivered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from caseflow.kernel import CaseId, SubscriptionKind, dump_values, load_values
from caseflow.model import ProcessId, Value
from caseflow.store.tables import MESSAGES


class MessageState(StrEnum):
    """How far a message or signal has come."""

    SENT = "sent"
    """It is on its way."""
    KEPT = "kept"
    """Nobody waited for it: it is kept until somebody does, or until it expires."""
    STUCK = "stuck"
    """Its receiver could not take it: an operator must act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message or signal that is not delivered yet.

    ``reached`` is the last case that a signal was delivered to. One that a receiver could
    not take is put aside for that case or process alone; ``problem`` says why.
    """

    id: str
    kind: SubscriptionKind
    name: str
    key: str
    payload: Value
    source: str
    sent_at: datetime
    expires_at: datetime | None = None
    state: MessageState = MessageState.SENT
    reached: str = ""
    only_case: CaseId | None = None
    only_process: ProcessId | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """What somebody begins to wait for; without a key, whatever key the message has."""

    kind: SubscriptionKind
    name: str
    key: str | None


class MessageStore:
    """One tenant's messages and signals on their way, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant

    def next(self) -> MessageRow | None:
        """Return the oldest message or signal that is on its way, if any."""
        row = self._connection.execute(_NEXT, {"tenant": self._tenant}).one_or_none()
        return None if row is None else _message(row)

    def all(self, *, state: MessageState | None = None, limit: int) -> list[MessageRow]:
        """Return what is not delivered yet, the oldest first."""
        query = (
            select(MESSAGES)
            .where(MESSAGES.c.tenant == self._tenant)
            .order_by(MESSAGES.c.sent_at, MESSAGES.c.message_id)
            .limit(limit)
        )
        if state is not None:
            query = query.where(MESSAGES.c.state == state.value)
        return [_message(row) for row in self._connection.execute(query)]

    def add(self, message: MessageRow) -> None:
        """Put a message or signal in."""
        self._connection.execute(
            insert(MESSAGES),
            {
                "tenant": self._tenant,
                "message_id": message.id,
                "kind": message.kind.value,
                "name": message.name,
                "key": message.key,
                "payload": dump_values({"payload": message.payload}),
                "source_case": message.source,
                "sent_at": message.sent_at,
                "expires_at": message.expires_at,
                "state": message.state.value,
                "reached": message.reached,
                "only_case": message.only_case,
                "only_process": message.only_process,
                "problem": message.problem,
            },
        )

    def keep(self, message: str, *, until: datetime) -> None:
        """Keep a message that nobody waits for, until somebody does or it expires."""
        self._change(message, state=MessageState.KEPT.value, expires_at=until)

    def stick(self, message: str, *, problem: str) -> None:
        """Put a message aside that could not be taken, and say why."""
        self._change(message, state=MessageState.STUCK.value, problem=problem)

    def mark_reached(self, signal: str, case: CaseId) -> None:
        """Note that a signal was delivered to all cases up to this one."""
        self._change(signal, reached=case)

    def resend(self, message: str) -> bool:
        """Let a message be looked at again; tell whether there is one of this id."""
        return self._change(message, state=MessageState.SENT.value, problem=None)

    def drop(self, message: str) -> bool:
        """Take a message or signal out; tell whether there was one of this id."""
        gone = self._connection.execute(
            delete(MESSAGES).where(
                MESSAGES.c.tenant == self._tenant, MESSAGES.c.message_id == message
            )
        )
        return bool(gone.rowcount)

    def has_expired(self, now: datetime) -> bool:
        """Tell whether the time to live of a kept message is over."""
        return (
            self._connection.execute(_EXPIRED, {"tenant": self._tenant, "now": now}).first()
            is not None
        )

    def drop_expired(self, now: datetime) -> int:
        """Take out the kept messages whose time to live is over; return how many there were."""
        gone = self._connection.execute(
            delete(MESSAGES).where(
                MESSAGES.c.tenant == self._tenant,
                MESSAGES.c.state == MessageState.KEPT.value,
                MESSAGES.c.expires_at <= now,
            )
        )
        return int(gone.rowcount)

    def wake(self, awaited: Collection[Awaited], *, now: datetime) -> None:
        """Let kept messages be looked at again that somebody waits for from now on."""
        for exact, statement in ((True, _WAKE_BY_KEY), (False, _WAKE)):
            rows = [
                {
                    "this_tenant": self._tenant,
                    "this_kind": one.kind.value,
                    "this_name": one.name,
                    "this_key": one.key,
                    "now": now,
                }
                for one in awaited
                if (one.key is not None) is exact
            ]
            if rows:
                self._connection.execute(statement, rows)

    def _change(self, message: str, **values: Any) -> bool:
        changed = self._connection.execute(
            update(MESSAGES)
            .where(MESSAGES.c.tenant == self._tenant, MESSAGES.c.message_id == message)
            .values(values)
        )
        return bool(changed.rowcount)


# Built once: putting a statement together takes longer than SQLite takes to run it.
_NEXT = (
    select(MESSAGES)
    .where(MESSAGES.c.tenant == bindparam("tenant"), MESSAGES.c.state == MessageState.SENT.value)
    .order_by(MESSAGES.c.sent_at, MESSAGES.c.message_id)
    .limit(1)
)
_EXPIRED = (
    select(MESSAGES.c.message_id)
    .where(
        MESSAGES.c.tenant == bindparam("tenant"),
        MESSAGES.c.state == MessageState.KEPT.value,
        MESSAGES.c.expires_at <= bindparam("now"),
    )
    .limit(1)
)
_WAKE = (
    update(MESSAGES)
    .where(
        and_(
            MESSAGES.c.tenant == bindparam("this_tenant"),
            MESSAGES.c.kind == bindparam("this_kind"),
            MESSAGES.c.name == bindparam("this_name"),
            MESSAGES.c.state == MessageState.KEPT.value,
            MESSAGES.c.expires_at > bindparam("now"),
        )
    )
    .values(state=MessageState.SENT.value)
)
_WAKE_BY_KEY = _WAKE.where(MESSAGES.c.key == bindparam("this_key"))


def _message(row: Any) -> MessageRow:
    return MessageRow(
        id=row.message_id,
        kind=SubscriptionKind(row.kind),
        name=row.name,
        key=row.key,
        payload=load_values(row.payload)["payload"],
        source=row.source_case,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        state=MessageState(row.state),
        reached=row.reached,
        only_case=None if row.only_case is None else CaseId(row.only_case),
        only_process=None if row.only_process is None else ProcessId(row.only_process),
        problem=row.problem,
    )
