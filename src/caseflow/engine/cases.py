"""One command on one case: load it, advance it, store what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from caseflow.clock import Clock
from caseflow.engine.ids import CaseIds
from caseflow.engine.programs import Programs
from caseflow.errors import CommandRefused, TimeRefused, UnknownProcess
from caseflow.kernel import (
    Case,
    CaseId,
    Command,
    Outcome,
    ProcessKey,
    Program,
    StartCase,
)
from caseflow.model import ProcessId
from caseflow.store import CaseStore, MessageStore, ProcessStore, WaitingStore, Worklist

MakeCommand: TypeAlias = Callable[[datetime], Command]
"""Makes a command for the moment at which it is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The rows of one tenant, within one transaction."""

    cases: CaseStore
    messages: MessageStore
    processes: ProcessStore
    waiting: WaitingStore
    worklist: Worklist


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What an engine lends to each unit of work."""

    clock: Clock
    ids: CaseIds
    programs: Programs


class Cases:
    """Gives commands to cases, on behalf of ``actor`` and within one transaction."""

    def __init__(self, stores: Stores, tools: Tools, *, actor: str, may_write: bool) -> None:
        """Work on stores whose transaction somebody else ends."""
        self.stores = stores
        self.actor = actor
        self._tools = tools
        self._may_write = may_write

    def now(self) -> datetime:
        """Return the moment it is, in UTC. Raises TimeRefused where the clock has no zone."""
        return in_utc(self._tools.clock.now())

    def new_id(self) -> CaseId:
        """Return an id that nothing else has."""
        return self._tools.ids.new(self.now())

    def key(self, process: ProcessId, version: int | None = None) -> ProcessKey:
        """Return a version of a process, or its newest. Raises UnknownProcess."""
        if version is None:
            version = self.stores.processes.newest_version(process)
            if version is None:
                raise UnknownProcess(process)
        return ProcessKey(id=process, version=version)

    def start(self, command: StartCase) -> Case:
        """Open a case. Raises what `advance` raises, and then nothing was stored."""
        self.check_may_write()
        outcome = self._advance(self._program(command.process), None, command)
        self.stores.cases.save(None, command, outcome)
        return outcome.case

    def start_or_tell(self, command: StartCase) -> str | None:
        """Open a case that was due to begin, or tell why it cannot."""
        program = self._program(command.process)
        try:
            outcome = self._advance(program, None, command)
        except Exception as failure:  # noqa: BLE001 - whatever one case does, the others go on
            return told(failure)
        self.stores.cases.save(None, command, outcome)
        return None

    def change(self, case: CaseId, command: MakeCommand) -> Case:
        """Give a command to a case. Raises what `advance` raises, and then nothing changed."""
        self.check_may_write()
        before = self.stores.cases.load(case)
        made = command(self.now())
        outcome = self._advance(self._program(before.process), before, made)
        self.stores.cases.save(before, made, outcome)
        return outcome.case

    def change_or_tell(self, case: CaseId, command: MakeCommand) -> str | None:
        """Give a command that was due to a case, or tell why the case cannot take it."""
        before = self.stores.cases.load(case)
        program = self._program(before.process)
        made = command(self.now())
        try:
            outcome = self._advance(program, before, made)
        except Exception as failure:  # noqa: BLE001 - whatever one case does, the others go on
            return told(failure)
        self.stores.cases.save(before, made, outcome)
        return None

    def check_may_write(self) -> None:
        """Refuse a change in a transaction that was opened for looking only."""
        if not self._may_write:
            raise CommandRefused("this is for looking only: open a unit of work with begin()")

    def _program(self, key: ProcessKey) -> Program:
        return self._tools.programs.get(self.stores.processes, key.id, key.version)

    def _advance(self, program: Program, before: Case | None, command: Command) -> Outcome:
        return self._tools.programs.interpreter.advance(program, before, command)


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
