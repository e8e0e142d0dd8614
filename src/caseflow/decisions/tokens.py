"""Cuts a text of FEEL into tokens: longest known name first, so that names may hold spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lark import Token

from caseflow.expressions import FEEL_FUNCTIONS, MAX_BRACKETS, Place, Source

KEYWORDS = frozenset(
    {"if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "or", "and"}
) | {"between"}
_LITERALS = frozenset({"true", "false", "null"})
_REFUSED = {
    "function": "a function cannot be defined here: write a business knowledge model",
    "instance": "instance of is not read: the type of an input is checked by its typeRef",
    "external": "external functions are not called",
}
_SIGNS = {
    "<": "RELATION",
    "<=": "RELATION",
    ">": "RELATION",
    ">=": "RELATION",
    "=": "EQUALS",
    "!=": "EQUALS",
    "+": "PLUS",
    "-": "MINUS",
    "*": "TIMES",
    "/": "DIVIDE",
    "**": "POWER",
    ",": "COMMA",
    ".": "DOT",
    "..": "DOTS",
    ":": "COLON",
    "(": "LPAR",
    ")": "RPAR",
    "[": "LSQB",
    "]": "RSQB",
    "{": "LBRACE",
    "}": "RBRACE",
    "?": "QUESTION",
}
_HINTS = {
    "==": "compare with =, not ==",
    "&&": "write and",
    "||": "write or",
    "!": "write not(…), or != for unequal",
    "%": "write modulo(a, b)",
    "'": 'a text stands in "…"',
    "^": "write **",
}
_PATTERN = re.compile(
    r"(?P<space>\s+|//[^\n]*|/\*.*?\*/)"
    r'|(?P<AT>@"[^"\\]*")'
    r'|(?P<STRING>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<NUMBER>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<wrong>==|&&|\|\|)"
    r"|(?P<sign>\.\.|\*\*|<=|>=|!=|[<>=+\-*/,.:()\[\]{}?])",
    re.DOTALL,
)
_NAME = re.compile(r"[^\W\d]\w*(?:[\s.'/+*-]+\w+)*")
_OPENS = frozenset({"LPAR", "LSQB", "LBRACE"})
_CLOSES = frozenset({"RPAR", "RSQB", "RBRACE"})
_ENDS_VALUE = _CLOSES | {"NUMBER", "STRING", "LITERAL", "AT", "NAME", "QUESTION", "RANGE_CLOSE"}


def is_name(text: str) -> bool:
    """Tell whether a text can name a variable in FEEL."""
    return (
        _NAME.fullmatch(text) is not None
        and text not in KEYWORDS | _LITERALS | {"not"}
        and not text.startswith("_")
    )


def plain_name(text: str) -> str:
    """Return a name with one space between its words."""
    return " ".join(text.split())


def tokens_of(source: Source, known: frozenset[str]) -> list[Token]:
    """Return the tokens of a text; ``known`` are the names that may hold more than a word.

    Raises:
        ExpressionRefused: a character or word is not one of FEEL, or brackets do not fit.
    """
    return _Brackets(source, list(_cut(source, known))).marked()


def _cut(source: Source, known: frozenset[str]) -> Iterator[Token]:
    names = _pattern(known | _LONG_FUNCTIONS)
    position, text, lines = 0, source.text, _Lines(source.text)
    while position < len(text):
        place = lines.place(position)
        starts_word = position == 0 or not (text[position - 1].isalnum())
        found = names.match(text, position) if names is not None and starts_word else None
        if found is not None:
            yield _token("NAME", plain_name(found[0]), place)
            position = found.end()
            continue
        match = _PATTERN.match(text, position)
        if match is None or match["wrong"]:
            raise _unknown(source, position, place)
        position = match.end()
        match match.lastgroup:
            case "space":
                continue
            case "word":
                yield _word(source, match[0], place)
            case "sign":
                yield _token(_SIGNS[match[0]], match[0], place)
            case kind:
                yield _token(str(kind), match[0], place)


def _word(source: Source, word: str, place: Place) -> Token:
    if word in KEYWORDS:
        return _token(word.upper(), word, place)
    if word in _LITERALS:
        return _token("LITERAL", word, place)
    if word in _REFUSED:
        raise source.refused(_REFUSED[word], place)
    if word.startswith("_"):
        raise source.refused(
            f"{word}: a name that starts with _ is not allowed: choose another", place
        )
    return _token("NAME", word, place)


def _token(kind: str, text: str, place: Place) -> Token:
    return Token(kind, text, line=place.line, column=place.column)


@lru_cache(maxsize=256)
def _pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    """Return what finds the names of more than a word, the longest first."""
    long = sorted((name for name in names if not name.isidentifier()), key=len, reverse=True)
    # A name of one word that goes on differently must not be cut off: the end is a word's end.
    choices = (r"\s+".join(map(re.escape, name.split())) for name in long)
    return re.compile(rf"(?:{'|'.join(choices)})(?!\w)") if long else None


class _Lines:
    """Finds the line and column of a position; positions are asked for in their order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line, self._start, self._seen = 1, 0, 0

    def place(self, position: int) -> Place:
        while (end := self._text.find("\n", self._seen, position)) >= 0:
            self._line, self._start, self._seen = self._line + 1, end + 1, end + 1
        self._seen = position
        return Place(self._line, position - self._start + 1)


