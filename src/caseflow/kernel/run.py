"""The compiled graph of a process, and one run over it: the working state of a command."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeAlias

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression, Period, Result
from caseflow.kernel.case import (
    Case,
    Frame,
    FrameKind,
    Incident,
    Phase,
    ProcessKey,
    Rounds,
    Subscription,
    Timer,
    Token,
    TokenKind,
)
from caseflow.kernel.effects import BroadcastSignal, SendMessage
from caseflow.kernel.events import Event, IncidentRaised, PathTaken
from caseflow.model import (
    ElementId,
    FlowId,
    Limit,
    Node,
    ParameterSet,
    ProcessId,
    Value,
    Values,
)
from caseflow.worktime import CHINA, Calendar

Wake: TypeAlias = Timer | Subscription
"""What wakes a case: the timer or subscription that was waited for."""


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
        """Act on a timer, message or signal."""
        ...


class Handler(Protocol):
    """What an event does that catches errors and escalations of its scope or host."""

    def catches_error(self, code: str) -> bool:
        """Tell whether an error of this code is caught here."""
        ...

    def catches_escalation(self, code: str) -> bool:
        """Tell whether an escalation of this code is caught here."""
        ...

    def handle(
        self, run: Run, vertex: Vertex, *, frame: int, token: Token | None, payload: Value
    ) -> None:
        """Go on at the handler, interrupting its scope or host where it is drawn so."""
        ...


@dataclass(slots=True, eq=False)
class Arc:
    """A compiled sequence flow."""

    id: FlowId
    process: ProcessId
    target: Vertex
    condition: Expression | None = None


@dataclass(slots=True, eq=False)
class Vertex:
    """A compiled flow node; ``catcher`` and ``handler`` are set where it is one."""

    id: ElementId
    node: Node
    graph: Graph
    element: Element
    outgoing: tuple[Arc, ...] = ()
    default: Arc | None = None
    incoming: tuple[Arc, ...] = ()
    catcher: Catcher | None = None
    handler: Handler | None = None
    is_activity: bool = False

    @property
    def process(self) -> ProcessId:
        """The process that the node stands in."""
        return self.graph.process


@dataclass(slots=True, eq=False)
class Graph:
    """A compiled scope: a process, or the inside of a sub-process.

    ``entries`` is where it begins when nobody says where, ``event_scopes`` are its
    event sub-processes, ``data`` the names of its data objects.
    """

    process: ProcessId
    vertices: dict[ElementId, Vertex] = field(default_factory=dict)
    bodies: dict[ElementId, Graph] = field(default_factory=dict)
    entries: tuple[Vertex, ...] = ()
    event_scopes: tuple[Vertex, ...] = ()
    data: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a process is compiled against.

    ``called`` are the programs of the processes that it calls, ``parameters`` the sets
    that its cases can name (the first is the default), ``calendar`` the one in which
    limits are counted, ``functions`` the pure functions that the host adds to the
    expression language.
    """

    called: Mapping[ProcessId, Program] = field(default_factory=dict)
    parameters: Mapping[str, ParameterSet] = field(default_factory=dict)
    calendar: Calendar = CHINA
    functions: Mapping[str, Function] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Program:
    """A compiled process, with everything that its cases need to go on.

    ``library`` holds the process itself and every process that it calls, however deep;
    ``starts`` all start events by id.
    """

    key: ProcessKey
    name: str
    graph: Graph
    setting: Setting
    library: dict[ProcessKey, Program] = field(default_factory=dict)
    starts: dict[ElementId, Vertex] = field(default_factory=dict)


