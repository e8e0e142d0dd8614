"""The expression language of the Java engines, ``${...}``, as far as it is Python's too."""

from __future__ import annotations

import re

# A string that is not closed goes to the end, so that the time is linear in any case.
_STRING = r"""("(?:\\.|[^"\\])*+(?:"|\Z)|'(?:\\.|[^'\\])*+(?:'|\Z))"""
_BRACE_OR_STRING = re.compile(_STRING + r"|[{}]", re.DOTALL)
_OPERATOR = re.compile(
    _STRING + r"|(?<!\s)\s*+(?:&&|\|\|)\s*+|!(?!=)\s*+"
    r"|(?<![.\w])(?:true|false|null|eq|ne|lt|gt|le|ge|div|mod)(?!\w)",
    re.DOTALL,
)
_PYTHON = {
    "&&": " and ",
    "||": " or ",
    "!": "not ",
    "true": "True",
    "false": "False",
    "null": "None",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
    "div": "/",
    "mod": "%",
}


def unwrapped(text: str) -> str | None:
    """Return what stands in ``${...}`` or ``#{...}``, or None where that is not all there is."""
    if not text.startswith(("${", "#{")):
        return None
    depth = 0
    for mark in _BRACE_OR_STRING.finditer(text):
        if mark[1] is None:
            depth += 1 if mark[0] == "{" else -1
        if depth == 0 and mark[0] == "}":
            return text[2:-1].strip() if mark.end() == len(text) else None
    return None


def holds_wrapper(text: str) -> bool:
    """Tell whether an expression in ``${...}`` stands anywhere in ``text``."""
    return "${" in text or "#{" in text


def in_python(expression: str) -> str:
    """Return an expression with Java's operators and constants written as Python's.

    What else Java's language knows (``empty``, ``a ? b : c``, calls of beans) stays as it
    is; the Python subset refuses it, and says where.
    """
    return _OPERATOR.sub(
        lambda match: match[0] if match[1] is not None else _PYTHON[match[0].strip()], expression
    ).strip()
