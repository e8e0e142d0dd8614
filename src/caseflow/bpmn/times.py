"""Moments, durations and cycles in a diagram: plain ISO 8601 values or expressions."""

from __future__ import annotations

import re
from collections.abc import Callable

from caseflow.bpmn.elements import Element
from caseflow.bpmn.findings import Findings, Place
from caseflow.bpmn.formulas import expression, literal
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source
from caseflow.expressions import parse_duration, parse_moment, parse_repeating
from caseflow.model import Formula

_QUOTED = re.compile(r"""(["'])([^"'\\]*)\1""")
# A value that somebody meant as a time, though it may not be a right one: a duration, a
# cycle, a date, or the five to seven fields of cron.
_MEANT_AS_TIME = re.compile(
    r"PT?\d[\dA-Z.,]*|PT|R\d*/.*|\d{4}-\d\d.*|@[a-z]+|(?:[\d*?/,LWA-Z#-]+\s+){4,6}[\d*?/,LWA-Z#-]+"
)
_READ: dict[str, Callable[[str], object]] = {
    "timeDate": parse_moment,
    "timeDuration": parse_duration,
    "timeCycle": parse_repeating,
}
_REMEDY = {
    "timeDate": "write a moment with its time zone, such as 2026-01-31T09:00:00+08:00",
    "timeDuration": "write a duration, such as PT36H or P3D",
    "timeCycle": "write a cycle (cron is not read), such as R3/PT1H or R/P1D, where needed with "
    "its first moment: R/2026-01-31T09:00:00+08:00/P7D",
}


def time_expression(element: Element, source: Source) -> Formula:
    """Read timeDate, timeDuration or timeCycle; a plain ISO 8601 value becomes a literal."""
    found = expression(element, source)
    quoted = _QUOTED.fullmatch(found.text)
    text = quoted[2].strip() if quoted else found.text
    if not (quoted or _MEANT_AS_TIME.fullmatch(text)):
        return found
    if problem := _problem(text, _READ[element.name]):
        source.findings.add(
            Rule.BAD_TIME_VALUE,
            element.place,
            f"{element.name}: {problem}",
            _REMEDY[element.name],
        )
    return found if quoted else literal(text, line=found.line)


def moment_literal(text: str, place: Place, findings: Findings) -> Formula:
    """Read the due date of a vendor that is no expression: a moment or a duration."""
    if _problem(text, parse_moment) and _problem(text, parse_duration):
        findings.add(
            Rule.BAD_EXTENSION_VALUE,
            place,
            f"“{text}” is neither a moment with its time zone nor a duration",
            "write one such as 2026-01-31T09:00:00+08:00 or P3D, or an expression",
        )
    return literal(text, line=place.line)


def is_duration(text: str) -> bool:
    """Tell whether a text is a duration of ISO 8601."""
    return not _problem(text, parse_duration)


def _problem(text: str, read: Callable[[str], object]) -> str:
    """Return why a text cannot be read, or nothing where it can."""
    try:
        read(text)
    except ValueError as problem:
        return str(problem)
    return ""
