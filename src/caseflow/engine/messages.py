"""Who gets a message or a signal: cases that wait for it, or processes that start with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from caseflow.engine.cases import Cases, MakeCommand
from caseflow.errors import CaseNotOpen
from caseflow.kernel import (
    Case,
    CaseId,
    CaseState,
    DeliverMessage,
    DeliverSignal,
    StartCase,
    SubscriptionKind,
)
from caseflow.model import ProcessId, Value
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

    One that its case cannot take, or that cannot open a case, is put aside with the reason.
    """
    problem = None
    match _addressee(cases, message.name, key=message.key):
        case None | Waiting(is_suspended=True):
            _keep(cases, message)
            return True
        case Waiting() as waiting:
            handing = _handing(cases, waiting, message.payload)
            problem = cases.change_or_tell(waiting.case, handing)
        case StartOn() as start:
            opening = _opening(cases, start, key=message.key, payload=message.payload)
            problem = cases.start_or_tell(opening)
    if problem is None:
        cases.stores.messages.drop(message.id)
    else:
        cases.stores.messages.stick(message.id, problem=problem)
    return problem is None


def deliver_signal(cases: Cases, signal: MessageRow) -> bool:
    """Take a signal one receiver further; tell whether nothing went wrong.

    First each case that waits for it, in the order of their ids, then at last all processes
    that start with it. For a receiver that cannot take it, it is put aside with the reason.
    """
    messages = cases.stores.messages
    case, process = signal.only_case, signal.only_process
    if case is None and process is None:
        listener = cases.stores.waiting.listener(
            signal.name, after=signal.reached, source=signal.source
        )
        case = None if listener is None else listener.case
    if case is None:
        messages.drop(signal.id)
        return _start_all(cases, signal)
    if signal.only_case is None:
        messages.mark_reached(signal.id, case)
    else:
        messages.drop(signal.id)
    problem = cases.change_or_tell(
        case,
        lambda at: DeliverSignal(
            at=at, actor=cases.actor, name=signal.name, payload=signal.payload
        ),
    )
    if problem is not None:
        messages.add(_put_aside(signal, problem, case=case))
    return problem is None


def _start_all(cases: Cases, signal: MessageRow) -> bool:
    """Open a case of every process that starts with a signal."""
    is_well = True
    for start in cases.stores.processes.starts(SubscriptionKind.SIGNAL, signal.name):
        if signal.only_process in {None, start.process}:
            opening = _opening(cases, start, key="", payload=signal.payload)
            problem = cases.start_or_tell(opening)
            if problem is not None:
                is_well = False
                cases.stores.messages.add(_put_aside(signal, problem, process=start.process))
    return is_well


def _put_aside(
    signal: MessageRow,
    problem: str,
    *,
    case: CaseId | None = None,
    process: ProcessId | None = None,
) -> MessageRow:
    """Return the signal as it waits for an operator, for the one receiver that is left."""
    is_first = signal.only_case is None and signal.only_process is None
    return replace(
        signal,
        id=f"{signal.id}:{case or process}" if is_first else signal.id,
        state=MessageState.STUCK,
        only_case=case,
        only_process=process,
        problem=problem,
    )


def _addressee(cases: Cases, name: str, *, key: str) -> Waiting | StartOn | None:
    """Return the case that waits for a message, or the start event that it opens a case at."""
    stores = cases.stores
    starts = stores.processes.starts(SubscriptionKind.MESSAGE, name)
    return stores.waiting.receiver(name, key=key) or next(iter(starts), None)


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
    """Keep a message that nobody waits for, if it is to live any longer."""
    now = cases.now()
    until = message.expires_at or now + MESSAGE_LIFE
    if until > now:
        cases.stores.messages.keep(message.id, until=until)
    else:
        cases.stores.messages.drop(message.id)
