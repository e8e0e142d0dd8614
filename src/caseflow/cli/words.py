"""Events of the history in words, one line each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import assert_never

from caseflow.cli.deadline_words import tell_deadline
from caseflow.cli.desk_words import tell_desk
from caseflow.cli.handing_words import tell_handing
from caseflow.cli.moments import local, span
from caseflow.engine import Entry
from caseflow.kernel import (
    ActivityCancelled,
    CaseArchived,
    CaseCancelled,
    CaseCompleted,
    CaseFailed,
    CaseResumed,
    CaseStarted,
    CaseSuspended,
    CompensationStarted,
    CompensationThrown,
    ConditionMet,
    DeadlineEvent,
    DecisionMade,
    DocumentIssued,
    DocumentWithdrawn,
    ErrorThrown,
    EscalationThrown,
    Event,
    HandingEvent,
    IncidentRaised,
    IncidentResolved,
    JobCompleted,
    JobFailed,
    JobStarted,
    MatterEvent,
    MessageReceived,
    MessageSent,
    PathTaken,
    Relation,
    ScopeEntered,
    ScopeLeft,
    SignalReceived,
    SignalThrown,
    TaskAssigned,
    TaskClaimed,
    TaskCompleted,
    TaskEvent,
    TaskOpened,
    TaskUnclaimed,
    TimerFired,
    TransactionCancelled,
    ValuesRedacted,
    VariablesSet,
)
from caseflow.model import ElementId, FlowId, ProcessId, Value, Values

Title = Callable[[ProcessId, ElementId | FlowId], str]
"""Finds the name of an element, or of where a flow leads."""

_LONG = 60  # characters of a value
_LINE = 100  # characters of several


def _matter(event: MatterEvent) -> str:
    if isinstance(event, CaseArchived):
        return f"the file was closed, with {len(event.papers)} papers"
    return f"this case {RELATIONS[event.relation]} {event.other}: {event.reason}"


RELATIONS = {
    Relation.LINKED: "belongs together with",
    Relation.REOPENS: "reopens",
    Relation.REOPENED_BY: "was reopened as",
    Relation.TOOK_IN: "took in",
    Relation.MERGED_INTO: "was merged into",
    Relation.SPLIT_FROM: "was split from",
    Relation.SPLIT_INTO: "was split into",
    Relation.SUPERVISES: "supervises",
    Relation.SUPERVISED_BY: "is supervised by",
    Relation.FOLLOWS_UP: "follows up",
    Relation.FOLLOWED_UP_BY: "is followed up by",
}
"""What a case is to another one, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Tells events; ``tasks`` names the tasks that later events only number."""

    title: Title
    tasks: Mapping[int, str]

    @classmethod
    def of(cls, history: Iterable[Entry], title: Title) -> Teller:
        """Return what can tell a history."""
        opened = (entry.event for entry in history)
        return cls(
            title=title,
            tasks={
                event.task: title(event.process, event.element)
                for event in opened
                if isinstance(event, TaskOpened)
            },
        )

    def tell(self, event: Event) -> str:  # noqa: C901, PLR0911 - one case a kind of event
        """Say what happened."""
        if isinstance(event, TaskEvent | DeadlineEvent | MatterEvent | HandingEvent):
            return self._by_people(event)
        match event:
            case (
                CaseStarted()
                | CaseCompleted()
                | CaseFailed()
                | CaseCancelled()
                | CaseSuspended()
                | CaseResumed()
            ):
                return _case(event)
            case TaskClaimed() | TaskUnclaimed() | TaskAssigned() | TaskOpened() | TaskCompleted():
                return self._task(event)
            case DocumentIssued() | DocumentWithdrawn() | ValuesRedacted():
                return _note(event)
            case DecisionMade():
                return self._decision(event)
            case JobStarted() | JobCompleted() | JobFailed():
                return self._job(event)
            case PathTaken(process=process, flows=flows):
                return "→ " + " → ".join(self.title(process, flow) for flow in flows)
            case VariablesSet(process=process, element=element):
                by = "" if element is None else f" at {self.title(process, element)}"
                return f"set {values_in_words(event.variables)}{by}"
            case _:
                return self._at_element(event)

    def _by_people(self, event: TaskEvent | DeadlineEvent | MatterEvent | HandingEvent) -> str:
        """Say what people did besides completing tasks."""
        if isinstance(event, DeadlineEvent):
            return tell_deadline(event, self.title)
        if isinstance(event, MatterEvent):
            return _matter(event)
        number = getattr(event, "task", None) or 0
        name = f"{self.tasks.get(number, 'task')} ({number})"
        if isinstance(event, HandingEvent):
            return tell_handing(event, name)
        return tell_desk(event, name, self.title)

    def _task(
        self, event: TaskClaimed | TaskUnclaimed | TaskAssigned | TaskOpened | TaskCompleted
    ) -> str:
        name = f"{self.tasks.get(event.task, 'task')} ({event.task})"
        match event:
            case TaskOpened(due_at=due_at, limit=limit):
                by = f", due {local(due_at)}" if due_at else ""
                return f"task {name} opened{by}{f' by {limit}' if limit else ''}"
            case TaskClaimed(person=person):
                return f"{person} claimed {name}"
            case TaskAssigned(person=person):
                return f"{name} was given to {person}"
            case TaskUnclaimed():
                return f"{name} went back to its candidates"
            case TaskCompleted(variables=variables, is_late=is_late):
                late = " late" if is_late else ""
                came = f" with {values_in_words(variables)}" if variables else ""
                return f"{name} was completed{late}{came}"
            case _:
                assert_never(event)

    def _decision(self, event: DecisionMade) -> str:
        title = self.title(event.process, event.element)
        why = "; ".join(
            f"rule {rule}: {reason}"
            for rule, reason in zip(event.rules, event.reasons, strict=True)
        )
        why = why or ("by default, no rule fits" if event.is_default else "")
        because = f" ({why})" if why else ""
        return f"{title} decided {event.decision}: {value_in_words(event.result)}{because}"

    def _job(self, event: JobStarted | JobCompleted | JobFailed) -> str:
        name = f"{self.title(event.process, event.element)} ({event.job})"
        match event:
            case JobStarted(topic=topic):
                return f"job {name} waits for {topic}"
            case JobCompleted(variables=variables):
                came = f" with {values_in_words(variables)}" if variables else ""
                return f"job {name} was done{came}"
            case JobFailed(message=message, tries_left=tries):
                return f"job {name} failed, tries left {tries}: {message}"
            case _:
                assert_never(event)

    def _at_element(  # noqa: C901, PLR0911, PLR0912 - one case an event
        self,
        event: ScopeEntered
        | ScopeLeft
        | ActivityCancelled
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
        | IncidentRaised
        | IncidentResolved,
    ) -> str:
        name = self.title(event.process, event.element)
        match event:
            case ScopeEntered():
                return f"{name} began"
            case ScopeLeft(outcome=outcome):
                return f"{name} is done{f': {outcome}' if outcome else ''}"
            case ActivityCancelled():
                return f"{name} was interrupted"
            case TimerFired(limit=limit, due_at=due_at):
                return f"timer {name} fired, due {local(due_at)}{f' by {limit}' if limit else ''}"
            case ConditionMet():
                return f"the condition of {name} became true"
            case MessageSent(name=message, key=key):
                return f"message {message} sent at {name}{f', key {key}' if key else ''}"
            case MessageReceived(name=message):
                return f"message {message} came to {name}{_carried(event.payload)}"
            case SignalThrown(name=signal):
                return f"signal {signal} thrown at {name}"
            case SignalReceived(name=signal):
                return f"signal {signal} came to {name}{_carried(event.payload)}"
            case ErrorThrown(code=code):
                return f"error {code} thrown at {name}, {self._caught(event)}"
            case EscalationThrown(code=code):
                return f"escalation {code} thrown at {name}, {self._caught(event)}"
            case CompensationThrown(activities=activities):
                return f"{name} undoes {self._several(event.process, activities)}"
            case CompensationStarted(handler=handler):
                return f"{self.title(event.process, handler)} undoes {name}"
            case TransactionCancelled(activities=activities):
                undone = self._several(event.process, activities)
                return f"{name} was cancelled, which undoes {undone}"
            case IncidentRaised(incident=number, message=message):
                return f"incident {number} at {name}: {message}"
            case IncidentResolved(incident=number):
                return f"incident {number} at {name} was resolved"
            case _:
                assert_never(event)

    def _several(self, process: ProcessId, elements: Iterable[ElementId]) -> str:
        return ", ".join(self.title(process, element) for element in elements) or "nothing"

    def _caught(self, event: ErrorThrown | EscalationThrown) -> str:
        if event.caught_by is None:
            return "which nobody caught"
        return f"caught by {self.title(event.process, event.caught_by)}"


def _case(
    event: CaseStarted | CaseCompleted | CaseFailed | CaseCancelled | CaseSuspended | CaseResumed,
) -> str:
    match event:
        case CaseStarted(process=process, variables=variables):
            given = f" with {values_in_words(variables)}" if variables else ""
            return f"case of {process.id} version {process.version} opened{given}"
        case CaseCompleted(outcome=outcome):
            return f"case completed{f': {outcome}' if outcome else ''}"
        case CaseFailed(code=code):
            return f"case failed: nobody caught the error {code}"
        case CaseCancelled(reason=reason):
            return f"case cancelled: {reason}"
        case CaseSuspended(reason=reason):
            return f"case suspended: {reason}"
        case CaseResumed(reason=reason):
            return f"case goes on{f': {reason}' if reason else ''}"
        case _:
            assert_never(event)


def _note(event: DocumentIssued | DocumentWithdrawn | ValuesRedacted) -> str:
    match event:
        case DocumentIssued(form=form, number=number, document=document):
            return f"document {number or document} issued: {form}"
        case DocumentWithdrawn(number=number, document=document, reason=reason):
            return f"document {number or document} withdrawn: {reason}"
        case ValuesRedacted(names=names, reason=reason):
            return f"values deleted of {', '.join(names)}: {reason}"
        case _:
            assert_never(event)


def values_in_words(values: Values) -> str:
    """Return values on one line, long ones cut, and no more than a line takes."""
    pairs: list[str] = []
    for name, value in values.items():
        pair = f"{name}={value_in_words(value)}"
        if pairs and sum(map(len, pairs)) + len(pair) > _LINE:
            return f"{', '.join(pairs)}, … {len(values) - len(pairs)} more"
        pairs.append(pair)
    return ", ".join(pairs)


def value_in_words(value: Value, *, most: int | None = _LONG) -> str:
    """Return a value as people read it, cut where it is long."""
    match value:
        case str():
            text = value or '""'
        case datetime() | date() | Decimal() | timedelta():
            text = _simple(value)
        case _:
            text = json.dumps(value, ensure_ascii=False, default=_simple)
    return text if most is None or len(text) <= most else f"{text[: most - 1]}…"


def _simple(value: object) -> str:
    """Return what JSON has no type for."""
    match value:
        case datetime():
            return local(value)
        case timedelta():
            return span(value)
        case _:
            return str(value)


def _carried(payload: Value) -> str:
    return "" if payload is None else f" with {value_in_words(payload)}"
