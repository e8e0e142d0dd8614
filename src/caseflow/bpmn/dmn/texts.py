"""The texts of a DMN file: expressions and tests, with the language they are written in."""

from __future__ import annotations

from caseflow.bpmn.dmn.notes import Notes
from caseflow.bpmn.elements import Element
from caseflow.bpmn.formulas import notation_of
from caseflow.model import Formula, Notation


def formula_of(element: Element, notes: Notes) -> Formula:
    """Read an expression that must say something."""
    formula = entry_of(element, notes)
    if not formula.text:
        notes.refuse(
            "empty-expression",
            element,
            f"{element.name} is empty",
            "write an expression, or remove the element",
        )
        return Formula(text="null", notation=Notation.FEEL, line=element.line)
    return formula


def entry_of(element: Element, notes: Notes) -> Formula:
    """Read a cell or expression; an empty one is an empty text."""
    language = element.get("expressionLanguage")
    if language and notation_of(language) is not Notation.FEEL:
        notes.refuse(
            "unsupported-language",
            element,
            f"the language {language} is not read in decisions",
            "write it in FEEL",
        )
    return Formula(text=text_of(element), notation=Notation.FEEL, line=element.line)


def text_of(element: Element | None) -> str:
    """Return what stands in the ``text`` of an element, without the space around it."""
    child = None if element is None else element.first("text")
    return "" if child is None else child.text.strip()
