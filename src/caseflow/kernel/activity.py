"""Activities: what all of them share, whatever their work is (BPMN 2.0.2, 13.3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from caseflow.errors import ExpressionFailed
from caseflow.expressions import Expression
from caseflow.kernel.case import CaseState, Frame, FrameKind, Phase, Token, TokenKind
from caseflow.kernel.casefile import value, write, write_here
from caseflow.kernel.compensation import undo_next
from caseflow.kernel.events import CaseCompleted, ScopeLeft
from caseflow.kernel.flows import leave
from caseflow.kernel.incidents import stick
from caseflow.kernel.remains import keep, keep_bare, remains
from caseflow.kernel.run import Arc, Run, Vertex
from caseflow.kernel.scopes import cancel_token, is_restored
from caseflow.model import Values

_NONE: Values = MappingProxyType({})


class Work(Protocol):
    """The kernel of an activity: it waits, or completes at once."""

    @property
    def isolates(self) -> bool:
        """Whether declared data cuts what is inside off from the case file outside."""
        ...

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Begin the work. Raises ExpressionFailed."""
        ...


class Loop(Protocol):
    """How often the work of an activity is done."""

    @property
    def keeps_writes(self) -> bool:
        """Whether variables set in a round stay in it."""
        ...

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Open the loop and begin the first rounds. Raises ExpressionFailed."""
        ...

    def round_done(self, run: Run, frame: Frame, vertex: Vertex) -> None:
        """Act on a finished round, whose frame is still open. Raises ExpressionFailed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One value that is carried into or out of an activity."""

    source: Expression
    target: str


@dataclass(slots=True, kw_only=True)
class Activity:
    """A compiled activity: its work, and what stands around it."""

    work: Work
    inputs: tuple[Transfer, ...] | None = None
    outputs: tuple[Transfer, ...] | None = None
    loop: Loop | None = None
    boundary: tuple[Vertex, ...] = ()
    start_quantity: int = 1

    @property
    def is_mapped(self) -> bool:
        """Whether the activity declares what it takes or gives."""
        return self.inputs is not None or self.outputs is not None

    def enter(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        """Arm the boundary events and begin the work, once or in rounds."""
        if run.frames[frame].kind is FrameKind.LOCAL:
            self._enter_local(run, frame, vertex)
            return
        if self.start_quantity == 1 or arc is None:
            self._begin(run, frame, vertex, arc)
        elif self._has_enough(run, frame, vertex, arc):
            self._begin(run, frame, vertex, None)  # its tokens have come, should it fail now

    def _begin(self, run: Run, frame: int, vertex: Vertex, arc: Arc | None) -> None:
        choice = run.graphs[frame].ad_hoc
        if choice is not None and not choice.may_begin(run, frame, vertex):
            run.hold(frame, vertex, arc=arc, kind=TokenKind.JOINING)
            return
        token = run.hold(frame, vertex, arc=arc)
        try:
            for event in self.boundary:
                if event.catcher is not None:
                    event.catcher.arm(run, event, frame=frame, token=token.id)
            if self.loop is not None:
                self.loop.begin(run, token, vertex)
            elif self.is_mapped:
                self.open_local(run, vertex, parent=frame, token=token.id)
            else:
                self.work.begin(run, token, vertex)
        except ExpressionFailed as failure:
            cancel_token(run, token, has_begun=False)
            stick(run, frame, vertex, str(failure), arc=arc)

    def _has_enough(self, run: Run, frame: int, vertex: Vertex, arc: Arc) -> bool:
        """Tell whether with this token there are as many as the activity takes, 13.3.2."""
        waiting = list(run.joins.get((frame, vertex.id), ()))[: self.start_quantity - 1]
        if len(waiting) + 1 < self.start_quantity:
            run.hold(frame, vertex, arc=arc, kind=TokenKind.JOINING)
            return False
        for token in waiting:
            run.release(token)
        run.live[frame] -= len(waiting)
        return True

    def open_local(  # noqa: PLR0913 - each is a fact about the frame, and goes by its name
        self,
        run: Run,
        vertex: Vertex,
        *,
        parent: int,
        token: int | None = None,
        number: int = 0,
        variables: Values = _NONE,
    ) -> None:
        """Open a frame for data of the activity's own, and let its work begin in there.

        The rounds of a loop have a number, and no outer token of their own.
        """
        is_isolated = self.work.isolates and self.is_mapped
        keeps_writes = self.loop is not None and self.loop.keeps_writes
        frame = Frame(
            id=run.number(),
            kind=FrameKind.LOCAL,
            parent=parent,
            token=token,
            element=vertex.id,
            variables=variables,
            is_isolated=is_isolated,
            takes_writes=is_isolated or keeps_writes or self.outputs is not None,
            round=number,
        )
        run.open_frame(frame, run.graphs[parent])
        run.put(frame.id, vertex)

    def _enter_local(self, run: Run, frame: int, vertex: Vertex) -> None:
        token = run.hold(frame, vertex)
        try:
            if self.inputs:
                taken = {one.target: value(run, one.source, frame) for one in self.inputs}
                write_here(run, frame, taken)
            self.work.begin(run, token, vertex)
        except ExpressionFailed as failure:
            cancel_token(run, token, has_begun=False)
            stick(run, frame, vertex, str(failure))

    def local_done(self, run: Run, frame: Frame, vertex: Vertex) -> None:
        """Carry the outputs out of a local frame. Raises ExpressionFailed."""
        if self.outputs is not None and frame.parent is not None:
            given = {one.target: value(run, one.source, frame.id) for one in self.outputs}
            write(run, frame.parent, given)
        if self.loop is not None and frame.token is None:
            self.loop.round_done(run, frame, vertex)


def complete(run: Run, token: Token, *, left: Frame | None = None) -> None:
    """The work of an activity is done: go on behind it.

    ``left`` is what a frame that it ran in leaves to be compensated.
    """
    vertex = run.vertex(token)
    run.release(token)
    if left is not None:
        keep(run, token.frame, left)
    elif vertex.undone_by is not None and token.kind is TokenKind.ACTIVE and _is_bare(vertex):
        keep_bare(run, token)
    kind = run.frames[token.frame].kind
    choice = run.graphs[token.frame].ad_hoc
    if kind is FrameKind.LOCAL:
        run.consume(token.frame)
    elif choice is not None and vertex.is_activity and kind is FrameKind.BODY:
        choice.activity_done(run, token.frame, vertex)
    else:
        leave(run, token.frame, vertex)


def finish(run: Run, frame: Frame) -> None:
    """A frame has nothing alive in it any more: close it, and go on around it."""
    match frame.kind:
        case FrameKind.LOCAL:
            _finish_local(run, frame)
        case FrameKind.LOOP:
            left = remains(run, frame)
            run.close_frame(frame.id)
            _go_on(run, frame, left)
        case FrameKind.UNDO:
            if not undo_next(run, frame):
                _finish_undoing(run, frame)
        case FrameKind.BODY:
            _leave_scope(run, frame, outcome="")
        case FrameKind.PROCESS:
            _finish_process(run, frame)


def _finish_undoing(run: Run, frame: Frame) -> None:
    """All is compensated: the event goes on that threw it, or the one on a cancelled border."""
    run.close_frame(frame.id)
    host = None if frame.token is None else run.tokens[frame.token]
    way = None if host is None else run.vertex(host).cancelled_to
    if host is None or way is None:
        _go_on(run, frame)
    else:
        cancel_token(run, host)
        leave(run, host.frame, way)


def _finish_process(run: Run, frame: Frame) -> None:
    if frame.parent is None:
        run.state = CaseState.COMPLETED
        run.stop_listening(frame.id)
        run.emit(CaseCompleted(outcome=frame.outcome))
        return
    if run.frames[frame.parent].kind is FrameKind.LOCAL:
        write_here(run, frame.parent, {"outcome": frame.outcome})
    _leave_scope(run, frame, outcome=frame.outcome)


def _finish_local(run: Run, frame: Frame) -> None:
    if frame.element is None:
        return
    vertex = run.graphs[frame.id].vertices[frame.element]
    if not isinstance(vertex.element, Activity):
        return
    try:
        vertex.element.local_done(run, frame, vertex)
    except ExpressionFailed as failure:
        run.live[frame.id] += 1
        stick(run, frame.id, vertex, str(failure), phase=Phase.LEAVE)
        return
    if frame.id not in run.frames:  # what it threw interrupted the activity
        return
    left = remains(run, frame)
    run.close_frame(frame.id)
    _go_on(run, frame, left)


def _leave_scope(run: Run, frame: Frame, *, outcome: str) -> None:
    left = remains(run, frame)
    if frame.parent is not None and frame.element is not None:
        process = run.graphs[frame.parent].process
        run.close_frame(frame.id)
        if not is_restored(run, frame):
            run.emit(ScopeLeft(process=process, element=frame.element, outcome=outcome))
    _go_on(run, frame, left)


def _go_on(run: Run, frame: Frame, left: Frame | None = None) -> None:
    if frame.token is not None:
        complete(run, run.tokens[frame.token], left=left)
    elif frame.parent is not None:
        if left is not None:
            keep(run, frame.parent, left)
        run.consume(frame.parent)


def _is_bare(vertex: Vertex) -> bool:
    """Tell whether an activity runs once, and in no frame with data of its own."""
    element = vertex.element
    return isinstance(element, Activity) and element.loop is None and not element.is_mapped
