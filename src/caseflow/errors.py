"""Every error that caseflow raises, in families by who must act.

::

    CaseflowError
    ├── ModelError                  the author of the diagram, table or parameter file
    │   ├── DiagramRefused          findings say where and what to do
    │   ├── ParametersRefused       the same for a parameter file
    │   ├── NotDrawn                a file says how cases run, but not where to draw it
    │   ├── CalendarRefused         a calendar contradicts itself
    │   ├── ExpressionRefused       does not parse, or uses what is not allowed
    │   └── ExpressionFailed        parsed, but could not be evaluated on this case
    ├── CommandRefused              the caller; the case is unchanged
    │   ├── UnknownProcess
    │   ├── UnknownCase
    │   ├── CaseNotOpen
    │   ├── TaskNotOpen
    │   ├── TaskHeldByOther
    │   ├── NotItsTurn
    │   ├── NothingWaits
    │   ├── ValueRefused
    │   ├── TimeRefused
    │   ├── StepLimitReached
    │   └── StaleCase               somebody else was quicker: load again and retry
    ├── ServiceFailed               the owner of the service that a job called
    └── StoreError                  the operator of the database
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_SHOWN = 200  # characters of an expression that an error repeats


class Severity(StrEnum):
    """How bad a finding is: an error refuses the deployment, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem in a file: where it is, what is wrong and what to do about it."""

    rule: str
    severity: Severity
    file: str
    line: int
    message: str
    remedy: str
    element: str = ""
    name: str = ""

    def __str__(self) -> str:
        """One line for people: ``file:line: error: element "name": message; remedy [rule]``."""
        who = f"{self.element}: " if self.element else ""
        if self.name:
            who = f"{self.element} “{self.name}”: "
        return (
            f"{self.file}:{self.line}: {self.severity}: {who}{self.message} "
            f"→ {self.remedy} [{self.rule}]"
        )


class CaseflowError(Exception):
    """The root of all errors of caseflow."""


class ModelError(CaseflowError):
    """Something an author wrote is wrong: a diagram, an expression, a parameter file."""


class _FindingsError(ModelError):
    """Carries all findings, so that an author mends them in one go."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class DiagramRefused(_FindingsError):
    """A diagram was not read or not deployed; ``findings`` lists every reason at once."""


class ParametersRefused(_FindingsError):
    """A parameter file was not read; ``findings`` lists every reason at once."""


class NotDrawn(ModelError):
    """A diagram was to be shown, but its file has no positions (BPMN diagram interchange)."""

    def __init__(self, file: str) -> None:
        self.file = file
        super().__init__(f"{file} has no drawing: `caseflow layout {file}` makes one")


class CalendarRefused(ModelError):
    """A calendar contradicts itself: office hours that overlap, an unknown time zone."""


class _ExpressionError(ModelError):
    """Shows the expression and where in it; ``column`` counts from 1 in ``source``."""

    def __init__(self, message: str, *, source: str, column: int) -> None:
        self.reason = message
        self.source = source
        self.column = column
        shown = source if len(source) <= _SHOWN else source[:_SHOWN] + "…"
        super().__init__(f"{message} (column {column} of {shown!r})")


class ExpressionRefused(_ExpressionError):
    """An expression does not parse or uses something that is not allowed."""


class ExpressionFailed(_ExpressionError):
    """An expression parsed, but could not be evaluated on the values of a case."""


class CommandRefused(CaseflowError):
    """The caller asked for something that is not possible; nothing was changed."""


class UnknownProcess(CommandRefused):
    """No process of this id (and version) is deployed."""

    def __init__(self, process: str, *, version: int | None = None) -> None:
        self.process = process
        self.version = version
        which = process if version is None else f"{process} version {version}"
        super().__init__(f"process {which} is not deployed")


class UnknownCase(CommandRefused):
    """No case has this id."""

    def __init__(self, case: str) -> None:
        self.case = case
        super().__init__(f"there is no case {case}")


class CaseNotOpen(CommandRefused):
    """The case has ended or is suspended, so it takes no such command."""

    def __init__(self, case: str, *, state: str) -> None:
        self.case = case
        self.state = state
        super().__init__(f"case {case} is {state}")


class TaskNotOpen(CommandRefused):
    """The task does not exist, was completed before, or was withdrawn."""

    def __init__(self, task: str) -> None:
        self.task = task
        super().__init__(f"task {task} is not open")


class TaskHeldByOther(CommandRefused):
    """The task is claimed by another person."""

    def __init__(self, task: str, *, holder: str) -> None:
        self.task = task
        self.holder = holder
        super().__init__(f"task {task} is held by {holder}")


class NotItsTurn(CommandRefused):
    """The task stands beside another one that was chosen first and is not done yet."""

    def __init__(self, task: str, *, first: str) -> None:
        self.task = task
        self.first = first
        super().__init__(f"task {task} cannot be chosen before {first} is completed or given back")


class NothingWaits(CommandRefused):
    """The case does not wait for this message, timer, job or incident (any more)."""


class ValueRefused(CommandRefused):
    """A value cannot be kept in a case file: its type, size or depth is not allowed."""


class TimeRefused(CommandRefused):
    """A moment, pause or span cannot be counted: without time zone, backwards, out of range."""


class StepLimitReached(CommandRefused):
    """One command passed so many elements that the diagram must loop without ever waiting."""


class StaleCase(CommandRefused):
    """The case was changed by someone else since it was loaded: load again and retry."""

    def __init__(self, case: str, *, version: int) -> None:
        self.case = case
        self.version = version
        super().__init__(f"case {case} is no longer at version {version}: load it again")


class ServiceFailed(CaseflowError):
    """A service that a job called failed in a way that a retry may mend."""


class StoreError(CaseflowError):
    """The database refused or holds something that it should not hold."""
