"""Checks the text of an expression before it is parsed, and says where in it something is."""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from caseflow.errors import ExpressionFailed, ExpressionRefused
from caseflow.expressions.bounds import MAX_BRACKETS, MAX_SOURCE
from caseflow.expressions.tree import Place

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # Unicode categories
_ESCAPE = re.compile(
    r"\\(?:(?P<known>[\n\\'\"abfnrtvxuUN]|[0-3]?[0-7]{1,2})|(?P<other>.))", re.DOTALL
)
_START = Place(1, 1)
_UNPARSED = (SyntaxError, MemoryError, RecursionError, ValueError)
_IS_FEEL = "this is FEEL: say so with its language, or write it in the Python subset"
_HINTS = (
    (re.compile(r"^\s*=(?!=)"), "leave out the leading ="),
    (re.compile(r"&&|\|\||(?<![=!<>])!(?!=)"), "write and, or, not instead of &&, ||, !"),
    (re.compile(r"<>"), "write != instead of <>"),
    (re.compile(r"\?"), "write a if condition else b instead of condition ? a : b"),
    (re.compile(r"\bthen\b|\bsatisfies\b|\breturn\b|\.\."), _IS_FEEL),
    (re.compile(r"^\s*if\b"), "write a if condition else b"),
    (re.compile(r"(?<![=!<>:])=(?!=)"), "compare with ==, not ="),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A text that passed the checks of its characters, with its lines."""

    text: str
    is_script: bool
    lines: tuple[str, ...] = field(repr=False, compare=False)

    def place(self, node: ast.expr | ast.stmt) -> Place:
        """Say where a node stands; the parser counts bytes, people count characters."""
        number = min(node.lineno, len(self.lines))
        line = self.lines[number - 1]
        if line.isascii():
            return Place(number, node.col_offset + 1)
        before = line.encode()[: node.col_offset]
        return Place(number, len(before.decode(errors="ignore")) + 1)

    def refused(self, message: str, place: Place = _START) -> ExpressionRefused:
        """Return the error for a text that is not allowed."""
        message, source = self._located(message, place)
        return ExpressionRefused(message, source=source, column=place.column)

    def failed(self, message: str, place: Place) -> ExpressionFailed:
        """Return the error for a text that could not be evaluated."""
        message, source = self._located(message, place)
        return ExpressionFailed(message, source=source, column=place.column)

    def _located(self, message: str, place: Place) -> tuple[str, str]:
        # A script is shown by the line that is wrong, so that the column leads there.
        if len(self.lines) == 1:
            return message, self.text
        return f"line {place.line}: {message}", self.lines[place.line - 1]


def expression_source(text: str) -> Source:
    """Return the checked text of an expression, without white space around it."""
    source = _checked(text, is_script=False)
    if not source.text:
        raise source.refused("the expression is empty: write a value, or leave it out")
    if source.text[:2] in {"${", "#{"}:
        raise source.refused("leave out ${…}: write only what is inside")
    _check_tokens(source)
    return source


def script_source(text: str) -> Source:
    """Return the checked text of a script, without the indentation all its lines share."""
    source = _checked(text, is_script=True)
    _check_tokens(source)
    return source


def feel_source(text: str) -> Source:
    """Return the checked text of an expression in FEEL, without white space around it."""
    source = _checked(text, is_script=False)
    if not source.text:
        raise source.refused("the expression is empty: write a value, or leave it out")
    return source


def parsed_expression(source: Source) -> ast.expr:
    """Parse a checked text with Python's own parser, which runs nothing.

    Raises:
        ExpressionRefused: the text is not Python, or too deep for its parser.
    """
    try:
        return ast.parse(source.text, mode="eval").body
    except _UNPARSED as error:
        raise _unparsed(source, error) from None


def parsed_script(source: Source) -> list[ast.stmt]:
    """Parse a checked script; as for an expression."""
    try:
        return ast.parse(source.text, mode="exec").body
    except _UNPARSED as error:
        raise _unparsed(source, error) from None


def _checked(text: str, *, is_script: bool) -> Source:
    if len(text) > MAX_SOURCE:
        reason = f"longer than {MAX_SOURCE:,} characters: split it up"
        raise ExpressionRefused(reason, source=text, column=1)
    text = text.replace("\r\n", "\n")
    text = textwrap.dedent(text).strip("\n") if is_script else text.strip()
    source = Source(text, is_script, tuple(text.split("\n")))
    if text.isascii() and text.isprintable():
        return source
    for number, line in enumerate(source.lines, start=1):
        for column, character in enumerate(line, start=1):
            if unicodedata.category(character) in _INVISIBLE and character != "\t":
                raise source.refused(
                    f"the invisible character U+{ord(character):04X} is not allowed:"
                    " remove it, or write it as an escape inside quotes",
                    Place(number, column),
                )
    return source


def _check_tokens(source: Source) -> None:
    brackets: list[Place] = []  # those that are open
    try:
        for token, place in _tokens(source):
            _count_bracket(source, token.string, place, brackets)
            if token.type == tokenize.STRING:
                _check_string(source, token.string, place, depth=len(brackets))
    except tokenize.TokenError as error:
        line, column = error.args[1]  # where a quote was opened
        place = brackets[-1] if brackets else Place(line, column + 1)
        raise source.refused("this bracket or quote is never closed", place) from None
    except _UNPARSED as error:
        raise _unparsed(source, error) from None


def _count_bracket(source: Source, token: str, place: Place, brackets: list[Place]) -> None:
    if token in {"(", "[", "{"}:
        brackets.append(place)
    elif token in {")", "]", "}"}:
        if not brackets:
            raise source.refused("this bracket was never opened", place)
        brackets.pop()
    if len(brackets) > MAX_BRACKETS:
        raise source.refused(f"more than {MAX_BRACKETS} brackets inside brackets", place)


def _tokens(source: Source) -> Iterator[tuple[tokenize.TokenInfo, Place]]:
    """Yield every token with its place."""
    end_of_number = None
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        place = Place(token.start[0], token.start[1] + 1)
        if token.type == tokenize.NAME and token.start == end_of_number:
            raise source.refused("a number runs into a word: put a space between", place)
        end_of_number = token.end if token.type == tokenize.NUMBER else None
        yield token, place


def _check_string(source: Source, literal: str, place: Place, *, depth: int) -> None:
    """Bound the brackets of an f-string, and refuse escapes that Python only warns of."""
    quote = min(position for position in map(literal.find, "\"'") if position >= 0)
    prefix = literal[:quote].lower()
    if "f" in prefix and depth + len(re.findall(r"[(\[{]", literal)) > MAX_BRACKETS:
        raise source.refused(f"more than {MAX_BRACKETS} brackets in f'…': split it up", place)
    if "r" in prefix:
        return
    for escape in _ESCAPE.finditer(literal):
        if escape["other"] is not None:
            shown = escape[0]
            raise source.refused(f"{shown} is no escape: write \\{shown} for a backslash", place)


def _unparsed(source: Source, error: Exception) -> ExpressionRefused:
    if not isinstance(error, SyntaxError):
        return source.refused("too deeply nested: split it up")
    line = min(error.lineno or 1, len(source.lines))
    text = source.lines[line - 1]
    column = error.offset or 0
    if not 1 <= column <= len(text):
        return source.refused(
            f"{error.msg}: something is missing at the end", Place(line, len(text) + 1)
        )
    hint = _hint(source, line, column)
    return source.refused(f"{error.msg}: {hint}" if hint else error.msg, Place(line, column))


def _hint(source: Source, line: int, column: int) -> str:
    text = source.lines[line - 1]
    at = text[column - 1 : column]
    plain = unicodedata.normalize("NFKC", at)
    if at and not at.isascii() and plain.isascii():
        return f"{at} is a full-width character, type {plain}"
    hints = _HINTS[:-2] if source.is_script else _HINTS
    return next((hint for pattern, hint in hints if pattern.search(text)), "")
