"""Compensation: throwing it, and undoing what was done (BPMN 2.0.2, 13.5.5).

Handlers run one after the other, the activity that was completed last first. They see
the data that their activity had of its own, and the rest of the case file as it is now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from caseflow.kernel.case import Frame, FrameKind, Token
from caseflow.kernel.events import CompensationStarted, CompensationThrown
from caseflow.kernel.remains import SCOPES, as_kept
from caseflow.kernel.run import Run, Vertex
from caseflow.kernel.scopes import is_restored
from caseflow.model import ElementId

# Throwing


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """A compiled compensation that an event throws: of one activity, or of all in its scope."""

    activity: ElementId | None
    waits: bool

    def begin(self, run: Run, vertex: Vertex, token: Token) -> bool:
        """Take out what is to be undone and begin; tell whether the event waits for it."""
        scope, taken = self._take(run, token.frame)
        run.emit(
            CompensationThrown(
                process=vertex.process, element=vertex.id, activities=_names(reversed(taken))
            )
        )
        if not taken:
            return False
        undo(run, scope, vertex.id, taken, token=token.id if self.waits else None)
        return self.waits

    def _take(self, run: Run, frame: int) -> tuple[int, tuple[Frame, ...]]:
        """Take what is compensated out of its scope, so that it is compensated only once.

        An event sub-process speaks for the scope that it serves, too (10.5.4); what was
        done in itself comes last in the order of completion.
        """
        own: tuple[Frame, ...] = ()
        while True:
            here = run.frames[frame]
            is_meant = here.kind is FrameKind.BODY and here.element == self.activity
            taken, rest = self._split(here, is_all=is_meant or self.activity is None)
            run.frames[frame] = replace(here, done=rest)
            taken = (*taken, *own)
            is_event_scope = here.kind is FrameKind.BODY and here.token is None
            if not is_event_scope or here.parent is None or is_restored(run, here):
                return frame, taken
            if is_meant or (taken and self.activity is not None):
                return frame, taken
            own = (as_kept(run, here, taken),) if taken else ()
            frame = here.parent

    def _split(self, frame: Frame, *, is_all: bool) -> tuple[tuple[Frame, ...], tuple[Frame, ...]]:
        """Return what is to be undone of what a frame holds, and the others."""
        if is_all:
            return frame.done, ()
        meant = tuple(one for one in frame.done if one.element == self.activity)
        return meant, tuple(one for one in frame.done if one.element != self.activity)


def _names(frames: Iterable[Frame]) -> tuple[ElementId, ...]:
    return tuple(one.element for one in frames if one.element is not None)


# Undoing


def undo(
    run: Run, scope: int, element: ElementId, done: tuple[Frame, ...], *, token: int | None
) -> None:
    """Begin to undo what was done in a scope, for a token that waits or for none."""
    frame = Frame(
        id=run.number(),
        kind=FrameKind.UNDO,
        parent=scope,
        token=token,
        element=element,
        variables={},
        done=done,
    )
    run.open_frame(frame, run.graphs[scope])
    run.idle.append(frame.id)


def undo_next(run: Run, frame: Frame) -> bool:
    """Undo what was done last of what a frame holds; tell whether there was anything."""
    if not frame.done:
        return False
    *others, last = frame.done
    run.frames[frame.id] = replace(frame, done=tuple(others))
    if last.kind in SCOPES:
        _undo_scope(run, frame.id, last)
    elif last.done:
        _open(run, frame.id, replace(last, kind=FrameKind.UNDO))
    else:
        _undo_activity(run, frame.id, last)
    return True


def _open(run: Run, parent: int, kept: Frame) -> Frame:
    """Open a kept frame again, inside one that undoes."""
    frame = replace(kept, id=run.number(), parent=parent)
    run.open_frame(frame, run.graph_of(frame))
    run.idle.append(frame.id)
    return frame


def _undo_activity(run: Run, parent: int, kept: Frame) -> None:
    """Let the handler run that is joined to an activity, with the data that this had."""
    frame = _open(
        run, parent, replace(kept, kind=FrameKind.UNDO, is_isolated=False, takes_writes=False)
    )
    vertex = run.graphs[parent].vertices[kept.element or ElementId("")]
    if vertex.undone_by is not None:
        _tell(run, vertex, vertex.undone_by)
        run.put(frame.id, vertex.undone_by)


def _undo_scope(run: Run, parent: int, kept: Frame) -> None:
    """Open a completed scope: its event sub-process compensates it, or all in it is undone.

    A scope that was not completed, because its transaction was cancelled, is undone
    without its event sub-process.
    """
    frame = _open(run, parent, kept)
    handler = run.graphs[frame.id].undo
    if handler is None or kept.is_stopped:
        run.frames[frame.id] = replace(frame, done=())
        undo(run, frame.id, kept.element or ElementId(""), kept.done, token=None)
    else:
        _tell(run, run.graphs[parent].vertices[kept.element or ElementId("")], handler)
        run.put(frame.id, handler)


def _tell(run: Run, vertex: Vertex, handler: Vertex) -> None:
    run.emit(CompensationStarted(process=vertex.process, element=vertex.id, handler=handler.id))
