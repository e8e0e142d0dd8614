"""Commands for operators: ``incidents`` and ``resolve``."""

from __future__ import annotations

import argparse

from caseflow.cli.arguments import Arguments, add_variables, count, variables_of
from caseflow.cli.command import Command
from caseflow.cli.documents import incident_document
from caseflow.cli.failures import Exit, Misused
from caseflow.cli.moments import local
from caseflow.cli.output import Cell, Column, Style, Table
from caseflow.cli.paging import PAGE
from caseflow.cli.references import find_case, find_numbered
from caseflow.cli.session import Session
from caseflow.cli.whereabouts import change_case


def _configure_incidents(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--case", metavar="CASE", help="only those of a case")
    parser.add_argument(
        "--limit", type=count, default=PAGE, metavar="N", help=f"how many at most; {PAGE}"
    )


def _incidents(session: Session, arguments: Arguments) -> Exit:
    case = arguments.maybe("case", str)
    with session.view() as work:
        found = work.incidents(
            case=None if case is None else find_case(work, case),
            limit=arguments.get("limit", int),
        )
    if session.out.is_json:
        session.out.document({"incidents": [incident_document(one) for one in found]})
    elif found:
        session.out.table(
            Table(
                columns=(
                    Column(name="Incident", is_whole=True),
                    Column(name="Since", is_whole=True, is_extra=True),
                    Column(name="Process", is_extra=True),
                    Column(name="Element"),
                    Column(name="What happened"),
                ),
                rows=[
                    (
                        one.id,
                        local(one.raised_at),
                        one.process,
                        one.element,
                        Cell(text=one.message, style=Style.BAD),
                    )
                    for one in found
                ],
            )
        )
    else:
        session.out.note("no incidents")
    return Exit.OK


def _configure_resolve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "incident", metavar="INCIDENT", help="CASE:NUMBER, as `caseflow incidents` shows it"
    )
    parser.add_argument(
        "--tries", type=count, default=1, metavar="N", help="how often a job may try again; 1"
    )
    parser.add_argument(
        "--done",
        action="store_true",
        help="do not try again: the job was done by hand, and the variables are its result",
    )
    add_variables(parser)


def _resolve(session: Session, arguments: Arguments) -> Exit:
    incident, tries = arguments.get("incident", str), arguments.get("tries", int)
    given = variables_of(arguments)
    is_done = arguments.get("done", bool)
    if given and not is_done:
        raise Misused("variables are the result of a job that was done by hand: say --done, too")
    return change_case(
        session,
        lambda work: work.resolve(
            find_numbered(work, incident), tries=tries, variables=given if is_done else None
        ),
    )


COMMANDS = (
    Command(
        name="incidents",
        help="list where cases are stuck, and why",
        example="caseflow incidents --case 2026-0017",
        configure=_configure_incidents,
        run=_incidents,
        prints_tables=True,
    ),
    Command(
        name="resolve",
        help="let a case try again where it is stuck",
        example="caseflow resolve 2026-0017:9 --tries 3",
        configure=_configure_resolve,
        run=_resolve,
    ),
)
