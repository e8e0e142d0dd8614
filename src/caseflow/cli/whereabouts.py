"""Where a case stands, in few lines: what every command says that moved one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from caseflow.cli.documents import case_document
from caseflow.cli.failures import Exit
from caseflow.cli.moments import Pressure, due_in_words
from caseflow.cli.names import Diagrams
from caseflow.cli.output import Cell, Style
from caseflow.cli.session import Session
from caseflow.engine import CaseView, TaskFilter, TaskView, Work
from caseflow.kernel import CaseState

MAX_TASKS = 1_000
"""Open tasks of one case that are looked at."""

_STATES = {
    CaseState.RUNNING: Style.PLAIN,
    CaseState.SUSPENDED: Style.SOON,
    CaseState.COMPLETED: Style.GOOD,
    CaseState.CANCELLED: Style.ASIDE,
    CaseState.FAILED: Style.BAD,
}

PRESSURE = {
    Pressure.NONE: Style.PLAIN,
    Pressure.TIME: Style.PLAIN,
    Pressure.SOON: Style.SOON,
    Pressure.LATE: Style.BAD,
}
"""How due times stand out."""


def state_cell(state: str, outcome: str) -> Cell:
    """Return how a case stands, and how it ended."""
    text = f"{state}: {outcome}" if outcome else state
    return Cell(text=text, style=_STATES[CaseState(state)])


def tasks_of(work: Work, case: CaseView) -> tuple[TaskView, ...]:
    """Return the open tasks of a case, those due first in front."""
    return work.tasks(TaskFilter(case=case.id), limit=MAX_TASKS).items


def references(cases: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the shortest name of each case: its business key, where that names one case.

    Args:
        cases: the id and business key of each.
    """
    keys = dict(cases)
    how_often = Counter(keys.values())
    return {case: key if key and how_often[key] == 1 else case for case, key in keys.items()}


def task_references(tasks: Iterable[TaskView]) -> dict[str, str]:
    """Return the shortest name of each task."""
    listed = list(tasks)
    cases = references((task.case, task.business_key) for task in listed)
    return {task.id: f"{cases[task.case]}:{task.id.rpartition(':')[2]}" for task in listed}


def change_case(session: Session, change: Callable[[Work], CaseView]) -> Exit:
    """Change a case and, when that is committed, say where it stands now."""
    with session.work() as work:
        case = change(work)
        lines = list(_lines(work, case, now=session.clock.now()))
    if session.out.is_json:
        session.out.document({"case": case_document(case)})
    else:
        for line in lines:
            session.out.line(line.text, line.style)
    return Exit.OK


def _lines(work: Work, case: CaseView, *, now: datetime) -> Iterator[Cell]:
    state = state_cell(case.state, case.outcome)
    name = f"{case.business_key} ({case.id})" if case.business_key else case.id
    yield Cell(text=f"{name} is {state.text}", style=state.style)
    tasks = tasks_of(work, case)
    names = task_references(tasks)
    for task in tasks:
        due = due_in_words(task.due_at, now=now)
        held = f", held by {task.assignee}" if task.assignee else ""
        by = f", due {due.at} ({due.left})" if due.at else ""
        text = f"  task {names[task.id]}  {task.name}{held}{by}"
        yield Cell(text=text, style=PRESSURE[due.pressure])
    for title in _other_places(work, case, tasks):
        yield Cell(text=f"  waits at {title}")
    for incident in case.incidents:
        number = f"{case.business_key or case.id}:{incident.id}"
        yield Cell(text=f"  incident {number}  {incident.message}", style=Style.BAD)


def _other_places(work: Work, case: CaseView, tasks: tuple[TaskView, ...]) -> Iterator[str]:
    """Yield where a case waits for something else than people."""
    others = case.waiting_at - {task.element for task in tasks}
    others -= {incident.element for incident in case.incidents}
    if others:
        diagrams = Diagrams(work, case)
        for place in work.places(case):
            if place.element in others:
                yield diagrams.title(place.process.id, place.element)
