"""The command on overlays: ``overlay`` checks them, tells what they change, and shows it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from caseflow.bpmn import Marks, draw_svg, lay_out
from caseflow.cli.arguments import STANDARD, Arguments
from caseflow.cli.command import Command
from caseflow.cli.documents import Document, finding_documents
from caseflow.cli.failures import Exit, Misused
from caseflow.cli.findings import counted, print_findings
from caseflow.cli.output import Output, Style
from caseflow.cli.session import Session
from caseflow.engine import PARAMETERS, files_of
from caseflow.errors import Finding, Severity
from caseflow.model import ElementId
from caseflow.overlays import (
    Aspect,
    Difference,
    Expansion,
    Overlaid,
    differences,
    with_overlays,
)

_ACTIONS = ("diff", "show", "lint")


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=_ACTIONS,
        metavar="ACTION",
        help="diff: what differs from the base; show: what is made; lint: what is wrong",
    )
    parser.add_argument("path", metavar="PATH", help="an overlay.toml, or a folder of overlays")
    parser.add_argument(
        "--base", metavar="PATH", help="where the base is; PATH, where nothing is said"
    )
    parser.add_argument("--svg", metavar="FILE", help="show: draw the new diagram, - for output")
    parser.add_argument("--output", metavar="FOLDER", help="show: write the new files there")


def _overlay(session: Session, arguments: Arguments) -> Exit:
    expansion = with_overlays(_files(arguments))
    action, out = arguments.get("action", str), session.out
    has_failed = any(one.severity is Severity.ERROR for one in expansion.findings)
    if action == "show" and not has_failed:
        _write(arguments, expansion, out)
    if out.is_json:
        out.document(
            {
                "overlays": [_document(one, action) for one in expansion.overlaid.values()],
                "findings": finding_documents(expansion.findings),
            }
        )
        return Exit.REFUSED if has_failed else Exit.OK
    _print_findings(expansion.findings, action, out)
    if arguments.maybe("svg", str) != STANDARD and action != "lint":
        for overlaid in expansion.overlaid.values():
            _print(overlaid, action, out)
    return Exit.REFUSED if has_failed else Exit.OK


def _files(arguments: Arguments) -> Mapping[str, bytes]:
    path, base = Path(arguments.get("path", str)), arguments.maybe("base", str)
    folder = path if path.is_dir() else path.parent
    if base is None:
        return {str(folder / name): data for name, data in files_of(folder).items()}
    there = Path(base)
    around = there if there.is_dir() else there.parent
    files = {str(around / name): data for name, data in files_of(there).items()}
    return {**files, **{str(folder / name): data for name, data in files_of(folder).items()}}


def _write(arguments: Arguments, expansion: Expansion, out: Output) -> None:
    """Write the files and the drawing that were asked for."""
    made = list(expansion.overlaid.values())
    svg, folder = arguments.maybe("svg", str), arguments.maybe("output", str)
    if svg is not None:
        if len(made) != 1:
            raise Misused(f"--svg draws one diagram, and these overlays make {len(made)}")
        diagram = made[0].diagram
        if not diagram.drawing.shapes:
            diagram = replace(diagram, drawing=lay_out(diagram))
        drawn = draw_svg(diagram, marks=_marks(made[0]))
        if svg == STANDARD:
            out.file(drawn.encode())
        else:
            Path(svg).write_text(drawn, encoding="utf-8")
    for file, one in expansion.overlaid.items() if folder is not None else ():
        written = {Path(file).name: one.data}
        if one.parameters is not None:
            written[PARAMETERS] = one.parameters.encode()
        written |= {Path(form.file).name: form.data for form in expansion.forms[file]}
        target = Path(str(folder), one.process)
        target.mkdir(parents=True, exist_ok=True)
        for name, data in written.items():
            (target / name).write_bytes(data)


def _marks(overlaid: Overlaid) -> Marks:
    """Mark what is new or otherwise in the diagram."""
    changed = {ElementId(one.element): 1 for one in differences(overlaid) if _is_drawn(one)}
    caption = f"{overlaid.process} · green: new, or otherwise than in {overlaid.overlay.base}"
    return Marks(passed=changed, caption=caption)


def _is_drawn(difference: Difference) -> bool:
    return difference.aspect not in {Aspect.LIMIT, Aspect.VALUE, Aspect.LADDER}


def _print_findings(findings: tuple[Finding, ...], action: str, out: Output) -> None:
    if findings or action == "lint":
        print_findings(findings, out)
        has_errors = any(one.severity is Severity.ERROR for one in findings)
        out.line(counted(findings), Style.BAD if has_errors else Style.GOOD)


def _print(overlaid: Overlaid, action: str, out: Output) -> None:
    overlay = overlaid.overlay
    label = f" ({overlay.label})" if overlay.label else ""
    out.line(f"{overlay.name}{label} over {overlay.base}: {overlaid.process}", Style.HEAD)
    if action == "show":
        for process in overlaid.diagram.processes:
            out.line(f"  process  {process.id}  {process.name}")
        out.line(f'  written_for = "{overlaid.base.digest[:12]}"', Style.ASIDE)
        return
    found = differences(overlaid)
    for one in found:
        out.line(f"  {one}")
    if not found:
        out.line("  nothing differs")


def _document(overlaid: Overlaid, action: str) -> Document:
    document: Document = {
        "overlay": overlaid.overlay.name,
        "base": overlaid.overlay.base,
        "process": overlaid.process,
        "digest": overlaid.base.digest,
    }
    if action == "diff":
        document["differences"] = [
            {
                "aspect": one.aspect.value,
                "element": one.element,
                "name": one.name,
                "was": one.was,
                "becomes": one.becomes,
                "source": one.source,
            }
            for one in differences(overlaid)
        ]
    return document


COMMANDS = (
    Command(
        name="overlay",
        help="tell what the overlay of a county changes, and whether it may",
        example="caseflow overlay diff examples/county_overlay --base processes/summons_response",
        configure=_configure,
        run=_overlay,
    ),
)
