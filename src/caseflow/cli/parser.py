"""The whole command line: its commands, and the options that all of them take."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from caseflow.cli import (
    cases,
    databases,
    deadlines,
    decisions,
    desk,
    diagrams,
    events,
    handing,
    history,
    incidents,
    jobs,
    matters,
    messages,
    overlays,
    papers,
    records,
    show,
    tasks,
    worker,
)
from caseflow.cli.command import Command

COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        *diagrams.COMMANDS,
        *decisions.COMMANDS,
        *overlays.COMMANDS,
        *cases.COMMANDS,
        *tasks.COMMANDS,
        *desk.COMMANDS,
        *messages.COMMANDS,
        *events.COMMANDS,
        *worker.COMMANDS,
        *jobs.COMMANDS,
        *show.COMMANDS,
        *history.COMMANDS,
        *records.COMMANDS,
        *papers.COMMANDS,
        *incidents.COMMANDS,
        *deadlines.COMMANDS,
        *matters.COMMANDS,
        *handing.COMMANDS,
        *databases.COMMANDS,
    )
}
"""Every command by its name."""

_EXIT_CODES = (
    "Exit codes: 0 done, 1 findings or refused, 2 wrong use or a missing extra, 3 not found, "
    "4 somebody else was quicker, 5 database or files, 130 interrupted."
)

_TEXTS = {
    "--db": ("DATABASE", "a database URL, or a SQLite file; CASEFLOW_DB, or cases.db"),
    "--actor": ("PERSON", "who acts; CASEFLOW_ACTOR, or the login name"),
    "--tenant": ("TENANT", "whose cases, where a database holds those of several"),
}
_FLAGS = {
    "--json": "print one JSON document, for programs",
    "--no-color": "print without colours; so does NO_COLOR",
    "--debug": "show the traceback of an error",
}


def build_parser() -> argparse.ArgumentParser:
    """Return the parser; the options that all commands take stand before or behind a command."""
    shared = shared_options()
    parser = argparse.ArgumentParser(
        prog="caseflow",
        description="Check and deploy BPMN diagrams, run cases, and see who has to do what.",
        epilog=_EXIT_CODES,
        parents=[shared],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"caseflow {_version()}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS.values():
        inner = commands.add_parser(
            command.name,
            help=command.help,
            description=f"{command.help[0].upper()}{command.help[1:]}.",
            epilog=f"Example: {command.example}",
            parents=[shared],
            allow_abbrev=False,
        )
        command.configure(inner)
    return parser


def shared_options() -> argparse.ArgumentParser:
    """Return the options that all commands take; what is not given stays out of the namespace.

    So an option in front of the command is not undone by its absence behind it.
    """
    shared = argparse.ArgumentParser(add_help=False)
    group = shared.add_argument_group("options of all commands")
    for name, (metavar, words) in _TEXTS.items():
        group.add_argument(name, metavar=metavar, default=argparse.SUPPRESS, help=words)
    for name, words in _FLAGS.items():
        group.add_argument(name, action="store_true", default=argparse.SUPPRESS, help=words)
    return shared


def _version() -> str:
    try:
        return version("caseflow-engine")
    except PackageNotFoundError:
        return "(not installed)"
