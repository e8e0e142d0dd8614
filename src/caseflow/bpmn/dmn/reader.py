"""The front of the reader of decisions: bytes in, a model and everything wrong with it out."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from caseflow.bpmn.dmn.definitions import model_of
from caseflow.bpmn.dmn.notes import Notes
from caseflow.bpmn.elements import elements
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.xml import is_too_deep, line_of, parse_safely
from caseflow.decisions import DecisionModel
from caseflow.errors import DiagramRefused, Finding, Severity

NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
"""The namespaces of DMN that are read, and the version that each belongs to."""

_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionReading:
    """What was read from one file: the decisions unless an error refuses it, and all findings."""

    file: str
    model: DecisionModel | None
    findings: tuple[Finding, ...] = ()


def examine_decisions(data: bytes, *, file: str) -> DecisionReading:
    """Read a DMN file and say everything that is wrong with its form, warnings included.

    Whether its expressions mean something is for ``compile_decisions`` to say.

    Args:
        data: the content of the file.
        file: its name, for findings.
    """
    findings = Findings(file)
    root = parse_safely(data, findings)
    if root is None or is_too_deep(root, findings):
        return DecisionReading(file=file, model=None, findings=findings.ordered())
    namespace = etree.QName(root).namespace or ""
    if namespace not in NAMESPACES or etree.QName(root).localname != "definitions":
        findings.extend([_not_dmn(root, file)])
        return DecisionReading(file=file, model=None, findings=findings.ordered())
    notes = Notes(file)
    model = model_of(elements(root, model=namespace), notes)
    findings.extend(notes.found)
    has_errors = any(finding.severity is Severity.ERROR for finding in findings)
    return DecisionReading(
        file=file, model=None if has_errors else model, findings=findings.ordered()
    )


def read_decisions(data: bytes, *, file: str) -> DecisionModel:
    """Read a DMN file that has no errors; warnings are left to ``examine_decisions``.

    Args:
        data: the content of the file.
        file: its name, for findings.

    Raises:
        DiagramRefused: with every finding, warnings included.
    """
    reading = examine_decisions(data, file=file)
    if reading.model is None:
        raise DiagramRefused(reading.findings)
    return reading.model


def _not_dmn(root: etree._Element, file: str) -> Finding:
    versions = ", ".join(NAMESPACES.values())
    return Finding(
        rule="not-dmn",
        severity=Severity.ERROR,
        file=file,
        line=line_of(root),
        message=f"the root element is {root.tag[:_SHOWN]}, not definitions of DMN {versions}",
        remedy="export the decisions as DMN 1.3 (https://www.omg.org/spec/DMN/20191111/MODEL/)",
    )
