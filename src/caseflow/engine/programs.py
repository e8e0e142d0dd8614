"""Compiled processes, kept as long as the engine lives."""

from __future__ import annotations

from caseflow.engine.deployment import load_program
from caseflow.kernel import Interpreter, ProcessKey, Program, Setting
from caseflow.model import ProcessId
from caseflow.store import ProcessStore


class Programs:
    """Compiles each version of a process once. A version never changes, so nothing expires."""

    def __init__(self, interpreter: Interpreter, setting: Setting) -> None:
        """Compile for an interpreter, with what all processes share."""
        self.interpreter = interpreter
        self.setting = setting
        self._programs: dict[ProcessKey, Program] = {}

    def get(self, store: ProcessStore, process: ProcessId, version: int) -> Program:
        """Return the program of a version. Raises UnknownProcess."""
        key = ProcessKey(id=process, version=version)
        if key not in self._programs:
            stored = store.version(process, version)
            self._programs[key] = load_program(store, stored, self.interpreter, self.setting)
        return self._programs[key]
