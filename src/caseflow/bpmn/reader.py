"""The front of the reader: bytes in, a diagram and everything that is wrong with it out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from caseflow.bpmn.checks import check_diagram, check_together
from caseflow.bpmn.definitions import diagram_of
from caseflow.bpmn.elements import elements
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.meaning import check_meaning
from caseflow.bpmn.schema import check_schema
from caseflow.bpmn.scopes import is_nested_too_deep
from caseflow.bpmn.xml import parse
from caseflow.errors import DiagramRefused, Finding, Severity
from caseflow.model import Diagram, ProcessId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read from one file: the diagram unless an error refuses it, and all findings."""

    file: str
    diagram: Diagram | None
    findings: tuple[Finding, ...] = ()


def examine(data: bytes, *, file: str) -> Reading:
    """Read a BPMN file and say everything that is wrong with it, warnings included.

    Args:
        data: the content of the file.
        file: its name, for findings.
    """
    findings = Findings(file)
    root = parse(data, findings)
    if root is None:
        return Reading(file=file, diagram=None, findings=findings.ordered())
    check_schema(root, findings)
    tree = elements(root)
    if is_nested_too_deep(tree, findings):
        return Reading(file=file, diagram=None, findings=findings.ordered())
    # Where the schema has found fault with an element, its consequences are no news.
    damaged = {finding.element for finding in findings} - {""}
    meant = Findings(file)
    check_meaning(tree, meant)
    diagram = diagram_of(tree, meant)
    check_diagram(diagram, meant)
    findings.extend(finding for finding in meant if finding.element not in damaged)
    return Reading(
        file=file,
        diagram=None if findings.has_errors else diagram,
        findings=findings.ordered(),
    )


def read_diagram(data: bytes, *, file: str) -> Diagram:
    """Read a BPMN file that has no errors; warnings are left to ``examine``.

    Args:
        data: the content of the file.
        file: its name, for findings.

    Raises:
        DiagramRefused: with every finding, warnings included.
    """
    reading = examine(data, file=file)
    if reading.diagram is None:
        raise DiagramRefused(reading.findings)
    return reading.diagram


def examine_diagrams(
    files: Mapping[str, bytes], *, known_processes: Collection[ProcessId] = ()
) -> tuple[Reading, ...]:
    """Read files that are deployed together, and check what they say about each other.

    Args:
        files: the content of each file, by its name.
        known_processes: ids of processes outside of these files that may be called.
    """
    readings = [examine(data, file=file) for file, data in files.items()]
    read = [reading.diagram for reading in readings if reading.diagram is not None]
    # What a refused file would have held is not known, so only its own findings are told.
    is_complete = len(read) == len(readings)
    together = check_together(read, known_processes=known_processes, is_complete=is_complete)
    return tuple(_with(reading, together.get(reading.file, ())) for reading in readings)


def read_diagrams(
    files: Mapping[str, bytes], *, known_processes: Collection[ProcessId] = ()
) -> tuple[Diagram, ...]:
    """Read files that are deployed together and have no errors.

    Args:
        files: the content of each file, by its name.
        known_processes: ids of processes outside of these files that may be called.

    Raises:
        DiagramRefused: with every finding of every file.
    """
    readings = examine_diagrams(files, known_processes=known_processes)
    diagrams = tuple(each.diagram for each in readings if each.diagram is not None)
    if len(diagrams) < len(readings):
        raise DiagramRefused(finding for each in readings for finding in each.findings)
    return diagrams


def _with(reading: Reading, found: tuple[Finding, ...]) -> Reading:
    if not found:
        return reading
    is_refused = any(finding.severity is Severity.ERROR for finding in found)
    return Reading(
        file=reading.file,
        diagram=None if is_refused else reading.diagram,
        findings=tuple(sorted((*reading.findings, *found), key=lambda finding: finding.line)),
    )
