"""The command that moves everything from one database to another."""

from __future__ import annotations

import argparse

from caseflow.cli.arguments import Arguments
from caseflow.cli.command import Command
from caseflow.cli.failures import Exit
from caseflow.cli.findings import plural
from caseflow.cli.session import Session, existing_url, url_of
from caseflow.store import copy_database


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("copy",), help="copy all tenants, processes and cases")
    parser.add_argument("source", metavar="SOURCE", help="a database URL, or a SQLite file")
    parser.add_argument("target", metavar="TARGET", help="the same; it must hold no cases yet")


def _run(session: Session, arguments: Arguments) -> Exit:
    source = existing_url(arguments.get("source", str))
    target = url_of(arguments.get("target", str))
    with session.out.bar("Copying") as on_rows:
        copied = copy_database(source, target, on_rows=on_rows)
    if session.out.is_json:
        session.out.document(
            {"rows": dict(copied.rows), "cases": copied.cases, "events": copied.events}
        )
        return Exit.OK
    session.out.line(
        f"Copied {plural(copied.cases, 'case')} with {plural(copied.events, 'event')}: every row "
        "is the same, every history proves itself"
    )
    session.out.note(f"→ from now on: --db {target!r}, or CASEFLOW_DB; stop what uses the old one")
    return Exit.OK


COMMANDS = (
    Command(
        name="db",
        help="copy a database with live cases, from SQLite to PostgreSQL or back",
        example="caseflow db copy cases.db postgresql://db.example/cases",
        configure=_configure,
        run=_run,
    ),
)
