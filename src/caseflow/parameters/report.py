"""Collecting findings about a parameter file."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from caseflow.errors import Finding, Severity
from caseflow.parameters.lines import Lines, Path


class Report:
    """All that is wrong with one file, each finding once."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._lines = Lines(text)
        self._findings: dict[Finding, None] = {}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, in the order of the lines."""
        return tuple(sorted(self._findings, key=lambda finding: finding.line))

    def add(self, rule: str, path: Path, message: str, remedy: str) -> None:
        """Note what is wrong with the key at ``path``, and what to do about it."""
        finding = Finding(
            rule=rule,
            severity=Severity.ERROR,
            file=self._file,
            line=self._lines.of(path),
            element=".".join(path),
            message=message,
            remedy=remedy,
        )
        self._findings[finding] = None


def one_of(known: Iterable[str], wrong: str) -> str:
    """Say which names there are, and which of them was probably meant."""
    names = sorted(known)
    near = get_close_matches(wrong, names, n=1)
    return f"did you mean “{near[0]}”?" if near else f"use one of: {', '.join(names) or 'none'}"
