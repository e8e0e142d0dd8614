"""Moments, durations and cycles in a diagram: plain ISO 8601 values or expressions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from caseflow.bpmn.elements import Element
from caseflow.bpmn.findings import Findings, Place
from caseflow.bpmn.formulas import expression, literal
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source
from caseflow.model import Formula, Notation

_DURATION = re.compile(
    r"P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?"
    r"(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:[.,]\d+)?S)?)?"
)
_REPEAT = re.compile(r"R\d*")
_QUOTED = re.compile(r"""(["'])([^"'\\]*)\1""")
# A value that somebody meant as a time, though it may not be a right one: a duration, a
# cycle, a date, or the five to seven fields of cron.
_MEANT_AS_TIME = re.compile(
    r"PT?\d[\dA-Z.,]*|PT|R\d*/.*|\d{4}-\d\d.*|@[a-z]+|(?:[\d*?/,LWA-Z#-]+\s+){4,6}[\d*?/,LWA-Z#-]+"
)
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
    if not _IS_RIGHT[element.name](text):
        source.findings.add(
            Rule.BAD_TIME_VALUE,
            element.place,
            f"{element.name} is “{text}”",
            _REMEDY[element.name],
        )
    return found if quoted else replace(literal(text, line=found.line), notation=Notation.PYTHON)


def moment_literal(text: str, place: Place, findings: Findings) -> Formula:
    """Read the due date of a vendor that is no expression: a moment or a duration."""
    if not (is_moment(text) or is_duration(text)):
        findings.add(
            Rule.BAD_EXTENSION_VALUE,
            place,
            f"“{text}” is neither a moment with its time zone nor a duration",
            "write one such as 2026-01-31T09:00:00+08:00 or P3D, or an expression",
        )
    return literal(text, line=place.line)


def is_moment(text: str) -> bool:
    """Tell whether a text is a moment of ISO 8601 with its time zone."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def is_duration(text: str) -> bool:
    """Tell whether a text is a duration of ISO 8601."""
    return _DURATION.fullmatch(text) is not None


def is_cycle(text: str) -> bool:
    """Tell whether a text is a repeating interval of ISO 8601, with or without an anchor."""
    match text.split("/"):
        case [repeat, duration]:
            return _is_repeat(repeat) and is_duration(duration)
        case [repeat, start, duration] if is_duration(duration):
            return _is_repeat(repeat) and is_moment(start)
        case [repeat, start, end]:
            return (
                _is_repeat(repeat) and is_moment(end) and (is_duration(start) or is_moment(start))
            )
        case _:
            return False


def _is_repeat(text: str) -> bool:
    return _REPEAT.fullmatch(text) is not None


_IS_RIGHT: dict[str, Callable[[str], bool]] = {
    "timeDate": is_moment,
    "timeDuration": is_duration,
    "timeCycle": is_cycle,
}
