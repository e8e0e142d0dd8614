"""The asynchronous face of the engine: the same code, awaited.

Nothing is written twice: each call runs the engine's own code, which gives way to other
coroutines wherever it waits for the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Concatenate, Generic, Literal, ParamSpec, Self, TypeVar

from caseflow.clock import Clock
from caseflow.engine.deployment import Deployed
from caseflow.engine.due import Done
from caseflow.engine.engine import Engine
from caseflow.engine.retrying import TRIES, pauses
from caseflow.engine.work import Work
from caseflow.errors import CaseflowError
from caseflow.kernel import Function, Interpreter
from caseflow.org import Directory
from caseflow.store import (
    AsyncHostTransaction,
    AsyncTarget,
    Contents,
    async_database,
    awaited,
    entered,
    sync_of,
)
from caseflow.worktime import CHINA, Calendar

P = ParamSpec("P")
T = TypeVar("T")


class Awaited(Generic[P, T]):
    """A method of `Work`, as `AsyncWork` has it: called in the same way, and awaited."""

    def __init__(self, method: Callable[Concatenate[Work, P], T]) -> None:
        """Stand for a method."""
        self._method = method
        self.__doc__ = method.__doc__

    def __get__(self, work: AsyncWork, _owner: type[AsyncWork]) -> Callable[P, Awaitable[T]]:
        """Return what calls the method on the unit of work that ``work`` stands for."""

        def call(*args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
            return awaited(self._method, work.sync_work, *args, **kwargs)

        return call


class AsyncWork:
    """A unit of work whose every call is awaited; made by `AsyncEngine.begin`.

    It has the methods of `Work`. What hangs on a `Work` beyond them, and what takes one, is
    reached with `call`::

        await work.call(lambda work: work.records.page(case))
    """

    def __init__(self, work: Work) -> None:
        """Stand for a unit of work, ``sync_work``, that must not be used by itself."""
        self.sync_work = work

    async def call(self, act: Callable[[Work], T]) -> T:
        """Do something with the unit of work itself, in code that is not asynchronous."""
        return await awaited(act, self.sync_work)

    processes = Awaited(Work.processes)
    diagram = Awaited(Work.diagram)
    versions = Awaited(Work.versions)

    start = Awaited(Work.start)
    case = Awaited(Work.case)
    places = Awaited(Work.places)
    cases = Awaited(Work.cases)
    history = Awaited(Work.history)
    verify = Awaited(Work.verify)
    hold = Awaited(Work.hold)
    set_variables = Awaited(Work.set_variables)
    cancel = Awaited(Work.cancel)
    suspend = Awaited(Work.suspend)
    resume = Awaited(Work.resume)

    tasks = Awaited(Work.tasks)
    count_tasks = Awaited(Work.count_tasks)
    claim = Awaited(Work.claim)
    unclaim = Awaited(Work.unclaim)
    assign = Awaited(Work.assign)
    complete = Awaited(Work.complete)
    throw_error = Awaited(Work.throw_error)

    jobs = Awaited(Work.jobs)
    complete_job = Awaited(Work.complete_job)
    fail_job = Awaited(Work.fail_job)
    incidents = Awaited(Work.incidents)
    resolve = Awaited(Work.resolve)

    send = Awaited(Work.send)
    deliver = Awaited(Work.deliver)
    post = Awaited(Work.post)
    broadcast = Awaited(Work.broadcast)
    messages = Awaited(Work.messages)
    resend = Awaited(Work.resend)
    discard = Awaited(Work.discard)


class AsyncEngine:
    """Runs cases on one database, for coroutines.

    ::

        async with AsyncEngine("postgresql://db.example/cases") as engine:
            await engine.deploy("processes/")
            async with engine.begin(actor="li@village-3") as work:
                case = await work.start("dispute_mediation", business_key="2026-0017")
    """

    def __init__(  # noqa: PLR0913 - what the host brings along, each by its name
        self,
        target: AsyncTarget,
        *,
        tenant: str = "",
        clock: Clock | None = None,
        calendar: Calendar = CHINA,
        calendars: Mapping[str, Calendar] | None = None,
        functions: Mapping[str, Function] | None = None,
        interpreter: Interpreter | Literal["spiffworkflow"] | None = None,
        replica: AsyncTarget | None = None,
        contents: Contents | None = None,
        directory: Directory | None = None,
    ) -> None:
        """Take what `Engine` takes; the database is opened by the first call that needs it.

        Args:
            target: a database URL, or the host's own asynchronous SQLAlchemy engine.
            tenant: as for `Engine`, like all that follow.
            clock: tells the time.
            calendar: in which time limits are counted.
            calendars: those of units that have their own, by unit.
            functions: pure functions that expressions may call.
            interpreter: what executes cases.
            replica: a copy that follows the database; `read` looks there.
            contents: keeps the bytes of documents.
            directory: the host's units, roles and people. Like ``contents`` it is called by
                code that is not asynchronous, so it should not wait for long.
        """
        self._database = async_database(target, replica=replica)
        self._make = lambda: Engine(
            self._database,
            tenant=tenant,
            clock=clock,
            calendar=calendar,
            calendars=calendars,
            functions=functions,
            interpreter=interpreter,
            contents=contents,
            directory=directory,
        )
        self._engine: Engine | None = None
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        """Close the connections, unless they are the host's."""
        await awaited(self._database.close)

    async def __aenter__(self) -> Self:
        await self._opened()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def call(self, act: Callable[[Engine], T]) -> T:
        """Do something with the engine itself, in code that is not asynchronous."""
        return await awaited(act, await self._opened())

    async def deploy(
        self,
        source: str | Path | Mapping[str, bytes],
        *,
        overlays: Iterable[str | Path] = (),
        actor: str = "",
    ) -> tuple[Deployed, ...]:
        """Deploy diagrams with their parameter files, as `Engine.deploy` does."""
        return await self.call(
            lambda engine: engine.deploy(source, overlays=overlays, actor=actor)
        )

    @asynccontextmanager
    async def begin(
        self, host: AsyncHostTransaction | None = None, *, actor: str = ""
    ) -> AsyncIterator[AsyncWork]:
        """Open a unit of work, as `Engine.begin` does.

        Args:
            host: an asynchronous connection or session inside a transaction of the host.
            actor: on whose behalf the work is done.
        """
        engine = await self._opened()
        async with entered(engine.begin(sync_of(host), actor=actor)) as work:
            yield AsyncWork(work)

    @asynccontextmanager
    async def read(self, *, actor: str = "") -> AsyncIterator[AsyncWork]:
        """Look at cases and lists, as `Engine.read` does."""
        engine = await self._opened()
        async with entered(engine.read(actor=actor)) as work:
            yield AsyncWork(work)

    async def run(
        self, act: Callable[[AsyncWork], Awaitable[T]], *, actor: str = "", tries: int = TRIES
    ) -> T:
        """Do something in a unit of work of its own, as `Engine.run` does."""
        for pause in (*pauses(tries), None):
            try:
                async with self.begin(actor=actor) as work:
                    return await act(work)
            except CaseflowError as failure:
                if pause is None or not failure.is_retryable:
                    raise
            await asyncio.sleep(pause)
        raise AssertionError("the last try returns or raises")

    async def run_due(
        self,
        now: datetime | None = None,
        *,
        limit: int | None = None,
        on_step: Callable[[], None] | None = None,
    ) -> Done:
        """Deliver what is on its way and fire what is due, as `Engine.run_due` does."""
        return await self.call(lambda engine: engine.run_due(now, limit=limit, on_step=on_step))

    async def next_due(self) -> datetime | None:
        """Return when the next timer is due, or None if none is."""
        return await self.call(lambda engine: engine.next_due())

    async def _opened(self) -> Engine:
        async with self._opening:
            if self._engine is None:
                self._engine = await awaited(self._make)
        return self._engine
