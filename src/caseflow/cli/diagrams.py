"""Commands on files: ``lint``, ``layout`` and ``deploy``."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from caseflow.bpmn import lay_out, read_diagram, write_drawing
from caseflow.cli.arguments import STANDARD, Arguments
from caseflow.cli.checking import check_paths
from caseflow.cli.command import Command
from caseflow.cli.documents import deployed_document, finding_documents
from caseflow.cli.failures import Exit, Misused
from caseflow.cli.findings import counted, plural, print_findings
from caseflow.cli.output import Cell, Column, Style, Table
from caseflow.cli.session import Session
from caseflow.engine import Deployed
from caseflow.errors import DiagramRefused, Finding, Severity
from caseflow.model import Diagram


def _configure_lint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="+", metavar="PATH", help="a diagram, or a folder of them")
    parser.add_argument("--strict", action="store_true", help="let warnings fail too")


def _lint(session: Session, arguments: Arguments) -> Exit:
    files, findings = check_paths(arguments.many("path", str))
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    has_failed = errors > 0 or (arguments.get("strict", bool) and bool(findings))
    if session.out.is_json:
        session.out.document(
            {
                "files": list(files),
                "errors": errors,
                "warnings": len(findings) - errors,
                "findings": finding_documents(findings),
            }
        )
    else:
        print_findings(findings, session.out)
        session.out.line(
            f"{plural(len(files), 'file')}: {counted(findings)}",
            Style.BAD if has_failed else Style.GOOD,
        )
    return Exit.REFUSED if has_failed else Exit.OK


def _configure_layout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="+", metavar="FILE", help="a diagram")
    parser.add_argument(
        "--output", metavar="FILE", help="write there, - for standard output; one diagram only"
    )
    parser.add_argument(
        "--check", action="store_true", help="only tell which diagrams lack a drawing"
    )


def _layout(session: Session, arguments: Arguments) -> Exit:
    files = arguments.many("file", str)
    output = arguments.maybe("output", str)
    if output is not None and (len(files) > 1 or arguments.get("check", bool)):
        raise Misused("--output takes one diagram, and goes without --check")
    contents = {file: Path(file).read_bytes() for file in files}
    diagrams = {file: read_diagram(data, file=file) for file, data in contents.items()}
    if arguments.get("check", bool):
        return _check_drawings(session, diagrams)
    drawn = {
        file: write_drawing(contents[file], lay_out(diagram), file=file)
        for file, diagram in diagrams.items()
    }
    if output == STANDARD:
        (data,) = drawn.values()
        session.out.file(data)
        return Exit.OK
    written = {output or file: data for file, data in drawn.items()}
    for file, data in written.items():
        Path(file).write_bytes(data)
    if session.out.is_json:
        session.out.document({"written": list(written)})
    for file in () if session.out.is_json else written:
        session.out.line(f"{file} is drawn")
    return Exit.OK


def _check_drawings(session: Session, diagrams: dict[str, Diagram]) -> Exit:
    missing = [file for file, diagram in diagrams.items() if not diagram.drawing.shapes]
    if session.out.is_json:
        session.out.document({"missing": missing})
    for file in () if session.out.is_json else missing:
        session.out.line(f"{file} has no drawing: `caseflow layout {file}` makes one", Style.BAD)
    return Exit.REFUSED if missing else Exit.OK


def _configure_deploy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path", metavar="PATH", help="a diagram with its parameter file, or a folder of them"
    )
    parser.add_argument(
        "--overlay",
        action="append",
        metavar="FOLDER",
        help="an overlay to lay over what is deployed; repeatable",
    )


def _deploy(session: Session, arguments: Arguments) -> Exit:
    path = Path(arguments.get("path", str))
    actor = session.actor
    with (
        session.engine(may_create=True) as engine,
        session.out.progress(f"Deploying {path}"),
    ):
        try:
            overlays = arguments.many("overlay", str)
            deployed = engine.deploy(path, overlays=overlays, actor=actor)
        except DiagramRefused as refusal:
            raise DiagramRefused(_beside(path, one) for one in refusal.findings) from refusal
    if session.out.is_json:
        session.out.document({"deployed": [deployed_document(one) for one in deployed]})
    else:
        session.out.table(_deployed_table(deployed))
        new = sum(one.is_new for one in deployed)
        session.out.line(f"{plural(new, 'new version')}, {len(deployed) - new} unchanged")
    return Exit.OK


def _beside(path: Path, finding: Finding) -> Finding:
    """Return a finding that names its file as the caller would, not as it is deployed."""
    folder = path if path.is_dir() else path.parent
    file = folder / finding.file
    return replace(finding, file=str(file)) if file.exists() else finding


def _deployed_table(deployed: tuple[Deployed, ...]) -> Table:
    return Table(
        columns=(
            Column(name="Process", is_whole=True),
            Column(name="Version", is_whole=True),
            Column(name=""),
            Column(name="Name"),
            Column(name="File", is_extra=True),
        ),
        rows=[
            (
                one.process,
                str(one.version),
                Cell(text="new", style=Style.GOOD)
                if one.is_new
                else Cell(text="unchanged", style=Style.ASIDE),
                one.name,
                one.file,
            )
            for one in deployed
        ],
    )


def _processes(session: Session, _arguments: Arguments) -> Exit:
    with session.view() as work:
        processes = work.processes()
    if session.out.is_json:
        session.out.document(
            {
                "processes": [
                    {"id": one.id, "version": one.version, "name": one.name} for one in processes
                ]
            }
        )
    else:
        session.out.table(
            Table(
                columns=(
                    Column(name="Process", is_whole=True),
                    Column(name="Version", is_whole=True),
                    Column(name="Name"),
                ),
                rows=[(one.id, str(one.version), one.name) for one in processes],
            )
        )
    return Exit.OK


COMMANDS = (
    Command(
        name="lint",
        help="say everything that is wrong with diagrams and parameter files",
        example="caseflow lint processes/ --strict",
        configure=_configure_lint,
        run=_lint,
    ),
    Command(
        name="layout",
        help="draw diagrams that have no drawing, or draw them anew",
        example="caseflow layout processes/fine/fine.bpmn",
        configure=_configure_layout,
        run=_layout,
    ),
    Command(
        name="deploy",
        help="make diagrams runnable: all of them, or none",
        example="caseflow deploy processes/",
        configure=_configure_deploy,
        run=_deploy,
        prints_tables=True,
    ),
    Command(
        name="processes",
        help="list the deployed processes",
        example="caseflow processes",
        run=_processes,
        prints_tables=True,
    ),
)
