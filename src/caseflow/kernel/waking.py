"""Waking what waits in a case: timers, messages, signals and conditions."""

from __future__ import annotations

from dataclasses import replace

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression
from caseflow.kernel.case import CaseState, Condition
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
    run.has_news = False
    has_woken = False
    while run.is_watched and run.state is CaseState.RUNNING and _wake_next(run):
        has_woken = True
    return has_woken


def _wake_next(run: Run) -> bool:
    for waiting in [one for one in run.wakes.values() if isinstance(one, Condition)]:
        conditions = run.graphs[waiting.frame].vertices[waiting.element].conditions
        if waiting.only is not None:
            conditions = (conditions[waiting.only],)
        holds = any(_holds(run, condition, waiting.frame) for condition in conditions)
        if holds != waiting.held:
            now = replace(waiting, held=holds)
            run.wakes[now.id] = now
            if holds:
                wake(run, now)
                return True
    return False


def _holds(run: Run, condition: Expression, frame: int) -> bool:
    """Tell whether a condition holds; one that cannot be evaluated yet does not."""
    try:
        return bool(value(run, condition, frame))
    except ExpressionFailed:
        return False  # a variable that it names may be set later, by another branch
