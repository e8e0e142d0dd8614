"""Who gets a message or a signal: cases that wait for it, or processes that start with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from caseflow.engine.cases import Cases, MakeCommand
from caseflow.errors import CaseNotOpen, NothingWaits
from caseflow.kernel import (
    Case,
    CaseId,
    CaseState,
    Command,
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
    addressee = _addressee(cases, name, key=key)
    while True:
        match addressee:
            case None:
                return None
            case Waiting(is_suspended=True, case=case):
                raise CaseNotOpen(case, state=CaseState.SUSPENDED)
            case Waiting() as waiting:
                try:
                    return cases.change(waiting.case, _handing(cases, waiting, payload))
                except NothingWaits:
                    addressee = _addressee(cases, name, key=key)
                    if addressee == waiting:
                        raise
                    # Somebody was quicker: it took another message while we waited for it.
            case StartOn() as start:
                return cases.start(_opening(cases, start, key=key, payload=payload))


def deliver_message(cases: Cases, message: MessageRow) -> list[bool] | None:
    """Deliver a message that is on its way, or keep it; tell whether nothing went wrong.

    One that its case cannot take, or that cannot open a case, is put aside with the reason.
    None says that somebody else works on the case that waits for it: its time comes later.
    """
    problem = None
    match _addressee(cases, message.name, key=message.key):
        case None | Waiting(is_suspended=True):
            _keep(cases, message)
            return [True]
        case Waiting() as waiting:
            if not cases.stores.waiting.claim(waiting.case):
                return None
            tried = cases.attempt(waiting.case, _handing_if_it_waits(cases, waiting, message))
            if tried is None:
                return None
            problem = tried.problem
        case StartOn() as start:
            opening = _opening(cases, start, key=message.key, payload=message.payload)
            problem = cases.attempt_start(opening).problem
    if problem is None:
        cases.stores.messages.drop(message.id)
    else:
        cases.stores.messages.stick(message.id, problem=problem)
    return [problem is None]


def deliver_signal(cases: Cases, signal: MessageRow, *, limit: int) -> list[bool] | None:
    """Take a signal up to ``limit`` receivers further; tell of each whether it went well.

    First each case that waits for it, in the order of their ids, then at last all processes
    that start with it. For a receiver that cannot take it, it is put aside with the reason.
    What is done and how far the signal has come are one transaction, so that it goes on
    there after a crash.
    """
    messages = cases.stores.messages
    if signal.only_process is not None:
        messages.drop(signal.id)
        return _start_all(cases, signal)
    if signal.only_case is not None:
        return _deliver_to_one(cases, signal, signal.only_case)
    listeners = cases.stores.waiting.listeners(
        signal.name, after=signal.reached, source=signal.source, limit=limit
    )
    went_well = [is_well for case in listeners for is_well in _reach(cases, signal, case)]
    if len(listeners) == limit:
        messages.mark_reached(signal.id, listeners[-1])
        return went_well
    messages.drop(signal.id)
    return went_well + _start_all(cases, signal)


def _reach(cases: Cases, signal: MessageRow, case: CaseId) -> list[bool]:
    """Deliver a signal to one of its cases; nothing where that has gone on meanwhile."""
    if not cases.stores.waiting.claim(case):
        # The others need not wait for who works on this one: it gets a signal of its own.
        later = replace(signal, id=f"{signal.id}:{case}", only_case=case, reached=case)
        cases.stores.messages.add(later)
        return []
    tried = cases.attempt(case, _signalling(cases, signal, only_if_it_waits=True))
    if tried is None:
        return []
    if tried.problem is not None:
        cases.stores.messages.add(_put_aside(signal, tried.problem, case=case))
    return [tried.problem is None]


def _deliver_to_one(cases: Cases, signal: MessageRow, case: CaseId) -> list[bool] | None:
    """Deliver a signal to the one receiver that is left."""
    if not cases.stores.waiting.claim(case):
        return None
    # One that had to wait for its turn may find the case gone on; one that an operator sends
    # again should not be lost without a word.
    is_late = signal.reached == case
    tried = cases.attempt(case, _signalling(cases, signal, only_if_it_waits=is_late))
    cases.stores.messages.drop(signal.id)
    if tried is None:
        return []
    if tried.problem is not None:
        cases.stores.messages.add(_put_aside(signal, tried.problem, case=case))
    return [tried.problem is None]


def _start_all(cases: Cases, signal: MessageRow) -> list[bool]:
    """Open a case of every process that starts with a signal."""
    went_well = []
    for start in cases.stores.processes.starts(SubscriptionKind.SIGNAL, signal.name):
        if signal.only_process in {None, start.process}:
            opening = _opening(cases, start, key="", payload=signal.payload)
            problem = cases.attempt_start(opening).problem
            went_well.append(problem is None)
            if problem is not None:
                cases.stores.messages.add(_put_aside(signal, problem, process=start.process))
    return went_well


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
        reached="",
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


def _handing_if_it_waits(
    cases: Cases, waiting: Waiting, message: MessageRow
) -> Callable[[Case, datetime], Command | None]:
    make = _handing(cases, waiting, message.payload)
    return lambda case, at: make(at) if waiting.number in case.subscriptions else None


def _signalling(
    cases: Cases, signal: MessageRow, *, only_if_it_waits: bool
) -> Callable[[Case, datetime], Command | None]:
    def make(case: Case, at: datetime) -> Command | None:
        waits = case.state is CaseState.RUNNING and any(
            one.kind is SubscriptionKind.SIGNAL and one.name == signal.name
            for one in case.subscriptions.values()
        )
        if only_if_it_waits and not waits:
            return None
        return DeliverSignal(at=at, actor=cases.actor, name=signal.name, payload=signal.payload)

    return make


def _opening(cases: Cases, start: StartOn, *, key: str, payload: Value) -> StartCase:
    return StartCase(
        at=cases.now(),
        actor=cases.actor,
        case=cases.new_id(),
        process=cases.key(start.process),
        business_key=key,
        start=start.element,
        trigger=start.name,
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
