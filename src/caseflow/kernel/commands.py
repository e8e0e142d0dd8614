"""Commands: everything that anybody can ask of a case, as a closed union."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from caseflow.kernel.case import CaseId, ProcessKey
from caseflow.kernel.deadline_commands import DeadlineCommand
from caseflow.kernel.handing_commands import HandingCommand
from caseflow.kernel.matters import MatterNote
from caseflow.kernel.task_commands import DeskNote, TaskCommand
from caseflow.model import ElementId, Value, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCase:
    """Open a case at a none start event, or at the start event ``start`` with a payload.

    ``trigger`` names the message or signal, where that event waits for several; ``due_at``
    is when its timer was due.
    """

    at: datetime
    actor: str = ""
    case: CaseId
    process: ProcessKey
    business_key: str = ""
    unit: str = ""
    tier: str = ""
    parameters: str = ""
    variables: Values = field(default_factory=dict)
    start: ElementId | None = None
    trigger: str = ""
    due_at: datetime | None = None
    payload: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTask:
    """Take a task for oneself."""

    at: datetime
    actor: str = ""
    task: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnclaimTask:
    """Give a task back to its candidates."""

    at: datetime
    actor: str = ""
    task: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignTask:
    """Give a task to a person, whoever holds it."""

    at: datetime
    actor: str = ""
    task: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTask:
    """Say that a task is done, and what came of it.

    With ``person`` given, a task that somebody else holds is refused.
    """

    at: datetime
    actor: str = ""
    task: int
    person: str | None = None
    variables: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteJob:
    """Hand in what a machine made of a job: variables, or one value.

    Where the task names a variable for its result, that takes the value, or the map of
    variables where there is none.
    """

    at: datetime
    actor: str = ""
    job: int
    variables: Values = field(default_factory=dict)
    result: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailJob:
    """Say that a job failed; without tries left it becomes an incident.

    Args:
        retry_at: it is not tried again before this moment.
        tries: how many tries there are in all, where the diagram does not say.
        is_final: it makes no sense to try again.
    """

    at: datetime
    actor: str = ""
    job: int
    message: str
    retry_at: datetime | None = None
    tries: int | None = None
    is_final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowError:
    """End a task or job with a BPMN error, which the nearest handler catches."""

    at: datetime
    actor: str = ""
    token: int
    code: str
    payload: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverMessage:
    """Give a message to the subscription that waits for it."""

    at: datetime
    actor: str = ""
    subscription: int
    payload: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverSignal:
    """Give a signal to everything in the case that waits for it."""

    at: datetime
    actor: str = ""
    name: str
    payload: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FireTimer:
    """Say that the moment of a timer has come."""

    at: datetime
    actor: str = ""
    timer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BindCalls:
    """Say which versions are the newest, to the calls that wait to run one of them."""

    at: datetime
    actor: str = ""
    newest: tuple[ProcessKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVariables:
    """Change the case file."""

    at: datetime
    actor: str = ""
    variables: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveIncident:
    """Try again where the case is stuck, or give a job new tries."""

    at: datetime
    actor: str = ""
    incident: int
    tries: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendCase:
    """Stop the case: it takes no work and fires no timer until it is resumed."""

    at: datetime
    actor: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeCase:
    """Let a suspended case go on."""

    at: datetime
    actor: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCase:
    """End the case now, with everything that is alive in it."""

    at: datetime
    actor: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDocument:
    """Put on record that a document was issued in the case; its bytes lie elsewhere."""

    at: datetime
    actor: str = ""
    document: str
    form: str
    number: str
    media_type: str
    digest: str
    template: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawDocument:
    """Put on record that a document is void; it stays where it is."""

    at: datetime
    actor: str = ""
    document: str
    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactValues:
    """Delete the values of variables from a case that is over, and put that on record."""

    at: datetime
    actor: str = ""
    names: tuple[str, ...]
    reason: str


Note: TypeAlias = RecordDocument | WithdrawDocument | RedactValues | DeskNote | MatterNote
"""Commands that put something on record and move no token; a case takes them at any time."""


Command: TypeAlias = (
    StartCase
    | ClaimTask
    | UnclaimTask
    | AssignTask
    | CompleteTask
    | CompleteJob
    | FailJob
    | ThrowError
    | DeliverMessage
    | DeliverSignal
    | FireTimer
    | BindCalls
    | SetVariables
    | ResolveIncident
    | SuspendCase
    | ResumeCase
    | CancelCase
    | RecordDocument
    | WithdrawDocument
    | RedactValues
    | TaskCommand
    | DeadlineCommand
    | HandingCommand
    | DeskNote
    | MatterNote
)
