"""The driver connection of a host without SQLAlchemy: caseflow's writes join its transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.dialects import registry

from caseflow.errors import StoreError

Kind = Literal["sqlite", "postgresql"]
_DIALECTS = "caseflow.store.host_dialects"
registry.register("sqlite.borrowed", _DIALECTS, "BorrowedSqlite")
registry.register("postgresql.borrowed", _DIALECTS, "BorrowedPostgresql")

_DRIVERS = {"sqlite": "sqlite3", "postgresql": "psycopg 3"}


class HostDriver:
    """The connections of a host that talks to its database through a driver, without SQLAlchemy.

    ::

        driver = HostDriver("sqlite", lambda: connection)
        with driver.transaction() as host, engine.begin(host, actor="li") as work:
            work.start("dispute_mediation", business_key="2026-0017")
        connection.commit()
    """

    def __init__(self, kind: Kind, current: Callable[[], object]) -> None:
        """Remember where the host's connection is.

        Args:
            kind: ``"sqlite"`` for the module ``sqlite3``, ``"postgresql"`` for psycopg 3.
            current: returns the connection that the running thread uses now.

        Raises:
            StoreError: no database is of this kind.
        """
        if kind not in _DRIVERS:
            raise StoreError(f"a host's driver is of the kind sqlite or postgresql, not {kind!r}")
        self._kind = kind
        self._current = current
        self._engine = _borrowing(kind, current)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give out the transaction that the host has open, for `Engine.begin`.

        It is neither committed nor rolled back here, and its connection stays open.

        Raises:
            StoreError: the host has no transaction open, or its driver is another one.
        """
        self._check(self._current())
        with self._engine.connect() as connection:
            yield connection

    def _check(self, driver: object) -> None:
        knows = "in_transaction" if self._kind == "sqlite" else "autocommit"
        if not hasattr(driver, knows) or not hasattr(driver, "cursor"):
            wanted = _DRIVERS[self._kind]
            raise StoreError(f"the host gave no connection of {wanted}, but {type(driver)}")
        # In autocommit each statement would be kept by itself, whatever comes after it.
        is_open = (getattr(driver, knows) is True) is (self._kind == "sqlite")
        if not is_open:
            raise StoreError("the host has no transaction open: open one, then hand it in")


def _borrowing(kind: Kind, current: Callable[[], object]) -> Engine:
    """Return an engine whose every connection is the one that the host uses at the moment."""
    options: dict[str, Any] = {"use_native_hstore": False} if kind == "postgresql" else {}
    return create_engine(
        f"{kind}+borrowed://",
        creator=current,
        poolclass=NullPool,
        pool_reset_on_return=None,
        **options,
    )
