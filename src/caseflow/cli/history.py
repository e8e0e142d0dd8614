"""The command ``history``: what happened in a case, a line an event."""

from __future__ import annotations

import argparse
from typing import get_args

from caseflow.cli.arguments import Arguments
from caseflow.cli.command import Command
from caseflow.cli.documents import entry_document
from caseflow.cli.failures import Exit
from caseflow.cli.moments import local
from caseflow.cli.names import Diagrams
from caseflow.cli.output import Style
from caseflow.cli.references import add_case, find_case
from caseflow.cli.session import Session
from caseflow.cli.words import Teller
from caseflow.engine import Entry
from caseflow.kernel import (
    CaseCancelled,
    CaseFailed,
    ErrorThrown,
    Event,
    IncidentRaised,
    JobFailed,
    PathTaken,
    TaskCompleted,
)

KINDS = tuple(kind.__name__ for kind in get_args(Event))
"""The names of all events."""


def _configure_history(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument(
        "--kind",
        action="append",
        choices=KINDS,
        metavar="KIND",
        help=f"only events of a kind; repeatable. One of {', '.join(KINDS)}",
    )


def _history(session: Session, arguments: Arguments) -> Exit:
    kinds = arguments.many("kind", str)
    with session.view() as work:
        case = work.case(find_case(work, arguments.get("case", str)))
        history = work.history(case)
        chosen = [entry for entry in history if not kinds or _kind(entry) in kinds]
        teller = Teller.of(history, Diagrams(work, case).title)
        told = [] if session.out.is_json else [teller.tell(entry.event) for entry in chosen]
    if session.out.is_json:
        events = [entry_document(entry) for entry in chosen]
        session.out.document({"case": case.id, "events": events})
    else:
        actors = max((len(entry.actor) for entry in chosen), default=0)
        for entry, words in zip(chosen, told, strict=True):
            session.out.line(
                f"{local(entry.at)}  {entry.actor:<{actors}}  {words}", _style(entry.event)
            )
    return Exit.OK


def _kind(entry: Entry) -> str:
    return type(entry.event).__name__


def _style(event: Event) -> Style:
    match event:
        case IncidentRaised() | JobFailed() | CaseFailed() | CaseCancelled() | ErrorThrown():
            return Style.BAD
        case TaskCompleted(is_late=True):
            return Style.SOON
        case PathTaken():
            return Style.ASIDE
        case _:
            return Style.PLAIN


COMMANDS = (
    Command(
        name="history",
        help="tell what happened in a case, the newest last",
        example="caseflow history 2026-0017 --kind TaskCompleted",
        configure=_configure_history,
        run=_history,
    ),
)
