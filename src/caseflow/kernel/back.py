"""Going back: to an earlier task with a reason (退回), or taking a completed one back (撤回).

A step lies *behind* another where flows lead there, boundary events and links included and
the flows left out that close a circle in the diagram. To go back to a step:

1. every token of its scope is withdrawn that stands at the step or behind it, with all that
   is inside: sub-processes, called processes, instances of a multi-instance activity with
   what they gave, votes, boundary events. A token that waits at a join is withdrawn where
   the flow that it came by begins at the step or behind it;
2. where a parallel join lies between the step and the task, the tokens that came to it from
   other branches are put back, so that those branches stay done;
3. the step begins again, as it would for any token.

Branches that do not come from the step go on untouched. Nothing is compensated, and the case
file stays as it is: what was done was done, and the history says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from caseflow.errors import CommandRefused
from caseflow.kernel.case import Frame, FrameKind, Task, Token, TokenKind
from caseflow.kernel.elements.complex_gateway import ComplexGatewayElement
from caseflow.kernel.elements.parallel_gateway import ParallelGatewayElement
from caseflow.kernel.elements.throw_event import LinkThrowElement
from caseflow.kernel.four_eyes import person_work
from caseflow.kernel.run import Arc, Graph, Run, Vertex
from caseflow.kernel.scopes import cancel_token, inside
from caseflow.kernel.task_commands import RecallTask, ReturnTask
from caseflow.kernel.task_events import TaskRecalled, TaskReturned
from caseflow.model import BoundaryEvent, CatchEvent, ElementId, FlowId

_SCOPES = frozenset({FrameKind.PROCESS, FrameKind.BODY})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Region:
    """A step in a running scope, and all that lies behind it."""

    frame: int
    graph: Graph
    step: Vertex
    ahead: Mapping[ElementId, frozenset[ElementId]]
    """What lies behind each element, itself included."""
    origins: Mapping[FlowId, ElementId]

    @property
    def elements(self) -> frozenset[ElementId]:
        return self.ahead[self.step.id]

    def holds(self, token: Token) -> bool:
        """Tell whether a token of the scope stands at the step or behind it."""
        if token.frame != self.frame:
            return False
        waits = token.kind is TokenKind.JOINING or token.kind is TokenKind.SPENT
        if waits and token.flow is not None:
            return self.origins[token.flow] in self.elements
        return token.element in self.elements


def return_task(run: Run, task: Task, command: ReturnTask) -> None:
    """Send the case back from a task. Raises CommandRefused."""
    token = run.tokens[task.id]
    frame, host = _scope_with(run, token, command.to)
    region = _region(run, frame, command.to)
    if host.element == command.to or host.element not in region.elements:
        raise CommandRefused(f"task {task.element} does not lie behind step {command.to}")
    _check_between(region, host.element)
    run.emit(
        TaskReturned(
            process=task.process,
            element=task.element,
            task=task.id,
            to=command.to,
            person=command.person,
            reason=command.reason,
        )
    )
    _begin_again(run, region, host.element, person=command.person)


def recall_task(run: Run, command: RecallTask) -> None:
    """Take a completed task back. Raises CommandRefused."""
    region = _region(run, _scope_of_recall(run, command), command.element)
    gone = [one for one in run.tokens.values() if region.holds(one)]
    if not gone:
        raise CommandRefused(f"nothing waits behind step {command.element}")
    for token in gone:
        for one in (token, *inside(run, token)):
            _check_untouched(run, one, command)
    place = gone[0].element
    _check_between(region, place)
    run.emit(
        TaskRecalled(
            process=command.process,
            element=command.element,
            task=command.task,
            person=command.person,
            reason=command.reason,
        )
    )
    _begin_again(run, region, place, person=command.person)


def _check_untouched(run: Run, token: Token, command: RecallTask) -> None:
    if token.kind is TokenKind.JOINING or any(
        frame.token == token.id for frame in run.frames.values()
    ):
        return
    task = run.tasks.get(token.id)
    if task is None or task.is_touched or task.id not in command.opened:
        raise CommandRefused(
            f"step {command.element} cannot be taken back: {token.element} went on since"
        )


def _scope_with(run: Run, token: Token, step: ElementId) -> tuple[Frame, Token]:
    """Return the innermost scope around a token that has a step, and the token in it."""
    number: int | None = token.frame
    while number is not None:
        frame = run.frames[number]
        if frame.kind in _SCOPES:
            if step in run.graphs[frame.id].vertices:
                return frame, token
            if frame.kind is FrameKind.PROCESS or frame.token is None:
                break  # another process, or an event sub-process that runs beside the others
        if frame.token is not None:
            token = run.tokens[frame.token]
        number = frame.parent
    raise CommandRefused(f"no step {step} stands in the scope of the task or around it")


def _scope_of_recall(run: Run, command: RecallTask) -> Frame:
    if command.opened and command.opened[0] in run.tokens:
        return _scope_with(run, run.tokens[command.opened[0]], command.element)[0]
    found = [
        frame
        for frame in run.frames.values()
        if frame.kind in _SCOPES
        and run.graphs[frame.id].process == command.process
        and command.element in run.graphs[frame.id].vertices
    ]
    if len(found) != 1:
        raise CommandRefused(f"step {command.element} runs {len(found)} times")
    return found[0]


def _region(run: Run, frame: Frame, step: ElementId) -> _Region:
    graph = run.graphs[frame.id]
    vertex = graph.vertices[step]
    if person_work(vertex) is None:
        raise CommandRefused(f"step {step} is no task for a person")
    if graph.ad_hoc is not None:
        raise CommandRefused(f"step {step} stands in an ad-hoc sub-process, which has no order")
    return _Region(
        frame=frame.id,
        graph=graph,
        step=vertex,
        ahead=_ahead(graph),
        origins={way.id: one.id for one in graph.vertices.values() for way in one.outgoing},
    )


def _check_between(region: _Region, place: ElementId) -> None:
    """Refuse joins on the way whose tokens nobody could put back as they were."""
    for name in region.elements:
        vertex = region.graph.vertices[name]
        if place not in region.ahead[name] or place == name:
            continue
        is_counting = getattr(vertex.element, "start_quantity", 1) > 1
        if isinstance(vertex.element, ComplexGatewayElement) or is_counting:
            raise CommandRefused(
                f"{name} lies between step {region.step.id} and {place}, and what it counted "
                "cannot be put back: return to a step behind it"
            )


def _begin_again(run: Run, region: _Region, place: ElementId, *, person: str | None) -> None:
    gone = [one for one in run.tokens.values() if region.holds(one)]
    for token in gone:
        if token.kind is TokenKind.ACTIVE:
            cancel_token(run, token)
        else:
            run.release(token)
    run.live[region.frame] -= len(gone)
    for join, way in _joined(run, region, place):
        run.hold(region.frame, join, arc=way, kind=TokenKind.JOINING)
        run.live[region.frame] += 1
    if person is not None and _is_single(region.step):
        run.handing[region.step.process, region.step.id] = person
    run.placed.append((region.frame, region.step.id))  # the case stays with its unit
    run.put(region.frame, region.step)


def _is_single(vertex: Vertex) -> bool:
    return getattr(vertex.element, "loop", None) is None


def _joined(run: Run, region: _Region, place: ElementId) -> Iterator[tuple[Vertex, Arc]]:
    """Yield what other branches brought to the parallel joins on the way."""
    alive = [one for one in run.tokens.values() if one.frame == region.frame]
    standing = {one.element for one in alive}
    waiting = {(one.element, one.flow) for one in alive if one.kind is TokenKind.JOINING}
    for name in region.elements:
        join = region.graph.vertices[name]
        is_join = isinstance(join.element, ParallelGatewayElement) and len(join.incoming) > 1
        if not is_join or name == place or place not in region.ahead[name]:
            continue
        for way in join.incoming:
            origin = region.origins[way.id]
            is_coming = any(origin in region.ahead[one] for one in standing)
            is_done = origin not in region.elements and not is_coming
            if is_done and (name, way.id) not in waiting:
                yield join, way


def _ahead(graph: Graph) -> dict[ElementId, frozenset[ElementId]]:
    """Return for each element what lies behind it, without the flows that close a circle."""
    attached: dict[ElementId, list[Vertex]] = {}
    for vertex in graph.vertices.values():
        if isinstance(vertex.node.behaviour, BoundaryEvent):
            attached.setdefault(vertex.node.behaviour.attached_to, []).append(vertex)
    ahead: dict[ElementId, frozenset[ElementId]] = {}
    for root in sorted(graph.vertices.values(), key=_is_late_root):
        if root.id not in ahead:
            _walk(root, attached, ahead)
    return ahead


def _walk(
    root: Vertex,
    attached: Mapping[ElementId, Collection[Vertex]],
    ahead: dict[ElementId, frozenset[ElementId]],
) -> None:
    """Walk on from an element as far as flows lead, deepest first."""
    path = {root.id: (root, _next(root, attached))}
    while path:
        vertex, following = next(reversed(path.values()))
        new = next((one for one in following if one.id not in ahead and one.id not in path), None)
        if new is not None:
            path[new.id] = (new, _next(new, attached))
            continue
        del path[vertex.id]
        # What is still on the path was passed to come here: the flow closes a circle.
        behind = (ahead.get(one.id, frozenset()) for one in _next(vertex, attached))
        ahead[vertex.id] = frozenset({vertex.id}).union(*behind)


def _is_late_root(vertex: Vertex) -> bool:
    """Tell whether a walk should rather come to an element than begin at it."""
    return bool(vertex.incoming) or isinstance(vertex.node.behaviour, BoundaryEvent | CatchEvent)


def _next(vertex: Vertex, attached: Mapping[ElementId, Collection[Vertex]]) -> Iterator[Vertex]:
    yield from (way.target for way in vertex.outgoing)
    yield from attached.get(vertex.id, ())
    if isinstance(vertex.element, LinkThrowElement) and vertex.element.target is not None:
        yield vertex.element.target
