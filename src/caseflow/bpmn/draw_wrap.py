"""How wide text is and where its lines break, Chinese and Latin."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_NARROW = frozenset("iIljtfr.,:;'|!()[]{}/\\`-\"")
_BROAD = frozenset("mwMW@%&")
_NO_LINE_STARTS_WITH = frozenset("，。、；：！？）】》〉」』”’…—％·,.;:!?)]}%")  # noqa: RUF001
_NO_LINE_ENDS_WITH = frozenset("（【《〈「『“‘([{#￥$")

# A Chinese name with its translation: "签收 Sign in", "X3 退单 Return (late)".
_BILINGUAL = re.compile(r"^(?P<first>.*[\u2e80-\u9fff\uff00-\uffef]\S*)\s+(?P<second>\S.*)$")
_TRANSLATION = re.compile(r"^[^\u2e80-\u9fff]*[A-Za-z]{2}[^\u2e80-\u9fff]*$")


def columns(text: str) -> int:
    """Return how many columns of a terminal the text takes: two for a wide character."""
    return sum(_columns(char) for char in text)


def width(text: str, size: float) -> float:
    """Return about how wide the text is in a sans-serif font of this size."""
    return size * sum(_em(char) for char in text)


def wrapped(text: str, *, within: float, size: float, balanced: bool = True) -> tuple[str, ...]:
    """Break text into lines no wider than ``within``.

    A Chinese name and its translation get lines of their own. Chinese breaks anywhere
    but before closing punctuation, Latin between words, a word only where it is too wide
    for a line. ``balanced`` lines are about equally long.
    """
    lines: list[str] = []
    for part in _parts(text):
        atoms = [piece for atom in _atoms(part) for piece in _pieces(atom, within, size)]
        lines += _balanced(atoms, within, size) if balanced else _filled(atoms, within, size)
    return tuple(lines)


def shortened(lines: tuple[str, ...], most: int) -> tuple[str, ...]:
    """Return at most this many lines; an ellipsis shows that there was more."""
    if len(lines) <= most:
        return lines
    return (*lines[: most - 1], lines[most - 1][:-1].rstrip() + "…")


def _columns(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf", "Cc"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _em(char: str) -> float:
    match _columns(char):
        case 0:
            return 0.0
        case 2:
            return 1.0
        case _:
            return _latin_em(char)


def _latin_em(char: str) -> float:
    if char in _BROAD:
        return 0.88
    if char in _NARROW:
        return 0.34
    if char == " ":
        return 0.25
    return 0.64 if char.isupper() else 0.55


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    for line in text.splitlines():
        found = _BILINGUAL.match(line.strip())
        if found and _TRANSLATION.match(found["second"]):
            parts += [found["first"], found["second"]]
        elif line.strip():
            parts.append(line.strip())
    return parts


def _atoms(text: str) -> list[str]:
    """Cut text where a line may break; an atom after a space starts with it."""
    atoms = [text[:1]]
    for before, char in pairwise(text):
        if _may_break(before, char):
            atoms.append(" " if char.isspace() else char)
        elif not (char.isspace() and before.isspace()):
            atoms[-1] += " " if char.isspace() else char
    return atoms


def _may_break(before: str, char: str) -> bool:
    if before.isspace() or before in _NO_LINE_ENDS_WITH:
        return False
    if char.isspace():
        return True
    if char in _NO_LINE_STARTS_WITH or _columns(char) == 0:
        return False
    return _columns(before) == 2 or _columns(char) == 2  # noqa: PLR2004 - both are widths


def _pieces(atom: str, within: float, size: float) -> list[str]:
    """Cut an atom that is wider than a line, after a joint (``_`` ``-`` ``/`` ``.``) if it has."""
    pieces: list[str] = []
    rest = atom
    while width(rest.lstrip(), size) > within:
        fits = _fitting(rest, within, size)
        joint = max(rest.rfind(char, 1, fits) for char in "_-/.") + 1
        cut = joint if joint > 1 else fits
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [*pieces, rest] if rest else pieces


def _fitting(text: str, within: float, size: float) -> int:
    """Return how many characters fit on a line: at least one, so that cutting ends."""
    fits = len(text) - len(text.lstrip()) + 1
    while fits < len(text) and width(text[: fits + 1].lstrip(), size) <= within:
        fits += 1
    return fits


def _filled(atoms: list[str], within: float, size: float) -> list[str]:
    lines = [""]
    for atom in atoms:
        if lines[-1] and width(lines[-1] + atom, size) > within:
            lines.append(atom.lstrip())
        else:
            lines[-1] += atom if lines[-1] else atom.lstrip()
    return [line for line in lines if line]


def _balanced(atoms: list[str], within: float, size: float) -> list[str]:
    """Fill the narrowest lines that are as few as the widest would be."""
    lines = _filled(atoms, within, size)
    low, high = within / max(len(lines), 1), within
    while len(lines) > 1 and high - low > 1:
        middle = (low + high) / 2
        tried = _filled(atoms, middle, size)
        if len(tried) > len(lines) or max(width(line, size) for line in tried) > within:
            low = middle
        else:
            lines, high = tried, middle
    return lines
