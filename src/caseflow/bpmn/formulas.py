"""From the texts of a diagram to formulas: languages, wrappers, literals."""

from __future__ import annotations

import json
import re
from enum import Enum, auto
from textwrap import dedent

from caseflow.bpmn import juel
from caseflow.bpmn.elements import Element
from caseflow.bpmn.findings import Findings, Place
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.source import Source
from caseflow.model import Formula, Notation

_PYTHON = re.compile(
    r"(?:(?:text|application)/(?:x-)?)?python[\d.]*|https?://(?:www\.|docs\.)?python\.org\b.*"
)
_FEEL = re.compile(r"(?:(?:text|application)/(?:x-)?)?(?:s-)?feel|https?://www\.omg\.org/.*feel.*")


class Dialect(Enum):
    """How an attribute of a vendor tells an expression from a literal."""

    OWN = auto()
    """``=`` begins an expression in the Python subset."""
    JUEL = auto()
    """``${...}`` around everything makes an expression."""
    ZEEBE = auto()
    """``=`` begins an expression in FEEL."""
    PYTHON = auto()
    """Everything is an expression in the Python subset."""


def literal(text: str, *, line: int) -> Formula:
    """Return the formula whose value is ``text``."""
    return Formula(text=json.dumps(text, ensure_ascii=False), line=line)


def notation_of(language: str) -> Notation | None:
    """Return the notation for the name of a language, or None for one that is not read."""
    name = language.strip().lower()
    if _PYTHON.fullmatch(name):
        return Notation.PYTHON
    if _FEEL.fullmatch(name):
        return Notation.FEEL
    return None


def expression(element: Element, source: Source) -> Formula:
    """Read one of BPMN's own expression elements, such as conditionExpression."""
    text, line = _content(element)
    notation = _notation(element.get("language"), element.place, source)
    if not text:
        source.findings.add(
            Rule.EMPTY_EXPRESSION,
            element.place,
            f"{element.name} is empty",
            "write an expression, or remove the element",
        )
    return _unmarked(text, Place(line, *element.place[1:]), source, notation=notation)


def optional_expression(element: Element | None, source: Source) -> Formula | None:
    """Read an expression element that need not be there."""
    return None if element is None else expression(element, source)


def script(element: Element, source: Source) -> Formula:
    """Read the script of a script task; its language stands in ``scriptFormat``."""
    notation = _notation(element.get("scriptFormat"), element.place, source)
    child = element.first("script")
    text, line = ("", element.line) if child is None else _content(child)
    return Formula(text=text, notation=notation or source.plain, line=line)


def value(text: str, place: Place, dialect: Dialect, findings: Findings) -> Formula | None:
    """Return the expression that an attribute holds, or None where it is a literal."""
    match dialect:
        case Dialect.OWN if is_marked(text):
            return Formula(text=text[1:].strip(), line=place.line)
        case Dialect.ZEEBE if is_marked(text):
            return Formula(text=text[1:].strip(), notation=Notation.FEEL, line=place.line)
        case Dialect.PYTHON:
            return Formula(text=text, line=place.line)
        case Dialect.JUEL if juel.holds_wrapper(text):
            return _juel(text, place, findings)
        case _:
            return None


def is_marked(text: str) -> bool:
    """Tell whether a text begins with the ``=`` of an expression."""
    return text.startswith("=") and not text.startswith("==")


def _unmarked(text: str, place: Place, source: Source, *, notation: Notation | None) -> Formula:
    if is_marked(text):
        return Formula(text=text[1:].strip(), notation=notation or source.marked, line=place.line)
    if juel.holds_wrapper(text):
        return _juel(text, place, source.findings)
    return Formula(text=text, notation=notation or source.plain, line=place.line)


def _juel(text: str, place: Place, findings: Findings) -> Formula:
    inner = juel.unwrapped(text)
    if inner is None:
        findings.add(
            Rule.MIXED_EXPRESSION,
            place,
            f"{text!r} mixes text and an expression",
            'write all of it as one expression, such as ${"text" + str(name)}',
        )
    return Formula(text=juel.in_python(text if inner is None else inner), line=place.line)


def _content(element: Element) -> tuple[str, int]:
    """Return the text of an element without its margins, and the line on which it begins."""
    raw = element.text
    margin = len(raw) - len(raw.lstrip())
    return dedent(raw).strip(), element.line + raw.count("\n", 0, margin)


def _notation(language: str, place: Place, source: Source) -> Notation | None:
    if not language:
        return None
    notation = notation_of(language)
    if notation is None:
        source.findings.add(
            Rule.UNSUPPORTED_LANGUAGE,
            place,
            f"the language {language} is not read",
            "write the expression in the Python subset, or in FEEL with its language named",
        )
    return notation
