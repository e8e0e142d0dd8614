"""Four eyes: steps that must not be done by the person who did another one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from caseflow.errors import CommandRefused, NotSamePerson
from caseflow.kernel.activity import Activity
from caseflow.kernel.case import Did, Frame, FrameKind, Task, Token
from caseflow.kernel.doers import doers
from caseflow.kernel.elements.person_task import PersonWork
from caseflow.kernel.forge import Forge
from caseflow.kernel.run import Graph, Run, Vertex

_SCOPES = frozenset({FrameKind.PROCESS, FrameKind.BODY})


def watch(forge: Forge, graph: Graph, around: tuple[Graph, ...] = ()) -> None:
    """Find the steps whose doers must be remembered; refuse those that could not be found.

    The other step stands in the scope of the task or in one around it: what was done inside
    a sub-process is forgotten with it.
    """
    scopes = (graph, *around)
    for vertex in graph.vertices.values():
        work = person_work(vertex)
        if work is not None and work.not_same_as is not None:
            found = (one.vertices.get(work.not_same_as) for one in scopes)
            other = next((one for one in found if one is not None), None)
            if other is None or person_work(other) is None or other is vertex:
                forge.refuse(
                    "not-same-as",
                    vertex.node,
                    f"must not be done by who did {work.not_same_as}, which is no other task "
                    "for a person in its scope or around it",
                    "name the id of a user or manual task there",
                )
            else:
                other.is_watched = True
    for inner in graph.bodies.values():
        watch(forge, inner, scopes)


def person_work(vertex: Vertex) -> PersonWork | None:
    """Return the work of a task for a person, or None where a node is something else."""
    element = vertex.element
    work = element.work if isinstance(element, Activity) else None
    return work if isinstance(work, PersonWork) else None


def check_four_eyes(run: Run, task: Task, people: Iterable[str]) -> None:
    """Refuse a task to people who did the step that it must not be done with.

    Raises:
        NotSamePerson: one of them did.
    """
    token = run.tokens[task.id]
    work = person_work(run.vertex(token))
    if work is None or work.not_same_as is None:
        return
    did = set(doers(run, token.frame, work.not_same_as))
    for person in people:
        if person in did:
            raise NotSamePerson(f"{run.case.id}:{task.id}", person=person, step=work.not_same_as)


def remember(run: Run, task: Task, people: Iterable[str]) -> None:
    """Remember who did a task, where another step asks for it.

    Raises:
        CommandRefused: nobody says who.
    """
    token = run.tokens[task.id]
    vertex = run.vertex(token)
    work = person_work(vertex)
    names = tuple(dict.fromkeys(one for one in people if one))
    if not names and (vertex.is_watched or (work is not None and work.not_same_as is not None)):
        raise CommandRefused(
            f"task {run.case.id}:{task.id} needs to know who completes it: another step is not "
            "for the same person"
        )
    if not vertex.is_watched:
        return
    frame, number = _scope(run, token)
    before = next((one for one in frame.did if one.element == token.element), None)
    if before is not None and before.token == number:  # another instance of the same step
        names = tuple(dict.fromkeys((*before.people, *names)))
    others = tuple(one for one in frame.did if one.element != token.element)
    did = Did(element=token.element, token=number, people=names)
    run.frames[frame.id] = replace(frame, did=(*others, did))


def _scope(run: Run, token: Token) -> tuple[Frame, int]:
    """Return the scope that an activity stands in, and the number of its token there."""
    number = token.id
    frame = run.frames[token.frame]
    while frame.kind not in _SCOPES and frame.parent is not None:
        number = number if frame.token is None else frame.token
        frame = run.frames[frame.parent]
    return frame, number