@dataclass(slots=True)
class _Open:
    index: int
    is_range: bool = False


class _Brackets:
    """Tells the brackets of intervals, ``]a..b[`` among them, from all others."""

    def __init__(self, source: Source, tokens: list[Token]) -> None:
        self._source = source
        self._tokens = tokens
        self._open: list[_Open] = []

    def marked(self) -> list[Token]:
        """Return the tokens with the brackets of intervals marked. Raises ExpressionRefused."""
        for index, token in enumerate(self._tokens):
            if self._ends_range(token):
                self._retype(index, "RANGE_CLOSE")
                self._open.pop()
            elif self._opens(index, token):
                self._enter(index, token)
            elif token.type in _CLOSES:
                self._leave(token)
            elif token.type == "DOTS" and self._open:
                self._open[-1].is_range = True
                self._retype(self._open[-1].index, "RANGE_OPEN")
        if self._open:
            place = _place(self._tokens[self._open[-1].index])
            raise self._source.refused("this bracket is never closed", place)
        return self._tokens

    def _ends_range(self, token: Token) -> bool:
        return (
            bool(self._open) and self._open[-1].is_range and token.type in {"RPAR", "RSQB", "LSQB"}
        )

    def _opens(self, index: int, token: Token) -> bool:
        before = self._tokens[index - 1].type if index else ""
        is_reversed = token.type == "RSQB" and before not in _ENDS_VALUE | {"LSQB"}
        return token.type in _OPENS or is_reversed

    def _enter(self, index: int, token: Token) -> None:
        self._open.append(_Open(index))
        if len(self._open) > MAX_BRACKETS:
            message = f"more than {MAX_BRACKETS} brackets inside brackets"
            raise self._source.refused(message, _place(token))

    def _leave(self, token: Token) -> None:
        opening = self._tokens[self._open[-1].index].type if self._open else ""
        if _PAIRS.get(opening) != token.type:
            raise self._source.refused("this bracket was never opened", _place(token))
        self._open.pop()

    def _retype(self, index: int, kind: str) -> None:
        token = self._tokens[index]
        self._tokens[index] = _token(kind, str(token), _place(token))


def _place(token: Token) -> Place:
    return Place(token.line or 1, token.column or 1)


def _unknown(source: Source, position: int, place: Place) -> Exception:
    rest = source.text[position:]
    for sign, hint in _HINTS.items():
        if rest.startswith(sign):
            return source.refused(f"{sign} is no sign of FEEL: {hint}", place)
    if rest.startswith('"'):
        return source.refused("this quote is never closed", place)
    plain = unicodedata.normalize("NFKC", rest[0])
    if not rest[0].isascii() and plain.isascii():
        return source.refused(f"{rest[0]} is a full-width character, type {plain}", place)
    if rest[0] in "“”„":
        return source.refused(f'{rest[0]} is a typographic quote, type "', place)
    return source.refused(f"{rest[0]} is no sign of FEEL", place)


_PAIRS = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
_LONG_FUNCTIONS = frozenset(name for name in FEEL_FUNCTIONS if " " in name)
