"""Calling a handler: whatever it does, something comes of it that can be recorded."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from caseflow.errors import BpmnError, ValueRefused
from caseflow.jobs.handlers import Handler, Job
from caseflow.kernel import dump_values
from caseflow.model import Value, Values, checked

MAX_MESSAGE = 2_000
"""Characters of a failure that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """The handler did the job."""

    variables: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Erred:
    """The handler says that the task ends with a BPMN error."""

    code: str
    payload: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The handler did not do the job, or returned what cannot be kept."""

    message: str
    is_final: bool = False


Result: TypeAlias = Completed | Erred | Failed


class Caller:
    """Calls handlers; async ones all run in one event loop in a thread of its own."""

    def __init__(self, *, max_payload: int) -> None:
        """Take and give at most ``max_payload`` bytes."""
        self._max_payload = max_payload
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def call(self, handler: Handler, job: Job, *, size: int) -> Result:
        """Call a handler with a job whose input has ``size`` bytes."""
        if size > self._max_payload:
            return _too_large("the input of the job", size, self._max_payload)
        try:
            made = handler.function(job)
            if inspect.isawaitable(made):
                made = self._awaited(made, handler.timeout)
        except BpmnError as error:
            return self._erred(error)
        except BaseException as failure:  # noqa: BLE001 - SystemExit of a handler ends no worker
            return Failed(message=in_words(failure))
        return self._completed(made)

    def close(self) -> None:
        """End the event loop, if there is one; what runs in it still is cancelled."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)

    def _completed(self, made: object) -> Result:
        if made is None:
            return Completed(variables={})
        if not isinstance(made, Mapping):
            return Failed(
                message=f"the handler returned {_kind(made)}: it returns a mapping of variables, "
                "or None"
            )
        try:
            variables = checked(made)
            size = _size(variables)
        except ValueRefused as refusal:
            return Failed(message=sound(f"the handler returned what no case can keep: {refusal}"))
        except Exception as failure:  # noqa: BLE001 - a mapping of the host may do anything
            return Failed(message=f"the handler returned what cannot be read: {in_words(failure)}")
        if size > self._max_payload:
            return _too_large("what the handler returned", size, self._max_payload)
        return Completed(variables=variables)

    def _erred(self, error: BpmnError) -> Result:
        if not error.code:
            return Failed(message="the handler raised a BPMN error without a code")
        payload = self._completed({"payload": error.payload})
        if not isinstance(payload, Completed):
            return payload
        return Erred(code=sound(str(error.code)), payload=payload.variables["payload"])

    def _awaited(self, awaitable: Awaitable[object], timeout: timedelta) -> object:
        """Run an awaitable in the event loop, and cancel it where it takes too long."""
        future = asyncio.run_coroutine_threadsafe(_guarded(awaitable), self._running_loop())
        try:
            made = future.result(timeout.total_seconds())
        except (TimeoutError, CancelledError):
            future.cancel()
            raise TimeoutError(f"did not end within {timeout.total_seconds():g} s") from None
        if isinstance(made, _Raised):
            raise made.failure
        return made

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=_run_loop, args=(self._loop,), name="caseflow-async", daemon=True
                ).start()
            return self._loop


@dataclass(frozen=True, slots=True)
class _Raised:
    """What an async handler raised; on its own it might end the loop of all others."""

    failure: BaseException


async def _guarded(awaitable: Awaitable[object]) -> object:
    try:
        return await awaitable
    except asyncio.CancelledError:
        raise
    except BaseException as failure:  # noqa: BLE001 - handed on to the thread that waits
        return _Raised(failure)


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    finally:
        loop.close()


def in_words(failure: BaseException) -> str:
    """Return what an operator reads of a failure, even if it cannot tell of itself."""
    try:
        text = str(failure)
    except Exception:  # noqa: BLE001 - it is the host's class
        text = "(it cannot say)"
    return sound(f"{type(failure).__name__}: {text}" if text else type(failure).__name__)


def sound(text: str) -> str:
    """Return a text that every database can keep, cut where it is long."""
    kept = text.encode("utf-8", "replace").decode().replace("\x00", "�")
    return kept if len(kept) <= MAX_MESSAGE else f"{kept[: MAX_MESSAGE - 1]}…"


def _size(variables: Values) -> int:
    try:
        return len(dump_values(variables).encode())
    except UnicodeEncodeError as failure:
        raise ValueRefused(f"the database cannot keep this: {failure}") from failure


def _kind(made: object) -> str:
    return f"an object of type {type(made).__name__}"


def _too_large(what: str, size: int, limit: int) -> Failed:
    return Failed(
        message=f"{what} has {size} bytes, and {limit} are allowed: keep the data elsewhere and "
        "pass on where it is, or give the worker a larger max_payload",
        is_final=True,
    )
