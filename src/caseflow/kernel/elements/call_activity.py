"""Call activities: another process, run inside the same case (BPMN 2.0.2, 10.3.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from caseflow.errors import ExpressionFailed, NothingWaits, UnknownProcess
from caseflow.kernel.activity import Activity, complete
from caseflow.kernel.case import Frame, FrameKind, ProcessKey, Token, TokenKind
from caseflow.kernel.effects import FindNewest
from caseflow.kernel.events import ScopeEntered
from caseflow.kernel.incidents import stick
from caseflow.kernel.run import Run, Vertex
from caseflow.kernel.scopes import cancel_token, open_scope
from caseflow.model import ProcessId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWork:
    """Runs a called process; with declared data it sees nothing but its inputs.

    Without a ``version`` the newest one at the time of the call is asked for, and the call
    waits until `BindCalls` brings it: which one it was then stands among the commands, so
    that replaying them runs the same one.
    """

    called: ProcessId
    version: int | None
    isolates: bool = True

    def begin(self, run: Run, token: Token, vertex: Vertex) -> None:
        """Open the called process and begin at its start event, or ask which version."""
        if self.version is None:
            run.sent.append(FindNewest(call=token.id, process=self.called))
        else:
            _open(run, token, vertex, ProcessKey(id=self.called, version=self.version))


def bind_calls(run: Run, newest: Iterable[ProcessKey]) -> None:
    """Let every call go on that waits to know which version it runs.

    Raises:
        NothingWaits: no call waits for any of these.
        UnknownProcess: the program of a version is not at hand.
    """
    versions = {key.id: key for key in newest}
    waiting = [
        (token, versions[work.called])
        for token in run.tokens.values()
        if (work := _unbound(run, token)) is not None and work.called in versions
    ]
    if not waiting:
        raise NothingWaits(
            f"case {run.case.id} does not wait for a version of {', '.join(versions)}"
        )
    for token, key in waiting:
        if key not in run.program.library:
            raise UnknownProcess(key.id, version=key.version)
        _bind(run, token, key)


def is_any_unbound(run: Run) -> bool:
    """Tell whether a call waits to know which version it runs."""
    return any(_unbound(run, token) is not None for token in run.tokens.values())


def _unbound(run: Run, token: Token) -> CallWork | None:
    element = run.vertex(token).element
    work = element.work if isinstance(element, Activity) else None
    if not isinstance(work, CallWork) or work.version is not None:
        return None
    is_inside = any(frame.token == token.id for frame in run.frames.values())
    return work if token.kind is TokenKind.ACTIVE and not is_inside else None


def _bind(run: Run, token: Token, key: ProcessKey) -> None:
    vertex = run.vertex(token)
    problem = ""
    if not run.program.library[key].graph.entries:
        problem = f"version {key.version} of process {key.id} has no plain start event"
    else:
        try:
            _open(run, token, vertex, key)
        except ExpressionFailed as failure:
            problem = str(failure)
    if problem:
        arc = next((way for way in vertex.incoming if way.id == token.flow), None)
        cancel_token(run, token, has_begun=False)
        stick(run, token.frame, vertex, problem, arc=arc)


def _open(run: Run, token: Token, vertex: Vertex, key: ProcessKey) -> None:
    """Open the called process. Raises ExpressionFailed."""
    graph = run.program.library[key].graph
    if not graph.entries:  # nothing is drawn in it
        complete(run, token)
        return
    frame = Frame(
        id=run.number(),
        kind=FrameKind.PROCESS,
        parent=token.frame,
        token=token.id,
        process=key,
        element=vertex.id,
        variables={},
    )
    open_scope(run, frame, graph)
    run.emit(ScopeEntered(process=vertex.process, element=vertex.id))
    for entry in graph.entries:
        run.put(frame.id, entry)
