"""Commands on the records of cases: telling, proving, exporting and redacting them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from caseflow.cli.arguments import STANDARD, Arguments
from caseflow.cli.command import Command
from caseflow.cli.documents import Document
from caseflow.cli.failures import Exit, Misused
from caseflow.cli.findings import plural
from caseflow.cli.output import Style
from caseflow.cli.references import add_case, find_case
from caseflow.cli.session import Session
from caseflow.engine import Work
from caseflow.errors import UnknownCase
from caseflow.explain import Language, explain
from caseflow.history import Checked, Checkpoint, Flaw, HmacSigner, check_export, read_checkpoint


def _add_cases(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "case", metavar="CASE", nargs="*", help="their ids, beginnings of them, or business keys"
    )
    parser.add_argument("--all", action="store_true", help="every case of the database")


def _add_key(parser: argparse.ArgumentParser, *, is_needed: bool) -> None:
    parser.add_argument(
        "--key-file",
        metavar="FILE",
        required=is_needed,
        help="the secret key that signs checkpoints, at least 32 bytes, kept elsewhere",
    )


def _configure_verify(parser: argparse.ArgumentParser) -> None:
    _add_cases(parser)
    parser.add_argument("--file", metavar="FILE", help="check an export, without any database")
    parser.add_argument("--checkpoint", metavar="FILE", help="compare with a signed checkpoint")
    _add_key(parser, is_needed=False)
    parser.add_argument(
        "--replay", action="store_true", help="give each case its commands again as well"
    )


def _verify(session: Session, arguments: Arguments) -> Exit:
    checkpoint = _checkpoint_of(arguments)
    file = arguments.maybe("file", str)
    if file is not None:
        return _verify_file(session, file, checkpoint)
    names = arguments.many("case", str)
    if not names and not arguments.get("all", bool) and checkpoint is None:
        raise Misused("say which cases, --all, --file FILE or --checkpoint FILE")
    checked: list[Checked] = []
    flaws: list[Flaw] = []
    with session.engine() as engine, engine.read() as work:
        with session.out.progress("Verifying") as step:
            known = () if names or checkpoint is None else tuple(checkpoint.ends)
            for one in _checked(work, names, known, is_all=arguments.get("all", bool)):
                checked.append(one)
                flaws += one.flaws
                if arguments.get("replay", bool):
                    work.records.replay(one.case)
                step()
        if checkpoint is not None:
            flaws += work.records.compare(checkpoint)
    return _tell(session, checked, [str(flaw) for flaw in flaws])


def _checked(
    work: Work, names: Iterable[str], known: Iterable[str], *, is_all: bool
) -> Iterator[Checked]:
    """Check every case, those that are named, or those that a checkpoint knows."""
    if is_all:
        yield from work.records.check_all()
        return
    for case in known:
        with suppress(UnknownCase):  # which the comparison tells
            yield work.records.check(case)
    for name in names:
        yield work.records.check(find_case(work, name))


def _verify_file(session: Session, file: str, checkpoint: Checkpoint | None) -> Exit:
    found = check_export(_lines(file))
    wrong = [*found.faults, *(str(flaw) for case in found.cases for flaw in case.flaws)]
    for case, end in found.ends.items():
        known = None if checkpoint is None else checkpoint.ends.get(case)
        # A file may go on behind the checkpoint; its events up to there are then in the chain.
        if known is not None and known.length == end.length and known.hash != end.hash:
            wrong.append(f"case {case}: the history does not end as the checkpoint says")
        elif known is not None and known.length > end.length:
            wrong.append(f"case {case}: the checkpoint knows {known.length} events")
    return _tell(session, list(found.cases), wrong)


def _tell(session: Session, checked: list[Checked], wrong: list[str]) -> Exit:
    if session.out.is_json:
        session.out.document({"cases": [_document(one) for one in checked], "wrong": wrong})
        return Exit.REFUSED if wrong else Exit.OK
    for line in wrong:
        session.out.line(line, Style.BAD)
    events = sum(one.events for one in checked)
    gone = sum(len(one.redacted) for one in checked)
    what = f"{plural(len(checked), 'case')}, {plural(events, 'event')}"
    redacted = f", {plural(gone, 'value')} redacted on record" if gone else ""
    session.out.line(f"{what}{redacted}: {'NOT as written' if wrong else 'all as written'}")
    return Exit.REFUSED if wrong else Exit.OK


def _document(checked: Checked) -> Document:
    return {
        "case": checked.case,
        "events": checked.events,
        "is_sound": checked.is_sound,
        "flaws": [{"sequence": flaw.sequence, "what": flaw.what} for flaw in checked.flaws],
        "redacted": list(checked.redacted),
    }


def _configure_export(parser: argparse.ArgumentParser) -> None:
    _add_cases(parser)
    parser.add_argument("-o", "--output", metavar="FILE", default=STANDARD, help="default: print")


def _export(session: Session, arguments: Arguments) -> Exit:
    names, is_all = arguments.many("case", str), arguments.get("all", bool)
    if not names and not is_all:
        raise Misused("say which cases, or --all")
    with session.engine() as engine, engine.read() as work:
        ids = work.records.ids() if is_all else (find_case(work, name) for name in names)
        lines = (line for case in ids for line in work.records.export(case))
        return _write(session, arguments.get("output", str), lines)


def _configure_checkpoint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", default=STANDARD, help="default: print")
    _add_key(parser, is_needed=True)


def _checkpoint(session: Session, arguments: Arguments) -> Exit:
    signer = _signer(arguments.get("key_file", str))
    with session.engine() as engine, engine.read() as work:
        lines = work.records.checkpoint(signer)
        return _write(session, arguments.get("output", str), lines)


def _configure_redact(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument("name", metavar="NAME", nargs="*", help="the variables whose values go")
    parser.add_argument("--all", action="store_true", help="all values that people entered")
    parser.add_argument("--reason", metavar="TEXT", help="why; it stands in the history")


def _redact(session: Session, arguments: Arguments) -> Exit:
    names, is_all = arguments.many("name", str), arguments.get("all", bool)
    reason = arguments.maybe("reason", str)
    with session.work() as work:
        case = find_case(work, arguments.get("case", str))
        held = work.records.names(case)
        if not names and not is_all:
            session.out.line(f"case {case} holds values of: {', '.join(held) or 'nothing'}")
            return Exit.OK
        if reason is None:
            raise Misused("--reason TEXT is needed: it stands in the history")
        chosen = held if is_all else names
        work.records.redact(case, chosen, reason=reason)
    session.out.line(f"case {case}: deleted {', '.join(sorted(chosen))}")
    return Exit.OK


def _configure_explain(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument(
        "--lang",
        choices=[language.value for language in Language],
        default=Language.CHINESE.value,
        help="zh (default) or en",
    )


def _explain(session: Session, arguments: Arguments) -> Exit:
    with session.view() as work:
        case = find_case(work, arguments.get("case", str))
        story = explain(work, case, language=Language(arguments.get("lang", str)))
    if session.out.is_json:
        lines = [
            {
                "sequence": line.sequence,
                "at": line.at.isoformat(),
                "actor": line.actor,
                "text": line.text,
                "reasons": list(line.reasons),
            }
            for line in story.lines
        ]
        session.out.document({"title": story.title, "lines": lines, "ending": story.ending})
        return Exit.OK
    for text in str(story).splitlines():
        session.out.line(text, Style.ASIDE if text.startswith("        ") else Style.PLAIN)
    return Exit.OK


def _checkpoint_of(arguments: Arguments) -> Checkpoint | None:
    file, key = arguments.maybe("checkpoint", str), arguments.maybe("key_file", str)
    if file is None:
        return None
    if key is None:
        raise Misused("--checkpoint needs --key-file: without the key nobody can trust it")
    return read_checkpoint(_lines(file), signer=_signer(key))


def _signer(key_file: str) -> HmacSigner:
    try:
        return HmacSigner(Path(key_file).read_bytes())
    except ValueError as failure:
        raise Misused(f"--key-file {key_file}: {failure}") from failure


def _lines(file: str) -> Iterator[str]:
    """Yield the lines of a file as they were written, whatever they hold."""
    if file == STANDARD:
        yield from sys.stdin
        return
    # Only a line feed ends a line; bytes that are no text must not hide behind an error.
    with Path(file).open(encoding="utf-8", errors="replace", newline="\n") as stream:
        yield from stream


def _write(session: Session, file: str, lines: Iterable[str]) -> Exit:
    if file == STANDARD:
        for line in lines:
            session.out.text(line)
        return Exit.OK
    count = 0
    with Path(file).open("w", encoding="utf-8", newline="\n") as stream:
        for count, line in enumerate(lines, 1):  # noqa: B007 - counted to the end
            stream.write(line)
    session.out.note(f"{file}: {plural(count, 'line')}")
    return Exit.OK


COMMANDS = (
    Command(
        name="explain",
        help="tell a case as a story: what happened, who, why this route, why due then",
        example="caseflow explain 2026-0017 --lang en",
        configure=_configure_explain,
        run=_explain,
    ),
    Command(
        name="verify",
        help="prove that histories are as they were written, in the database or in an export",
        example="caseflow verify --file case.jsonl",
        configure=_configure_verify,
        run=_verify,
    ),
    Command(
        name="export",
        help="write histories to a file that anybody can verify",
        example="caseflow export 2026-0017 -o case.jsonl",
        configure=_configure_export,
        run=_export,
    ),
    Command(
        name="checkpoint",
        help="sign where every history ends now, to be kept elsewhere",
        example="caseflow checkpoint --key-file key -o 2026-03.checkpoint",
        configure=_configure_checkpoint,
        run=_checkpoint,
    ),
    Command(
        name="redact",
        help="delete values of a case that is over; without names, list what it holds",
        example='caseflow redact 2026-0017 name phone --reason "asked for"',
        configure=_configure_redact,
        run=_redact,
    ),
)
