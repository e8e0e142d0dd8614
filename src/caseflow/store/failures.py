"""What goes wrong in a database or on the way to it, said in caseflow's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from caseflow.errors import (
    CaseflowError,
    ConnectionLost,
    GivenUp,
    OutcomeUnknown,
    StoreError,
    TryAgain,
    ValueRefused,
)

_LOST_AGAINST_ANOTHER = frozenset({"40001", "40P01", "55P03"})
"""SQLSTATEs: serialization failure, deadlock, lock not available in time."""

_SQLITE_BUSY = frozenset({5, 6})
"""Primary result codes of SQLite: the database, or a table of it, is locked."""

_IN_ERROR = 3
"""PQTRANS_INERROR of libpq: all that PostgreSQL still takes is the end of the transaction."""


def listen(engine: Engine) -> None:
    """Let an engine raise errors of caseflow instead of those of its driver."""
    event.listen(engine, "handle_error", _translate)


def _translate(context: ExceptionContext) -> None:
    failure = context.sqlalchemy_exception
    # A server that starts, stops or is not there takes no connection: nothing has happened yet.
    is_out_of_reach = context.connection is None and context.dialect.name != "sqlite"
    translated = _translated(
        failure,
        context.original_exception,
        is_lost=bool(context.is_disconnect) or is_out_of_reach,
    )
    if translated is not None:
        raise translated from failure


@contextmanager
def in_our_words() -> Iterator[None]:
    """Raise errors of caseflow for those of the host's own engine, on which nobody listens.

    A key that exists already is worth another try where nobody has caught it: keys are the only
    constraints, so somebody else has just written the same.
    """
    try:
        yield
    except IntegrityError as failure:
        raise TryAgain(f"another transaction wrote the same: {failure.orig}") from failure
    except StatementError as failure:
        is_lost = isinstance(failure, DBAPIError) and failure.connection_invalidated
        translated = _translated(failure, failure.orig, is_lost=is_lost)
        if translated is None:
            raise
        raise translated from failure


def _translated(
    failure: BaseException | None, original: BaseException | None, *, is_lost: bool
) -> CaseflowError | None:
    """Return what an error means to the caller; None where its raiser knows better."""
    if isinstance(original, CaseflowError):
        return original
    if isinstance(original, UnicodeEncodeError | OverflowError) or isinstance(failure, DataError):
        return ValueRefused(f"the database cannot keep this: {original}")
    if not isinstance(failure, DBAPIError) or isinstance(failure, IntegrityError):
        return None
    if is_lost:
        return ConnectionLost(f"the connection to the database broke: {original}")
    if _is_lost_race(original):
        return TryAgain(f"another transaction was in the way: {original}")
    return StoreError(f"the database refused: {original}")


def _is_lost_race(original: BaseException | None) -> bool:
    code = getattr(original, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & 0xFF in _SQLITE_BUSY
    return getattr(original, "sqlstate", None) in _LOST_AGAINST_ANOTHER


def commit(connection: Connection) -> None:
    """Commit a transaction.

    Raises:
        GivenUp: a statement failed in it, and somebody caught the error.
        OutcomeUnknown: the connection broke before the database had answered.
    """
    # PostgreSQL answers the commit of a transaction in which a statement failed by taking
    # all of it back, without a word.
    driver = connection.connection.driver_connection
    if getattr(getattr(driver, "info", None), "transaction_status", None) == _IN_ERROR:
        raise GivenUp
    try:
        connection.commit()
    except ConnectionLost as failure:
        raise OutcomeUnknown(
            "the connection to the database broke during a commit: look whether it happened "
            "before you try again"
        ) from failure
