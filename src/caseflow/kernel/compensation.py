"""Compensation: what completed activities leave to be undone, and how it is (BPMN 2.0.2, 13.5.5).

A completed activity that has a handler, or something with a handler inside it, is kept
in the frame it stood in, as the frame that it ran in. So its data can be seen by the
handler as they were at its end, what is kept ends with the scope around it, and nothing
is kept of activities that nobody can undo. Handlers see the rest of the case file as it
is now. They run one after the other, the activity that was completed last first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from caseflow.kernel.case import Frame, FrameKind, Token
from caseflow.kernel.events import CompensationStarted, CompensationThrown
from caseflow.kernel.run import Run, Vertex
from caseflow.kernel.scopes import is_restored
from caseflow.model import ElementId

_SCOPES = frozenset({FrameKind.PROCESS, FrameKind.BODY})


# What completed activities leave


def remains(run: Run, frame: Frame) -> Frame | None:
    """Return what a frame that is done leaves in the frame around it, if anything.

    What a compensation handler does itself is not undone again. An activity with a
    handler of its own is undone by that alone, and not by what is inside it (13.5.5.1).
    """
    if frame.parent is None or frame.element is None:
        return None
    if run.frames[frame.parent].kind is FrameKind.UNDO:
        return None
    vertex = run.graphs[frame.parent].vertices[frame.element]
    if vertex.undone_by is None:
        if frame.done or (frame.kind in _SCOPES and run.graphs[frame.id].undo is not None):
            return _kept(run, frame, frame.done)
        return None
    if frame.kind is FrameKind.LOCAL:
        return _kept(run, frame, ())
    return _kept(run, frame, frame.done) if frame.kind is FrameKind.LOOP and frame.done else None


def _kept(run: Run, frame: Frame, done: tuple[Frame, ...]) -> Frame:
    rounds = frame.rounds and replace(frame.rounds, items=None, outputs=())
    return replace(
        frame,
        parent=None,
        token=None,
        variables=run.variables[frame.id],
        rounds=rounds,
        done=done,
    )


def keep(run: Run, frame: int, left: Frame) -> None:
    """Keep what a completed activity left in the frame that it stood in."""
    here = run.frames[frame]
    run.frames[frame] = replace(here, done=(*here.done, left))


def keep_bare(run: Run, token: Token) -> None:
    """Keep a completed activity that ran in no frame of its own."""
    if run.frames[token.frame].kind in _SCOPES:
        bare = Frame(id=token.id, kind=FrameKind.LOCAL, element=token.element, variables={})
        keep(run, token.frame, bare)


def unfinished(run: Run, frame: Frame) -> Frame | None:
    """Return what was completed inside a frame that is given up, if anything was."""
    inside = (one for one in run.frames.values() if one.parent == frame.id)
    alive = (left for one in inside if (left := unfinished(run, one)) is not None)
    done = (*frame.done, *alive)
    return replace(_kept(run, frame, done), is_stopped=True) if done else None


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
            own = (_kept(run, here, taken),) if taken else ()
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
    if last.kind in _SCOPES:
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
