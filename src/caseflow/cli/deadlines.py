"""Commands on deadlines: why they are due when, pausing, extending, counting again."""

from __future__ import annotations

import argparse

from caseflow.cli.arguments import Arguments
from caseflow.cli.command import Command
from caseflow.cli.failures import Exit
from caseflow.cli.moments import iso, local
from caseflow.cli.output import Cell, Column, Style, Table
from caseflow.cli.references import find_case, find_numbered
from caseflow.cli.session import Session
from caseflow.cli.whereabouts import change_case
from caseflow.engine import DeadlineView


def _configure_deadlines(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="business key or id")
    parser.add_argument("--why", action="store_true", help="tell every step of the count")


def _deadlines(session: Session, arguments: Arguments) -> Exit:
    with session.view() as work:
        found = work.deadlines.of(find_case(work, arguments.get("case", str)))
    if session.out.is_json:
        session.out.document({"deadlines": [_document(one) for one in found]})
    elif not found:
        session.out.note("no deadline of this case comes from a limit")
    elif arguments.get("why", bool):
        for one in found:
            session.out.line(f"{one.element}, {one.limit}:")
            for step in one.due.steps:
                session.out.line(f"  {step}")
    else:
        _show(session, found)
    return Exit.OK


def _show(session: Session, found: tuple[DeadlineView, ...]) -> None:
    session.out.table(
        Table(
            columns=(
                Column(name="Element"),
                Column(name="Limit"),
                Column(name="Due", is_whole=True),
                Column(name="Light", is_extra=True),
            ),
            rows=[(one.element, one.limit, _due(one), one.light) for one in found],
        )
    )


def _due(deadline: DeadlineView) -> Cell:
    if deadline.paused_at is not None:
        return Cell(text=f"stands still since {local(deadline.paused_at)}", style=Style.GOOD)
    sure = "" if not deadline.due.is_provisional else " (provisional)"
    return Cell(text=f"{local(deadline.due.at)}{sure}")


def _document(deadline: DeadlineView) -> dict[str, object]:
    return {
        "number": deadline.number,
        "process": deadline.process,
        "element": deadline.element,
        "limit": deadline.limit,
        "due_at": None if deadline.due_at is None else iso(deadline.due_at),
        "paused_at": None if deadline.paused_at is None else iso(deadline.paused_at),
        "is_provisional": deadline.due.is_provisional,
        "light": deadline.light,
        "asked": deadline.asked,
        "why": [str(step) for step in deadline.due.steps],
    }


def _configure_pausing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="business key or id")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="it stands in the history")
    parser.add_argument(
        "--element", metavar="ID", help="only the deadlines of this element of the diagram"
    )


def _elements(arguments: Arguments) -> list[str]:
    element = arguments.maybe("element", str)
    return [] if element is None else [element]


def _pause(session: Session, arguments: Arguments) -> Exit:
    case, reason = arguments.get("case", str), arguments.get("reason", str)
    return change_case(
        session,
        lambda work: work.deadlines.pause(
            find_case(work, case), reason=reason, elements=_elements(arguments)
        ),
    )


def _resume(session: Session, arguments: Arguments) -> Exit:
    case, reason = arguments.get("case", str), arguments.get("reason", str)
    return change_case(
        session,
        lambda work: work.deadlines.resume(
            find_case(work, case), reason=reason, elements=_elements(arguments)
        ),
    )


def _configure_extend(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", metavar="TASK", help="CASE:NUMBER, as `caseflow tasks` shows it")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--by", metavar="LIMIT", help="ask for an extension by this limit")
    what.add_argument("--approve", action="store_true", help="approve the one that was asked for")
    what.add_argument("--refuse", action="store_true", help="refuse it")
    parser.add_argument("--reason", default="", metavar="TEXT", help="it stands in the history")


def _extend(session: Session, arguments: Arguments) -> Exit:
    name, reason = arguments.get("task", str), arguments.get("reason", str)
    by = arguments.maybe("by", str)
    if by is not None:
        return change_case(
            session,
            lambda work: work.deadlines.ask_extension(
                find_numbered(work, name), by=by, reason=reason
            ),
        )
    if arguments.get("approve", bool):
        return change_case(
            session,
            lambda work: work.deadlines.approve_extension(
                find_numbered(work, name), reason=reason
            ),
        )
    return change_case(
        session,
        lambda work: work.deadlines.refuse_extension(find_numbered(work, name), reason=reason),
    )


def _configure_recount(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", required=True, metavar="TEXT", help="it stands in the history")


def _recount(session: Session, arguments: Arguments) -> Exit:
    with session.engine() as engine, session.out.progress("Counting deadlines again") as step:
        moved = engine.recount_deadlines(
            reason=arguments.get("reason", str), on_step=step, actor=session.actor
        )
    if session.out.is_json:
        session.out.document({"cases": list(moved)})
    else:
        session.out.line(f"The deadlines of {len(moved)} cases have moved")
    return Exit.OK


COMMANDS = (
    Command(
        name="deadlines",
        help="list what is due in a case, and why then",
        example="caseflow deadlines 2026-0017 --why",
        configure=_configure_deadlines,
        run=_deadlines,
        prints_tables=True,
    ),
    Command(
        name="pause",
        help="let the deadlines of a case stand still",
        example='caseflow pause 2026-0017 --reason "appraisal of the wall"',
        configure=_configure_pausing,
        run=_pause,
    ),
    Command(
        name="unpause",
        help="let the deadlines of a case run on",
        example='caseflow unpause 2026-0017 --reason "the report is here"',
        configure=_configure_pausing,
        run=_resume,
    ),
    Command(
        name="extend",
        help="ask for an extension of a task, approve or refuse it",
        example='caseflow extend 2026-0017:4 --by extension --reason "a witness is ill"',
        configure=_configure_extend,
        run=_extend,
    ),
    Command(
        name="recount",
        help="count all deadlines again, because the calendar has changed",
        example='caseflow recount --reason "the notice for 2027"',
        configure=_configure_recount,
        run=_recount,
    ),
)
