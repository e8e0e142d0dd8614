"""Compiled processes, kept as long as the engine lives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from caseflow.bpmn import read_diagram
from caseflow.engine.files import PARAMETERS
from caseflow.kernel import Interpreter, ProcessKey, Program, Setting
from caseflow.model import ParameterSet, Process, ProcessId
from caseflow.parameters import read_parameters
from caseflow.store import DeployedProcess, ProcessStore


class Programs:
    """Compiles each version of a process once. A version never changes, so nothing expires."""

    def __init__(self, interpreter: Interpreter, setting: Setting) -> None:
        """Compile for an interpreter, with what all processes share."""
        self.interpreter = interpreter
        self._setting = setting
        self._programs: dict[ProcessKey, Program] = {}

    def get(self, store: ProcessStore, process: ProcessId, version: int) -> Program:
        """Return the program of a version. Raises UnknownProcess."""
        key = ProcessKey(id=process, version=version)
        if key not in self._programs:
            self._programs[key] = self._load(store, store.version(process, version))
        return self._programs[key]

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
            source=stored.diagram,
        )

    def compile(
        self,
        process: Process,
        *,
        version: int,
        called: Mapping[ProcessId, Program],
        parameters: Mapping[str, ParameterSet],
        source: bytes,
    ) -> Program:
        """Make a process executable. Raises DiagramRefused with every reason against it."""
        setting = replace(self._setting, called=called, parameters=parameters, source=source)
        return self.interpreter.compile(process, version=version, setting=setting)
