"""From the command line to an exit code."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

from caseflow.cli.arguments import Arguments
from caseflow.cli.command import Command
from caseflow.cli.documents import finding_documents
from caseflow.cli.failures import Exit, exit_code, in_words
from caseflow.cli.findings import print_findings
from caseflow.cli.output import Output, Style, colour_wanted, needs_rich
from caseflow.cli.parser import COMMANDS, build_parser
from caseflow.cli.session import DATABASE, Session
from caseflow.clock import Clock, SystemClock
from caseflow.errors import DiagramRefused, Finding, ParametersRefused


def main(arguments: Sequence[str] | None = None, *, clock: Clock | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: what stands behind ``caseflow``; by default what was typed.
        clock: tells the time; the machine's, unless tests hand in one.
    """
    try:
        parsed = Arguments(build_parser().parse_args(arguments))
    except SystemExit as end:  # argparse has said why
        return Exit.OK if end.code in {None, 0} else Exit.MISUSED
    out = Output(
        is_json=_is_set(parsed, "json"),
        has_colour=colour_wanted() and not _is_set(parsed, "no_color"),
    )
    session = Session(
        database=parsed.maybe("db", str) or os.environ.get("CASEFLOW_DB") or DATABASE,
        tenant=parsed.maybe("tenant", str) or "",
        named_actor=parsed.maybe("actor", str),
        clock=clock if clock is not None else SystemClock(),
        out=out,
    )
    try:
        return _run(COMMANDS[parsed.get("command", str)], session, parsed)
    except BrokenPipeError:
        _forget_output()
        return Exit.PIPE_CLOSED
    except KeyboardInterrupt:
        out.note("interrupted; what was not finished did not happen")
        return Exit.INTERRUPTED
    except Exception as failure:  # the last place that can say something better than a traceback
        if _is_set(parsed, "debug"):
            traceback.print_exc()
        code = exit_code(failure)
        if code is None:
            raise
        _tell(failure, out)
        return code


def _run(command: Command, session: Session, parsed: Arguments) -> Exit:
    if command.prints_tables and not session.out.is_json:
        needs_rich()  # before anything is done that could not be reported
    code = command.run(session, parsed)
    sys.stdout.flush()
    return code
