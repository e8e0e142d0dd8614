"""Who gets a message or a signal: cases that wait for it, or processes that start with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from caseflow.engine.cases import Cases, MakeCommand
from caseflow.errors import CaseNotOpen
from caseflow.kernel import (
    ANY_KEY,
    Case,
    CaseState,
    DeliverMessage,
    DeliverSignal,
    StartCase,
    SubscriptionKind,
)
from caseflow.model import Value
from caseflow.store import MessageRow, MessageState, StartOn, Waiting

MESSAGE_LIFE = timedelta(days=30)
"""How long a message that nobody waits for yet is kept, unless it says so itself."""


def deliver(cases: Cases, name: str, *, key: str, payload: Value) -> Case | None:
    """Give a message to the case that waits for it, or open one; None where nobody does.

    Raises:
        CaseNotOpen: the case that waits for it is suspended.
    """
    cases.check_may_write()
    match _addressee(cases, name, key=key):
        case None:
            return None
        case Waiting(is_suspended=True, case=case):
            raise CaseNotOpen(case, state=CaseState.SUSPENDED)
        case Waiting() as waiting:
            return cases.change(waiting.case, _handing(cases, waiting, payload))
        case StartOn() as start:
            return cases.start(_opening(cases, start, key=key, payload=payload))


def deliver_message(cases: Cases, message: MessageRow) -> bool:
    """Deliver a message that is on its way, or keep it; tell whether nothing went wrong.

    A case that cannot take it is suspended, and the message kept for it; a message that
    cannot open its case is put aside with the reason.
    """
    messages = cases.stores.messages
    if message.expires_at is not None and message.expires_at <= cases.now():
        messages.drop(message.id)
        return True
    is_well = True
    match _addressee(cases, message.name, key=message.key):
        case Waiting(is_suspended=False) as waiting:
            handing = _handing(cases, waiting, message.payload)
            is_well = cases.change_or_suspend(waiting.case, handing)
            if is_well:
                messages.drop(message.id)
            else:
                _keep(cases, message)
        case StartOn() as start:
            opening = _opening(cases, start, key=message.key, payload=message.payload)
            problem = cases.start_or_tell(opening)
            is_well = problem is None
            if problem is None:
                messages.drop(message.id)
            else:
                messages.stick(message.id, problem=problem)
        case Waiting() | None:
            _keep(cases, message)
    return is_well


def deliver_signal(cases: Cases, signal: MessageRow) -> bool:
    """Take a signal one case further; tell whether nothing went wrong.

    First each case that waits for it, in the order of their ids, then at last the processes
    that start with it. A case that cannot take it is suspended; for a process that cannot
    be started the signal is put aside with the reason.
    """
    listener = None
    if signal.process is None:
        listener = cases.stores.waiting.listener(
            signal.name, after=signal.reached, source=signal.source
        )
    if listener is None:
        return _start_all(cases, signal)
    cases.stores.messages.mark_reached(signal.id, listener.case)
    return cases.change_or_suspend(
        listener.case,
        lambda at: DeliverSignal(
            at=at, actor=cases.actor, name=signal.name, payload=signal.payload
        ),
    )


def _start_all(cases: Cases, signal: MessageRow) -> bool:
    """Open a case of every process that starts with a signal; with that it is done."""
    messages = cases.stores.messages
    messages.drop(signal.id)
    is_well = True
    for start in cases.stores.processes.starts(SubscriptionKind.SIGNAL, signal.name):
        if signal.process not in {None, start.process}:
            continue
        problem = cases.start_or_tell(_opening(cases, start, key="", payload=signal.payload))
        if problem is not None:
            is_well = False
            messages.add(
                replace(
                    signal,
                    id=signal.id if signal.process else f"{signal.id}:{start.process}",
                    state=MessageState.STUCK,
                    process=start.process,
                    problem=problem,
                )
            )
    return is_well


def _addressee(cases: Cases, name: str, *, key: str) -> Waiting | StartOn | None:
    """Return the case that waits for a message, or the start event that it opens a case at."""
    stores = cases.stores
    starts = stores.processes.starts(SubscriptionKind.MESSAGE, name)
    return (
        stores.waiting.receiver(name, key=key)
        or stores.waiting.receiver(name, key=ANY_KEY)
        or next(iter(starts), None)
    )


def _handing(cases: Cases, waiting: Waiting, payload: Value) -> MakeCommand:
    return lambda at: DeliverMessage(
        at=at, actor=cases.actor, subscription=waiting.number, payload=payload
    )


def _opening(cases: Cases, start: StartOn, *, key: str, payload: Value) -> StartCase:
    return StartCase(
        at=cases.now(),
        actor=cases.actor,
        case=cases.new_id(),
        process=cases.key(start.process),
        business_key=key,
        start=start.element,
        payload=payload,
    )


def _keep(cases: Cases, message: MessageRow) -> None:
    until = message.expires_at or cases.now() + MESSAGE_LIFE
    cases.stores.messages.keep(message.id, until=until)
