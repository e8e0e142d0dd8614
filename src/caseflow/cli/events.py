"""Commands for events on their way to the host: ``subscribers``, ``letters`` and what to do."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from caseflow.cli.arguments import Arguments, count
from caseflow.cli.command import Command
from caseflow.cli.failures import Exit
from caseflow.cli.moments import iso, local
from caseflow.cli.output import Cell, Column, Style, Table
from caseflow.cli.paging import PAGE
from caseflow.cli.session import Session
from caseflow.engine import DeadLetterView, Events, SubscriberView


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """The command takes no options of its own."""


def _subscribers(session: Session, _arguments: Arguments) -> Exit:
    with session.engine() as engine:
        found = engine.events.subscribers()
    if session.out.is_json:
        session.out.document({"subscribers": [_subscriber(one) for one in found]})
    elif found:
        session.out.table(
            Table(
                columns=(
                    Column(name="Subscriber", is_whole=True),
                    Column(name="Since", is_whole=True, is_extra=True),
                    Column(name="Behind in cases"),
                    Column(name="Failing"),
                    Column(name="Next", is_whole=True),
                    Column(name="What is wrong"),
                ),
                rows=[
                    (
                        one.name,
                        local(one.since),
                        str(one.cases),
                        str(one.failing),
                        "" if one.next_at is None else local(one.next_at),
                        Cell(text=one.problem or "", style=Style.BAD),
                    )
                    for one in found
                ],
            )
        )
    else:
        session.out.note("nobody has subscribed to events")
    return Exit.OK


def _subscriber(one: SubscriberView) -> dict[str, object]:
    return {
        "name": one.name,
        "kinds": None if one.kinds is None else sorted(one.kinds),
        "since": iso(one.since),
        "cases": one.cases,
        "failing": one.failing,
        "next_at": iso(one.next_at),
        "problem": one.problem,
    }


def _configure_letters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--subscriber", metavar="NAME", help="only those of a subscriber")
    parser.add_argument(
        "--limit", type=count, default=PAGE, metavar="N", help=f"how many at most; {PAGE}"
    )


def _letters(session: Session, arguments: Arguments) -> Exit:
    with session.engine() as engine:
        found = engine.events.dead_letters(
            subscriber=arguments.maybe("subscriber", str), limit=arguments.get("limit", int)
        )
    if session.out.is_json:
        session.out.document({"letters": [_letter(one) for one in found]})
    elif found:
        session.out.table(
            Table(
                columns=(
                    Column(name="Dead letter", is_whole=True),
                    Column(name="Since", is_whole=True),
                    Column(name="What is wrong"),
                ),
                rows=[
                    (one.id, local(one.failed_at), Cell(text=one.problem, style=Style.BAD))
                    for one in found
                ],
            )
        )
    else:
        session.out.note("no dead letters")
    return Exit.OK


def _letter(one: DeadLetterView) -> dict[str, object]:
    return {
        "id": one.id,
        "subscriber": one.subscriber,
        "case": one.case,
        "sequence": one.sequence,
        "failed_at": iso(one.failed_at),
        "problem": one.problem,
        "next_at": iso(one.next_at),
    }


def _configure_letter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "letters", nargs="+", metavar="LETTER", help="as `caseflow letters` shows it"
    )


def _redeliver(session: Session, arguments: Arguments) -> Exit:
    words = "is delivered again with the next run"
    return _each(session, arguments, lambda events, letter: events.redeliver(letter), words)


def _discard(session: Session, arguments: Arguments) -> Exit:
    return _each(session, arguments, lambda events, letter: events.discard(letter), "is gone")


def _each(
    session: Session, arguments: Arguments, act: Callable[[Events, str], None], words: str
) -> Exit:
    letters = arguments.many("letters", str)
    with session.engine() as engine:
        for letter in letters:
            act(engine.events, letter)
            if not session.out.is_json:
                session.out.line(f"{letter} {words}")
    if session.out.is_json:
        session.out.document({"letters": list(letters)})
    return Exit.OK


COMMANDS = (
    Command(
        name="subscribers",
        help="list who gets the events of cases, and how far behind they are",
        example="caseflow subscribers",
        configure=_nothing,
        run=_subscribers,
        prints_tables=True,
    ),
    Command(
        name="letters",
        help="list dead letters: events that a subscriber could not take, and why",
        example="caseflow letters --subscriber webhook:crm",
        configure=_configure_letters,
        run=_letters,
        prints_tables=True,
    ),
    Command(
        name="redeliver",
        help="let dead letters be delivered again",
        example="caseflow redeliver 019cac0f-2680-70a6-8ba0-3aad9eeae48f:3:webhook:crm",
        configure=_configure_letter,
        run=_redeliver,
    ),
    Command(
        name="discard",
        help="forget dead letters",
        example="caseflow discard 019cac0f-2680-70a6-8ba0-3aad9eeae48f:3:webhook:crm",
        configure=_configure_letter,
        run=_discard,
    ),
)
