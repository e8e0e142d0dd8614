"""Events: the facts that the history of a case is made of, as a closed union.

When an event happened, and who made it happen, stands in the command it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from caseflow.kernel.case import ProcessKey
from caseflow.kernel.deadline_events import DeadlineEvent
from caseflow.kernel.handing_events import HandingEvent
from caseflow.kernel.matters import MatterEvent
from caseflow.kernel.task_events import TaskEvent
from caseflow.model import ElementId, FlowId, ProcessId, Value, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStarted:
    """A case was opened."""

    process: ProcessKey
    element: ElementId | None
    business_key: str
    variables: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCompleted:
    """The last token was used up; ``outcome`` is the end state that was reached."""

    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFailed:
    """An error was not caught, so the case ended abnormally."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCancelled:
    """Somebody ended the case."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSuspended:
    """Somebody stopped the case."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResumed:
    """Somebody let the case go on."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PathTaken:
    """Sequence flows that were passed, in order.

    ``values`` are those of the variables that conditions on the way were tested on.
    """

    process: ProcessId
    flows: tuple[FlowId, ...]
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeEntered:
    """A sub-process, event sub-process or called process began."""

    process: ProcessId
    element: ElementId


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeLeft:
    """A sub-process, event sub-process or called process is done."""

    process: ProcessId
    element: ElementId
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCancelled:
    """An activity was interrupted, with everything inside it."""

    process: ProcessId
    element: ElementId


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOpened:
    """A task waits for a person."""

    process: ProcessId
    element: ElementId
    task: int
    due_at: datetime | None
    limit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskClaimed:
    """A person took a task."""

    task: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskUnclaimed:
    """A task went back to its candidates."""

    task: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAssigned:
    """A task was given to a person."""

    task: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted:
    """A person did a task; it was late if that was after its due time."""

    process: ProcessId
    element: ElementId
    task: int
    limit: str | None
    due_at: datetime | None
    is_late: bool
    variables: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStarted:
    """A job waits for a machine."""

    process: ProcessId
    element: ElementId
    job: int
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCompleted:
    """A machine did a job."""

    process: ProcessId
    element: ElementId
    job: int
    variables: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFailed:
    """A machine failed at a job."""

    process: ProcessId
    element: ElementId
    job: int
    message: str
    tries_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMade:
    """A decision was made: on which values, by which rules and why, and what came of it.

    ``rules`` are the ids of those that counted, or their numbers; ``reasons`` tell of each,
    in the same order, which tests its values passed. ``is_default``: no rule did, and the
    default outputs were taken.
    """

    process: ProcessId
    element: ElementId
    decision: str
    name: str
    inputs: Values
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    is_default: bool
    result: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired:
    """The moment of a timer came."""

    process: ProcessId
    element: ElementId
    due_at: datetime
    limit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionMet:
    """A condition that an event waited for became true."""

    process: ProcessId
    element: ElementId


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent:
    """A message left the case."""

    process: ProcessId
    element: ElementId
    name: str
    key: str
    payload: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived:
    """A message reached an event or task that waited for it."""

    process: ProcessId
    element: ElementId
    name: str
    payload: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalThrown:
    """A signal left the case."""

    process: ProcessId
    element: ElementId
    name: str
    payload: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalReceived:
    """A signal reached an event that waited for it."""

    process: ProcessId
    element: ElementId
    name: str
    payload: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorThrown:
    """An error was thrown; ``caught_by`` is None where nobody caught it."""

    process: ProcessId
    element: ElementId
    code: str
    caught_by: ElementId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationThrown:
    """An escalation was thrown; ``caught_by`` is None where nobody caught it."""

    process: ProcessId
    element: ElementId
    code: str
    caught_by: ElementId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationThrown:
    """Completed activities are to be undone, the first in ``activities`` first, if any are."""

    process: ProcessId
    element: ElementId
    activities: tuple[ElementId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationStarted:
    """The handler of a completed activity begins to undo it."""

    process: ProcessId
    element: ElementId
    handler: ElementId


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionCancelled:
    """A transaction was cancelled; what was completed in it is undone first, if anything was."""

    process: ProcessId
    element: ElementId
    activities: tuple[ElementId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VariablesSet:
    """The case file was changed, by a command or by the element that is named."""

    process: ProcessId
    element: ElementId | None
    variables: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRaised:
    """The case is stuck at an element until an operator acts."""

    process: ProcessId
    element: ElementId
    incident: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentResolved:
    """An operator let the case try again."""

    process: ProcessId
    element: ElementId
    incident: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentIssued:
    """A document was issued: ``digest`` is the SHA-256 of its bytes, which lie elsewhere.

    ``template`` is the SHA-256 of the form that it was made from.
    """

    document: str
    form: str
    number: str
    media_type: str
    digest: str
    template: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWithdrawn:
    """A document is void from now on."""

    document: str
    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesRedacted:
    """The values of these names were deleted, from the case and from its history so far."""

    names: tuple[str, ...]
    reason: str


Event: TypeAlias = (
    CaseStarted
    | CaseCompleted
    | CaseFailed
    | CaseCancelled
    | CaseSuspended
    | CaseResumed
    | PathTaken
    | ScopeEntered
    | ScopeLeft
    | ActivityCancelled
    | TaskOpened
    | TaskClaimed
    | TaskUnclaimed
    | TaskAssigned
    | TaskCompleted
    | JobStarted
    | JobCompleted
    | JobFailed
    | DecisionMade
    | TimerFired
    | ConditionMet
    | MessageSent
    | MessageReceived
    | SignalThrown
    | SignalReceived
    | ErrorThrown
    | EscalationThrown
    | CompensationThrown
    | CompensationStarted
    | TransactionCancelled
    | VariablesSet
    | IncidentRaised
    | IncidentResolved
    | DocumentIssued
    | DocumentWithdrawn
    | ValuesRedacted
    | TaskEvent
    | DeadlineEvent
    | HandingEvent
    | MatterEvent
)
