"""One command on one case: load it, advance it, store what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from caseflow.clock import Clock
from caseflow.engine.forms import Forms, TaskForm
from caseflow.engine.ids import CaseIds
from caseflow.engine.placing import placed
from caseflow.engine.programs import Programs
from caseflow.errors import (
    CaseflowError,
    CommandRefused,
    StepLimitReached,
    TimeRefused,
    UnknownProcess,
)
from caseflow.jobs import Dispatcher
from caseflow.kernel import (
    BindCalls,
    BroadcastSignal,
    Case,
    CaseId,
    Command,
    CompleteTask,
    FindNewest,
    FindUnit,
    Job,
    Outcome,
    PlaceUnit,
    ProcessKey,
    Program,
    SendMessage,
    StartCase,
    StartJob,
    Subscribe,
)
from caseflow.model import ProcessId
from caseflow.org import Directory
from caseflow.store import (
    Announced,
    CaseStore,
    Contributions,
    DeadLetterStore,
    JobKey,
    LeaseStore,
    MatterStore,
    MessageStore,
    OutboxStore,
    PaperStore,
    ProcessStore,
    ReceiptStore,
    ScheduleStore,
    SqlDirectory,
    WaitingStore,
    Worklist,
)
from caseflow.worktime import Calendar

MakeCommand: TypeAlias = Callable[[datetime], Command]
"""Makes a command for the moment at which it is given."""

MAX_CALLS = 100
"""How deep calls of the newest version may follow from one command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The rows of one tenant, within one transaction."""

    cases: CaseStore
    messages: MessageStore
    processes: ProcessStore
    waiting: WaitingStore
    worklist: Worklist
    schedules: ScheduleStore
    receipts: ReceiptStore
    outbox: OutboxStore
    dead_letters: DeadLetterStore
    leases: LeaseStore
    papers: PaperStore
    matters: MatterStore
    contributions: Contributions
    directory: SqlDirectory


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What an engine lends to each unit of work."""

    clock: Clock
    ids: CaseIds
    programs: Programs
    dispatcher: Dispatcher
    directory: Directory | None = None
    forms: Forms = field(default_factory=Forms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A command that was due was given to a case: why the case could not take it, or None."""

    problem: str | None = None


class Cases:
    """Gives commands to cases, on behalf of ``actor`` and within one transaction."""

    def __init__(self, stores: Stores, tools: Tools, *, actor: str, may_write: bool) -> None:
        """Work on stores whose transaction somebody else ends."""
        self.stores = stores
        self.actor = actor
        self._tools = tools
        self._may_write = may_write
        self._has_news = False

    @property
    def directory(self) -> Directory:
        """Who is who: the host's directory, or the tables of the database."""
        return self._tools.directory or self.stores.directory

    @property
    def calendar(self) -> Calendar:
        """In which limits are counted, and days begin."""
        return self._tools.programs.calendar

    def now(self) -> datetime:
        """Return the moment it is, in UTC. Raises TimeRefused where the clock has no zone."""
        return in_utc(self._tools.clock.now())

    def new_id(self) -> CaseId:
        """Return an id that nothing else has."""
        return self._tools.ids.new(self.now())

    def opening_key(self, process: ProcessId, version: int | None, *, unit: str) -> ProcessKey:
        """Return what a new case of a unit runs. Raises UnknownProcess.

        Where no version is asked for, that is the process with the overlay of the unit, or of
        the nearest one above it that has one.
        """
        overlaid = self.stores.processes.overlaid(process) if unit and version is None else ()
        if overlaid:
            for one in self.directory.units().above(unit) or (unit,):
                if (found := ProcessId(f"{process}.{one}")) in overlaid:
                    return self.key(found)
        return self.key(process, version)

    def key(self, process: ProcessId, version: int | None = None) -> ProcessKey:
        """Return a version of a process, or its newest. Raises UnknownProcess."""
        if version is None:
            version = self.stores.processes.newest_version(process)
            if version is None:
                raise UnknownProcess(process)
        return ProcessKey(id=process, version=version)

    def program(self, key: ProcessKey) -> Program:
        """Return the program of a version of a process. Raises UnknownProcess."""
        return self._tools.programs.get(self.stores.processes, key.id, key.version)

    def start(self, command: StartCase) -> Case:
        """Open a case. Raises what `advance` raises, and then nothing was stored."""
        self.check_may_write()
        return self._save(None, self._advance(command.process, None, command))

    def form(self, case: Case, number: int) -> TaskForm | None:
        """Return the form of an open task, or None where it has none."""
        return self._tools.forms.of_task(self.stores.processes, case, number)

    def change(self, case: CaseId, command: MakeCommand) -> Case:
        """Give a command to a case. Raises what `advance` raises, and then nothing changed."""
        self.check_may_write()
        before = self.stores.cases.take(case)
        made = command(self.now())
        if isinstance(made, CompleteTask):
            self._tools.forms.check(self.stores.processes, before, made.task, made.variables)
        return self._save(before, self._advance(before.process, before, made))

    def attempt(
        self, case: CaseId, choose: Callable[[Case, datetime], Command | None]
    ) -> Tried | None:
        """Give a command that was due to a case, and tell why where the case cannot take it.

        ``choose`` looks at the case and says which command that is; None says that nothing
        is to be done any more.
        """
        try:
            before = self.stores.cases.take(case)
            command = choose(before, self.now())
            if command is None:
                return None
            self._save(before, self._advance(before.process, before, command))
        except Exception as failure:  # noqa: BLE001 - whatever one case does, the others go on
            return self._tried(failure)
        return Tried()

    def attempt_start(self, command: StartCase) -> Tried:
        """Open a case that was due to begin, and tell why where that cannot be."""
        try:
            self._save(None, self._advance(command.process, None, command))
        except Exception as failure:  # noqa: BLE001 - whatever one case does, the others go on
            return self._tried(failure)
        return Tried()

    def _tried(self, failure: Exception) -> Tried:
        """Return what went wrong with one case; raise what went wrong with the database."""
        if isinstance(failure, CaseflowError) and failure.is_retryable:
            raise failure
        self.stores.waiting.check()
        return Tried(problem=told(failure))

    def take_news(self) -> bool:
        """Tell whether cases have sent something, or begun to wait, since the last question."""
        has_news, self._has_news = self._has_news, False
        return has_news

    def again(self, process: ProcessKey, before: Case | None, command: Command) -> Outcome:
        """Return what came of a command that a case took before; nothing is stored."""
        programs = self._tools.programs
        program = programs.ready(self.stores.processes, process, before, command)
        return programs.interpreter.advance(program, before, command)

    def check_may_write(self) -> None:
        """Refuse a change in a transaction that was opened for looking only."""
        if not self._may_write:
            raise CommandRefused("this is for looking only: open a unit of work with begin()")

    def _advance(
        self, process: ProcessKey, before: Case | None, command: Command
    ) -> list[tuple[Command, Outcome]]:
        """Apply a command, and then answer what the case asks on its way, until it does not.

        Calls ask which version they run, and elements to which unit the case goes.
        """
        programs, processes = self._tools.programs, self.stores.processes
        steps: list[tuple[Command, Outcome]] = []
        asking: Command | None = command
        units: list[FindUnit] = []
        while asking is not None:
            if len(steps) > MAX_CALLS:
                raise StepLimitReached(
                    f"process {process.id} calls the newest version of others, or hands the "
                    f"case on, and so again, more than {MAX_CALLS} deep"
                )
            program = programs.ready(processes, process, before, asking)
            outcome = programs.interpreter.advance(program, before, asking)
            steps.append((asking, outcome))
            before = outcome.case
            units += [one for one in outcome.effects if isinstance(one, FindUnit)]
            asking = self._versions(outcome, command) or self._unit(before, units, command)
        return steps

    def _versions(self, outcome: Outcome, command: Command) -> BindCalls | None:
        """Return the versions that calls ask for, or None where none does."""
        asked = [one.process for one in outcome.effects if isinstance(one, FindNewest)]
        if not asked:
            return None
        newest = tuple(self.key(process) for process in dict.fromkeys(asked))
        return BindCalls(at=command.at, actor=command.actor, newest=newest)

    def _unit(self, case: Case, asked: list[FindUnit], command: Command) -> PlaceUnit | None:
        """Return the unit that the first element asks for which still waits, and forget it."""
        while asked:
            first = asked.pop(0)
            if first.token in case.tokens:
                return placed(self.directory, case, first, at=command.at, actor=command.actor)
        return None

    def _save(self, before: Case | None, steps: list[tuple[Command, Outcome]]) -> Case:
        for command, outcome in steps:
            self.stores.cases.save(before, command, outcome)
            self._has_news = self._has_news or _is_news(outcome)
            before = outcome.case
        self._announce([outcome for _, outcome in steps])
        return steps[-1][1].case

    def _announce(self, outcomes: list[Outcome]) -> None:
        """Tell the task engine of new jobs, where there is one, in the same transaction."""
        if self._tools.dispatcher.is_polled:
            return
        case = outcomes[-1].case
        started = [
            Announced(
                key=JobKey(case=case.id, number=effect.job.id),
                topic=effect.job.topic,
                priority=effect.job.priority,
            )
            for outcome in outcomes
            for effect in outcome.effects
            if isinstance(effect, StartJob) and _is_ready(case, effect.job)
        ]
        leases = self.stores.leases
        if started and self._tools.dispatcher.announce(leases.connection, started):
            leases.note_announced([one.key for one in started], at=self.now())


def _is_news(outcome: Outcome) -> bool:
    """Tell whether a message may be on its way now that was not before."""
    return any(
        isinstance(effect, SendMessage | BroadcastSignal | Subscribe) for effect in outcome.effects
    )


def _is_ready(case: Case, job: Job) -> bool:
    """Tell whether a job can be done at once: it is not over, failed or put off."""
    return job.id in case.jobs and job.tries_left > 0 and job.not_before is None


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC, so that what it leads to is the same wherever it was told.

    Raises:
        TimeRefused: it has no time zone.
    """
    if moment.tzinfo is None:
        raise TimeRefused(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)


def told(failure: Exception) -> str:
    """Return the reason that an operator reads."""
    return f"{type(failure).__name__}: {failure}"
