"""Every error that caseflow raises, in families by who must act.

::

    CaseflowError
    ├── ModelError                  the author of the diagram, table or parameter file
    │   ├── DiagramRefused          findings say where and what to do
    │   ├── ParametersRefused       the same for a parameter file
    │   ├── OverlayRefused          the same for an overlay on a process
    │   ├── FormRefused             a form of documents is wrong, or its template
    │   ├── OrganisationRefused     the same for a file of units, roles and people
    │   ├── NotDrawn                a file says how cases run, but not where to draw it
    │   ├── CalendarRefused         a calendar contradicts itself
    │   ├── ExpressionRefused       does not parse, or uses what is not allowed
    │   └── ExpressionFailed        parsed, but could not be evaluated on this case
    │       └── DecisionFailed      the same for a decision table, with rule and column
    ├── CommandRefused              the caller; the case is unchanged
    │   ├── UnknownProcess
    │   ├── UnknownCase
    │   ├── CaseRedacted            values were deleted that this would need
    │   ├── CaseNotOpen
    │   ├── TaskNotOpen
    │   ├── TaskHeldByOther
    │   ├── NotAllowed              no right of the organisation lets this person do it
    │   ├── NotSamePerson           four eyes: the other step was done by this person
    │   ├── VotesMissing            those who were asked have not decided yet
    │   ├── EntriesRefused          what was filled in does not fit the form of the task
    │   ├── NotItsTurn
    │   ├── NothingWaits
    │   ├── LeaseLost               a worker took too long, and another has its job now
    │   ├── ValueRefused
    │   ├── DocumentRefused         values that the form needs are missing
    │   ├── TimeRefused
    │   ├── StepLimitReached
    │   └── StaleCase               somebody else was quicker: load again and retry
    ├── ServiceFailed               the owner of the service that a job called
    ├── BpmnError                   the diagram: a handler says which way its task ends
    ├── EndpointRefused             the developer who configures webhooks
    ├── NotGenuine                  nobody: the receiver of a webhook turns it away
    ├── HandlerRefused              the developer who registers handlers and starts workers
    └── StoreError                  the operator of the database
        ├── TryAgain                another transaction was in the way: nothing happened
        │   └── ConnectionLost      the same, because the connection broke
        ├── GivenUp                 an error of the database was caught inside the transaction
        └── OutcomeUnknown          the connection broke during a commit: look first

What ``is_retryable`` may simply be done again, by `Engine.run` or by the caller.
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
    """The root of all errors of caseflow.

    ``is_retryable``: nothing happened, and the same thing may well succeed when it is done
    again from the beginning of its transaction.
    """

    is_retryable = False


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


class OverlayRefused(_FindingsError):
    """An overlay was not read, or does what it may not; ``findings`` lists every reason."""


class OrganisationRefused(_FindingsError):
    """An organisation was not read; ``findings`` lists every reason at once."""


class FormRefused(ModelError):
    """A form of documents cannot be used: its description, its template, or what that does."""

    def __init__(self, form: str, message: str) -> None:
        self.form = form
        super().__init__(f"form {form}: {message}")


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


class DecisionFailed(ExpressionFailed):
    """A decision could not be made: the rules contradict each other, or a value does not fit.

    ``rule`` and ``clause`` name the row and the column of a table, where it is about one.
    """

    def __init__(self, message: str, *, decision: str, rule: str = "", clause: str = "") -> None:
        self.decision = decision
        self.rule = rule
        self.clause = clause
        where = ", ".join(filter(None, (f"decision {decision}", rule, clause)))
        super().__init__(f"{where}: {message}", source=decision, column=1)
        self.args = (f"{where}: {message}",)


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


class CaseRedacted(CommandRefused):
    """Values of the case were deleted, so that its commands cannot be replayed any more."""

    def __init__(self, case: str, *, names: Iterable[str], sequence: int) -> None:
        self.case = case
        self.names = tuple(names)
        self.sequence = sequence
        super().__init__(
            f"case {case} was redacted with event {sequence}: the values of "
            f"{', '.join(self.names)} are gone"
        )


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


class NotAllowed(CommandRefused):
    """No right of the organisation lets this person do this; they may see what it is about."""

    def __init__(self, person: str, *, action: str, because: str) -> None:
        self.person = person
        self.action = action
        self.because = because
        super().__init__(f"{person} may not {action} this: {because}")


class NotSamePerson(CommandRefused):
    """Two steps need different people, and this person did the other one."""

    def __init__(self, task: str, *, person: str, step: str) -> None:
        self.task = task
        self.person = person
        self.step = step
        super().__init__(f"task {task} is not for {person}, who did {step}: another has to check")


class VotesMissing(CommandRefused):
    """A task cannot be completed before those who were asked have decided."""

    def __init__(self, task: str, *, people: Iterable[str]) -> None:
        self.task = task
        self.people = tuple(people)
        super().__init__(f"task {task} waits for the vote of {', '.join(self.people)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormProblem:
    """One thing that is wrong with what was filled in: the field, the rule, and in words."""

    field: str
    rule: str
    message: str

    def __str__(self) -> str:
        """Return what a person reads."""
        return self.message


class EntriesRefused(CommandRefused):
    """What was handed in with a task does not fit its form; ``problems`` lists all of it."""

    def __init__(self, task: str, *, problems: Iterable[FormProblem]) -> None:
        self.task = task
        self.problems = tuple(problems)
        super().__init__("\n".join(str(one) for one in self.problems))


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


class DocumentRefused(CommandRefused):
    """A document cannot be made of these values, or not in this format."""


class TimeRefused(CommandRefused):
    """A moment, pause or span cannot be counted: without time zone, backwards, out of range."""


class StepLimitReached(CommandRefused):
    """One command passed so many elements that the diagram must loop without ever waiting."""


class StaleCase(CommandRefused):
    """The case was changed by someone else since it was loaded: load again and retry."""

    is_retryable = True

    def __init__(self, case: str, *, version: int) -> None:
        self.case = case
        self.version = version
        super().__init__(f"case {case} is no longer at version {version}: load it again")


class LeaseLost(CommandRefused):
    """A worker took too long: its lease has ended, and what it made of the job is refused."""

    def __init__(self, job: str) -> None:
        self.job = job
        super().__init__(f"job {job} was done, taken by another worker, or withdrawn")


class ServiceFailed(CaseflowError):
    """A service that a job called failed in a way that a retry may mend."""


class BpmnError(CaseflowError):
    """What a handler raises so that its task ends with a BPMN error, which the diagram catches."""

    def __init__(self, code: str, payload: object = None) -> None:
        self.code = code
        self.payload = payload
        super().__init__(code)


class EndpointRefused(CaseflowError):
    """A webhook is configured with an address or a secret that will not do; it says why."""


class NotGenuine(CaseflowError):
    """A request says that it is a webhook, but is not signed as one, or not in time."""


class HandlerRefused(CaseflowError):
    """A handler or a worker cannot be set up like that; it says why."""


class StoreError(CaseflowError):
    """The database refused or holds something that it should not hold."""


class TryAgain(StoreError):
    """Another transaction was in the way: a deadlock, or a lock not free. Nothing happened."""

    is_retryable = True


class ConnectionLost(TryAgain):
    """The connection broke, so that the database takes back what was not committed."""


class GivenUp(StoreError):
    """A statement failed inside a unit of work, so nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__(
            "nothing of this unit of work was kept, because the database refused a part of it: "
            "catch such an error around the unit of work, not inside"
        )


class OutcomeUnknown(StoreError):
    """The connection broke during a commit: it may have happened or not, so look first."""
