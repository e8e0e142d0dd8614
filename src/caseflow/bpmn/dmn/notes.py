"""Findings on a file of decisions."""

from __future__ import annotations

from caseflow.bpmn.elements import Element
from caseflow.errors import Finding, Severity


class Notes:
    """Collects what is wrong with one file of decisions."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Finding] = []

    def refuse(self, rule: str, element: Element, message: str, remedy: str) -> None:
        """Note what refuses the file."""
        self._note(Severity.ERROR, rule, element, message, remedy)

    def warn(self, rule: str, element: Element, message: str, remedy: str) -> None:
        """Note what does not refuse the file, but should be known."""
        self._note(Severity.WARNING, rule, element, message, remedy)

    def _note(
        self, severity: Severity, rule: str, element: Element, message: str, remedy: str
    ) -> None:
        self.found.append(
            Finding(
                rule=rule,
                severity=severity,
                file=self.file,
                line=element.line,
                element=element.place.element,
                name=element.place.name,
                message=message,
                remedy=remedy,
            )
        )
