"""What happened to deadlines, in words, one line each."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from caseflow.cli.moments import local
from caseflow.kernel import (
    DeadlineEvent,
    DeadlineMoved,
    DeadlinesPaused,
    DeadlinesRecounted,
    DeadlinesResumed,
    DeadlineWarned,
    ExtensionAsked,
    ExtensionDecided,
)
from caseflow.model import ElementId, ProcessId


def tell_deadline(  # noqa: PLR0911 - one case a kind of event
    event: DeadlineEvent, title: Callable[[ProcessId, ElementId], str]
) -> str:
    """Say what happened to deadlines."""
    match event:
        case DeadlinesPaused(reason=reason):
            return f"{_count(event)} stopped: {reason}"
        case DeadlinesResumed(reason=reason):
            return f"{_count(event)} went on{f': {reason}' if reason else ''}"
        case DeadlineMoved(due_at=due_at):
            when = "is not due for the time being" if due_at is None else f"is due {local(due_at)}"
            return f"{title(event.process, event.element)} {when}"
        case ExtensionAsked(by=by, reason=reason):
            return f"task ({event.task}): an extension by {by} was asked for: {reason}"
        case ExtensionDecided(by=by, approved=approved, reason=reason):
            verdict = "approved" if approved else "refused"
            why = f": {reason}" if reason else ""
            return f"task ({event.task}): the extension by {by} was {verdict}{why}"
        case DeadlinesRecounted(reason=reason):
            return f"all deadlines were counted again: {reason}"
        case DeadlineWarned(light=light, due_at=due_at):
            return f"{light} light for {title(event.process, event.element)}, due {local(due_at)}"
        case _:
            assert_never(event)


def _count(event: DeadlinesPaused | DeadlinesResumed) -> str:
    number = len(event.tasks) + len(event.timers)
    return "1 deadline" if number == 1 else f"{number} deadlines"
