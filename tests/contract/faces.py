"""The asynchronous face of the engine, driven from tests that know the other one."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import is_dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from caseflow.engine import AsyncEngine, AsyncWork, Deployed, Done, Engine, Work
from caseflow.engine.cases import Stores
from caseflow.store import HostTransaction
from caseflow.testing import Caseflow

T = TypeVar("T")


class Loop:
    """Runs one coroutine after the other, all of them in one context."""

    def __init__(self) -> None:
        """Begin with a loop and a context of its own."""
        self._runner = asyncio.Runner()
        self._context = contextvars.copy_context()

    def wait(self, what: Awaitable[T]) -> T:
        """Return what comes of something that is awaited."""

        async def awaiting() -> T:
            return await what

        return self._runner.run(awaiting(), context=self._context)

    @contextmanager
    def inside(self, entered: AbstractAsyncContextManager[T]) -> Iterator[T]:
        """Enter an asynchronous context, and leave it again."""
        value = self.wait(entered.__aenter__())
        try:
            yield value
        except BaseException as error:
            if not self.wait(entered.__aexit__(type(error), error, error.__traceback__)):
                raise
        else:
            self.wait(entered.__aexit__(None, None, None))

    def close(self) -> None:
        """End the loop."""
        self._runner.close()


class Driven:
    """What hangs on a unit of work: each call of it goes through `AsyncWork.call`."""

    def __init__(self, held: object, work: AsyncWork, loop: Loop) -> None:
        """Stand for what is held."""
        self._held = held
        self._work = work
        self._loop = loop

    def __getattr__(self, name: str) -> object:
        return driven(getattr(self._held, name), self._work, self._loop)


def driven(found: object, work: AsyncWork, loop: Loop) -> object:
    """Return something so that whatever asks the database does it through the face."""
    if callable(found):

        def call(*args: object, **named: object) -> object:
            def act(_: Work) -> object:
                made = found(*args, **named)
                return iter(list(made)) if isinstance(made, Iterator) else made

            return loop.wait(work.call(act))

        return call
    is_own = type(found).__module__.startswith("caseflow.")
    if not is_own or (is_dataclass(found) and not isinstance(found, Stores)):
        return found
    return Driven(found, work, loop)


class DrivenWork(Work):
    """A unit of work of which every call goes through its asynchronous face."""

    def __init__(self, work: AsyncWork, loop: Loop) -> None:
        """Stand for a unit of work."""
        object.__setattr__(self, "_face", work)
        object.__setattr__(self, "_loop", loop)

    def __getattribute__(self, name: str) -> object:
        face: AsyncWork = object.__getattribute__(self, "_face")
        loop: Loop = object.__getattribute__(self, "_loop")
        if not hasattr(type(face), name):
            return driven(getattr(face.sync_work, name), face, loop)
        method: Callable[..., Awaitable[object]] = getattr(face, name)
        return lambda *args, **named: loop.wait(method(*args, **named))


class DrivenEngine(Engine):
    """An engine of which every call goes through its asynchronous face."""

    def __init__(self, face: AsyncEngine, loop: Loop) -> None:
        """Stand for an engine."""
        self.__dict__.update(loop.wait(face.call(vars)))
        self._face = face
        self._loop = loop

    def close(self) -> None:
        """Close the engine and the loop."""
        self._loop.wait(self._face.close())
        self._loop.close()

    def deploy(
        self,
        source: str | Path | Mapping[str, bytes],
        *,
        overlays: Iterable[str | Path] = (),
        actor: str = "",
    ) -> tuple[Deployed, ...]:
        """Deploy by the face."""
        return self._loop.wait(self._face.deploy(source, overlays=overlays, actor=actor))

    @contextmanager
    def begin(self, host: HostTransaction | None = None, *, actor: str = "") -> Iterator[Work]:
        """Begin by the face."""
        assert host is None
        with self._loop.inside(self._face.begin(actor=actor)) as work:
            yield DrivenWork(work, self._loop)

    @contextmanager
    def read(self, *, actor: str = "") -> Iterator[Work]:
        """Read by the face."""
        with self._loop.inside(self._face.read(actor=actor)) as work:
            yield DrivenWork(work, self._loop)

    def run(self, act: Callable[[Work], T], *, actor: str = "", tries: int = 6) -> T:
        """Run by the face."""

        async def acting(work: AsyncWork) -> T:
            return await work.call(act)

        return self._loop.wait(self._face.run(acting, actor=actor, tries=tries))

    def run_due(
        self,
        now: datetime | None = None,
        *,
        limit: int | None = None,
        on_step: Callable[[], None] | None = None,
    ) -> Done:
        """Run what is due by the face."""
        return self._loop.wait(self._face.run_due(now, limit=limit, on_step=on_step))

    def next_due(self) -> datetime | None:
        """Ask the face."""
        return self._loop.wait(self._face.next_due())


class AsyncCaseflow(Caseflow):
    """A `Caseflow` on the asynchronous face."""

    def __init__(self, target: str) -> None:
        """Open the database by the face."""
        super().__init__()
        self.engine.close()
        loop = Loop()
        self.engine = DrivenEngine(loop.wait(_made(target, self)), loop)


async def _made(target: str, caseflow: Caseflow) -> AsyncEngine:
    return AsyncEngine(target, clock=caseflow.clock)
