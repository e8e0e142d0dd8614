"""Findings for people: grouped by file, in the order of the lines."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from caseflow.cli.output import Output, Style
from caseflow.errors import Finding, Severity

_STYLES = {Severity.ERROR: Style.BAD, Severity.WARNING: Style.SOON}


def print_findings(findings: Iterable[Finding], out: Output) -> None:
    """Print findings file by file, with the way out of each."""
    ordered = sorted(findings, key=lambda finding: (finding.file, finding.line))
    for file, group in groupby(ordered, key=lambda finding: finding.file):
        out.line(file, Style.HEAD)
        for finding in group:
            out.line(
                f"  {finding.line:>5}  {finding.severity.value:<7}  {_what(finding)}",
                _STYLES[finding.severity],
            )
            out.line(f"                  → {finding.remedy} [{finding.rule}]", Style.ASIDE)


def counted(findings: Iterable[Finding]) -> str:
    """Return how many findings there are."""
    found = list(findings)
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    return f"{plural(errors, 'error')}, {plural(len(found) - errors, 'warning')}"


def plural(number: int, word: str) -> str:
    """Return a number with its word: ``1 file``, ``2 files``."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def _what(finding: Finding) -> str:
    name = f" “{finding.name}”" if finding.name else ""
    who = f"{finding.element}{name}: " if finding.element else ""
    return f"{who}{finding.message}"
