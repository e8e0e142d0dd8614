"""What was typed: parsing single values, and handing them out with their types."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from caseflow.cli.failures import Misused
from caseflow.cli.moments import ZONE
from caseflow.errors import StoreError
from caseflow.kernel import load_values
from caseflow.model import Value

T = TypeVar("T")

STANDARD = "-"
"""In the place of a file: standard input or output."""


class Arguments:
    """The arguments of one command, each handed out as what its command says it is."""

    def __init__(self, namespace: argparse.Namespace) -> None:
        """Take what argparse made of the command line."""
        self._values: Mapping[str, object] = vars(namespace)

    def get(self, name: str, kind: type[T]) -> T:
        """Return an argument that always has a value."""
        value = self._values[name]
        if not isinstance(value, kind):
            raise TypeError(f"{name} is {value!r}, not a {kind.__name__}")
        return value

    def maybe(self, name: str, kind: type[T]) -> T | None:
        """Return an argument that may be left out."""
        return None if self._values.get(name) is None else self.get(name, kind)

    def many(self, name: str, kind: type[T]) -> tuple[T, ...]:
        """Return an argument that may stand several times; empty where it does not stand."""
        values = self.maybe(name, list) or []
        return tuple(value for value in values if isinstance(value, kind))


def moment(text: str) -> datetime:
    """Read a day or a moment; what has no time zone is local, a day is its beginning."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as failure:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no moment: write 2026-03-02, 2026-03-02T09:00 or 2026-03-02T09:00+08:00"
        ) from failure
    return read if read.tzinfo is not None else read.replace(tzinfo=ZONE)


def count(text: str) -> int:
    """Read a number of at least one."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return int(text)


def seconds(text: str) -> float:
    """Read a span of at least a tenth of a second."""
    try:
        read = float(text)
    except ValueError:
        read = 0.0
    if not 0.1 <= read <= 86_400:  # noqa: PLR2004 - the message says the numbers
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds, 0.1 to 86400")
    return read


def add_variables(parser: argparse.ArgumentParser) -> None:
    """Let a command take values for the case file."""
    parser.add_argument(
        "-v",
        "--variable",
        action="append",
        dest="variable",
        metavar="NAME=VALUE",
        help="a value for the case file, as JSON where it is JSON, else as text; repeatable",
    )
    parser.add_argument(
        "--variables",
        metavar="FILE",
        help="a JSON file with an object of such values, or - for standard input",
    )


def variables_of(arguments: Arguments) -> dict[str, Value]:
    """Return the values for the case file: those of the file, then the single ones.

    Raises Misused.
    """
    file = arguments.maybe("variables", str)
    values = {} if file is None else _values_of_file(file)
    for pair in arguments.many("variable", str):
        name, equals, text = pair.partition("=")
        if not equals or not name.isidentifier():
            raise Misused(f"-v {pair}: write -v name=value, with a name that expressions can use")
        values[name] = value_of(text, option=f"-v {name}")
    return values


def value_of(text: str, *, option: str) -> Value:
    """Read one value: JSON where it is JSON, else the text itself. Raises Misused."""
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return _checked({"value": value}, source=option)["value"]


def _values_of_file(file: str) -> dict[str, Value]:
    try:
        text = sys.stdin.read() if file == STANDARD else Path(file).read_text(encoding="utf-8")
        values: object = json.loads(text)
    except (OSError, ValueError) as failure:
        raise Misused(f"--variables {file}: {failure}") from failure
    if not isinstance(values, dict):
        raise Misused(f"--variables {file}: write one JSON object, {{name: value, ...}}")
    return _checked(values, source=f"--variables {file}")


def _checked(values: dict[str, object], *, source: str) -> dict[str, Value]:
    """Return values as the case file keeps them: what JSON has no type for carries a tag."""
    try:
        return load_values(json.dumps(values))
    except StoreError as failure:
        raise Misused(
            f'{source}: an object with the key "$" is a tagged value, as --json prints them; '
            f"this one cannot be read: {failure.__cause__}"
        ) from failure
