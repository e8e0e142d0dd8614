"""Commands on whole cases: ``start``, ``cases``, ``set``, ``cancel``, ``suspend``, ``resume``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from caseflow.cli.arguments import Arguments, add_variables, count, variables_of
from caseflow.cli.command import Command
from caseflow.cli.documents import row_document
from caseflow.cli.failures import Exit
from caseflow.cli.moments import local
from caseflow.cli.output import Column, Table
from caseflow.cli.paging import add_page, say_next
from caseflow.cli.references import add_case, find_case
from caseflow.cli.session import Session
from caseflow.cli.whereabouts import change_case, references, state_cell
from caseflow.engine import CaseFilter, CaseRow, CaseView, Work
from caseflow.kernel import CaseState
from caseflow.model import ProcessId


def _configure_start(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("process", metavar="PROCESS", help="the id of a deployed process")
    parser.add_argument("--process-version", type=count, metavar="N", help="default: the newest")
    parser.add_argument("--key", default="", metavar="KEY", help="the business key")
    parser.add_argument("--unit", default="", metavar="UNIT", help="the unit whose case it is")
    parser.add_argument("--tier", default="", metavar="TIER", help="the tier of that unit")
    parser.add_argument(
        "--parameters", default="", metavar="SET", help="default: the first set of the process"
    )
    parser.add_argument("--event", metavar="ELEMENT", help="the start event, if there are several")
    add_variables(parser)


def _start(session: Session, arguments: Arguments) -> Exit:
    variables = variables_of(arguments)
    return change_case(
        session,
        lambda work: work.start(
            arguments.get("process", str),
            version=arguments.maybe("process_version", int),
            business_key=arguments.get("key", str),
            unit=arguments.get("unit", str),
            tier=arguments.get("tier", str),
            parameters=arguments.get("parameters", str),
            variables=variables,
            element=arguments.maybe("event", str),
        ),
    )


def _configure_cases(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--process", metavar="PROCESS", help="only those of a process")
    parser.add_argument(
        "--state", choices=[state.value for state in CaseState], help="only those in a state"
    )
    parser.add_argument("--key", metavar="KEY", help="only those with a business key")
    parser.add_argument(
        "--unit", action="append", metavar="UNIT", help="only those of a unit; repeatable"
    )
    add_page(parser)


def _cases(session: Session, arguments: Arguments) -> Exit:
    process = arguments.maybe("process", str)
    wanted = CaseFilter(
        process=None if process is None else ProcessId(process),
        state=arguments.maybe("state", str),
        business_key=arguments.maybe("key", str),
        units=arguments.many("unit", str) or None,
    )
    with session.view() as work:
        page = work.cases(
            wanted, after=arguments.maybe("after", str), limit=arguments.get("limit", int)
        )
    if session.out.is_json:
        session.out.document({"cases": [row_document(row) for row in page], "next": page.next})
    elif page.items:
        session.out.table(_table(page.items))
        say_next(page.next, session.out)
    else:
        session.out.note("no cases")
    return Exit.OK


def _table(rows: tuple[CaseRow, ...]) -> Table:
    names = references((row.id, row.business_key) for row in rows)
    return Table(
        columns=(
            Column(name="Case", is_whole=True),
            Column(name="Process"),
            Column(name="State"),
            Column(name="Unit", is_extra=True),
            Column(name="Started", is_whole=True),
            Column(name="Ended", is_whole=True, is_extra=True),
        ),
        rows=[
            (
                names[row.id],
                row.process,
                state_cell(row.state, row.outcome),
                row.unit,
                local(row.started_at),
                local(row.ended_at) if row.ended_at else "",
            )
            for row in rows
        ],
    )


def _configure_set(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    add_variables(parser)


def _set(session: Session, arguments: Arguments) -> Exit:
    case, variables = arguments.get("case", str), variables_of(arguments)
    return change_case(session, lambda work: work.set_variables(find_case(work, case), variables))


def _with_reason(*, is_needed: bool) -> Callable[[argparse.ArgumentParser], None]:
    def configure(parser: argparse.ArgumentParser) -> None:
        add_case(parser)
        parser.add_argument(
            "--reason",
            required=is_needed,
            default="",
            metavar="TEXT",
            help="why; it stands in the history",
        )

    return configure


def _reasoned(
    change: Callable[[Work, str, str], CaseView],
) -> Callable[[Session, Arguments], Exit]:
    """Make a command that changes a case for a reason."""

    def run(session: Session, arguments: Arguments) -> Exit:
        case, reason = arguments.get("case", str), arguments.get("reason", str)
        return change_case(session, lambda work: change(work, find_case(work, case), reason))

    return run


COMMANDS = (
    Command(
        name="start",
        help="open a case of a process",
        example="caseflow start dispute_mediation --key 2026-0017 -v kind=neighbour",
        configure=_configure_start,
        run=_start,
    ),
    Command(
        name="cases",
        help="list cases, the oldest first",
        example="caseflow cases --process dispute_mediation --state running",
        configure=_configure_cases,
        run=_cases,
        prints_tables=True,
    ),
    Command(
        name="set",
        help="change the case file of a case",
        example="caseflow set 2026-0017 -v risk_colour=yellow",
        configure=_configure_set,
        run=_set,
    ),
    Command(
        name="cancel",
        help="end a case now, with everything that is open in it",
        example='caseflow cancel 2026-0017 --reason "opened twice"',
        configure=_with_reason(is_needed=True),
        run=_reasoned(lambda work, case, reason: work.cancel(case, reason=reason)),
    ),
    Command(
        name="suspend",
        help="stop a case: no work and no timers until it is resumed",
        example='caseflow suspend 2026-0017 --reason "waiting for a court"',
        configure=_with_reason(is_needed=True),
        run=_reasoned(lambda work, case, reason: work.suspend(case, reason=reason)),
    ),
    Command(
        name="resume",
        help="let a suspended case go on",
        example="caseflow resume 2026-0017",
        configure=_with_reason(is_needed=False),
        run=_reasoned(lambda work, case, reason: work.resume(case, reason=reason)),
    ),
)
