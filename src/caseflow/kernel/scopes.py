"""Frames from their beginning to their end: opening and cancelling them."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable

from caseflow.kernel.case import Frame, FrameKind, Token, TokenKind
from caseflow.kernel.events import ActivityCancelled
from caseflow.kernel.remains import give_back
from caseflow.kernel.run import Graph, Run


def open_scope(run: Run, frame: Frame, graph: Graph) -> None:
    """Open a frame and let its event sub-processes listen. Raises ExpressionFailed."""
    run.open_frame(frame, graph)
    listen(run, frame.id)


def listen(run: Run, frame: int) -> None:
    """Let the event sub-processes of a frame listen. Raises ExpressionFailed."""
    for vertex in run.graphs[frame].event_scopes:
        if vertex.catcher is not None:
            vertex.catcher.arm(run, vertex, frame=frame, token=None)


def is_restored(run: Run, frame: Frame) -> bool:
    """Tell whether a scope is completed, and open again only to be compensated."""
    return (
        frame.token is None
        and frame.parent is not None
        and run.frames[frame.parent].kind is FrameKind.UNDO
    )


def cancel_token(run: Run, token: Token, *, has_begun: bool = True) -> None:
    """Remove a token with everything inside its activity; the caller accounts for it.

    Of an activity that could not even begin, the history is not told that it was cancelled.
    """
    frames = _with_inner(run, (one.id for one in run.frames.values() if one.token == token.id))
    tokens = [token, *_tokens_in(run, frames)] if frames else [token]
    if has_begun:
        _tell(run, tokens, frames)
    _remove(run, tokens, frames)


def cancel_contents(run: Run, frame: int) -> None:
    """Remove everything that is alive in a frame, and keep the frame itself."""
    frames = _with_inner(run, (frame,)) - {frame}
    tokens = _tokens_in(run, {*frames, frame})
    _tell(run, tokens, frames)
    _remove(run, tokens, frames)
    run.queue = deque(step for step in run.queue if step[0] != frame)
    run.live[frame] = 0
    run.stop_listening(frame)


def cancel_inside(run: Run, token: Token) -> None:
    """Remove everything inside the activity of a token, and keep the token itself."""
    frames = _with_inner(run, (one.id for one in run.frames.values() if one.token == token.id))
    tokens = _tokens_in(run, frames)
    _tell(run, tokens, frames)
    _remove(run, tokens, frames)


def cancel_frames(run: Run, frames: Collection[int], loop: int) -> None:
    """Remove some rounds of a loop with everything that is alive in them."""
    inner = _with_inner(run, frames)
    tokens = _tokens_in(run, inner)
    _tell(run, tokens, inner)
    _remove(run, tokens, inner)
    run.live[loop] -= len(frames)


def inside(run: Run, token: Token) -> list[Token]:
    """Return everything that is alive inside the activity of a token."""
    frames = _with_inner(run, (one.id for one in run.frames.values() if one.token == token.id))
    return _tokens_in(run, frames) if frames else []


def _with_inner(run: Run, frames: Iterable[int]) -> set[int]:
    """Return frames and all frames inside them, which come later in the order of numbers."""
    found = set(frames)
    if found:
        for frame in run.frames.values():
            host = None if frame.token is None else run.tokens.get(frame.token)
            if frame.parent in found or (host is not None and host.frame in found):
                found.add(frame.id)
    return found


def _tokens_in(run: Run, frames: Collection[int]) -> list[Token]:
    return [token for token in run.tokens.values() if token.frame in frames]


def _tell(run: Run, tokens: Iterable[Token], frames: Collection[int]) -> None:
    """Record which activities are cancelled, each once, whatever frames it works in."""
    for token in tokens:
        here = run.frames[token.frame]
        is_part = here.kind is FrameKind.LOCAL and (
            here.token is not None or here.parent in frames
        )
        vertex = run.vertex(token)
        if vertex.is_activity and token.kind is TokenKind.ACTIVE and not is_part:
            run.emit(ActivityCancelled(process=vertex.process, element=vertex.id))


def _remove(run: Run, tokens: Iterable[Token], frames: Collection[int]) -> None:
    gone = set()
    for token in tokens:
        gone.add(token.id)
        if token.kind is not TokenKind.ACTIVE:
            run.joins.pop((token.frame, token.element), None)
        for rows in (run.tokens, run.tasks, run.jobs, run.incidents):
            rows.pop(token.id, None)
    run.wakes = {
        number: wake
        for number, wake in run.wakes.items()
        if wake.token not in gone and wake.frame not in frames
    }
    if frames:
        run.queue = deque(step for step in run.queue if step[0] not in frames)
    for frame in [run.frames[number] for number in sorted(frames)]:
        if frame.kind is FrameKind.UNDO and frame.parent not in frames:
            give_back(run, frame)
    for number in frames:
        run.drop_frame(number)
