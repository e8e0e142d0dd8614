"""Commands on tasks: ``tasks``, ``claim``, ``unclaim``, ``assign``, ``complete``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime

from caseflow.cli.arguments import Arguments, add_variables, moment, variables_of
from caseflow.cli.command import Command
from caseflow.cli.documents import task_document
from caseflow.cli.failures import Exit
from caseflow.cli.moments import due_in_words
from caseflow.cli.output import Cell, Column, Style, Table
from caseflow.cli.paging import add_page, say_next
from caseflow.cli.references import add_task, find_case, find_numbered
from caseflow.cli.session import Session
from caseflow.cli.whereabouts import PRESSURE, change_case, task_references
from caseflow.engine import CaseView, TaskFilter, TaskView, Work
from caseflow.kernel import CaseId
from caseflow.model import ProcessId


def _configure_tasks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role",
        action="append",
        metavar="ROLE",
        help="only those open to a role; repeatable. With --candidate: the roles of that person",
    )
    parser.add_argument(
        "--candidate", metavar="PERSON", help="only those that a person holds or may take"
    )
    parser.add_argument("--assignee", metavar="PERSON", help="only those that a person holds")
    parser.add_argument(
        "--unit", action="append", metavar="UNIT", help="only those of a unit; repeatable"
    )
    parser.add_argument("--process", metavar="PROCESS", help="only those of a process")
    parser.add_argument("--case", metavar="CASE", help="only those of a case")
    parser.add_argument("--key", metavar="KEY", help="only those with a business key")
    parser.add_argument(
        "--due-before", type=moment, metavar="DATE", help="only those due before a day or moment"
    )
    parser.add_argument("--late", action="store_true", help="only those whose due time is over")
    add_page(parser)


def _tasks(session: Session, arguments: Arguments) -> Exit:
    now = session.clock.now()
    with session.view() as work:
        page = work.tasks(
            _filter(work, arguments, now=now),
            after=arguments.maybe("after", str),
            limit=arguments.get("limit", int),
        )
    if session.out.is_json:
        session.out.document({"tasks": [task_document(task) for task in page], "next": page.next})
    elif page.items:
        session.out.table(task_table(page.items, now=now))
        say_next(page.next, session.out)
    else:
        session.out.note("no open tasks")
    return Exit.OK


def _filter(work: Work, arguments: Arguments, *, now: datetime) -> TaskFilter:
    process, case = arguments.maybe("process", str), arguments.maybe("case", str)
    ends = [arguments.maybe("due_before", datetime), now if arguments.get("late", bool) else None]
    return TaskFilter(
        case=None if case is None else CaseId(find_case(work, case)),
        process=None if process is None else ProcessId(process),
        business_key=arguments.maybe("key", str),
        assignee=arguments.maybe("assignee", str),
        candidate=arguments.maybe("candidate", str),
        roles=arguments.many("role", str),
        units=arguments.many("unit", str) or None,
        due_before=min((end for end in ends if end is not None), default=None),
    )


def task_table(tasks: tuple[TaskView, ...], *, now: datetime, title: str = "") -> Table:
    """Return tasks as a table."""
    names = task_references(tasks)
    rows: list[tuple[str | Cell, ...]] = []
    for task in tasks:
        due = due_in_words(task.due_at, now=now)
        style = PRESSURE[due.pressure]
        rows.append(
            (
                names[task.id],
                task.name,
                Cell(text=due.at, style=style),
                Cell(text=due.left, style=style),
                _who(task),
                task.unit,
                task.process,
            )
        )
    return Table(
        title=title,
        columns=(
            Column(name="Task", is_whole=True),
            Column(name="Name"),
            Column(name="Due", is_whole=True),
            Column(name="Left", is_whole=True),
            Column(name="For"),
            Column(name="Unit", is_extra=True),
            Column(name="Process", is_extra=True),
        ),
        rows=rows,
    )


def _who(task: TaskView) -> str | Cell:
    """Return who holds a task, or who may take it."""
    if task.assignee is not None:
        return Cell(text=task.assignee, style=Style.HEAD)
    return ", ".join((*task.roles, *task.people))


def _configure_assign(parser: argparse.ArgumentParser) -> None:
    add_task(parser)
    parser.add_argument("person", metavar="PERSON", help="who has to do it now")


def _configure_complete(parser: argparse.ArgumentParser) -> None:
    add_task(parser)
    add_variables(parser)


def _changing(
    change: Callable[[Work, str, Arguments], CaseView],
) -> Callable[[Session, Arguments], Exit]:
    """Make a command that changes a task."""

    def run(session: Session, arguments: Arguments) -> Exit:
        task = arguments.get("task", str)
        return change_case(
            session, lambda work: change(work, find_numbered(work, task), arguments)
        )

    return run


def _complete(work: Work, task: str, arguments: Arguments) -> CaseView:
    return work.complete(task, variables_of(arguments))


COMMANDS = (
    Command(
        name="tasks",
        help="list open tasks, those due first in front",
        example="caseflow tasks --candidate li --role mediator --late",
        configure=_configure_tasks,
        run=_tasks,
        prints_tables=True,
    ),
    Command(
        name="claim",
        help="take a task for oneself",
        example="caseflow claim 2026-0017:4 --actor li",
        configure=add_task,
        run=_changing(lambda work, task, _: work.claim(task)),
    ),
    Command(
        name="unclaim",
        help="give a task back to its candidates",
        example="caseflow unclaim 2026-0017:4",
        configure=add_task,
        run=_changing(lambda work, task, _: work.unclaim(task)),
    ),
    Command(
        name="assign",
        help="give a task to a person, whoever holds it",
        example="caseflow assign 2026-0017:4 wang",
        configure=_configure_assign,
        run=_changing(
            lambda work, task, arguments: work.assign(task, person=arguments.get("person", str))
        ),
    ),
    Command(
        name="complete",
        help="say that a task is done and what came of it",
        example="caseflow complete 2026-0017:4 -v both_consent=true",
        configure=_configure_complete,
        run=_changing(_complete),
    ),
)
