"""The compiled graph of a process, and one run over it: the working state of a command."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

from caseflow.decisions import DecisionModel
from caseflow.errors import UnknownProcess
from caseflow.expressions import Expression, Result
from caseflow.kernel.case import (
    Case,
    Condition,
    Frame,
    FrameKind,
    Met,
    ProcessKey,
    Subscription,
    Timer,
    Token,
    TokenKind,
)
from caseflow.kernel.effects import BroadcastSignal, FindNewest, FindUnit, SendMessage
from caseflow.kernel.events import Event, PathTaken
from caseflow.kernel.faults import Fault, Faults
from caseflow.kernel.keyed import Keyed
from caseflow.model import ElementId, FlowId, Hand, Node, ParameterSet, ProcessId, Value, Values
from caseflow.worktime import CHINA, Calendar

Wake: TypeAlias = Timer | Subscription | Condition | Met
"""What wakes a case, or did for its part: what was waited for, or has happened already."""

Function: TypeAlias = Callable[..., Result]
"""A function of expressions: plain values in, a plain value or a limit out."""


class Element(Protocol):
    """What a flow node does with a token that arrives."""

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Take over a token that comes in by ``arc``, or by none at a beginning."""
        ...


class Catcher(Protocol):
    """What a flow node does that listens for something to happen."""

    def arm(self, run: Run, vertex: Vertex, *, frame: int, token: int | None) -> None:
        """Listen for as long as the token, or without one the frame, is alive."""
        ...

    def fired(self, run: Run, wake: Wake, vertex: Vertex, payload: Value) -> None:
        """Act on a timer, message, signal or condition."""
        ...

    @property
    def listener(self) -> Listens:
        """What is listened for."""
        ...


class Listens(Protocol):
    """What all catchers listen with."""

    def awaited(self, run: Run, wake: Subscription) -> Subscription:
        """Return a subscription as it is with the case file as it is now."""
        ...


class Handler(Protocol):
    """What an event does that catches errors and escalations of its scope or host."""

    @property
    def faults(self) -> Faults:
        """What is caught here."""
        ...

    def handle(
        self, run: Run, vertex: Vertex, *, frame: int, token: Token | None, fault: Fault
    ) -> None:
        """Go on at the handler, interrupting its scope or host where it is drawn so."""
        ...


class Choice(Protocol):
    """What an ad-hoc sub-process does when one of its activities is done."""

    @property
    def is_sequential(self) -> bool:
        """Whether one activity at a time is done."""
        ...

    def may_begin(self, run: Run, frame: int, vertex: Vertex) -> bool:
        """Tell whether an activity begins at once, or waits until another one is done."""
        ...

    def activity_done(self, run: Run, frame: int, vertex: Vertex) -> None:
        """Go on behind the activity, or end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A compiled `Handing`: how an element hands the case on, to which unit, and why."""

    hand: Hand
    to: Expression | None = None
    reason: Expression | None = None
    ground: str = ""


@dataclass(slots=True, eq=False)
class Arc:
    """A compiled sequence flow."""

    id: FlowId
    process: ProcessId
    target: Vertex
    condition: Expression | None = None


@dataclass(slots=True, eq=False)
class Vertex:
    """A compiled flow node; ``catcher`` and ``handler`` are set where it is one.

    ``conditions`` are those that it waits for, any of them; ``quantity`` is how many tokens
    it sends along each flow that it takes. ``undone_by`` is the activity
    that compensates it when it is completed, ``cancelled_to`` the event behind which a
    transaction goes on that was cancelled. ``is_watched``: another step asks who did it.
    ``wish`` says to which unit the case is handed before the element begins.
    """

    id: ElementId
    process: ProcessId
    node: Node
    element: Element
    outgoing: tuple[Arc, ...] = ()
    default: Arc | None = None
    incoming: tuple[Arc, ...] = ()
    catcher: Catcher | None = None
    handler: Handler | None = None
    conditions: tuple[Expression, ...] = ()
    quantity: int = 1
    is_activity: bool = False
    undone_by: Vertex | None = None
    cancelled_to: Vertex | None = None
    is_watched: bool = False
    wish: Wish | None = None


