"""The engine: what a host embeds. It owns nothing global; two engines never meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from caseflow.clock import Clock, SystemClock
from caseflow.engine.cases import Cases, Stores, Tools, in_utc
from caseflow.engine.deployment import Deployed, Deployment
from caseflow.engine.due import Done, Stopped, is_due, run_next
from caseflow.engine.files import files_of
from caseflow.engine.ids import CaseIds
from caseflow.engine.programs import Programs
from caseflow.engine.work import Work
from caseflow.kernel import Function, Interpreter, Kernel, Setting
from caseflow.store import (
    CaseStore,
    Database,
    DatabaseTarget,
    HostConnection,
    HostTransaction,
    MessageStore,
    ProcessStore,
    WaitingStore,
    Worklist,
    connection_of,
)
from caseflow.worktime import CHINA, Calendar

ACTOR = "caseflow"
"""Who acts where nobody does: timers, messages and signals."""


class Engine:
    """Runs cases on one database, for one tenant.

    ::

        engine = Engine("sqlite:///cases.db")
        engine.deploy("processes/")
        with engine.begin(actor="li@village-3") as work:
            case = work.start("dispute_mediation", business_key="2026-0017")
    """

    def __init__(  # noqa: PLR0913 - what the host brings along, each by its name
        self,
        target: DatabaseTarget,
        *,
        tenant: str = "",
        clock: Clock | None = None,
        calendar: Calendar = CHINA,
        functions: Mapping[str, Function] | None = None,
        interpreter: Interpreter | Literal["spiffworkflow"] | None = None,
    ) -> None:
        """Open a database and bring its tables up to date.

        Args:
            target: a database URL, or the host's own SQLAlchemy engine.
            tenant: keeps the cases of several tenants apart in one database.
            clock: tells the time; the machine's, unless tests hand in one that they move.
            calendar: in which time limits are counted.
            functions: pure functions that expressions may call besides those of the language.
            interpreter: what executes cases; caseflow's own kernel by default,
                ``"spiffworkflow"`` for diagrams that were drawn for SpiffWorkflow.

        Raises:
            StoreError: the tables are those of a newer release.
        """
        self._database = Database(target)
        self._tenant = tenant
        setting = Setting(calendar=calendar, functions=functions or {})
        self._tools = Tools(
            clock=clock if clock is not None else SystemClock(),
            ids=CaseIds(),
            programs=Programs(_chosen(interpreter), setting),
        )
        self._database.upgrade()

    def close(self) -> None:
        """Close the connections, unless they are the host's."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def deploy(
        self, source: str | Path | Mapping[str, bytes], *, actor: str = ""
    ) -> tuple[Deployed, ...]:
        """Deploy diagrams with their parameter files: all of them, or none.

        What has not changed since its newest version stays that version, so deploying
        twice is harmless. Running cases stay on the version they were started with.

        Args:
            source: a folder, a diagram, or the content of files by their names.
            actor: who deploys.

        Raises:
            DiagramRefused: with all findings on all files.
        """
        files = source if isinstance(source, Mapping) else files_of(Path(source))
        deployment = Deployment(files, self._tools.programs)
        with self._database.read() as connection:
            planned = deployment.plan(self._stores(connection).processes)
        if any(one.is_new for one in planned):  # the database is locked for as short as can be
            at = in_utc(self._tools.clock.now())
            with self._database.begin() as connection:
                planned = deployment.deploy(self._stores(connection).processes, at=at, actor=actor)
        self._tools.programs.keep(deployment.compiled)
        return planned

    @contextmanager
    def begin(self, host: HostTransaction | None = None, *, actor: str = "") -> Iterator[Work]:
        """Open a unit of work: everything in it happens, or nothing.

        Args:
            host: a connection or session of the host that is inside a transaction. What is
                done here then belongs to it, and is only committed when the host commits.
            actor: on whose behalf the work is done; it stands in the history.
        """
        if host is not None:
            yield Work(self._cases(connection_of(host), actor=actor))
            return
        with self._database.begin() as connection:
            yield Work(self._cases(connection, actor=actor))

    @contextmanager
    def read(self) -> Iterator[Work]:
        """Look at cases and lists: nobody waits for it, and every change is refused."""
        with self._database.read() as connection:
            yield Work(self._cases(connection, may_write=False))

    def run_due(
        self,
        now: datetime | None = None,
        *,
        limit: int | None = None,
        on_step: Callable[[], None] | None = None,
    ) -> Done:
        """Deliver what is on its way and fire the timers that are due, oldest first.

        Each of them is one transaction of its own, so nothing is done twice and nothing is
        lost when this is interrupted. What cannot be done does not hold up the others: the
        case of the timer is suspended with the reason, or the message put aside with it.

        Args:
            now: the moment it is; what the clock tells, where nothing is said.
            limit: stop after so many steps; until nothing is due, where nothing is said.
            on_step: called after every step, to show progress.

        Raises:
            TimeRefused: the moment has no time zone.
        """
        clock = self._tools.clock if now is None else Stopped(in_utc(now))
        with self._database.read() as connection:  # so that an idle worker locks nothing
            if not is_due(self._stores(connection), in_utc(clock.now())):
                return Done()
        done = Done()
        while limit is None or done.total < limit:
            with self._database.begin() as connection:
                cases = self._cases(connection, actor=ACTOR, clock=clock)
                did = run_next(cases)
                if did is None:
                    expired = cases.stores.messages.drop_expired(cases.now())
                    return replace(done, expired=expired)
            done = done.plus(did)
            if on_step is not None:
                on_step()
        return done

    def next_due(self) -> datetime | None:
        """Return when the next timer of a running case is due, or None if none is."""
        with self._database.read() as connection:
            return self._stores(connection).waiting.next_timer()

    def _cases(
        self,
        connection: HostConnection,
        *,
        actor: str = "",
        clock: Clock | None = None,
        may_write: bool = True,
    ) -> Cases:
        tools = self._tools if clock is None else replace(self._tools, clock=clock)
        return Cases(self._stores(connection), tools, actor=actor, may_write=may_write)

    def _stores(self, connection: HostConnection) -> Stores:
        return Stores(
            cases=CaseStore(connection, tenant=self._tenant),
            messages=MessageStore(connection, tenant=self._tenant),
            processes=ProcessStore(connection, tenant=self._tenant),
            waiting=WaitingStore(connection, tenant=self._tenant),
            worklist=Worklist(connection, tenant=self._tenant),
        )


def _chosen(interpreter: Interpreter | Literal["spiffworkflow"] | None) -> Interpreter:
    match interpreter:
        case None:
            return Kernel()
        case "spiffworkflow":
            from caseflow.spiff import SpiffInterpreter  # noqa: PLC0415 - few hosts load it

            return SpiffInterpreter()
        case _:
            return interpreter
