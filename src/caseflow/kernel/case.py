"""The state of one case: everything that is alive in it, and nothing of its past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from caseflow.kernel.custody import AS_OPENED, Custody
from caseflow.model import ElementId, FlowId, ProcessId, Value
from caseflow.worktime import Pause

CaseId = NewType("CaseId", str)


ROOT = 1
"""The number of the outermost frame, which stays when the case is over."""


class CaseState(StrEnum):
    """Whether a case goes on, and if not, how it ended."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    """An error reached the top of the process and nobody caught it."""

    @property
    def is_over(self) -> bool:
        """Whether nothing will ever happen in the case again."""
        return self is not CaseState.RUNNING and self is not CaseState.SUSPENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessKey:
    """One version of a process."""

    id: ProcessId
    version: int


class FrameKind(StrEnum):
    """What a frame is the run of."""

    PROCESS = "process"
    """The process of the case, or one that it calls."""
    BODY = "body"
    """The inside of a sub-process."""
    LOOP = "loop"
    """The rounds of a loop or the instances of a multi-instance activity."""
    LOCAL = "local"
    """One activity with data of its own: its declared inputs, or one instance of many."""
    UNDO = "undo"
    """Completed activities that are being compensated, one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """How far a loop or a multi-instance activity has come (BPMN 2.0.2, 13.3.6 and 13.3.7).

    ``total`` is None for a standard loop, whose number of rounds nobody knows.
    ``items`` is the collection as it was at the beginning, ``outputs`` what the
    instances gave so far, each at its own place.
    """

    total: int | None = None
    started: int = 0
    completed: int = 0
    terminated: int = 0
    items: tuple[Value, ...] | None = None
    outputs: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """Who did a step when it was done last; ``token`` tells that time from others."""

    element: ElementId
    token: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One run of a scope: its place in the tree of frames, and its variables.

    ``token`` is the token of the parent frame that waits for this frame; event
    sub-processes and rounds of a loop have none. ``is_isolated``: what is inside does
    not see variables beyond. ``takes_writes``: new variables stay here.
    ``has_interrupted``: an event sub-process that took over from its parent frame.
    ``rounds`` tells how far a loop has come, ``round`` which of its rounds this is, from 1.
    ``done`` are the completed activities inside that can still be compensated, the latest
    last, each as the frame that it ran in was at its end. ``is_stopped``: the scope was
    told to end before everything in it was done. ``did`` tells who did the steps that others
    must not be done by the same person with.
    """

    id: int
    kind: FrameKind
    parent: int | None = None
    token: int | None = None
    process: ProcessKey | None = None
    element: ElementId | None = None
    variables: Mapping[str, Value]
    is_isolated: bool = False
    takes_writes: bool = False
    has_interrupted: bool = False
    rounds: Rounds | None = None
    round: int = 0
    outcome: str = ""
    done: tuple[Frame, ...] = ()
    is_stopped: bool = False
    did: tuple[Did, ...] = ()


class TokenKind(StrEnum):
    """What a token does where it stands."""

    ACTIVE = "active"
    """Waits for work, for an event or for what is inside its activity."""
    JOINING = "joining"
    """Waits at a gateway for tokens of other flows."""
    SPENT = "spent"
    """Has gone on from a complex gateway, which remembers until its reset that it came."""
    STUCK = "stuck"
    """Waits for an operator: see the incident of the same number."""
    HANDING = "handing"
    """Waits to be told which unit its element hands the case to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One place where a case stands."""

    id: int
    kind: TokenKind = TokenKind.ACTIVE
    frame: int
    element: ElementId
    flow: FlowId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What a due time that comes from a limit is counted from, so that it can be counted again.

    ``unit`` is whose calendar holds. ``extensions`` name the limits by which it was
    extended; since ``paused_at`` it stands still.
    """

    started_at: datetime
    unit: str = ""
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[str, ...] = ()
    paused_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequest:
    """Somebody asks for more time: by which limit, and why."""

    by: str
    person: str
    reason: str


