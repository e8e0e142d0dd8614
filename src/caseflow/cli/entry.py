"""From the command line to an exit code."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence

from caseflow.cli.arguments import Arguments
from caseflow.cli.command import Command
from caseflow.cli.documents import finding_documents
from caseflow.cli.failures import Exit, exit_code, in_words
from caseflow.cli.findings import counted, print_findings
from caseflow.cli.output import Output, Style, colour_wanted, needs_rich
from caseflow.cli.parser import COMMANDS, build_parser
from caseflow.cli.session import DATABASE, Session
from caseflow.clock import Clock, SystemClock
from caseflow.errors import CaseflowError, DiagramRefused, ParametersRefused

_WITH_FINDINGS = (DiagramRefused, ParametersRefused)


def main(arguments: Sequence[str] | None = None, *, clock: Clock | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: what stands behind ``caseflow``; by default what was typed.
        clock: tells the time; the machine's, unless tests hand in one.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name that cannot be shown stops nothing
    try:
        code = _main(arguments, clock if clock is not None else SystemClock())
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
        return Exit.PIPE_CLOSED
    return code


def _main(arguments: Sequence[str] | None, clock: Clock) -> Exit:
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
        clock=clock,
        out=out,
    )
    try:
        return _run(COMMANDS[parsed.get("command", str)], session, parsed)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        out.note("interrupted; what was not finished did not happen")
        return Exit.INTERRUPTED
    except (CaseflowError, ModuleNotFoundError, OSError) as failure:
        if _is_set(parsed, "debug"):
            traceback.print_exc()
        _tell(failure, out)
        return exit_code(failure)


def _run(command: Command, session: Session, parsed: Arguments) -> Exit:
    if command.prints_tables and not session.out.is_json:
        needs_rich()  # before anything is done that could not be reported
    return command.run(session, parsed)


def _is_set(parsed: Arguments, flag: str) -> bool:
    return parsed.maybe(flag, bool) or False


def _tell(failure: CaseflowError | ModuleNotFoundError | OSError, out: Output) -> None:
    """Say what went wrong: to people on standard error, to programs as the JSON document."""
    findings = failure.findings if isinstance(failure, _WITH_FINDINGS) else ()
    if out.is_json:
        error: dict[str, object] = {"kind": type(failure).__name__, "message": str(failure)}
        if findings:
            error["findings"] = finding_documents(findings)
        out.document({"error": error})
    elif findings:
        print_findings(findings, out)
    if findings:
        out.note(f"refused: {counted(findings)}", Style.BAD)
    else:
        out.note(in_words(failure), Style.BAD)


def _forget_output() -> None:
    """Let the interpreter end without trying to print what nobody reads."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
