"""Ad-hoc sub-processes: people choose what comes next (BPMN 2.0.2, 10.3.5 and 13.3.5).

What no flow leads to is enabled from the beginning: a task for a person is offered, and
chosen by whoever claims or completes it; anything else begins at once, since nobody
could choose it. After each activity the completion condition is asked. While it does not
hold, tasks that were done are offered again, for 13.3.5 enables them again; without a
condition each is done once, and the sub-process ends when nothing in it is alive.

In sequential ordering all tasks are offered too, but only one can be claimed, and no
other be done before it is completed or given back. Of several that are given to somebody
by the drawing, the oldest comes first. What nobody chooses begins as soon as nothing else
is under way, in the order of the file.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from caseflow.errors import ExpressionFailed, NotItsTurn
from caseflow.expressions import Expression
from caseflow.kernel.activity import Activity
from caseflow.kernel.case import FrameKind, Phase, Task, Token, TokenKind
from caseflow.kernel.casefile import value
from caseflow.kernel.elements.person_task import PersonWork
from caseflow.kernel.elements.script_task import BareScriptElement
from caseflow.kernel.flows import leave
from caseflow.kernel.forge import Forge
from caseflow.kernel.incidents import stick
from caseflow.kernel.run import Graph, Run, Vertex
from caseflow.kernel.scopes import cancel_contents, cancel_token
from caseflow.model import AdHocOrdering, AdHocSubProcess, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class AdHocChoice:
    """When an ad-hoc sub-process ends, and what is offered until then."""

    is_sequential: bool
    completion: Expression | None
    cancels_remaining: bool

    def may_begin(self, run: Run, frame: int, vertex: Vertex) -> bool:
        """Tell whether an activity begins at once, or waits until another one is done.

        A task for a person is always offered: whether its turn has come is asked when
        somebody chooses it.
        """
        is_free = not self.is_sequential or run.frames[frame].kind is not FrameKind.BODY
        return is_free or _person(vertex) is not None or not _going(run, frame)

    def activity_done(self, run: Run, frame: int, vertex: Vertex) -> None:
        """End the sub-process where its condition holds; else go on and offer tasks again.

        Once the condition held, what still runs is completed, and nothing begins after it.
        """
        if run.frames[frame].is_stopped:
            run.consume(frame)
            return
        try:
            is_enough = self.completion is not None and value(run, self.completion, frame)
        except ExpressionFailed as failure:
            stick(run, frame, vertex, str(failure), phase=Phase.LEAVE)
            return
        if is_enough:
            self._end(run, frame)
            return
        leave(run, frame, vertex)
        if self.completion is not None:
            _offer_again(run, frame)

    def _end(self, run: Run, frame: int) -> None:
        if self.cancels_remaining:
            cancel_contents(run, frame)
            run.idle.append(frame)
        else:
            run.frames[frame] = replace(run.frames[frame], is_stopped=True)
            run.consume(frame, 1 + _withdraw(run, frame))


def _offer_again(run: Run, frame: int) -> None:
    """Offer the tasks that no flow leads to, unless they are open or on their way."""
    present = {token.element for token in run.tokens.values() if token.frame == frame}
    present |= {vertex.id for place, vertex, _ in run.queue if place == frame}
    for vertex in run.graphs[frame].entries:
        if vertex.id not in present and _person(vertex) is not None:
            run.put(frame, vertex)


def _withdraw(run: Run, frame: int) -> int:
    """Remove what has not begun, and return how many tokens that were."""
    going = [
        token
        for token in run.tokens.values()
        if token.frame == frame and not _is_under_way(run, token)
    ]
    for token in going:
        cancel_token(run, token)
    coming = deque(step for step in run.queue if step[0] != frame)
    gone = len(going) + len(run.queue) - len(coming)
    run.queue = coming
    return gone


def check_turn(run: Run, task: Task) -> None:
    """Refuse to choose a task while another activity is under way that comes before it.

    Raises:
        NotItsTurn: they stand in a sequential ad-hoc sub-process.
    """
    token = run.tokens[task.id]
    while (here := run.frames[token.frame]).kind is FrameKind.LOCAL and here.token is not None:
        token = run.tokens[here.token]
    choice = run.graphs[token.frame].ad_hoc
    if choice is None or not choice.is_sequential:
        return
    going = _going(run, token.frame)
    if going and going[0].id != token.id:
        raise NotItsTurn(f"{run.case.id}:{task.id}", first=going[0].element)


def take_turn(run: Run) -> bool:
    """Let one activity begin that waited for its turn; tell whether there is one."""
    for (frame, element), waiting in run.joins.items():
        graph = run.graphs[frame]
        is_choice = graph.ad_hoc is not None and graph.ad_hoc.is_sequential
        if is_choice and graph.vertices[element].is_activity and not _going(run, frame):
            token = min(_in_line(run, frame), key=lambda one: one.id, default=waiting[0])
            vertex = run.vertex(token)
            arc = next((way for way in vertex.incoming if way.id == token.flow), None)
            run.release(token)
            run.queue.append((frame, vertex, arc))
            return True
    return False


def _in_line(run: Run, frame: int) -> list[Token]:
    """Return the tokens of a frame whose activities wait for their turn."""
    return [
        token
        for (place, _), waiting in run.joins.items()
        if place == frame
        for token in waiting
        if run.vertex(token).is_activity
    ]


def _going(run: Run, frame: int) -> list[Token]:
    """Return the activities of a frame that are under way, the oldest first."""
    tokens = (token for token in run.tokens.values() if token.frame == frame)
    return [token for token in tokens if _is_under_way(run, token)]


def _is_under_way(run: Run, token: Token) -> bool:
    """Tell whether an activity has begun: a task for a person has when somebody holds it."""
    vertex = run.vertex(token)
    if not vertex.is_activity or token.kind is not TokenKind.ACTIVE:
        return False
    inner = [one.id for one in run.frames.values() if one.token == token.id]
    tasks = [
        task
        for number, task in run.tasks.items()
        if number == token.id or run.tokens[number].frame in inner
    ]
    return _person(vertex) is None or any(task.assignee is not None for task in tasks)


def _person(vertex: Vertex) -> PersonWork | None:
    """Return the work of a person that an activity is, if it is done once."""
    element = vertex.element
    work = element.work if isinstance(element, Activity) and element.loop is None else None
    return work if isinstance(work, PersonWork) else None


def make_ad_hoc(forge: Forge, graph: Graph, node: Node, behaviour: AdHocSubProcess) -> None:
    """Let a compiled scope run as an ad-hoc sub-process."""
    graph.ad_hoc = AdHocChoice(
        is_sequential=behaviour.ordering is AdHocOrdering.SEQUENTIAL,
        completion=forge.optional(behaviour.completion, node),
        cancels_remaining=behaviour.cancel_remaining,
    )
    for vertex in graph.vertices.values():
        if isinstance(vertex.element, BareScriptElement):
            vertex.element = Activity(work=vertex.element.work)
    for vertex in graph.vertices.values():
        if vertex.wish is not None:
            forge.refuse_element(vertex.node, "a handing that people choose in any order")
    for vertex in graph.vertices.values() if graph.ad_hoc.is_sequential else ():
        if vertex.node.start_quantity > 1:
            forge.refuse_element(
                vertex.node, "an activity that takes several tokens and its turn as well"
            )
