"""From the text of one extension attribute to a formula or a name, by its kind."""

from __future__ import annotations

import re
from collections.abc import Mapping

from caseflow.bpmn import juel
from caseflow.bpmn.extensions.tables import Kind
from caseflow.bpmn.findings import Findings, Place
from caseflow.bpmn.formulas import Dialect, is_marked, literal, value
from caseflow.bpmn.names import variable_name
from caseflow.bpmn.rules import Rule
from caseflow.bpmn.times import is_duration, moment_literal
from caseflow.model import DataMapping, Formula, Hand, Notation

_COMMA = re.compile(r",(?![^{}]*\})")
_REPEATS = re.compile(r"R(\d{1,3})/P[\dA-Z.,]+")
_WORKER_TYPES = frozenset({"external", "external-worker"})  # the topic says which
CHOICES: Mapping[Kind, tuple[str, ...]] = {
    Kind.BINDING: ("deployment", "latest"),
    Kind.FLAG: ("true", "false"),
    Kind.HAND: tuple(Hand),
}
"""The texts of kinds that have no others."""

_TEXTS = frozenset({Kind.NAME, Kind.TEXT, Kind.TEXTS, Kind.CODE, *CHOICES})


def is_text(kind: Kind) -> bool:
    """Tell whether a kind makes a name rather than a formula."""
    return kind in _TEXTS


def name_of(kind: Kind, text: str, place: Place, findings: Findings) -> str:
    """Return the text of a slot, or nothing where it is of no use."""
    match kind:
        case Kind.NAME:
            return variable_name(text, place, findings)
        case Kind.CODE:
            return _handler(text, place, findings)
        case Kind.BINDING | Kind.FLAG | Kind.HAND if text not in CHOICES[kind]:
            _refuse(text, place, findings, remedy=f"write {' or '.join(CHOICES[kind])}")
            return ""
        case _ if is_marked(text) or juel.holds_wrapper(text):
            _refuse(text, place, findings, remedy="write the text itself: it is not computed")
            return text
        case _:
            return text


def formulas_of(
    kind: Kind, text: str, place: Place, *, dialect: Dialect, findings: Findings
) -> tuple[Formula, ...]:
    """Return what an attribute holds: one formula, several, or none where it is refused."""
    if kind is Kind.VALUES:
        parts = [text] if is_marked(text) else [part.strip() for part in _COMMA.split(text)]
        return tuple(
            _formula(Kind.VALUE, part, place, dialect=dialect, findings=findings)
            for part in parts
            if part
        )
    return (_formula(kind, text, place, dialect=dialect, findings=findings),)


def expression_of(text: str, place: Place, dialect: Dialect, findings: Findings) -> Formula:
    """Return the formula of a text that is an expression with or without its mark."""
    found = value(text, place, dialect, findings)
    if found is not None:
        return found
    notation = Notation.FEEL if dialect is Dialect.ZEEBE else Notation.PYTHON
    return Formula(text=text, notation=notation, line=place.line)


def mapping(
    source: str, target: str, place: Place, *, dialect: Dialect, findings: Findings
) -> DataMapping:
    """Return a mapping whose source follows the value rule of its vendor."""
    found = value(source, place, dialect, findings)
    return DataMapping(
        source=literal(source, line=place.line) if found is None else found,
        target=variable_name(target, place, findings),
    )


def _formula(
    kind: Kind, text: str, place: Place, *, dialect: Dialect, findings: Findings
) -> Formula:
    if kind is Kind.EXPRESSION:
        return expression_of(text, place, dialect, findings)
    found = value(text, place, dialect, findings)
    if found is not None:
        return found
    return _literal(kind, text, place, findings)


def _literal(kind: Kind, text: str, place: Place, findings: Findings) -> Formula:
    """Return the formula of a text that is no expression."""
    match kind:
        case Kind.VARIABLE:
            return Formula(text=variable_name(text, place, findings), line=place.line)
        case Kind.LIMIT:
            return Formula(text=f"limit({literal(text, line=place.line).text})", line=place.line)
        case Kind.MOMENT:
            return moment_literal(text, place, findings)
        case Kind.NUMBER:
            return _number(text, place, findings)
        case Kind.TRIES:
            return _number(_tries(text), place, findings)
        case _:
            return literal(text, line=place.line)


def _number(text: str, place: Place, findings: Findings) -> Formula:
    if not (text.isascii() and text.isdigit()):
        _refuse(text, place, findings, remedy="write a whole number or an expression")
    return Formula(text=text, line=place.line)


def _tries(text: str) -> str:
    """Return the number of tries of a retry cycle (R3/PT10M, or PT1M,PT5M) as text."""
    if cycle := _REPEATS.fullmatch(text):
        return cycle[1]
    pauses = text.split(",")
    return str(len(pauses)) if all(is_duration(pause.strip()) for pause in pauses) else text


def _handler(text: str, place: Place, findings: Findings) -> str:
    if text in _WORKER_TYPES:
        return ""
    findings.add(
        Rule.HANDLER_FROM_CODE,
        place,
        f"names the code of another engine: {text}",
        "register a handler under this text as its topic, or give the task a topic",
    )
    return text


def _refuse(text: str, place: Place, findings: Findings, *, remedy: str) -> None:
    findings.add(Rule.BAD_EXTENSION_VALUE, place, f"“{text}” cannot stand here", remedy)
