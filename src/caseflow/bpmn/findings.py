"""Collects what is wrong with one file, so that its author hears everything at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from caseflow.bpmn.rules import INTEGRITY, WARNINGS, Rule
from caseflow.errors import Finding, Severity


class Place(NamedTuple):
    """Where a finding points: a line, and the nearest element that has an id."""

    line: int = 0
    element: str = ""
    name: str = ""


class Findings:
    """The findings of one file, or of one process of it.

    Where ``is_lenient``, as for a process that nobody executes, an error that only an
    execution would meet is a warning.
    """

    def __init__(self, file: str, *, is_lenient: bool = False) -> None:
        self.file = file
        self._is_lenient = is_lenient
        self._found: list[Finding] = []

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def add(self, rule: Rule, place: Place, message: str, remedy: str) -> None:
        """Note that ``rule`` is broken at ``place``."""
        self._found.append(
            Finding(
                rule=rule.value,
                severity=self._severity(rule),
                file=self.file,
                line=place.line,
                message=message,
                remedy=remedy,
                element=place.element,
                name=place.name,
            )
        )

    def extend(self, findings: Iterable[Finding]) -> None:
        """Take over findings that were made elsewhere."""
        self._found.extend(findings)

    @property
    def has_errors(self) -> bool:
        """Whether one of the findings refuses the file."""
        return any(finding.severity is Severity.ERROR for finding in self._found)

    def ordered(self) -> tuple[Finding, ...]:
        """Return the findings from the top of the file to its end, each of them once."""
        return tuple(sorted(dict.fromkeys(self._found), key=lambda finding: finding.line))

    def _severity(self, rule: Rule) -> Severity:
        if rule in WARNINGS or (self._is_lenient and rule not in INTEGRITY):
            return Severity.WARNING
        return Severity.ERROR
