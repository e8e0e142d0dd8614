"""Documents in the database: their numbers, what was issued, and the bytes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from caseflow.kernel import CaseId
from caseflow.store.database import begin_writing
from caseflow.store.tables import PAPER_CONTENTS, PAPER_NUMBERS, PAPERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Serial:
    """A number in a series that a unit counts through a year."""

    series: str
    unit: str
    year: int
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document that was issued in a case.

    ``digest`` is the SHA-256 of its bytes, ``template`` of the forms that it was made from;
    ``reference`` says where the bytes are, and is None when they were erased.
    """

    id: str
    case: CaseId
    form: str
    title: str
    number: str
    media_type: str
    digest: str
    template: str
    reference: str | None
    issued_at: datetime
    issued_by: str
    withdrawn_at: datetime | None = None
    reason: str = ""


class Contents(Protocol):
    """Where the bytes of documents are kept: in a table, or where the host says."""

    def put(self, data: bytes, *, digest: str) -> str:
        """Keep bytes, and return a reference to them.

        The transaction that asks may still be rolled back, so bytes without a document are
        no harm, and the same bytes may come again.
        """
        ...

    def get(self, reference: str) -> bytes | None:
        """Return the bytes of a reference, or None where they are gone."""
        ...

    def erase(self, reference: str) -> None:
        """Delete the bytes of a reference for good."""
        ...


class TableContents:
    """The bytes of documents in caseflow's own table, by their digest."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant

    def put(self, data: bytes, *, digest: str) -> str:
        """Keep bytes, unless they are kept already."""
        if self.get(digest) is None:
            self._connection.execute(
                insert(PAPER_CONTENTS), {"tenant": self._tenant, "digest": digest, "data": data}
            )
        return digest

    def get(self, reference: str) -> bytes | None:
        """Return the bytes of a digest, or None where they are gone."""
        found = self._connection.execute(
            select(PAPER_CONTENTS.c.data).where(
                PAPER_CONTENTS.c.tenant == self._tenant, PAPER_CONTENTS.c.digest == reference
            )
        ).scalar_one_or_none()
        return None if found is None else bytes(found)

    def erase(self, reference: str) -> None:
        """Delete the bytes of a digest."""
        self._connection.execute(
            delete(PAPER_CONTENTS).where(
                PAPER_CONTENTS.c.tenant == self._tenant, PAPER_CONTENTS.c.digest == reference
            )
        )


class PaperStore:
    """The rows of one tenant's documents, within one transaction."""

    def __init__(
        self, connection: Connection, *, tenant: str, contents: Contents | None = None
    ) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant
        self.contents = contents or TableContents(connection, tenant=tenant)

    def next_serial(self, series: str, *, unit: str, year: int) -> Serial:
        """Take the next number; nobody else gets one of this series until this is over."""
        begin_writing(self._connection)
        key = {"tenant": self._tenant, "series": series, "unit": unit, "year": year}
        place = and_(*(PAPER_NUMBERS.c[name] == value for name, value in key.items()))
        count_on = update(PAPER_NUMBERS).where(place).values(last=PAPER_NUMBERS.c.last + 1)
        if self._connection.execute(count_on).rowcount == 0:
            try:
                with self._connection.begin_nested():
                    self._connection.execute(insert(PAPER_NUMBERS), {**key, "last": 1})
            except IntegrityError:  # somebody else began the year at this very moment
                self._connection.execute(count_on)
        last = self._connection.execute(select(PAPER_NUMBERS.c.last).where(place)).scalar_one()
        return Serial(series=series, unit=unit, year=year, serial=int(last))

    def add(self, paper: Paper, serial: Serial | None) -> None:
        """Store a document that was issued."""
        row = {one.name: getattr(paper, one.name) for one in fields(paper)}
        row["paper_id"], row["case_id"] = row.pop("id"), row.pop("case")
        counted = {} if serial is None else _row(serial)
        self._connection.execute(insert(PAPERS), {"tenant": self._tenant, **row, **counted})

    def get(self, case: CaseId, paper: str) -> Paper | None:
        """Return a document of a case, or None where it has no such one."""
        return next(iter(self._papers(case, PAPERS.c.paper_id == paper)), None)

    def of_case(self, case: CaseId) -> list[Paper]:
        """Return the documents of a case, in the order in which they were issued."""
        return list(self._papers(case))

    def withdraw(self, paper: Paper, *, at: datetime, reason: str) -> None:
        """Mark a document as void."""
        self._change(paper, {"withdrawn_at": at, "reason": reason})

    def erase(self, paper: Paper) -> None:
        """Delete the bytes of a document, unless another one has the same."""
        if paper.reference is None:
            return
        self._change(paper, {"reference": None})
        others = select(PAPERS.c.paper_id).where(
            PAPERS.c.tenant == self._tenant, PAPERS.c.reference == paper.reference
        )
        if self._connection.execute(others.limit(1)).first() is None:
            self.contents.erase(paper.reference)

    def _change(self, paper: Paper, values: dict[str, Any]) -> None:
        self._connection.execute(
            update(PAPERS)
            .where(
                PAPERS.c.tenant == self._tenant,
                PAPERS.c.case_id == paper.case,
                PAPERS.c.paper_id == paper.id,
            )
            .values(**values)
        )

    def _papers(self, case: CaseId, *where: Any) -> Iterable[Paper]:
        rows = self._connection.execute(
            select(PAPERS)
            .where(PAPERS.c.tenant == self._tenant, PAPERS.c.case_id == case, *where)
            .order_by(PAPERS.c.issued_at, PAPERS.c.paper_id)
        )
        for row in rows:
            yield Paper(
                id=row.paper_id,
                case=CaseId(row.case_id),
                **{
                    one.name: getattr(row, one.name)
                    for one in fields(Paper)
                    if one.name not in {"id", "case"}
                },
            )


def _row(serial: Serial) -> dict[str, Any]:
    return {one.name: getattr(serial, one.name) for one in fields(serial)}
