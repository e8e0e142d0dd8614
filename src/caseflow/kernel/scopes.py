"""Frames from their beginning to their end: opening and cancelling them."""

from __future__ import annotations

from collections import deque

from caseflow.kernel.case import Frame, Token, TokenKind
from caseflow.kernel.events import ActivityCancelled
from caseflow.kernel.run import Graph, Run


def open_scope(run: Run, frame: Frame, graph: Graph) -> None:
    """Open a frame and let its event sub-processes listen. Raises ExpressionFailed."""
    run.open_frame(frame, graph)
    for vertex in graph.event_scopes:
        if vertex.catcher is not None:
            vertex.catcher.arm(run, vertex, frame=frame.id, token=None)


def cancel_token(run: Run, token: Token) -> None:
    """Remove a token with everything inside its activity; the caller accounts for it."""
    vertex = run.vertex(token)
    for frame in [inner for inner in run.frames.values() if inner.token == token.id]:
        cancel_frame(run, frame)
    run.release(token)
    if vertex.is_activity and token.kind is TokenKind.ACTIVE:
        run.emit(ActivityCancelled(process=vertex.process, element=vertex.id))


def cancel_contents(run: Run, frame: int) -> None:
    """Remove everything that is alive in a frame, and keep the frame itself."""
    for token in [held for held in run.tokens.values() if held.frame == frame]:
        cancel_token(run, token)
    for child in [inner for inner in run.frames.values() if inner.parent == frame]:
        cancel_frame(run, child)
    run.queue = deque(step for step in run.queue if step[0] != frame)
    run.live[frame] = 0
    run.release_frame(frame)


def cancel_frame(run: Run, frame: Frame) -> None:
    """Remove a frame with everything that is alive in it."""
    cancel_contents(run, frame.id)
    run.close_frame(frame)
