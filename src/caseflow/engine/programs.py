"""Compiled processes, kept as long as the engine lives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from caseflow.bpmn import read_decisions, read_diagram
from caseflow.decisions import DecisionModel
from caseflow.engine.files import PARAMETERS
from caseflow.expressions import Function
from caseflow.kernel import (
    BindCalls,
    Case,
    Command,
    Frame,
    Interpreter,
    ProcessKey,
    Program,
    Setting,
    declared_functions,
)
from caseflow.model import ParameterSet, Process, ProcessId
from caseflow.parameters import read_parameters
from caseflow.store import DeployedProcess, ProcessStore
from caseflow.worktime import Calendar


class Programs:
    """Compiles each version of a process once. A version never changes, so nothing expires."""

    def __init__(self, interpreter: Interpreter, setting: Setting) -> None:
        """Compile for an interpreter, with what all processes share."""
        self.interpreter = interpreter
        self._setting = setting
        self._programs: dict[ProcessKey, Program] = {}

    @property
    def calendar(self) -> Calendar:
        """The calendar of all cases."""
        return self._setting.calendar

    def get(self, store: ProcessStore, process: ProcessId, version: int) -> Program:
        """Return the program of a version. Raises UnknownProcess."""
        key = ProcessKey(id=process, version=version)
        if key not in self._programs:
            self._programs[key] = self._load(store, store.version(process, version))
        return self._programs[key]

    def ready(
        self, store: ProcessStore, key: ProcessKey, case: Case | None, command: Command
    ) -> Program:
        """Return the program of a case, with all that its calls run or are about to run.

        Raises UnknownProcess.
        """
        program = self.get(store, key.id, key.version)
        needed = [] if case is None else list(_called(case.frames.values()))
        if isinstance(command, BindCalls):
            needed.extend(command.newest)
        for one in needed:
            if one not in program.library:
                called = self.get(store, one.id, one.version)
                program.library = {**program.library, **called.library}
        return program

    @property
    def functions(self) -> Mapping[str, Function]:
        """What every expression may call besides the functions of its language."""
        return declared_functions(self._setting)

    def keep(self, compiled: Iterable[Program]) -> None:
        """Keep programs that were compiled elsewhere from what is stored."""
        self._programs |= {program.key: program for program in compiled}

    def _load(self, store: ProcessStore, stored: DeployedProcess) -> Program:
        """Compile a process as it was deployed, with the versions of what it called then."""
        # What calls what was checked at deployment; other processes of the file may call more.
        diagram = read_diagram(stored.diagram, file=stored.file)
        text = stored.parameters
        return self.compile(
            next(one for one in diagram.processes if one.id == stored.id),
            version=stored.version,
            called={name: self.get(store, name, one) for name, one in stored.calls.items()},
            parameters={} if text is None else read_parameters(text, file=PARAMETERS),
            decisions={
                name: _decision(store, name, one) for name, one in stored.decisions.items()
            },
            source=stored.diagram,
        )

    def compile(  # noqa: PLR0913 - what a process is compiled against, each by its name
        self,
        process: Process,
        *,
        version: int,
        called: Mapping[ProcessId, Program],
        parameters: Mapping[str, ParameterSet],
        decisions: Mapping[str, DecisionModel],
        source: bytes,
    ) -> Program:
        """Make a process executable. Raises DiagramRefused with every reason against it."""
        setting = replace(
            self._setting,
            called=called,
            parameters=parameters,
            decisions=decisions,
            source=source,
        )
        return self.interpreter.compile(process, version=version, setting=setting)


def _called(frames: Iterable[Frame]) -> Iterator[ProcessKey]:
    """Yield the processes that frames run, and those of what they keep to be compensated."""
    for frame in frames:
        if frame.process is not None:
            yield frame.process
        if frame.done:
            yield from _called(frame.done)


def _decision(store: ProcessStore, decision: str, version: int) -> DecisionModel:
    stored = store.decision(decision, version)
    return read_decisions(stored.model, file=stored.file)
