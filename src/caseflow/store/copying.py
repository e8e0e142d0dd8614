"""Copying all that caseflow keeps from one database to another, and proving the copy."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Table, and_, func, insert, select
from sqlalchemy.exc import StatementError

from caseflow.errors import StoreError, ValueRefused
from caseflow.history import End, check_facts
from caseflow.kernel import CaseId
from caseflow.store.database import DatabaseTarget, database_of
from caseflow.store.facts import fact_of
from caseflow.store.migrating import revision
from caseflow.store.tables import CASES, HISTORY, METADATA, REVISION

BATCH = 1_000
"""Rows that are read and written at a time."""

OnRows: TypeAlias = Callable[[int, int], None]
"""Called with how much is done and how much there is, to show progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What was copied: rows by table, and cases whose history was proved in the copy."""

    rows: Mapping[str, int]
    cases: int
    events: int


def copy_database(
    source: DatabaseTarget, target: DatabaseTarget, *, on_rows: OnRows | None = None
) -> Copied:
    """Copy all tenants, processes and cases into an empty database, in one transaction.

    The source is read as it stood at one moment. Then every row of the copy is compared with
    it and the history of every case is proved by its hashes, before the copy is committed.

    Raises:
        StoreError: the tables of the source are of another release, the target is not empty,
            the source was written meanwhile, or the copy is not the same. Nothing was copied.
        ValueRefused: the target cannot keep what is in the source. Nothing was copied.
    """
    opened = [one for one in (source, target) if isinstance(one, str)]
    origin, goal = database_of(source), database_of(target)
    try:
        with origin.read() as reading:
            _check_revision(reading)
            goal.upgrade()
            with goal.begin() as writing:
                _check_empty(writing)
                copied = _copy(reading, writing, on_rows or (lambda _done, _all: None))
                _check_unchanged(reading)
        return copied
    finally:
        for one, database in ((source, origin), (target, goal)):
            if one in opened:
                database.close()


def _copy(reading: Connection, writing: Connection, on_rows: OnRows) -> Copied:
    counts = _counts(reading)
    progress = _Progress(all=3 * sum(counts.values()), tell=on_rows)
    sums = {table: _copy_table(reading, writing, table, progress) for table in _TABLES}
    for table, expected in sums.items():
        found = _Sum()
        for rows in _batches(writing, select(table)):
            found.add(rows)
            progress.add(len(rows))
        if found != expected:
            raise StoreError(
                f"the copy of {table.name} is not the same: {found.rows} rows of {expected.rows}, "
                "or another content; nothing was copied"
            )
    cases, events = _prove(writing, progress)
    progress.end()
    return Copied(
        rows={table.name: expected.rows for table, expected in sums.items()},
        cases=cases,
        events=events,
    )


def _copy_table(
    reading: Connection, writing: Connection, table: Table, progress: _Progress
) -> _Sum:
    read = _Sum()
    for rows in _batches(reading, select(table)):
        read.add(rows)
        try:
            writing.execute(insert(table), [row._asdict() for row in rows])
        except (StatementError, ValueRefused) as failure:
            raise ValueRefused(
                f"the new database cannot keep a row of {table.name}: {failure}"
            ) from failure
        progress.add(len(rows))
    return read


def _prove(writing: Connection, progress: _Progress) -> tuple[int, int]:
    """Prove the history of every case in the copy; return how many cases and events there are."""
    cases = events = 0
    told = (row for rows in _batches(writing, _FACTS) for row in rows)
    for (_, case), rows in groupby(told, key=lambda row: (row.tenant, row.case_id)):
        facts = list(rows)
        end = End(length=facts[0].events, hash=facts[0].history_hash)
        checked = check_facts(case, [fact_of(CaseId(case), row) for row in facts], end=end)
        if checked.flaws:
            raise StoreError(f"{checked.flaws[0]}; nothing was copied")
        cases += 1
        events += len(facts)
        progress.add(len(facts))
    if cases != writing.execute(select(func.count()).select_from(CASES)).scalar_one():
        raise StoreError("there are cases without a history; nothing was copied")
    return cases, events


class _Sum:
    """How many rows there are, and a digest of them that does not depend on their order."""

    def __init__(self) -> None:
        self.rows = 0
        self._digest = 0

    def add(self, rows: Sequence[Row[Any]]) -> None:
        self.rows += len(rows)
        for row in rows:
            digest = hashlib.sha256(repr(tuple(row)).encode()).digest()
            self._digest = (self._digest + int.from_bytes(digest)) % (1 << 256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sum) and self._both == other._both

    def __hash__(self) -> int:
        return hash(self._both)

    @property
    def _both(self) -> tuple[int, int]:
        return self.rows, self._digest


@dataclass(slots=True, kw_only=True)
class _Progress:
    """Tells how much is done; each row is copied and compared, the facts are proved too."""

    all: int
    tell: OnRows
    done: int = 0

    def add(self, rows: int) -> None:
        self.done += rows
        self.tell(self.done, self.all)

    def end(self) -> None:
        self.tell(self.all, self.all)


def _batches(connection: Connection, query: Any) -> Iterator[Sequence[Row[Any]]]:
    with connection.execute(query, execution_options={"yield_per": BATCH}) as result:
        yield from result.partitions()


def _check_revision(reading: Connection) -> None:
    found = revision(reading)
    if found is None:
        raise StoreError("the database to be copied has no tables of caseflow")
    if found != REVISION:
        raise StoreError(
            f"the tables to be copied are of revision {found}, this release copies {REVISION}: "
            "open the database once with this release, which brings it up to date"
        )


def _check_empty(writing: Connection) -> None:
    full = [name for name, rows in _counts(writing).items() if rows]
    if full:
        raise StoreError(
            f"the database to copy into is not empty: there are rows in {', '.join(full)}"
        )


def _check_unchanged(reading: Connection) -> None:
    before = _fingerprint(reading)
    reading.rollback()  # from here on it sees what others have written since
    if _fingerprint(reading) != before:
        raise StoreError(
            "cases went on while they were copied, and would be missed in the copy: stop what "
            "writes to the database, then copy again; nothing was copied"
        )


def _fingerprint(connection: Connection) -> tuple[object, ...]:
    """Return what changes with every command of a case, and every row that comes or goes."""
    versions = connection.execute(select(func.sum(CASES.c.version))).scalar_one()
    return versions, *_counts(connection).values()


def _counts(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in _TABLES
    }


_TABLES = METADATA.sorted_tables
_FACTS = (
    select(HISTORY, CASES.c.events, CASES.c.history_hash)
    .join(CASES, and_(CASES.c.tenant == HISTORY.c.tenant, CASES.c.case_id == HISTORY.c.case_id))
    .order_by(HISTORY.c.tenant, HISTORY.c.case_id, HISTORY.c.sequence)
)
