"""Using a database from coroutines: the same code, run so that it can be awaited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from typing import ParamSpec, Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.util import await_only, greenlet_spawn
from sqlalchemy.util.concurrency import in_greenlet

from caseflow.errors import StoreError
from caseflow.store.database import Database, HostTransaction, SessionLike
from caseflow.store.opening import opened_async

P = ParamSpec("P")
T = TypeVar("T")


class _EngineLike(Protocol):
    @property
    def sync_engine(self) -> Engine: ...


class _ConnectionLike(Protocol):
    @property
    def sync_connection(self) -> Connection | None: ...


class _SessionLike(Protocol):
    @property
    def sync_session(self) -> SessionLike: ...


AsyncTarget: TypeAlias = str | _EngineLike
"""A database URL, or the host's own asynchronous SQLAlchemy engine."""

AsyncHostTransaction: TypeAlias = _ConnectionLike | _SessionLike
"""An asynchronous connection or session of the host, inside a transaction that the host ends."""


def async_database(target: AsyncTarget, *, replica: AsyncTarget | None = None) -> Database:
    """Open a database whose every use has to go through `awaited`."""
    engines = [
        opened_async(one) if isinstance(one, str) else one.sync_engine
        for one in (target, replica)
        if one is not None
    ]
    owned = [
        engine
        for engine, one in zip(engines, (target, replica), strict=False)
        if isinstance(one, str)
    ]
    return Database(engines[0], replica=engines[-1], owned=owned)


def sync_of(host: AsyncHostTransaction | None) -> HostTransaction | None:
    """Return what `connection_of` takes. Raises StoreError where a connection is not open."""
    if host is None:
        return None
    inner = getattr(host, "sync_session", None) or getattr(host, "sync_connection", None)
    if inner is None:
        raise StoreError("the connection of the host is not open")
    return inner  # type: ignore[no-any-return]  # one of the two that the protocols promise


async def awaited(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run code that is not asynchronous; where it waits for the database, others go on."""
    return await greenlet_spawn(lambda: call(*args, **kwargs))


def pause(seconds: float) -> None:
    """Rest for some seconds; where this was called by a coroutine, others go on."""
    if in_greenlet():
        await_only(asyncio.sleep(seconds))
    else:
        time.sleep(seconds)


@asynccontextmanager
async def entered(context: AbstractContextManager[T]) -> AsyncIterator[T]:
    """Enter a context that is not asynchronous, and leave it again."""
    value = await awaited(context.__enter__)
    try:
        yield value
    except BaseException as error:
        if not await awaited(context.__exit__, type(error), error, error.__traceback__):
            raise
    else:
        await awaited(context.__exit__, None, None, None)
