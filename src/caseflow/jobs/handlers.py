"""Handlers: the host's functions that do what service tasks ask for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar

from caseflow.errors import HandlerRefused
from caseflow.jobs.backoff import Backoff
from caseflow.jobs.spans import Span, span_of
from caseflow.kernel import CaseId
from caseflow.model import ElementId, ProcessId, Value

TIMEOUT = timedelta(seconds=60)
"""How long a handler may take, unless it says otherwise."""

RETRIES = 3
"""How often a job is tried in all, where neither the diagram nor its handler says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a handler is called with.

    ``idempotency_key`` is the same at every attempt and differs in the next round of a loop:
    give it to the service that is called, so that it does the work once. ``input`` is what
    the input mapping of the task made, with the item and counter of a loop.
    """

    id: str
    idempotency_key: str
    case: CaseId
    business_key: str
    process: ProcessId
    element: ElementId
    topic: str
    input: Mapping[str, Value]
    attempt: int
    priority: int
    created_at: datetime


Output: TypeAlias = Mapping[str, object] | None
"""The variables that a handler returns, if any."""

Function: TypeAlias = Callable[[Job], Output] | Callable[[Job], Awaitable[Output]]
"""A function that does jobs, sync or async."""

F = TypeVar("F", bound=Callable[[Job], object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """A function with the topic that it does, and how.

    ``limit``: how many jobs of it one worker does at a time; as many as the worker has
    threads for each topic, where it does not say.
    """

    topic: str
    function: Callable[[Job], object]
    retries: int = RETRIES
    timeout: timedelta = TIMEOUT
    backoff: Backoff = field(default_factory=Backoff)
    limit: int | None = None


class Handlers:
    """The handlers of one engine, by topic."""

    def __init__(self) -> None:
        """Begin with none."""
        self._handlers: dict[str, Handler] = {}

    def register(
        self,
        topic: str,
        *,
        retries: int = RETRIES,
        timeout: Span = TIMEOUT,
        backoff: Backoff | Span | None = None,
        limit: int | None = None,
    ) -> Callable[[F], F]:
        """Return a decorator that makes a function the handler of a topic.

        Args:
            topic: the topic of the service task.
            retries: how often a job is tried in all, where the diagram does not say.
            timeout: after how long a job counts as failed, though its handler goes on.
            backoff: the pause after a failure; a span is the first, and it doubles.
            limit: how many jobs of it one worker does at a time.

        Raises:
            HandlerRefused: the topic has a handler already, or a number makes no sense.
        """
        if topic in self._handlers:
            raise HandlerRefused(f"topic {topic!r} has a handler already")
        count, most = at_least_one(retries, name="retries"), span_of(timeout, name="timeout")
        pause = _backoff(backoff)
        together = None if limit is None else at_least_one(limit, name="limit")

        def add(function: F) -> F:
            self._handlers[topic] = Handler(
                topic=topic,
                function=function,
                retries=count,
                timeout=most,
                backoff=pause,
                limit=together,
            )
            return function

        return add

    def get(self, topic: str) -> Handler | None:
        """Return the handler of a topic, if there is one."""
        return self._handlers.get(topic)

    def __iter__(self) -> Iterator[Handler]:
        return iter(tuple(self._handlers.values()))


def at_least_one(number: int, *, name: str) -> int:
    """Return a number that counts something. Raises HandlerRefused."""
    if number < 1:
        raise HandlerRefused(f"{name}: at least 1, not {number}")
    return number


def _backoff(given: Backoff | Span | None) -> Backoff:
    if given is None:
        return Backoff()
    if isinstance(given, Backoff):
        return given
    return Backoff(first=span_of(given, name="backoff"))
