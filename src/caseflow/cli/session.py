"""What every command works with: the database, who acts, the clock and the output."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from caseflow.cli.failures import Misused
from caseflow.cli.output import Output
from caseflow.clock import Clock
from caseflow.engine import Engine, Work
from caseflow.errors import StoreError

DATABASE = "cases.db"
"""The database, where nothing else is said."""

_SQLITE_FILE = "sqlite:///"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run of the command line."""

    database: str
    tenant: str
    named_actor: str | None
    clock: Clock
    out: Output

    @property
    def actor(self) -> str:
        """Who acts: who is named, or else the person that is logged in. Raises Misused."""
        named = self.named_actor or os.environ.get("CASEFLOW_ACTOR")
        if named:
            return named
        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError) as failure:
            raise Misused("nobody is logged in: say with --actor who acts") from failure

    @contextmanager
    def engine(self, *, may_create: bool = False) -> Iterator[Engine]:
        """Open the engine on the database.

        Raises StoreError where the file of the database does not exist, unless it
        ``may_create`` it: a mistyped name should not leave an empty database behind.
        """
        url = url_of(self.database) if may_create else existing_url(self.database)
        with Engine(url, tenant=self.tenant, clock=self.clock) as engine:
            yield engine

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Open a unit of work of the one who acts."""
        actor = self.actor
        with self.engine() as engine, engine.begin(actor=actor) as work:
            yield work

    @contextmanager
    def view(self) -> Iterator[Work]:
        """Open the cases to look at them, which nobody needs a name for."""
        with self.engine() as engine, engine.begin() as work:
            yield work


def url_of(database: str) -> str:
    """Return the URL of what was typed: a URL, or a SQLite file."""
    return database if "://" in database else f"{_SQLITE_FILE}{database}"


def existing_url(database: str) -> str:
    """Return the URL of what was typed. Raises StoreError where its file does not exist."""
    url = url_of(database)
    missing = _missing_file(url)
    if missing:
        raise StoreError(f"there is no database {missing}: `caseflow deploy PATH` makes it")
    return url


def _missing_file(url: str) -> str:
    file = url.removeprefix(_SQLITE_FILE).partition("?")[0]
    is_file = url.startswith(_SQLITE_FILE) and file not in {"", ":memory:"}
    return file if is_file and not Path(file).exists() else ""