@dataclass(slots=True, eq=False)
class Graph:
    """A compiled scope: a process, or the inside of a sub-process.

    ``entries`` is where it begins when nobody says where, ``event_scopes`` are its
    event sub-processes, ``undo`` the one of them that compensates the scope when it is
    completed, ``data`` the variables of its data objects, ``ad_hoc`` is set where people
    choose what is done.
    """

    process: ProcessId
    setting: Setting
    vertices: dict[ElementId, Vertex] = field(default_factory=dict)
    bodies: dict[ElementId, Graph] = field(default_factory=dict)
    entries: tuple[Vertex, ...] = ()
    event_scopes: tuple[Vertex, ...] = ()
    data: frozenset[str] = frozenset()
    undo: Vertex | None = None
    ad_hoc: Choice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a process is compiled against.

    ``called`` are the programs of the processes that it calls, ``parameters`` the sets
    that its cases can name (the first is the default), ``calendar`` the one in which
    limits are counted, ``calendars`` those of units that have their own, ``functions`` the
    pure functions that the host adds to the expression language, ``decisions`` the models of
    the decisions that it asks, by the id of each decision. ``source`` is the file that the
    process was read from, for an interpreter that reads it by itself.
    """

    called: Mapping[ProcessId, Program] = field(default_factory=dict)
    parameters: Mapping[str, ParameterSet] = field(default_factory=dict)
    calendar: Calendar = CHINA
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    decisions: Mapping[str, DecisionModel] = field(default_factory=dict)
    source: bytes = b""


@dataclass(slots=True, eq=False)
class Program:
    """A compiled process, with everything that its cases need to go on.

    ``library`` holds the process itself and every process that it calls, however deep;
    ``starts`` all that cases can be started at, by id; ``keyed`` the correlation keys of
    their messages, by id and name; ``business_key`` gives a case its key where the
    host gives none; ``has_keys`` tells whether messages inside it have correlation keys.
    ``plan`` is what another interpreter made of the process besides.
    """

    key: ProcessKey
    name: str
    graph: Graph
    setting: Setting
    library: dict[ProcessKey, Program] = field(default_factory=dict)
    starts: dict[ElementId, Vertex] = field(default_factory=dict)
    keyed: dict[tuple[ElementId, str], Keyed] = field(default_factory=dict)
    business_key: Expression | None = None
    has_keys: bool = False
    plan: object = None


class Run:
    """One command at work on one case: a mutable copy that becomes the outcome, or is dropped.

    Queued tokens move on until all of them wait; ``live`` counts what keeps a frame
    alive: its tokens, queued or waiting, and the frames inside it that no token hosts.
    ``variables`` are those of each frame, copied before the first change; ``joins`` the
    tokens that wait at gateways. Where conditions watch the variables (``is_watched``),
    ``has_news`` tells that something changed since they were last looked at. ``placed`` are
    the elements, by their frames, that a token enters which the case was handed on for.
    """

    def __init__(self, program: Program, case: Case, *, at: datetime) -> None:
        """Copy the live state of ``case``; the case itself is never touched."""
        self.program = program
        self.case = case
        self.at = at.astimezone(UTC)
        self.state = case.state
        self.counter = case.counter
        self.frames, self.tokens = dict(case.frames), dict(case.tokens)
        self.tasks, self.jobs = dict(case.tasks), dict(case.jobs)
        self.wakes = _wakes(case)
        self.keys, self.incidents = {one.name: one.text for one in case.keys}, dict(case.incidents)
        self.is_watched = self.has_news = bool(case.conditions)
        self.queue: deque[tuple[int, Vertex, Arc | None]] = deque()
        self.idle: list[int] = []
        self.sent: list[SendMessage | BroadcastSignal | FindNewest | FindUnit] = []
        self.functions: dict[ProcessId, Mapping[str, Function]] = {}
        self.graphs: dict[int, Graph] = {}
        self.live: dict[int, int] = {}
        self.variables: dict[int, Mapping[str, Value]] = {}
        self.changed: dict[int, dict[str, Value]] = {}
        self.joins: dict[tuple[int, ElementId], list[Token]] = {}
        self.handing: dict[tuple[ProcessId, ElementId], str] = {}
        self.placed: list[tuple[int, ElementId]] = []
        self._events: list[Event] = []
        self._path: list[FlowId] = []
        self._tested: dict[str, Value] = {}
        self._path_in = program.key.id
        for frame in self.frames.values():  # a parent has a lower number, so it comes first
            self._know(frame, self.graph_of(frame))
        for token in self.tokens.values():
            self.live[token.frame] += 1
            if token.kind is TokenKind.JOINING or token.kind is TokenKind.SPENT:
                self._join(token)

    def graph_of(self, frame: Frame) -> Graph:
        """Return the graph of a frame whose parent is known. Raises UnknownProcess."""
        match frame.kind:
            case FrameKind.PROCESS if frame.parent is None:
                return self.program.graph
            case FrameKind.PROCESS:
                key = frame.process or self.program.key
                program = self.program.library.get(key)
                if program is None:
                    raise UnknownProcess(key.id, version=key.version)
                return program.graph
            case FrameKind.BODY if frame.parent is not None and frame.element is not None:
                return self.graphs[frame.parent].bodies[frame.element]
            case _:
                return self.graphs[frame.parent or 0]

    def _know(self, frame: Frame, graph: Graph) -> None:
        self.graphs[frame.id] = graph
        self.live[frame.id] = 0
        self.variables[frame.id] = frame.variables
        if frame.parent is not None and frame.token is None:
            self.live[frame.parent] += 1

    # What happened

    def emit(self, event: Event) -> None:
        """Add a fact to the history, after the flows that were passed before it."""
        if self._path:
            self._end_path()
        self._events.append(event)

    def pass_by(self, arc: Arc) -> None:
        """Record that a flow was passed."""
        if arc.process != self._path_in:
            self._end_path()
            self._path_in = arc.process
        self._path.append(arc.id)

    def tested(self, process: ProcessId, values: Values) -> None:
        """Record what conditions were tested on, ahead of the flows that they led to."""
        if process != self._path_in or any(
            name in self._tested and self._tested[name] != value for name, value in values.items()
        ):
            self._end_path()
            self._path_in = process
        self._tested |= values

    def _end_path(self) -> None:
        if self._path:
            path = PathTaken(process=self._path_in, flows=tuple(self._path), values=self._tested)
            self._events.append(path)
            self._path = []
            self._tested = {}

    def history(self) -> tuple[Event, ...]:
        """Return all facts so far."""
        self._end_path()
        return tuple(self._events)

    # Tokens

    def number(self) -> int:
        """Return a number that nothing else in the case has."""
        self.counter += 1
        return self.counter

    def vertex(self, token: Token) -> Vertex:
        """Return where a token stands."""
        return self.graphs[token.frame].vertices[token.element]

    def put(self, frame: int, vertex: Vertex) -> None:
        """Let a new token begin at a vertex."""
        self.live[frame] += 1
        self.queue.append((frame, vertex, None))

    def take(self, frame: int, arc: Arc) -> None:
        """Send a token along a flow."""
        self.pass_by(arc)
        self.queue.append((frame, arc.target, arc))

    def fan_out(self, frame: int, arcs: Sequence[Arc]) -> None:
        """Send one token along each flow, for the one that arrived."""
        for arc in arcs:
            self.take(frame, arc)
        self.consume(frame, 1 - len(arcs))

    def consume(self, frame: int, count: int = 1) -> None:
        """Use up tokens of a frame; with the last one the frame is done."""
        self.live[frame] -= count
        if not self.live[frame]:
            self.idle.append(frame)

    def hold(
        self,
        frame: int,
        vertex: Vertex,
        *,
        arc: Arc | None = None,
        kind: TokenKind = TokenKind.ACTIVE,
    ) -> Token:
        """Let the token that just entered ``vertex`` wait there."""
        token = Token(
            id=self.number(),
            kind=kind,
            frame=frame,
            element=vertex.id,
            flow=arc.id if arc is not None else None,
        )
        self.tokens[token.id] = token
        if kind is TokenKind.JOINING or kind is TokenKind.SPENT:
            self._join(token)
        return token

    def _join(self, token: Token) -> None:
        self.joins.setdefault((token.frame, token.element), []).append(token)

    def joining(self, frame: int, vertex: Vertex) -> dict[FlowId, Token]:
        """Return the tokens that wait at a join, the oldest of each incoming flow."""
        first: dict[FlowId, Token] = {}
        for token in self.joins.get((frame, vertex.id), ()):
            if token.flow is not None:
                first.setdefault(token.flow, token)
        return first

    def release(self, token: Token) -> None:
        """Take a token from its place; who calls this sends it on or consumes it."""
        number = token.id
        del self.tokens[number]
        self.tasks.pop(number, None)
        self.jobs.pop(number, None)
        self.incidents.pop(number, None)
        if token.kind is TokenKind.JOINING or token.kind is TokenKind.SPENT:
            place = token.frame, token.element
            self.joins[place].remove(token)
            if not self.joins[place]:
                del self.joins[place]
        if self.wakes:
            self._forget([wake for wake in self.wakes.values() if wake.token == number])

    def _forget(self, wakes: Iterable[Wake]) -> None:
        for wake in wakes:
            del self.wakes[wake.id]

    def watch(self, condition: Condition) -> None:
        """Look at a condition, first before anything else moves, then after every change."""
        self.wakes[condition.id] = condition
        self.is_watched = self.has_news = True

    # Frames

    def open_frame(self, frame: Frame, graph: Graph) -> None:
        """Open a frame; its parent stays alive as long as it does."""
        self.frames[frame.id] = frame
        self._know(frame, graph)

    def close_frame(self, frame: int) -> None:
        """Remove a frame that is done, and what it waited for itself."""
        self.stop_listening(frame)
        self.drop_frame(frame)

    def drop_frame(self, frame: int) -> None:
        """Remove a frame; who calls this has seen to what it waited for."""
        del self.frames[frame]
        del self.graphs[frame]
        del self.live[frame]
        del self.variables[frame]
        self.changed.pop(frame, None)

    def stop_listening(self, frame: int) -> None:
        """Stop listening for what would start the event sub-processes of a frame."""
        self._forget(
            [one for one in self.wakes.values() if one.token is None and one.frame == frame]
        )

    def variables_to_change(self, frame: int) -> dict[str, Value]:
        """Return the variables of a frame for writing; the case keeps its own."""
        self.has_news = self.is_watched
        if frame not in self.changed:
            self.variables[frame] = self.changed[frame] = dict(self.variables[frame])
        return self.changed[frame]


def _wakes(case: Case) -> dict[int, Wake]:
    """Return all that a case waits for, in the order in which it began to."""
    wakes: dict[int, Wake] = {**case.timers, **case.subscriptions, **case.conditions}
    if not case.met:
        return wakes
    wakes |= {one.id: one for one in case.met}
    return dict(sorted(wakes.items()))
