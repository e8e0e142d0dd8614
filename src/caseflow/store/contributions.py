"""What people add to cases: copies, comments, files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from caseflow.kernel import CaseId
from caseflow.store.database import begin_writing
from caseflow.store.tables import COMMENTS, FILES, PARTIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody with a part in a case: they were sent a ``copy``, or ``did`` something."""

    case: CaseId
    person: str
    kind: str
    at: datetime
    by: str
    message: str = ""
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRow:
    """A comment; ``audience`` names the unit or the people who may read it."""

    case: CaseId
    id: str
    task: int | None
    author: str
    at: datetime
    visibility: str
    audience: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file of a case; ``reference`` tells the host where its bytes lie."""

    case: CaseId
    id: str
    task: int | None
    author: str
    at: datetime
    name: str
    media_type: str
    size: int
    digest: str
    reference: str


class Contributions:
    """What people added to one tenant's cases, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant

    def add_parties(self, parties: Iterable[Party]) -> None:
        """Add those who have no such part in the case yet."""
        begin_writing(self._connection)
        for one in parties:
            is_it = self._is_party(one.case, one.person, one.kind)
            if self._connection.execute(select(PARTIES.c.at).where(is_it)).first() is None:
                row = {"case_id": one.case, "person": one.person, "kind": one.kind, "at": one.at}
                more = {"by": one.by, "message": one.message, "read_at": None}
                self._insert(PARTIES, {**row, **more})

    def parties(self, case: CaseId) -> list[Party]:
        """Return everybody with a part in a case."""
        rows = self._connection.execute(
            select(PARTIES)
            .where(PARTIES.c.tenant == self._tenant, PARTIES.c.case_id == case)
            .order_by(PARTIES.c.person, PARTIES.c.kind)
        )
        return [_party(row) for row in rows]

    def copies(self, person: str, *, after: CaseId | None = None, limit: int) -> list[Party]:
        """Return what a person was sent copies of, the newest case first."""
        query = select(PARTIES).where(
            PARTIES.c.tenant == self._tenant, PARTIES.c.person == person, PARTIES.c.kind == "copy"
        )
        if after is not None:
            query = query.where(PARTIES.c.case_id < after)
        query = query.order_by(PARTIES.c.case_id.desc()).limit(limit)
        return [_party(row) for row in self._connection.execute(query)]

    def read_copy(self, case: CaseId, person: str, *, at: datetime) -> None:
        """Remember when a person first read their copy."""
        begin_writing(self._connection)
        self._connection.execute(
            update(PARTIES)
            .where(self._is_party(case, person, "copy"), PARTIES.c.read_at.is_(None))
            .values(read_at=at)
        )

    def add_comment(self, comment: CommentRow) -> None:
        """Keep a comment."""
        begin_writing(self._connection)
        self._insert(
            COMMENTS,
            {
                "case_id": comment.case,
                "comment_id": comment.id,
                "task": comment.task,
                "author": comment.author,
                "at": comment.at,
                "visibility": comment.visibility,
                "audience": json.dumps(comment.audience),
                "text": comment.text,
            },
        )

    def comments(self, case: CaseId) -> list[CommentRow]:
        """Return all comments on a case, the oldest first; who may read them is not asked."""
        rows = self._connection.execute(
            select(COMMENTS)
            .where(COMMENTS.c.tenant == self._tenant, COMMENTS.c.case_id == case)
            .order_by(COMMENTS.c.at, COMMENTS.c.comment_id)
        )
        return [
            CommentRow(
                case=case,
                id=row.comment_id,
                task=row.task,
                author=row.author,
                at=row.at,
                visibility=row.visibility,
                audience=tuple(json.loads(row.audience)),
                text=row.text,
            )
            for row in rows
        ]

    def add_file(self, file: FileRow) -> None:
        """Keep where a file lies."""
        begin_writing(self._connection)
        self._insert(
            FILES,
            {
                "case_id": file.case,
                "file_id": file.id,
                "task": file.task,
                "author": file.author,
                "at": file.at,
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
                "digest": file.digest,
                "reference": file.reference,
            },
        )

    def files(self, case: CaseId) -> list[FileRow]:
        """Return all files of a case, the oldest first."""
        rows = self._connection.execute(
            select(FILES)
            .where(FILES.c.tenant == self._tenant, FILES.c.case_id == case)
            .order_by(FILES.c.at, FILES.c.file_id)
        )
        return [
            FileRow(
                case=case,
                id=row.file_id,
                task=row.task,
                author=row.author,
                at=row.at,
                name=row.name,
                media_type=row.media_type,
                size=row.size,
                digest=row.digest,
                reference=row.reference,
            )
            for row in rows
        ]

    def _insert(self, table: Any, row: dict[str, Any]) -> None:
        self._connection.execute(insert(table), {"tenant": self._tenant, **row})

    def _is_party(self, case: CaseId, person: str, kind: str) -> Any:
        return and_(
            PARTIES.c.tenant == self._tenant,
            PARTIES.c.case_id == case,
            PARTIES.c.person == person,
            PARTIES.c.kind == kind,
        )


def _party(row: Any) -> Party:
    return Party(
        case=CaseId(row.case_id),
        person=row.person,
        kind=row.kind,
        at=row.at,
        by=row.by,
        message=row.message,
        read_at=row.read_at,
    )
