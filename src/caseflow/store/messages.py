"""Messages and signals in the database, from when they are sent until they are delivered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    literal,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from caseflow.kernel import (
    ANY_KEY,
    CaseId,
    CaseState,
    SubscriptionKind,
    dump_values,
    load_values,
)
from caseflow.model import ProcessId, Value
from caseflow.store.tables import CASES, MESSAGES, SUBSCRIPTIONS

PURGE = 1_000
"""Expired messages that are taken out in one transaction."""


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

    def claim(self, *, limit: int) -> list[MessageRow]:
        """Return what has been on its way longest, and claim it until the transaction ends.

        Of messages with one name and key, only the first is given out: the next has to wait
        until that is gone, so that they arrive in the order in which they were sent.
        """
        rows = self._connection.execute(_CLAIMABLE, {"tenant": self._tenant, "limit": limit})
        return [_message(row) for row in rows]

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
            self._connection.execute(
                _EXPIRED.limit(1), {"tenant": self._tenant, "now": now}
            ).first()
            is not None
        )

    def drop_expired(self, now: datetime) -> int:
        """Take out some of the kept messages whose time to live is over; return how many."""
        expired = self._connection.execute(
            _EXPIRED.limit(PURGE), {"tenant": self._tenant, "now": now}
        )
        rows = [{"this_tenant": self._tenant, "this_message": row.message_id} for row in expired]
        if rows:
            self._connection.execute(_DROP_KEPT, rows)
        return len(rows)

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

    def wake_missed(self, now: datetime) -> int:
        """Let kept messages be looked at again that somebody waits for; return how many.

        Where several write at once, one may begin to wait for a message in the moment in
        which another finds that nobody does; neither sees the other.
        """
        woken = self._connection.execute(_WAKE_MISSED, {"this_tenant": self._tenant, "now": now})
        return int(woken.rowcount)

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
_EARLIER = MESSAGES.alias("earlier")
_CLAIMABLE = (
    select(MESSAGES)
    .where(
        MESSAGES.c.tenant == bindparam("tenant"),
        MESSAGES.c.state == MessageState.SENT.value,
        or_(
            MESSAGES.c.kind == SubscriptionKind.SIGNAL.value,
            not_(
                exists().where(
                    _EARLIER.c.tenant == MESSAGES.c.tenant,
                    _EARLIER.c.kind == MESSAGES.c.kind,
                    _EARLIER.c.name == MESSAGES.c.name,
                    _EARLIER.c.key == MESSAGES.c.key,
                    _EARLIER.c.state == MessageState.SENT.value,
                    tuple_(_EARLIER.c.sent_at, _EARLIER.c.message_id)
                    < tuple_(MESSAGES.c.sent_at, MESSAGES.c.message_id),
                )
            ),
        ),
    )
    .order_by(MESSAGES.c.sent_at, MESSAGES.c.message_id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=MESSAGES)
)
_EXPIRED = select(MESSAGES.c.message_id).where(
    MESSAGES.c.tenant == bindparam("tenant"),
    MESSAGES.c.state == MessageState.KEPT.value,
    MESSAGES.c.expires_at <= bindparam("now"),
)
_DROP_KEPT = delete(MESSAGES).where(
    MESSAGES.c.tenant == bindparam("this_tenant"),
    MESSAGES.c.message_id == bindparam("this_message"),
    MESSAGES.c.state == MessageState.KEPT.value,
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
_WAKE_MISSED = (
    update(MESSAGES)
    .where(
        MESSAGES.c.tenant == bindparam("this_tenant"),
        MESSAGES.c.state == MessageState.KEPT.value,
        MESSAGES.c.expires_at > bindparam("now"),
        exists().where(
            SUBSCRIPTIONS.c.tenant == MESSAGES.c.tenant,
            SUBSCRIPTIONS.c.kind == MESSAGES.c.kind,
            SUBSCRIPTIONS.c.name == MESSAGES.c.name,
            SUBSCRIPTIONS.c.key.in_((MESSAGES.c.key, literal(ANY_KEY))),
            CASES.c.tenant == SUBSCRIPTIONS.c.tenant,
            CASES.c.case_id == SUBSCRIPTIONS.c.case_id,
            CASES.c.state == CaseState.RUNNING.value,
        ),
    )
    .values(state=MessageState.SENT.value)
)


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
