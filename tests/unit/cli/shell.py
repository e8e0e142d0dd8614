"""A command line for tests: a database of its own, a clock to move, and what was printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from caseflow.cli import main
from caseflow.testing import FakeClock

DATA = Path(__file__).parent / "data"
"""Two diagrams with their parameter file: ``visit`` calls ``report_writing``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What one command came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The result without the spaces at the ends of its lines."""
        return [line.rstrip() for line in self.out.splitlines()]

    @property
    def document(self) -> Mapping[str, object]:
        """The JSON document that was printed, and nothing else was."""
        document: object = json.loads(self.out)
        assert isinstance(document, dict)
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """Runs commands as li, on one database, at the moment that its clock tells."""

    capture: pytest.CaptureFixture[str]
    clock: FakeClock
    folder: Path

    @property
    def database(self) -> Path:
        """The file of the database, which the first deployment makes."""
        return self.folder / "cases.db"

    def run(self, *arguments: str) -> Printed:
        """Run a command that may fail."""
        self.capture.readouterr()
        code = main(["--db", str(self.database), *arguments], clock=self.clock)
        printed = self.capture.readouterr()
        return Printed(code=code, out=printed.out, err=printed.err)

    def do(self, *arguments: str) -> Printed:
        """Run a command that must not fail."""
        printed = self.run(*arguments)
        assert printed.code == 0, printed.err
        return printed

    def start(self, key: str, *arguments: str) -> Printed:
        """Open a visit under a business key; a second later than the one before."""
        printed = self.do("start", "visit", "--key", key, *arguments)
        self.clock.move(timedelta(seconds=1))
        return printed

    def ask(self, *arguments: str) -> Mapping[str, object]:
        """Run a command that must not fail, and return its JSON document."""
        return self.do(*arguments, "--json").document

    def part(self, key: str, *arguments: str) -> list[dict[str, object]]:
        """Return one list of the JSON document of a command that must not fail."""
        found = self.ask(*arguments)[key]
        assert isinstance(found, list)
        return found

    def case(self, *arguments: str) -> dict[str, object]:
        """Return the case of the JSON document of a command that must not fail."""
        found = self.ask(*arguments)["case"]
        assert isinstance(found, dict)
        return found
