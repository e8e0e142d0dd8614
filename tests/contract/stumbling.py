"""An interpreter that stumbles where a test wants it to."""

from __future__ import annotations

from collections.abc import Callable

from caseflow.kernel import Case, Command, Kernel, Outcome, Program, Setting, SuspendCase
from caseflow.model import Process


class Stumbling:
    """The kernel, but for commands of which the test says that it stumbles over them.

    What it raises then is nothing that caseflow knows, as a fault of the kernel would be.
    """

    def __init__(self, stumbles: Callable[[Case | None, Command], bool]) -> None:
        """Stumble where ``stumbles`` says so, until ``is_mended``; never over a suspension."""
        self._stumbles = stumbles
        self._kernel = Kernel()
        self.is_mended = False

    def compile(self, process: Process, *, version: int, setting: Setting) -> Program:
        """Compile as the kernel does."""
        return self._kernel.compile(process, version=version, setting=setting)

    def advance(self, program: Program, case: Case | None, command: Command) -> Outcome:
        """Advance as the kernel does, or stumble."""
        is_spared = self.is_mended or isinstance(command, SuspendCase)
        if not is_spared and self._stumbles(case, command):
            raise ZeroDivisionError("the kernel stumbles")
        return self._kernel.advance(program, case, command)
