"""What completed activities leave behind so that they can be compensated (BPMN 2.0.2, 13.5.5).

A completed activity that has a handler, or something with a handler inside it, is kept
in the frame it stood in, as the frame that it ran in. So its data can be seen by the
handler as they were at its end, what is kept ends with the scope around it, and nothing
is kept of activities that nobody can undo.
"""

from __future__ import annotations

from dataclasses import replace

from caseflow.kernel.case import Frame, FrameKind, Token
from caseflow.kernel.run import Run

SCOPES = frozenset({FrameKind.PROCESS, FrameKind.BODY})


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
        undoes_itself = frame.kind in SCOPES and run.graphs[frame.id].undo is not None
        return as_kept(run, frame, frame.done) if frame.done or undoes_itself else None
    if frame.kind is FrameKind.LOCAL:
        return as_kept(run, frame, ())
    is_loop = frame.kind is FrameKind.LOOP
    return as_kept(run, frame, frame.done) if is_loop and frame.done else None


def unfinished(run: Run, frame: Frame) -> Frame | None:
    """Return what was completed inside a frame that is given up, if anything was."""
    inside = (one for one in run.frames.values() if one.parent == frame.id)
    alive = (left for one in inside if (left := unfinished(run, one)) is not None)
    done = (*frame.done, *alive)
    return replace(as_kept(run, frame, done), is_stopped=True) if done else None


def as_kept(run: Run, frame: Frame, done: tuple[Frame, ...]) -> Frame:
    """Return a frame as it is kept: with its data, and without its place in the case."""
    rounds = frame.rounds and replace(frame.rounds, items=None, outputs=())
    return replace(
        frame,
        parent=None,
        token=None,
        variables=run.variables[frame.id],
        rounds=rounds,
        done=done,
        is_stopped=False,
    )


def keep(run: Run, frame: int, left: Frame) -> None:
    """Keep what a completed activity left in the frame that it stood in."""
    here = run.frames[frame]
    run.frames[frame] = replace(here, done=(*here.done, left))


def keep_bare(run: Run, token: Token) -> None:
    """Keep a completed activity that ran in no frame of its own."""
    if run.frames[token.frame].kind in SCOPES:
        bare = Frame(id=token.id, kind=FrameKind.LOCAL, element=token.element, variables={})
        keep(run, token.frame, bare)


def give_back(run: Run, undoing: Frame) -> None:
    """Leave to its scope what a compensation that is given up has not begun to undo.

    Of a cancelled transaction nothing is left: it failed, and what fails cannot be
    compensated later (13.5.5.3).
    """
    left = unfinished(run, undoing)
    if left is None or undoing.parent is None or undoing.element is None:
        return
    vertex = run.graphs[undoing.parent].vertices.get(undoing.element)
    if vertex is None or not vertex.is_activity:
        scope = run.frames[undoing.parent]
        run.frames[scope.id] = replace(scope, done=(*left.done, *scope.done))
