"""Commands for what comes from outside: ``send`` and ``broadcast``."""

from __future__ import annotations

import argparse

from caseflow.cli.arguments import Arguments, value_of
from caseflow.cli.command import Command
from caseflow.cli.failures import Exit
from caseflow.cli.session import Session
from caseflow.cli.whereabouts import change_case
from caseflow.model import Value


def _configure_send(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="of the message")
    parser.add_argument(
        "--key", default="", metavar="KEY", help="what it is correlated by: mostly a business key"
    )
    _add_payload(parser)


def _configure_broadcast(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="of the signal")
    _add_payload(parser)


def _add_payload(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--payload", metavar="JSON", help="what it carries, as JSON where it is JSON, else as text"
    )


def _payload(arguments: Arguments) -> Value:
    text = arguments.maybe("payload", str)
    return None if text is None else value_of(text, option="--payload")


def _send(session: Session, arguments: Arguments) -> Exit:
    name, key, payload = arguments.get("name", str), arguments.get("key", str), _payload(arguments)
    return change_case(session, lambda work: work.send(name, key=key, payload=payload))


def _broadcast(session: Session, arguments: Arguments) -> Exit:
    name, payload = arguments.get("name", str), _payload(arguments)
    with session.work() as work:
        work.broadcast(name, payload=payload)
    if session.out.is_json:
        session.out.document({"signal": name})
    else:
        session.out.line(f"{name} is on its way: `caseflow tick` or `caseflow run` delivers it")
    return Exit.OK


COMMANDS = (
    Command(
        name="send",
        help="give a message to the case that waits for it, or open the case that it starts",
        example='caseflow send party_sued --key 2026-0017 --payload \'{"court": "Yuxi"}\'',
        configure=_configure_send,
        run=_send,
    ),
    Command(
        name="broadcast",
        help="throw a signal to every case that waits for it",
        example="caseflow broadcast flood_warning",
        configure=_configure_broadcast,
        run=_broadcast,
    ),
)
