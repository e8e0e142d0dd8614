"""Commands on how cases belong together: ``related``, ``link``, ``reopen`` and ``merge``."""

from __future__ import annotations

import argparse

from caseflow.cli.arguments import Arguments
from caseflow.cli.command import Command
from caseflow.cli.failures import Exit
from caseflow.cli.moments import iso, local
from caseflow.cli.output import Column, Table
from caseflow.cli.references import find_case
from caseflow.cli.session import Session
from caseflow.cli.whereabouts import change_case, state_cell
from caseflow.cli.words import RELATIONS
from caseflow.engine import CaseView, RelatedCase, Work


def _configure_related(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="business key or id")


def _related(session: Session, arguments: Arguments) -> Exit:
    with session.view() as work:
        found = work.matters.of(find_case(work, arguments.get("case", str)))
    if session.out.is_json:
        session.out.document({"related": [_document(one) for one in found]})
    elif found:
        session.out.table(
            Table(
                columns=(
                    Column(name="This case"),
                    Column(name="Case", is_whole=True),
                    Column(name="Key"),
                    Column(name="Process", is_extra=True),
                    Column(name="State"),
                    Column(name="Since", is_whole=True, is_extra=True),
                    Column(name="Why"),
                ),
                rows=[
                    (
                        RELATIONS[one.relation],
                        one.case,
                        one.business_key,
                        one.process,
                        state_cell(one.state, ""),
                        local(one.at),
                        one.reason,
                    )
                    for one in found
                ],
            )
        )
    else:
        session.out.note("this case belongs to no other")
    return Exit.OK


def _document(related: RelatedCase) -> dict[str, object]:
    return {
        "relation": related.relation.value,
        "case": related.case,
        "business_key": related.business_key,
        "process": related.process,
        "state": related.state,
        "at": iso(related.at),
        "actor": related.actor,
        "reason": related.reason,
    }


def _configure_reopen(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="business key or id of a case that is over")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="it stands in the history")


def _reopen(session: Session, arguments: Arguments) -> Exit:
    case, reason = arguments.get("case", str), arguments.get("reason", str)
    return change_case(
        session, lambda work: work.matters.reopen(find_case(work, case), reason=reason)
    )


def _configure_two(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="business key or id")
    parser.add_argument("others", metavar="OTHER", nargs="+", help="the other case, or several")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="it stands in the history")


def _others(work: Work, arguments: Arguments) -> list[str]:
    return [find_case(work, str(one)) for one in arguments.get("others", list)]


def _link(session: Session, arguments: Arguments) -> Exit:
    reason = arguments.get("reason", str)

    def link(work: Work) -> CaseView:
        case = find_case(work, arguments.get("case", str))
        for other in _others(work, arguments):
            work.matters.link(case, other, reason=reason)
        return work.case(case)

    return change_case(session, link)


def _merge(session: Session, arguments: Arguments) -> Exit:
    reason = arguments.get("reason", str)
    return change_case(
        session,
        lambda work: work.matters.merge(
            find_case(work, arguments.get("case", str)), _others(work, arguments), reason=reason
        ),
    )


COMMANDS = (
    Command(
        name="related",
        help="list the cases that a case belongs to",
        example="caseflow related 2026-0017",
        configure=_configure_related,
        run=_related,
        prints_tables=True,
    ),
    Command(
        name="link",
        help="put on record that cases belong together",
        example='caseflow link 2026-0017 2026-0018 --reason "the same wall"',
        configure=_configure_two,
        run=_link,
    ),
    Command(
        name="reopen",
        help="open a case anew that is over, with its file and lineage",
        example='caseflow reopen 2026-0017 --reason "the wall fell again"',
        configure=_configure_reopen,
        run=_reopen,
    ),
    Command(
        name="merge",
        help="end cases because another one takes them in",
        example='caseflow merge 2026-0017 2026-0018 --reason "the same wall"',
        configure=_configure_two,
        run=_merge,
    ),
)
