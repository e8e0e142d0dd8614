"""The places where a case stands, for an interpreter that moves its tokens by rules of its own.

What waits there, who may do it and by when, is still the kernel's: both interpreters
show the same task at the same place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from caseflow.errors import CommandRefused
from caseflow.kernel.activity import finish
from caseflow.kernel.advance import Outcome, begin, outcome_of
from caseflow.kernel.case import ROOT, Case, CaseState, FrameKind, Subscription, Timer, TokenKind
from caseflow.kernel.casefile import value
from caseflow.kernel.commands import Command, DeliverMessage, DeliverSignal, FireTimer, ThrowError
from caseflow.kernel.events import (
    ErrorThrown,
    EscalationThrown,
    Event,
    SignalReceived,
)
from caseflow.kernel.flows import NO_WAY
from caseflow.kernel.incidents import stick
from caseflow.kernel.run import Arc, Program, Vertex, Wake
from caseflow.kernel.scopes import cancel_token
from caseflow.kernel.task_commands import RecallTask, ReturnTask
from caseflow.model import ElementId, EndEvent, ThrowEvent

_SCOPES = frozenset({FrameKind.PROCESS, FrameKind.BODY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What a command or an element set off elsewhere in the case.

    ``token`` waits at the element itself. ``woken`` are the events that were waited for
    and happened, in their order, ``caught`` the events that caught an error or escalation.
    """

    token: int | None = None
    woken: tuple[Timer | Subscription, ...] = ()
    caught: tuple[ElementId, ...] = ()


class Places:
    """One command at work on one case, with its tokens in the hands of another interpreter."""

    def __init__(self, program: Program, case: Case | None, command: Command) -> None:
        """Do what the command asks for itself. Raises CommandRefused."""
        if isinstance(command, ReturnTask | RecallTask):
            raise CommandRefused("only the kernel sends cases back to an earlier step")
        waits: dict[int, Wake] = {}
        if case is not None:
            waits = {**case.timers, **case.subscriptions}
        self._run = begin(program, case, command)
        self._settle()
        match command:
            case FireTimer(timer=number) | DeliverMessage(subscription=number):
                told = [one for one in [waits[number]] if not getattr(one, "light", "")]
                self.happened = Happened(woken=tuple(_events(told)))
            case DeliverSignal() | ThrowError():
                self.happened = self._since(waits, self._run.history())
            case _:
                self.happened = Happened()

    @property
    def state(self) -> CaseState:
        """Whether the case goes on."""
        return self._run.state

    def has(self, token: int) -> bool:
        """Tell whether a token is still at its place."""
        return token in self._run.tokens

    def is_stuck(self, token: int) -> bool:
        """Tell whether a token waits for an operator."""
        return self.has(token) and self._run.tokens[token].kind is TokenKind.STUCK

    def inside(self, token: int) -> int:
        """Return the frame of the sub-process or called process that a token runs."""
        frames = self._run.frames.values()
        return next(one.id for one in frames if one.token == token and one.kind in _SCOPES)

    def enter(self, frame: int, element: ElementId) -> Happened:
        """Let a token arrive: it waits there, or has done what there is to do and is gone."""
        run, vertex = self._run, self._vertex(frame, element)
        last, waits = run.counter, dict(run.wakes)
        behaviour = vertex.node.behaviour
        throws = isinstance(behaviour, ThrowEvent | EndEvent) and behaviour.triggers
        told = len(run.history()) if throws else 0
        vertex.element.enter(run, frame, vertex, None)
        self._settle()
        token = next(
            (
                one.id
                for one in run.tokens.values()
                if one.id > last and one.frame == frame and one.element == element
            ),
            None,
        )
        happened = self._since(waits, run.history()[told:]) if throws else Happened()
        return replace(happened, token=token)

    def may_take(self, frame: int, source: ElementId, target: ElementId) -> bool:
        """Tell whether the condition of a flow holds. Raises ExpressionFailed."""
        condition = self._arc(frame, source, target).condition
        return condition is None or bool(value(self._run, condition, frame))

    def take(self, frame: int, source: ElementId, target: ElementId) -> None:
        """Record that a flow was passed."""
        self._run.pass_by(self._arc(frame, source, target))

    def stick(self, frame: int, element: ElementId, message: str = NO_WAY) -> int:
        """Raise an incident at an element, and return the token that waits there for it."""
        stick(self._run, frame, self._vertex(frame, element), message)
        return self._run.counter

    def finish(self, token: int | None = None) -> None:
        """End the sub-process or called process that a token runs; without one, the case."""
        frame = ROOT if token is None else self.inside(token)
        finish(self._run, self._run.frames[frame])
        self._settle()

    def cancel(self, token: int) -> None:
        """Remove a token with everything inside its activity."""
        cancel_token(self._run, self._run.tokens[token])
        self._settle()

    def outcome(self, memory: str) -> Outcome:
        """Return what came of the command; ``memory`` is what the interpreter has to know."""
        outcome = outcome_of(self._run)
        return replace(outcome, case=replace(outcome.case, memory=memory))

    def _vertex(self, frame: int, element: ElementId) -> Vertex:
        return self._run.graphs[frame].vertices[element]

    def _arc(self, frame: int, source: ElementId, target: ElementId) -> Arc:
        ways = self._vertex(frame, source).outgoing
        return next(way for way in ways if way.target.id == target)

    def _settle(self) -> None:
        """See to data of activities, and drop the tokens that the kernel itself would move."""
        run = self._run
        while run.queue or run.idle:
            while run.queue:
                frame, vertex, arc = run.queue.popleft()
                if frame in run.frames and run.frames[frame].kind is FrameKind.LOCAL:
                    vertex.element.enter(run, frame, vertex, arc)
            number = run.idle.pop() if run.idle else 0
            idle = run.frames.get(number)
            if idle is not None and idle.kind is FrameKind.LOCAL and not run.live[number]:
                finish(run, idle)

    def _since(self, waits: Mapping[int, Wake], events: Iterable[Event]) -> Happened:
        gone = {number: one for number, one in waits.items() if number not in self._run.wakes}
        woken: list[Wake] = []
        caught: list[ElementId] = []
        for event in events:
            match event:
                case SignalReceived(element=element):
                    number = next((n for n, one in gone.items() if one.element == element), None)
                    if number is not None:
                        woken.append(gone.pop(number))
                case ErrorThrown(caught_by=str(by)) | EscalationThrown(caught_by=str(by)):
                    caught.append(ElementId(by))
                case _:
                    pass
        return Happened(woken=tuple(_events(woken)), caught=tuple(caught))


def _events(wakes: Iterable[Wake]) -> Iterator[Timer | Subscription]:
    return (one for one in wakes if isinstance(one, Timer | Subscription))
