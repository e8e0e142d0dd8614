"""The names of variables that a diagram speaks of."""

from __future__ import annotations

from keyword import iskeyword

from caseflow.bpmn.findings import Findings, Place
from caseflow.bpmn.rules import Rule


def variable_name(text: str, place: Place, findings: Findings) -> str:
    """Return a text that is fit to name a variable, or refuse it."""
    if not is_variable_name(text):
        findings.add(
            Rule.UNUSABLE_NAME,
            place,
            f"“{text}” cannot name a variable",
            "write a letter or _, then letters, digits and _ (Chinese is good too), "
            "and no word of the expression language",
        )
    return text


def is_variable_name(text: str) -> bool:
    """Tell whether expressions can speak of a variable of this name."""
    return text.isidentifier() and not iskeyword(text)