class Vote(StrEnum):
    """What somebody thinks who was asked."""

    AGREE = "agree"
    REFUSE = "refuse"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody whose vote a task waits for, and how much it weighs."""

    person: str
    weight: int = 1
    vote: Vote | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Work that waits for a person; its number is that of its token.

    ``owner`` delegated it to whom it is assigned to. ``participants`` are asked for their
    vote before it can be completed, ``policy`` tells when they have decided, and ``result``
    names the variable that takes whether they agreed. ``excluded`` did the step that this
    one must not be done by the same person with. ``urged`` counts how often it was asked
    for; ``is_touched``: somebody has begun to act on it. ``count`` is set where the due time
    comes from a limit; while that stands still nothing is due. ``ladder`` names the warnings
    on the way there, ``light`` the step that it has come to. ``giver`` is the unit that gave
    it, and it alone, to another.
    """

    id: int
    process: ProcessId
    element: ElementId
    name: str
    assignee: str | None = None
    roles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    unit: str = ""
    created_at: datetime
    due_at: datetime | None = None
    limit: str | None = None
    follow_up_at: datetime | None = None
    priority: int = 50
    form: str | None = None
    owner: str | None = None
    participants: tuple[Participant, ...] = ()
    policy: str = ""
    result: str | None = None
    excluded: tuple[str, ...] = ()
    urged: int = 0
    is_touched: bool = False
    count: Count | None = None
    asked: ExtensionRequest | None = None
    ladder: str | None = None
    light: str = ""
    giver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that waits for a machine; its number is that of its token.

    ``attempt`` counts the tries, this one included. Where nobody ``names_tries``, neither the
    diagram nor an operator, the handler says at the first failure how many there are. After a
    failure it is not tried again before ``not_before``.
    """

    id: int
    process: ProcessId
    element: ElementId
    topic: str
    tries_left: int = 3
    names_tries: bool = False
    attempt: int = 1
    priority: int = 50
    created_at: datetime
    not_before: datetime | None = None
    input: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A moment that a case waits for; a cycle tells its rule and how often it will fire yet.

    ``light``: it tells that a task has come to this step of its ladder, and moves no token.
    """

    id: int
    frame: int
    token: int | None
    process: ProcessId
    element: ElementId
    due_at: datetime
    limit: str | None = None
    every: str | None = None
    left: int | None = None
    count: Count | None = None
    light: str = ""

    @property
    def is_paused(self) -> bool:
        """Whether it stands still."""
        return self.count is not None and self.count.paused_at is not None


class SubscriptionKind(StrEnum):
    """What kind of event a subscription waits for."""

    MESSAGE = "message"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A message or signal that a case waits for; messages are told apart by ``key``."""

    id: int
    frame: int
    token: int | None
    process: ProcessId
    element: ElementId
    kind: SubscriptionKind
    name: str
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition that a case waits for; ``held`` tells how it was when it was last looked at.

    ``only`` is the place of the one that is meant among those of its event, None any of them.
    """

    id: int
    frame: int
    token: int | None
    process: ProcessId
    element: ElementId
    held: bool = False
    only: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What has happened already of an event that needs several things to happen (10.5.1).

    One of the three tells what it was, under the same number, so that a non-interrupting
    event can wait for it again. ``payload`` is what it brought, for the outputs of the event.
    """

    id: int
    frame: int
    token: int | None
    process: ProcessId
    element: ElementId
    timer: Timer | None = None
    subscription: Subscription | None = None
    condition: Condition | None = None
    payload: Value = None


class Phase(StrEnum):
    """Whether a stuck token failed on its way into an element or out of it."""

    HAND = "hand"
    """Before it came in: the case could not be handed to the unit that the element wants."""
    ENTER = "enter"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something an operator must resolve; its number is that of the token or job it stops."""

    id: int
    process: ProcessId
    element: ElementId
    phase: Phase
    message: str
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedKey:
    """A correlation key that the first message of the case fixed (8.4.2)."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One run of a process. ``version`` counts the commands that made it what it is.

    ``memory`` is what an interpreter other than the kernel has to know besides; a case
    that has one is advanced by that interpreter alone. ``is_archived``: its file is closed,
    and takes no more papers. ``custody`` tells how it came to its unit.
    """

    id: CaseId
    process: ProcessKey
    version: int
    state: CaseState
    business_key: str
    unit: str
    tier: str
    parameters: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str = ""
    counter: int
    frames: Mapping[int, Frame]
    tokens: Mapping[int, Token]
    tasks: Mapping[int, Task]
    jobs: Mapping[int, Job]
    timers: Mapping[int, Timer]
    subscriptions: Mapping[int, Subscription]
    conditions: Mapping[int, Condition]
    incidents: Mapping[int, Incident]
    memory: str = ""
    met: tuple[Met, ...] = ()
    keys: tuple[FixedKey, ...] = ()
    is_archived: bool = False
    custody: Custody = AS_OPENED

    @property
    def variables(self) -> Mapping[str, Value]:
        """The case file: the variables of the outermost frame."""
        return self.frames[ROOT].variables
