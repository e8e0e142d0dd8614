"""The engine: what a host embeds. It owns nothing global; two engines never meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeVar

from caseflow.clock import Clock, SystemClock
from caseflow.engine.cases import Cases, Stores, Tools, in_utc
from caseflow.engine.checkup import Checkup, examine
from caseflow.engine.deployment import Deployed, Deployment
from caseflow.engine.due import Done, Stopped, is_due
from caseflow.engine.events import Events, Surroundings
from caseflow.engine.files import files_of, together
from caseflow.engine.ids import CaseIds
from caseflow.engine.job_desk import JobDesk
from caseflow.engine.programs import Programs
from caseflow.engine.retrying import TRIES, retried
from caseflow.engine.sweep import Memory, Sweep
from caseflow.engine.work import Work
from caseflow.jobs import (
    RETRIES,
    TIMEOUT,
    Backoff,
    Bell,
    Courier,
    Dispatcher,
    Handlers,
    Job,
    Poller,
    Span,
    Watch,
    Worker,
    WorkerOptions,
)
from caseflow.kernel import CaseId, CaseState, Function, Interpreter, Kernel, Setting
from caseflow.org import Directory
from caseflow.store import (
    CaseFilter,
    CaseStore,
    Contents,
    Contributions,
    DatabaseTarget,
    DeadLetterStore,
    HostConnection,
    HostEngine,
    HostTransaction,
    LeaseStore,
    MatterStore,
    MessageStore,
    OutboxStore,
    PaperStore,
    ProcessStore,
    ReceiptStore,
    ScheduleStore,
    SqlDirectory,
    Structure,
    WaitingStore,
    Worklist,
    connection_of,
    database_of,
)
from caseflow.worktime import CHINA, Calendar

F = TypeVar("F", bound=Callable[[Job], object])
T = TypeVar("T")

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
        calendars: Mapping[str, Calendar] | None = None,
        functions: Mapping[str, Function] | None = None,
        interpreter: Interpreter | Literal["spiffworkflow"] | None = None,
        replica: str | HostEngine | None = None,
        dispatcher: Dispatcher | None = None,
        contents: Contents | None = None,
        directory: Directory | None = None,
    ) -> None:
        """Open a database and bring its tables up to date.

        Args:
            target: a database URL, or the host's own SQLAlchemy engine.
            tenant: keeps the cases of several tenants apart in one database.
            clock: tells the time; the machine's, unless tests hand in one that they move.
            calendar: in which time limits are counted.
            calendars: those of units that have their own days and office hours, by unit.
            functions: pure functions that expressions may call besides those of the language.
            interpreter: what executes cases; caseflow's own kernel by default,
                ``"spiffworkflow"`` for diagrams that were drawn for SpiffWorkflow.
            replica: a copy that follows the database; `read` looks there.
            dispatcher: brings jobs to a task engine; caseflow's own workers look for them
                themselves, where nothing is said.
            contents: keeps the bytes of documents; a table, where nothing is said.
            directory: the host's units, roles and people; those that were put into caseflow's
                own tables, where nothing is said.

        Raises:
            StoreError: the tables are those of a newer release.
        """
        self._database = database_of(target, replica=replica)
        self._tenant = tenant
        self._contents = contents
        setting = Setting(calendar=calendar, calendars=calendars or {}, functions=functions or {})
        self._tools = Tools(
            clock=clock if clock is not None else SystemClock(),
            ids=CaseIds(),
            programs=Programs(_chosen(interpreter), setting),
            dispatcher=dispatcher if dispatcher is not None else Poller(),
            directory=directory,
        )
        self._structures: dict[str, Structure] = {}
        self.handlers = Handlers()
        self._bell = Bell()
        self.workplace = JobDesk(
            self,
            acting=self._acting,
            looking=self._looking,
            clock=self._tools.clock,
            dispatcher=self._tools.dispatcher,
        )
        self._courier = Courier(self.workplace, self.handlers)
        self._tools.dispatcher.bind(self._courier.bring, tenant=tenant)
        self._memory = Memory()
        self.events = Events(
            Surroundings(
                now=lambda: in_utc(self._tools.clock.now()),
                new_id=lambda: self._tools.ids.new(in_utc(self._tools.clock.now())),
                writing=self._writing,
                reading=self._reading,
            )
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
        self,
        source: str | Path | Mapping[str, bytes],
        *,
        overlays: Iterable[str | Path] = (),
        actor: str = "",
    ) -> tuple[Deployed, ...]:
        """Deploy diagrams with their parameter files: all of them, or none.

        What has not changed since its newest version stays that version, so deploying
        twice is harmless. Running cases stay on the version they were started with.

        Args:
            source: a folder, a diagram, or the content of files by their names.
            overlays: folders of overlays that are laid over what the source holds, besides
                those that stand in it.
            actor: who deploys.

        Raises:
            DiagramRefused: with all findings on all files.
        """
        files = source if isinstance(source, Mapping) else files_of(Path(source))
        files = together(files, map(Path, overlays))
        deployment = Deployment(files, self._tools.programs)
        at = in_utc(self._tools.clock.now())
        with self._database.read() as connection:
            planned = deployment.plan(self._stores(connection).processes, at=at)
        is_new = deployment.decisions.has_new or any(one.is_new for one in planned)
        if is_new:  # the database is locked for as short as can be
            planned = retried(lambda: self._deploy(deployment, at=at, actor=actor))
        self._tools.programs.keep(deployment.compiled)
        return planned

    def _deploy(self, deployment: Deployment, *, at: datetime, actor: str) -> tuple[Deployed, ...]:
        with self._database.begin() as connection:
            stores = self._stores(connection)
            return deployment.deploy(stores.processes, stores.schedules, at=at, actor=actor)

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
            self._bell.ring()  # it may be too early: the host commits when it likes
            return
        with self._database.begin(is_one_thing=True) as connection:
            yield Work(self._cases(connection, actor=actor))
        self._bell.ring()

    @contextmanager
    def read(self, *, actor: str = "") -> Iterator[Work]:
        """Look at cases and lists: nobody waits for it, and every change is refused.

        With a replica it sees what has reached that by now.

        Args:
            actor: who looks, for a `JobDesk`, which shows what this person may see.
        """
        with self._database.read(may_lag=True) as connection:
            yield Work(self._cases(connection, actor=actor, may_write=False))

    def run(self, act: Callable[[Work], T], *, actor: str = "", tries: int = TRIES) -> T:
        """Do something in a unit of work of its own, again where another was in its way.

        ::

            engine.run(lambda work: work.complete(task), actor="li@village-3")

        Args:
            act: does it and returns what came of it; it may be called several times, each
                time after nothing of the time before was kept.
            actor: on whose behalf the work is done.
            tries: how often at most, after pauses of 10 milliseconds, 20, 40 and so on.

        Raises:
            TryAgain: others were in the way each time.
            StaleCase: the same, on a database without locks.
        """

        def once() -> T:
            with self.begin(actor=actor) as work:
                return act(work)

        return retried(once, tries=tries)

    def handler(
        self,
        topic: str,
        *,
        retries: int = RETRIES,
        timeout: Span = TIMEOUT,
        backoff: Backoff | Span | None = None,
        limit: int | None = None,
    ) -> Callable[[F], F]:
        """Make a function the handler of a topic, see `Handlers.register`.

        ::

            @engine.handler("send_sms", retries=5, timeout=10)
            def send_sms(job: Job) -> Output:
                return {"receipt": gateway.send(job.input["to"], key=job.idempotency_key)}
        """
        return self.handlers.register(
            topic, retries=retries, timeout=timeout, backoff=backoff, limit=limit
        )

    def worker(
        self, options: WorkerOptions | None = None, *, watch: Watch | None = None
    ) -> Worker:
        """Return a worker that does the jobs of this engine in threads of this process.

        It also fires timers and delivers messages. With a task engine that is all it does,
        besides telling that of jobs: the processes of the task engine do them.
        """
        asked = options or WorkerOptions()
        if watch is not None:
            self._courier.work_like(
                watch=watch, max_payload=asked.max_payload, crashes=asked.crashes
            )
        worker = Worker(
            self.workplace,
            self.handlers,
            asked,
            is_polling=self._tools.dispatcher.is_polled,
            watch=watch,
        )
        self._bell.wake(worker.wake)
        return worker

    def run_due(
        self,
        now: datetime | None = None,
        *,
        limit: int | None = None,
        on_step: Callable[[], None] | None = None,
    ) -> Done:
        """Deliver what is on its way and fire the timers that are due, oldest first.

        Small transactions follow each other, so that nothing is done twice, nothing is lost
        when this is interrupted, and people's commands come in between; several may run at
        once. What cannot be done does not hold up the others: the case of the timer is
        suspended with the reason, or the message put aside with it. In between, the events
        are delivered to those who have subscribed here, see `events`.

        Args:
            now: the moment it is; what the clock tells, where nothing is said.
            limit: stop after so many steps; until nothing is due, where nothing is said.
            on_step: called for every step once it is committed, to show progress.

        Raises:
            TimeRefused: the moment has no time zone.
        """
        clock = self._tools.clock if now is None else Stopped(in_utc(now))
        at = in_utc(clock.now())
        with self._database.read() as connection:  # so that an idle worker locks nothing
            stores = self._stores(connection)
            is_idle = not is_due(stores, at)
            must_look = not stores.waiting.has_one_writer and self._memory.must_look(at)
        begin = partial(self._sweeping, clock)
        if must_look:
            with begin() as cases:
                is_idle = not cases.stores.messages.wake_missed(at) and is_idle
        sweep = Sweep(begin, self.events, limit=limit, is_idle=is_idle)
        return sweep.run(on_step or _nothing)

    def recount_deadlines(
        self, *, reason: str, actor: str = "", on_step: Callable[[], None] | None = None
    ) -> tuple[CaseId, ...]:
        """Count the deadlines of all running cases again, on the calendar as it is now.

        For the year's notice of holidays (DOMAIN §15.7), and for new office hours. Each case
        is a transaction of its own, with the reason in its history; those in which nothing
        moves stay as they are.

        Returns:
            the cases in which a deadline moved.
        """
        moved: list[CaseId] = []
        after: str | None = None
        while True:
            with self.read() as work:
                page = work.cases(CaseFilter(state=CaseState.RUNNING), after=after)
                due = [row.id for row in page if work.deadlines.is_to_recount(row.id)]
            for case in due:
                self.run(partial(_recount, case=case, reason=reason), actor=actor)
                moved.append(case)
                if on_step is not None:
                    on_step()
            after = page.next
            if after is None:
                return tuple(moved)

    def next_due(self) -> datetime | None:
        """Return when there is something to do next for `run_due`, or None if there is nothing.

        A timer of a running case or one that opens a case, a message on its way, an event
        for those who have subscribed here.
        """
        with self._database.read() as connection:
            stores = self._stores(connection)
            message = stores.messages.next()
            moments = [
                stores.waiting.next_timer(),
                stores.schedules.next(),
                None if message is None else message.sent_at,
            ]
        moments.append(self.events.next_at())
        return min((one for one in moments if one is not None), default=None)

    @contextmanager
    def _sweeping(self, clock: Clock) -> Iterator[Cases]:
        with self._database.begin() as connection:
            yield self._cases(connection, actor=ACTOR, clock=clock)

    @contextmanager
    def _writing(self) -> Iterator[Stores]:
        with self._database.begin() as connection:
            yield self._stores(connection)

    @contextmanager
    def _reading(self) -> Iterator[Stores]:
        with self._database.read() as connection:
            yield self._stores(connection)

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
            schedules=ScheduleStore(connection, tenant=self._tenant),
            receipts=ReceiptStore(connection, tenant=self._tenant),
            outbox=OutboxStore(connection, tenant=self._tenant),
            dead_letters=DeadLetterStore(connection, tenant=self._tenant),
            leases=LeaseStore(connection, tenant=self._tenant),
            matters=MatterStore(connection, tenant=self._tenant),
            papers=PaperStore(connection, tenant=self._tenant, contents=self._contents),
            contributions=Contributions(connection, tenant=self._tenant),
            directory=SqlDirectory(connection, tenant=self._tenant, kept=self._structures),
        )

    def examine(self, *, limit: int = 1_000) -> Checkup:
        """Look for stuck cases, rows without a case, and jobs that nobody does.

        At most ``limit`` of each kind are told.
        """
        with self._looking() as cases:
            return examine(cases.stores, now=cases.now(), limit=limit)

    @property
    def dispatcher(self) -> Dispatcher:
        """What brings jobs to those who do them."""
        return self._tools.dispatcher

    @contextmanager
    def _acting(self) -> Iterator[Cases]:
        with self._database.begin() as connection:
            yield self._cases(connection, actor=ACTOR)

    @contextmanager
    def _looking(self) -> Iterator[Cases]:
        with self._database.read() as connection:
            yield self._cases(connection, may_write=False)


def _nothing() -> None:
    """Nobody wants to know of each step."""


def _recount(work: Work, *, case: CaseId, reason: str) -> None:
    work.deadlines.recount(case, reason=reason)


def _chosen(interpreter: Interpreter | Literal["spiffworkflow"] | None) -> Interpreter:
    match interpreter:
        case None:
            return Kernel()
        case "spiffworkflow":
            from caseflow.spiff import SpiffInterpreter  # noqa: PLC0415 - few hosts load it

            return SpiffInterpreter()
        case _:
            return interpreter
