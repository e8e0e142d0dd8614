"""Messages and signals from outside: each counts once, however often it comes in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from caseflow.engine.cases import Cases
from caseflow.engine.messages import deliver
from caseflow.errors import CommandRefused, NothingWaits, ValueRefused
from caseflow.kernel import Case, SubscriptionKind, dump_values
from caseflow.model import Value
from caseflow.store import MessageRow, ReceivedBefore

T = TypeVar("T")

RECEIPT_LIFE = timedelta(days=30)
"""How long the id of a message from outside is remembered, so that it counts once."""

LONGEST_ID = 200
"""Characters of the id of a message."""


def give(cases: Cases, name: str, *, key: str, payload: Value, message_id: str | None) -> Case:
    """Give a message at once to the case that waits for it, or open a case that it starts.

    One that came in before changes nothing: the case that took it then is returned.

    Raises:
        NothingWaits: nobody does; the message counts as not received.
        CaseNotOpen: the case that waits for it is suspended.
        CommandRefused: another message came in under this id.
    """
    cases.check_may_write()

    def take() -> Case:
        case = deliver(cases, name, key=key, payload=payload)
        if case is None:
            raise NothingWaits(
                f"no case waits for message {name!r} with key {key!r}, and no process starts "
                "with it"
            )
        if message_id is not None:
            cases.stores.receipts.note_case(message_id, case.id)
        return case

    if message_id is None:
        return take()
    digest = _digest(SubscriptionKind.MESSAGE, name, key, payload)
    taken = _once(cases, message_id, digest, take)
    if taken is not None:
        return taken
    receipt = cases.stores.receipts.find(message_id)
    if receipt is None or receipt.case is None:
        raise _used(message_id)
    return cases.stores.cases.load(receipt.case)


def put_in(cases: Cases, message: MessageRow, *, message_id: str | None) -> bool:
    """Put a message or signal on its way; tell whether it did not come in before.

    Raises:
        CommandRefused: another one came in under this id.
    """
    cases.check_may_write()
    if message_id is None:
        cases.stores.messages.add(message)
        return True

    def add() -> bool:
        cases.stores.messages.add(message)
        return True

    digest = _digest(message.kind, message.name, message.key, message.payload)
    return _once(cases, message_id, digest, add) is not None


def _once(cases: Cases, message_id: str, digest: str, act: Callable[[], T]) -> T | None:
    """Act where no message came in under this id before; None where this one did."""
    if not 0 < len(message_id) <= LONGEST_ID:
        raise ValueRefused(f"the id of a message has 1 to {LONGEST_ID} characters")
    receipts = cases.stores.receipts
    forget_at = cases.now() + RECEIPT_LIFE
    receipt = receipts.find(message_id)
    if receipt is None:
        try:
            with receipts.receiving(message_id, digest=digest, forget_at=forget_at):
                return act()
        except ReceivedBefore:
            receipt = receipts.find(message_id)
    if receipt is None or receipt.digest != digest:
        raise _used(message_id)
    return None


def _digest(kind: SubscriptionKind, name: str, key: str, payload: Value) -> str:
    told = json.dumps([kind.value, name, key, dump_values({"payload": payload})])
    return hashlib.sha256(told.encode()).hexdigest()


def _used(message_id: str) -> CommandRefused:
    return CommandRefused(
        f"another message came in as {message_id!r}: give each message an id of its own"
    )