class Run:
    """One command at work on one case: a mutable copy that becomes the outcome, or is dropped.

    Queued tokens move on until all of them wait; ``live`` counts what keeps a frame alive.
    """

    def __init__(self, program: Program, case: Case, *, at: datetime, actor: str) -> None:
        """Copy the live state of ``case``; the case itself is never touched."""
        self.program = program
        self.case = case
        self.at = at
        self.actor = actor
        self.state = case.state
        self.counter = case.counter
        self.frames = dict(case.frames)
        self.tokens = dict(case.tokens)
        self.tasks = dict(case.tasks)
        self.jobs = dict(case.jobs)
        self.timers = dict(case.timers)
        self.subscriptions = dict(case.subscriptions)
        self.incidents = dict(case.incidents)
        self.queue: deque[tuple[int, Vertex, Arc | None]] = deque()
        self.idle: list[int] = []
        self.events: list[Event] = []
        self.sent: list[SendMessage | BroadcastSignal] = []
        self.functions: Mapping[str, Function] = {}
        self._path: list[Arc] = []
        self.live = dict.fromkeys(self.frames, 0)
        for token in self.tokens.values():
            self.live[token.frame] += 1
        self.graphs: dict[int, Graph] = {}
        for frame in self.frames.values():  # a parent always has a lower number
            self.graphs[frame.id] = self._graph(frame)
            if frame.parent is not None and frame.token is None:
                self.live[frame.parent] += 1

    def _graph(self, frame: Frame) -> Graph:
        match frame.kind:
            case FrameKind.PROCESS:
                key = frame.process or self.program.key
                return self.program.library[key].graph
            case FrameKind.BODY if frame.parent is not None and frame.element is not None:
                return self.graphs[frame.parent].bodies[frame.element]
            case _:
                return self.graphs[frame.parent or 0]

    # What happened

    def emit(self, event: Event) -> None:
        """Add a fact to the history, after the flows that were passed before it."""
        if self._path:
            self._flush()
        self.events.append(event)

    def _flush(self) -> None:
        path, self._path = self._path, []
        start = 0
        for index in range(1, len(path) + 1):
            if index == len(path) or path[index].process != path[start].process:
                flows = tuple(arc.id for arc in path[start:index])
                self.events.append(PathTaken(process=path[start].process, flows=flows))
                start = index

    def history(self) -> tuple[Event, ...]:
        """Return all facts so far."""
        if self._path:
            self._flush()
        return tuple(self.events)

    # Tokens and frames

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
        return token

    def release(self, token: Token) -> None:
        """Take a token from its place; who calls this sends it on or consumes it."""
        number = token.id
        del self.tokens[number]
        self.tasks.pop(number, None)
        self.jobs.pop(number, None)
        self.incidents.pop(number, None)
        for wake in self._wakes():
            if wake.token == number:
                self.forget(wake)

    def release_frame(self, frame: int) -> None:
        """Stop listening for what would start the event sub-processes of a frame."""
        for wake in self._wakes():
            if wake.token is None and wake.frame == frame:
                self.forget(wake)

    def _wakes(self) -> list[Wake]:
        return [*self.timers.values(), *self.subscriptions.values()]

    def forget(self, wake: Wake) -> None:
        """Stop waiting for one timer or subscription."""
        self.timers.pop(wake.id, None)
        self.subscriptions.pop(wake.id, None)

    def consume(self, frame: int, count: int = 1) -> None:
        """Use up tokens of a frame; with the last one the frame is done."""
        self.live[frame] -= count
        if not self.live[frame]:
            self.idle.append(frame)

    def take(self, frame: int, arc: Arc) -> None:
        """Send a token along a flow."""
        self._path.append(arc)
        self.queue.append((frame, arc.target, arc))

    def pass_by(self, arc: Arc) -> None:
        """Record a flow that was passed by other means than a token in the queue."""
        self._path.append(arc)

    def leave(self, frame: int, vertex: Vertex) -> None:
        """Send a token on by the outgoing flows of a vertex, 13.3.1.

        Several flows without a condition split implicitly; a flow with a condition is
        taken where that holds, the default flow where no condition held.
        """
        outgoing = vertex.outgoing
        if len(outgoing) == 1 and outgoing[0].condition is None:
            self.take(frame, outgoing[0])
        elif not outgoing:
            self.consume(frame)
        else:
            self._split(frame, vertex)

    def _split(self, frame: int, vertex: Vertex) -> None:
        try:
            chosen = self.chosen(frame, vertex)
        except ExpressionFailed as failure:
            self.stick(frame, vertex, str(failure), phase=Phase.LEAVE)
            return
        if chosen:
            self.fan_out(frame, chosen)
        else:
            self.stick(
                frame,
                vertex,
                "no outgoing flow can be taken: no condition holds and there is no default flow",
                phase=Phase.LEAVE,
            )

    def chosen(self, frame: int, vertex: Vertex) -> list[Arc]:
        """Return the flows without a condition and those whose condition holds.

        Where none holds, the default flow. Raises ExpressionFailed.
        """
        default = vertex.default
        arcs = [
            arc
            for arc in vertex.outgoing
            if arc is not default and (arc.condition is None or self.value(arc.condition, frame))
        ]
        if not arcs and default is not None:
            arcs.append(default)
        return arcs

    def fan_out(self, frame: int, arcs: Sequence[Arc]) -> None:
        """Send one token along each flow, for the one that arrived."""
        if not arcs:
            self.consume(frame)
            return
        for arc in arcs:
            self.take(frame, arc)
        self.live[frame] += len(arcs) - 1

    def stick(
        self,
        frame: int,
        vertex: Vertex,
        message: str,
        *,
        phase: Phase = Phase.ENTER,
        arc: Arc | None = None,
    ) -> None:
        """Stop a token with an incident; the rest of the case goes on."""
        token = self.hold(frame, vertex, arc=arc, kind=TokenKind.STUCK)
        self.raise_incident(token, vertex, message, phase=phase)

    def raise_incident(self, token: Token, vertex: Vertex, message: str, *, phase: Phase) -> None:
        """Tell an operator that a token or its job needs help."""
        self.incidents[token.id] = Incident(
            id=token.id,
            process=vertex.process,
            element=vertex.id,
            phase=phase,
            message=message,
            raised_at=self.at,
        )
        self.emit(
            IncidentRaised(
                process=vertex.process, element=vertex.id, incident=token.id, message=message
            )
        )

    def open_frame(self, frame: Frame, graph: Graph) -> None:
        """Open a frame; its parent stays alive as long as it does."""
        self.frames[frame.id] = frame
        self.graphs[frame.id] = graph
        self.live[frame.id] = 0
        if frame.parent is not None and frame.token is None:
            self.live[frame.parent] += 1

    def close_frame(self, frame: Frame) -> None:
        """Remove a frame that is done or cancelled, and what it waited for itself."""
        del self.frames[frame.id]
        del self.graphs[frame.id]
        del self.live[frame.id]
        self.release_frame(frame.id)

    # The case file

    def result(self, expression: Expression, frame: int) -> Result:
        """Evaluate an expression as seen from a frame. Raises ExpressionFailed."""
        return expression.evaluate(self.read(frame, expression.names), self.functions)

    def value(self, expression: Expression, frame: int) -> Value:
        """Evaluate an expression to a value of the case file. Raises ExpressionFailed."""
        result = self.result(expression, frame)
        if isinstance(result, Limit | Period):
            raise ExpressionFailed(
                "a limit or period is no value of a case file: name it where a time is asked for",
                source=expression.source,
                column=1,
            )
        return result

    def read(self, frame: int, names: Iterable[str]) -> dict[str, Value]:
        """Return the variables of these names that can be seen from a frame.

        What is inside an isolated frame does not see beyond it; the frame itself does,
        because its inputs come from there.
        """
        seen: dict[str, Value] = {}
        for name in names:
            place: int | None = frame
            while place is not None:
                here = self.frames[place]
                if name in here.variables:
                    seen[name] = here.variables[name]
                    break
                if here.rounds is not None and name in ROUND_NAMES:
                    seen[name] = ROUND_NAMES[name](here.rounds)
                    break
                place = None if here.is_isolated and place != frame else here.parent
            else:
                if name in CASE_NAMES:
                    seen[name] = CASE_NAMES[name](self.case)
        return seen

    def write(self, frame: int, values: Values) -> None:
        """Set variables where they belong: the nearest frame that has or takes the name."""
        for place, part in self._places(frame, values).items():
            here = self.frames[place]
            self.frames[place] = replace(here, variables={**here.variables, **part})

    def write_here(self, frame: int, values: Values) -> None:
        """Set variables of this very frame."""
        here = self.frames[frame]
        self.frames[frame] = replace(here, variables={**here.variables, **values})

    def _places(self, frame: int, values: Values) -> dict[int, dict[str, Value]]:
        places: dict[int, dict[str, Value]] = {}
        for name, value in values.items():
            place = frame
            while True:
                here = self.frames[place]
                if here.takes_writes or here.parent is None or name in self.graphs[place].data:
                    break
                if here.kind is FrameKind.LOCAL and name in here.variables:
                    break
                place = here.parent
            places.setdefault(place, {})[name] = value
        return places


ROUND_NAMES: Mapping[str, Callable[[Rounds], Value]] = {
    "numberOfInstances": lambda rounds: rounds.started if rounds.total is None else rounds.total,
    "numberOfActiveInstances": lambda rounds: (
        rounds.started - rounds.completed - rounds.terminated
    ),
    "numberOfCompletedInstances": lambda rounds: rounds.completed,
    "numberOfTerminatedInstances": lambda rounds: rounds.terminated,
}

CASE_NAMES: Mapping[str, Callable[[Case], Value]] = {
    "caseId": lambda case: case.id,
    "businessKey": lambda case: case.business_key,
    "caseUnit": lambda case: case.unit,
    "caseTier": lambda case: case.tier,
}
