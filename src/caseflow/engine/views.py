"""What the engine shows of cases and their work: frozen values, not rows and not the kernel's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from caseflow.kernel import (
    Case,
    CaseId,
    CaseState,
    FrameKind,
    Incident,
    ProcessKey,
    SubscriptionKind,
    Timer,
    TokenKind,
)
from caseflow.model import ElementId, ProcessId, Value
from caseflow.store import IncidentRow, JobRow, MessageRow, MessageState, TaskRow

TaskId = NewType("TaskId", str)
JobId = NewType("JobId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """An open task.

    ``owner`` delegated it to its assignee; ``signers`` are those whose vote it waits for,
    ``excluded`` those who must not do it; ``urged`` counts how often it was asked for.
    """

    id: TaskId
    case: CaseId
    process: ProcessId
    element: ElementId
    name: str
    assignee: str | None
    roles: tuple[str, ...]
    people: tuple[str, ...]
    unit: str
    priority: int
    created_at: datetime
    due_at: datetime | None
    limit: str | None
    follow_up_at: datetime | None
    form: str | None
    business_key: str
    owner: str | None = None
    signers: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    urged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """An open job.

    ``ready_at``: from when on a worker may take it; with an ``owner``, when the lease of the
    worker ends that has it.
    """

    id: JobId
    case: CaseId
    process: ProcessId
    element: ElementId
    topic: str
    tries_left: int
    attempt: int
    priority: int
    created_at: datetime
    ready_at: datetime
    owner: str | None
    input: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """An open incident: where a case is stuck, and why."""

    id: str
    case: CaseId
    process: ProcessId
    element: ElementId
    message: str
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case as it stands."""

    id: CaseId
    process: ProcessId
    process_version: int
    version: int
    state: CaseState
    outcome: str
    business_key: str
    unit: str
    tier: str
    started_at: datetime
    ended_at: datetime | None
    variables: Mapping[str, Value]
    waiting_at: frozenset[ElementId]
    timers: tuple[Timer, ...]
    incidents: tuple[Incident, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One element at which a case stands: it waits there, or for what is inside."""

    process: ProcessKey
    element: ElementId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessView:
    """The newest version of a deployed process."""

    id: ProcessId
    version: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message or signal that is not delivered yet.

    ``problem`` says why one that is stuck could not open its case.
    """

    id: str
    kind: SubscriptionKind
    name: str
    key: str
    payload: Value
    state: MessageState
    sent_at: datetime
    expires_at: datetime | None
    problem: str | None


def view_case(case: Case) -> CaseView:
    """Return what the engine shows of a case of the kernel."""
    around = {frame.token for frame in case.frames.values()}
    return CaseView(
        id=case.id,
        process=case.process.id,
        process_version=case.process.version,
        version=case.version,
        state=case.state,
        outcome=case.outcome,
        business_key=case.business_key,
        unit=case.unit,
        tier=case.tier,
        started_at=case.started_at,
        ended_at=case.ended_at,
        variables=case.variables,
        waiting_at=frozenset(
            token.element
            for token in case.tokens.values()
            if token.kind is not TokenKind.JOINING and token.id not in around
        ),
        timers=tuple(sorted(case.timers.values(), key=lambda timer: (timer.due_at, timer.id))),
        incidents=tuple(case.incidents.values()),
    )


def view_task(row: TaskRow) -> TaskView:
    """Return what the engine shows of a task on the worklist."""
    return TaskView(
        id=TaskId(f"{row.case}:{row.number}"),
        case=row.case,
        process=row.process,
        element=row.element,
        name=row.name,
        assignee=row.assignee,
        roles=row.roles,
        people=row.people,
        unit=row.unit,
        priority=row.priority,
        created_at=row.created_at,
        due_at=row.due_at,
        limit=row.limit,
        follow_up_at=row.follow_up_at,
        form=row.form,
        business_key=row.business_key,
        owner=row.owner,
        signers=row.signers,
        excluded=row.excluded,
        urged=row.urged,
    )


def view_job(row: JobRow) -> JobView:
    """Return what the engine shows of a job."""
    return JobView(
        id=JobId(f"{row.case}:{row.number}"),
        case=row.case,
        process=row.process,
        element=row.element,
        topic=row.topic,
        tries_left=row.tries_left,
        attempt=row.attempt,
        priority=row.priority,
        created_at=row.created_at,
        ready_at=row.ready_at,
        owner=row.owner,
        input=row.input,
    )


def view_incident(row: IncidentRow) -> IncidentView:
    """Return what the engine shows of an incident."""
    return IncidentView(
        id=f"{row.case}:{row.number}",
        case=row.case,
        process=row.process,
        element=row.element,
        message=row.message,
        raised_at=row.raised_at,
    )


def view_message(row: MessageRow) -> MessageView:
    """Return what the engine shows of a message or signal."""
    return MessageView(
        id=row.id,
        kind=row.kind,
        name=row.name,
        key=row.key,
        payload=row.payload,
        state=row.state,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        problem=row.problem,
    )


def places_of(case: Case) -> tuple[Place, ...]:
    """Return every place of a case, in the order in which it came there.

    What is inside a sub-process or a called process counts beside the activity around it;
    of an activity that is done many times, each running time counts, and not the whole.
    """
    repeated = {
        frame.token
        for frame in case.frames.values()
        if frame.kind in {FrameKind.LOOP, FrameKind.LOCAL}
    }
    standing = {
        token.id: (token.frame, token.element)
        for token in case.tokens.values()
        if token.id not in repeated
    }
    # An event sub-process runs without a token around it.
    standing |= {
        frame.id: (frame.parent, frame.element)
        for frame in case.frames.values()
        if frame.kind is FrameKind.BODY
        and frame.token is None
        and frame.parent is not None
        and frame.element is not None
    }
    return tuple(
        Place(process=_process_of(case, frame), element=element)
        for _, (frame, element) in sorted(standing.items())
    )


def _process_of(case: Case, number: int) -> ProcessKey:
    """Return the process that a frame belongs to: the case's own, or one that it calls."""
    frame = case.frames[number]
    while frame.kind is not FrameKind.PROCESS and frame.parent is not None:
        frame = case.frames[frame.parent]
    return frame.process or case.process
