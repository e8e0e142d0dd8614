"""The database: its transactions, those of caseflow and those of the host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, TypeAlias

from sqlalchemy import Connection, Engine

from caseflow.errors import GivenUp, StoreError
from caseflow.store.failures import commit, in_our_words
from caseflow.store.migrating import migrate, revision
from caseflow.store.opening import OnlyAsyncConnection, OnlyConnection, opened
from caseflow.store.tables import REVISION

_ONE_THING = "caseflow_one_thing"
"""The execution option of a connection whose transaction is lost with any part of it."""

_BROKEN = "caseflow_broken"
"""The execution option of one in whose transaction a command was written half."""


class SessionLike(Protocol):
    """What caseflow needs of the host's SQLAlchemy session."""

    def connection(self) -> Connection:
        """Return the connection of the session's transaction."""
        ...


HostConnection: TypeAlias = Connection
"""A connection inside a transaction."""

HostEngine: TypeAlias = Engine
"""The host's own SQLAlchemy engine."""

HostTransaction: TypeAlias = Connection | SessionLike
"""A connection or session of the host, inside a transaction that the host ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """The innermost transaction on a database that the running thread or coroutine has open."""

    connection: Connection
    is_writing: bool


_OPEN: ContextVar[Mapping[Database, _Open]] = ContextVar("open", default=MappingProxyType({}))


class Database:
    """One database that holds the tables of caseflow, perhaps beside those of the host."""

    def __init__(
        self,
        target: str | Engine,
        *,
        replica: str | Engine | None = None,
        owned: Iterable[Engine] = (),
    ) -> None:
        """Open a database by URL, or use the host's SQLAlchemy engine as it is.

        Args:
            target: its URL, or the engine.
            replica: a copy that follows it; what may lag behind is read there.
            owned: which engines end with it, besides those that it opens itself.

        Raises:
            StoreError: a URL is none.
        """
        self._owned = [*owned]
        self._engine = self._engine_of(target)
        self._replica = self._engine if replica is None else self._engine_of(replica)
        self._is_closed = False

    def _engine_of(self, target: str | Engine) -> Engine:
        if not isinstance(target, str):
            return target
        self._owned.append(opened(target))
        return self._owned[-1]

    @contextmanager
    def begin(self, *, is_one_thing: bool = False) -> Iterator[Connection]:
        """Open a transaction that is committed at the end, or rolled back by an error.

        Args:
            is_one_thing: where the database refuses a part of it, all of it is lost; else a
                command that fails takes nothing else with it, which costs a savepoint each.

        Raises:
            GivenUp: it is one thing, and somebody caught the error of a part inside.
            StoreError: this thread has one open already, for which it would wait in vain.
            TryAgain: another transaction was in the way; nothing happened.
            OutcomeUnknown: the connection broke during the commit.
        """
        self._check_open()
        around = _OPEN.get().get(self)
        is_alone = isinstance(self._engine.pool, OnlyConnection | OnlyAsyncConnection)
        if around is not None and (around.is_writing or is_alone):
            raise StoreError(
                "a unit of work is open in this thread already: end it before the next, or do "
                "both things in one"
            )
        with in_our_words(), self._engine.connect() as connection:
            connection.execution_options(**{_ONE_THING: is_one_thing})
            begin_writing(connection)
            with self._opened(_Open(connection=connection, is_writing=True)):
                yield connection
            if connection.get_execution_options().get(_BROKEN, False):
                raise GivenUp
            commit(connection)

    @contextmanager
    def read(self, *, may_lag: bool = False) -> Iterator[Connection]:
        """Open a transaction that only looks: it blocks no writer, and none blocks it.

        It sees the database as it was when it first looked; inside a transaction of the
        same thread it sees what that has done so far. What ``may_lag`` is read from the
        replica, if there is one.
        """
        self._check_open()
        around = _OPEN.get().get(self)
        if around is not None:
            yield around.connection
            return
        with in_our_words(), (self._replica if may_lag else self._engine).connect() as connection:
            _begin_reading(connection)
            with self._opened(_Open(connection=connection, is_writing=False)):
                yield connection

    @contextmanager
    def _opened(self, transaction: _Open) -> Iterator[None]:
        token = _OPEN.set({**_OPEN.get(), self: transaction})
        try:
            yield
        finally:
            _OPEN.reset(token)

    def _check_open(self) -> None:
        if self._is_closed:
            raise StoreError("the engine is closed")

    def upgrade(self) -> None:
        """Create the tables, or bring those of an older release up to date.

        Raises:
            StoreError: the tables are those of a newer release.
        """
        with self.read() as connection:
            is_current = revision(connection) == REVISION
        if not is_current:
            with self.begin() as connection:
                migrate(connection)

    def close(self) -> None:
        """Close the connections, unless they are the host's."""
        self._is_closed = True
        for engine in self._owned:
            engine.dispose()


DatabaseTarget: TypeAlias = str | Engine | Database
"""A database URL, the host's own SQLAlchemy engine, or a database that is open already."""


def database_of(target: DatabaseTarget, *, replica: str | Engine | None = None) -> Database:
    """Return the database that the host named, opened if need be.

    Raises:
        StoreError: the URL is none.
    """
    return target if isinstance(target, Database) else Database(target, replica=replica)


def connection_of(host: HostTransaction) -> Connection:
    """Return the connection of the transaction that the host handed in.

    What goes wrong in its database the host hears in the words of SQLAlchemy, as from its own
    statements, because it is the host who ends the transaction.
    """
    return host if isinstance(host, Connection) else host.connection()


def begin_writing(connection: Connection) -> None:
    """Make sure that the transaction has begun in the database, and may write.

    SQLite's driver by itself begins with the first change, so that what was read before
    it may have changed since, and a savepoint without a transaction around it commits.
    """
    if _awaits_begin(connection):
        # A reader that turns into a writer half way can fail; a writer from the start waits.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@dataclass(slots=True)
class Writing:
    """How far a command has been written: nothing of it yet, or some."""

    has_begun: bool = False


@contextmanager
def all_or_nothing(connection: Connection) -> Iterator[Writing]:
    """Let what is written inside be kept altogether or not at all.

    A savepoint sees to it, so that the transaction may go on after an error. One that is one
    thing anyway is given up instead, unless nothing ``has_begun`` to be written: the savepoint
    would cost each command two round trips.
    """
    begin_writing(connection)
    if not connection.get_execution_options().get(_ONE_THING, False):
        with connection.begin_nested():
            yield Writing()
        return
    writing = Writing()
    try:
        yield writing
    except BaseException:
        if writing.has_begun:
            connection.execution_options(**{_BROKEN: True})
        raise


def _begin_reading(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    elif _awaits_begin(connection):
        connection.exec_driver_sql("BEGIN")


def _awaits_begin(connection: Connection) -> bool:
    if connection.dialect.name != "sqlite":
        return False
    return getattr(connection.connection.driver_connection, "in_transaction", True) is False
