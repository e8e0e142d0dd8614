"""Waking what waits in a case: timers, messages, signals and conditions."""

from __future__ import annotations

from dataclasses import replace

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression
from caseflow.kernel.case import CaseState, Condition, Subscription, SubscriptionKind
from caseflow.kernel.casefile import value
from caseflow.kernel.run import Run, Wake
from caseflow.model import Value


def wake(run: Run, waiting: Wake, payload: Value = None) -> None:
    """Let the event that waits for this act on it."""
    vertex = run.graphs[waiting.frame].vertices[waiting.element]
    if vertex.catcher is not None:
        vertex.catcher.fired(run, waiting, vertex, payload)


def look_at_conditions(run: Run) -> bool:
    """Wake every event whose condition came true since the last look; tell whether any did.

    The oldest comes first, and what it sets or cancels counts for the next. A condition
    that held before must fail once before it can come true again, 10.5.5. While a case is
    suspended nobody looks.
    """
    run.has_news = has_woken = False
    while run.is_watched and run.state is CaseState.RUNNING:
        run.has_news = False
        watched = [one for one in run.wakes.values() if isinstance(one, Condition)]
        woken = [one for one in watched if run.wakes.get(one.id) is one and _look_at(run, one)]
        if not woken:
            break
        has_woken = True
    return has_woken


def _look_at(run: Run, waiting: Condition) -> bool:
    """Look at one condition, and wake its event where it came true; tell whether it did."""
    conditions = run.graphs[waiting.frame].vertices[waiting.element].conditions
    if waiting.only is not None:
        conditions = (conditions[waiting.only],)
    holds = any(_holds(run, condition, waiting.frame) for condition in conditions)
    if holds == waiting.held:
        return False
    now = replace(waiting, held=holds)
    run.wakes[now.id] = now
    if holds:
        wake(run, now)
    return holds


def follow_keys(run: Run) -> None:
    """Let what waits for messages wait by the keys that the case file gives it now (8.4.2).

    A subscription is not tied to how things were when it began: "changes in the process
    context can alter the correlation condition".
    """
    if not run.changed or not any(one.has_keys for one in run.program.library.values()):
        return
    for one in [wake for wake in run.wakes.values() if isinstance(wake, Subscription)]:
        catcher = run.graphs[one.frame].vertices[one.element].catcher
        if catcher is not None and one.kind is SubscriptionKind.MESSAGE:
            run.wakes[one.id] = catcher.listener.awaited(run, one)


def _holds(run: Run, condition: Expression, frame: int) -> bool:
    """Tell whether a condition holds; one that cannot be evaluated yet does not."""
    try:
        return bool(value(run, condition, frame))
    except ExpressionFailed:
        return False  # a variable that it names may be set later, by another branch
