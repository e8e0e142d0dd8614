"""Texts as plain documents that know on which line each key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from caseflow.errors import Finding, OrganisationRefused, Severity

Path = tuple[str, ...]

_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_TABLE = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]\s*(?:#|$)")
_LONG_TEXT = re.compile(r'"""|' + "'''")
_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a file says, and where."""

    file: str
    content: Mapping[str, object]
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of a key, else of what stands around it, else 1."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse_toml(text: str, *, file: str) -> Document:
    """Return the document of a TOML text. Raises OrganisationRefused."""
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        line = _TOML_LINE.search(str(error))
        number = int(line[1]) if line else text.count("\n") + 1
        raise unreadable(file, number, f"is not TOML: {error}") from error
    return Document(file=file, content=content, lines=dict(_toml_lines(text)))


def _toml_lines(text: str) -> Iterator[tuple[Path, int]]:
    table: Path = ()
    in_long_text = False
    seen: set[Path] = set()
    for number, line in enumerate(text.split("\n"), start=1):
        path: Path = ()
        if not in_long_text:
            if header := _TABLE.match(line):
                path = table = _dotted(header[1])
            elif key := _KEY.match(line):
                path = table + _dotted(key[1])
        for length in range(1, len(path) + 1):
            if path[:length] not in seen:
                seen.add(path[:length])
                yield path[:length], number
        if len(_LONG_TEXT.findall(line)) % 2:
            in_long_text = not in_long_text


def _dotted(key: str) -> Path:
    """Read a dotted key as TOML does; nothing where a line of a long text looks like one."""
    try:
        inner: object = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    path: list[str] = []
    while isinstance(inner, Mapping):
        ((name, inner),) = inner.items()
        path.append(name)
    return tuple(path)


def unreadable(
    file: str, line: int, message: str, remedy: str = "correct it"
) -> OrganisationRefused:
    """Return why a text cannot be read at all."""
    finding = Finding(
        rule="unreadable",
        severity=Severity.ERROR,
        file=file,
        line=line,
        message=message,
        remedy=remedy,
    )
    return OrganisationRefused([finding])
