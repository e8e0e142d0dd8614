"""The port that executes cases: the kernel behind it is one implementation, others can follow."""

from __future__ import annotations

from typing import Protocol

from caseflow.kernel.advance import Outcome, advance
from caseflow.kernel.case import Case
from caseflow.kernel.commands import Command
from caseflow.kernel.compile import compile_process
from caseflow.kernel.run import Program, Setting
from caseflow.model import Process


class Interpreter(Protocol):
    """Executes cases. Everything that keeps state or reads clocks is left to the caller."""

    def compile(self, process: Process, *, version: int, setting: Setting) -> Program:
        """Make a process executable. Raises DiagramRefused with every reason against it."""
        ...

    def advance(self, program: Program, case: Case | None, command: Command) -> Outcome:
        """Apply one command to a case. Raises CommandRefused, and then nothing has changed."""
        ...


class Kernel:
    """caseflow's own interpreter: tokens over an immutable graph."""

    def compile(self, process: Process, *, version: int, setting: Setting) -> Program:
        """Make a process executable. Raises DiagramRefused with every reason against it."""
        return compile_process(process, version=version, setting=setting)

    def advance(self, program: Program, case: Case | None, command: Command) -> Outcome:
        """Apply one command to a case. Raises CommandRefused, and then nothing has changed."""
        return advance(program, case, command)
