"""On which line of a TOML text a key stands, which `tomllib` does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

Path = tuple[str, ...]

_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_TABLE = re.compile(rf"\s*\[\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]\s*(?:#|$)")
_LONG_TEXT = re.compile(r'"""|' + "'''")


class Lines:
    """The lines of the keys and tables of a text that `tomllib` could read."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        table: Path = ()
        in_long_text = False
        for number, line in enumerate(text.split("\n"), start=1):
            if not in_long_text:
                if header := _TABLE.match(line):
                    table = _path(header[1])
                    self._note(table, number)
                elif key := _KEY.match(line):
                    self._note(table + _path(key[1]), number)
            if len(_LONG_TEXT.findall(line)) % 2:
                in_long_text = not in_long_text

    def of(self, path: Path) -> int:
        """Return the line of a key, else of the table around it, else 1."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return 1

    def _note(self, path: Path, number: int) -> None:
        for length in range(1, len(path) + 1):
            self._lines.setdefault(path[:length], number)


def _path(key: str) -> Path:
    """Read a dotted key, quotes and escapes as TOML has them; no path if it is not one."""
    try:
        inner: object = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:  # a line of a long text that only looks like a key
        return ()
    path: list[str] = []
    while isinstance(inner, Mapping):
        ((name, inner),) = inner.items()
        path.append(name)
    return tuple(path)
