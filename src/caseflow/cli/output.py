"""What is printed: tables for people, one JSON document for programs; the one user of Rich."""

from __future__ import annotations

import importlib
import itertools
import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TextIO

_UNSHOWN = frozenset({"Cc", "Cf", "Cs"})
_ENDLESS = 1_000  # columns of what is no terminal: files and pipes want no line broken
_WIDE = 110  # columns from which there is room for what is good to know


class Style(StrEnum):
    """How a text stands out; the values are what Rich calls it."""

    PLAIN = ""
    HEAD = "bold"
    GOOD = "green"
    SOON = "yellow"
    BAD = "red"
    ASIDE = "dim"


_SGR = {Style.HEAD: 1, Style.ASIDE: 2, Style.BAD: 31, Style.GOOD: 32, Style.SOON: 33}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A text in a table that stands out."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table.

    ``is_whole``: its texts are never broken, because people copy them. ``is_extra``: it is
    left out where the terminal is narrow.
    """

    name: str
    is_whole: bool = False
    is_extra: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows in columns, under a title."""

    title: str = ""
    columns: Sequence[Column]
    rows: Sequence[Sequence[str | Cell]] = field(default_factory=tuple)


def shown(text: str) -> str:
    """Return text that cannot steer a terminal: on one line, without controls."""
    return "".join(
        char for char in " ".join(text.split()) if unicodedata.category(char) not in _UNSHOWN
    )


def needs_rich() -> None:
    """Make sure that tables can be printed. Raises ModuleNotFoundError."""
    importlib.import_module("rich")


class Output:
    """Where a command says what came of it.

    Results go to standard output, remarks and progress to standard error.
    """

    def __init__(self, *, is_json: bool, has_colour: bool) -> None:
        """Print JSON or text; in colour where the terminal takes it, unless that is unwanted."""
        self.is_json = is_json
        self._has_colour = has_colour

    def document(self, value: Mapping[str, object]) -> None:
        """Print the one JSON document of a command."""
        text = json.dumps(value, ensure_ascii=not _is_unicode(sys.stdout), indent=2)
        sys.stdout.write(text + "\n")

    def line(self, text: str = "", style: Style = Style.PLAIN) -> None:
        """Print one line of a result."""
        self._write(sys.stdout, text, style)

    def text(self, text: str) -> None:
        """Print a text of several lines as it is."""
        sys.stdout.write(text)

    def file(self, data: bytes) -> None:
        """Print the content of a file, which brings its own encoding."""
        sys.stdout.flush()
        sys.stdout.buffer.write(data)

    def note(self, text: str, style: Style = Style.PLAIN) -> None:
        """Print a remark that is not part of the result."""
        for line in text.splitlines() or [""]:
            self._write(sys.stderr, line, style)

    def table(self, table: Table) -> None:
        """Print a table as wide as the terminal allows. Raises ModuleNotFoundError."""
        from rich.console import Console  # noqa: PLC0415 - the core does without Rich
        from rich.table import Table as RichTable  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        width = _width(sys.stdout)
        is_coloured = self._is_coloured(sys.stdout)
        chosen = [
            index
            for index, column in enumerate(table.columns)
            if width >= _WIDE or not column.is_extra
        ]
        drawn = RichTable(box=None, pad_edge=False, header_style="bold", title_justify="left")
        for index in chosen:
            column = table.columns[index]
            drawn.add_column(column.name, no_wrap=column.is_whole, overflow="fold")
        for row in table.rows:
            cells = (row[index] for index in chosen)
            drawn.add_row(*(Text(shown(_text(cell)), style=_style(cell)) for cell in cells))
        console = Console(
            file=sys.stdout,
            width=width,
            force_terminal=is_coloured,
            color_system="standard" if is_coloured else None,
            markup=False,
            emoji=False,
            highlight=False,
        )
        if table.title:
            self.line(table.title, Style.HEAD)
        console.print(drawn)

    @contextmanager
    def progress(self, title: str) -> Iterator[Callable[[], None]]:
        """Show on a terminal that something long goes on; call what comes for every step."""
        if not sys.stderr.isatty() or not _has_rich():
            yield lambda: None
            return
        from rich.console import Console  # noqa: PLC0415 - the core does without Rich
        from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn  # noqa: PLC0415

        console = Console(file=sys.stderr, no_color=not self._is_coloured(sys.stderr))
        columns = (SpinnerColumn(), "{task.description}", TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(title, total=None)
            done = itertools.count(1)
            yield lambda: bar.update(task, description=f"{title}: {next(done)}")

    @contextmanager
    def bar(self, title: str) -> Iterator[Callable[[int, int], None]]:
        """Show on a terminal how far something long is; call with how much is done of what."""
        if not sys.stderr.isatty() or not _has_rich():
            yield lambda _done, _all: None
            return
        from rich.console import Console  # noqa: PLC0415 - the core does without Rich
        from rich.progress import Progress  # noqa: PLC0415

        console = Console(file=sys.stderr, no_color=not self._is_coloured(sys.stderr))
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task(title)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    def _write(self, stream: TextIO, text: str, style: Style) -> None:
        safe = "".join(char for char in text if unicodedata.category(char) not in _UNSHOWN)
        if style in _SGR and safe and self._is_coloured(stream):
            safe = f"\x1b[{_SGR[style]}m{safe}\x1b[0m"
        stream.write(safe + "\n")

    def _is_coloured(self, stream: TextIO) -> bool:
        if not self._has_colour:
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return stream.isatty() and os.environ.get("TERM") != "dumb"


def colour_wanted() -> bool:
    """Tell whether the surroundings leave colours on (https://no-color.org)."""
    return not os.environ.get("NO_COLOR")


def _has_rich() -> bool:
    try:
        needs_rich()
    except ModuleNotFoundError:
        return False
    return True


def _text(cell: str | Cell) -> str:
    return cell.text if isinstance(cell, Cell) else cell


def _style(cell: str | Cell) -> str:
    return cell.style.value if isinstance(cell, Cell) else ""


def _width(stream: TextIO) -> int:
    if stream.isatty() or os.environ.get("COLUMNS", "").isdecimal():
        return shutil.get_terminal_size().columns
    return _ENDLESS


def _is_unicode(stream: TextIO) -> bool:
    return (stream.encoding or "utf-8").lower().replace("-", "").startswith("utf")
