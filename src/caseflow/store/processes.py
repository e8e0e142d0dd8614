"""Deployed processes in the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select

from caseflow.errors import StoreError, UnknownProcess, ValueRefused
from caseflow.kernel import SubscriptionKind
from caseflow.model import ElementId, ProcessId
from caseflow.store.messages import Awaited, MessageStore
from caseflow.store.tables import DECISIONS, PROCESSES, RESOURCES, STARTS

MAX_NUMBER = 2**31 - 1
"""The greatest number that every database keeps in a column of integers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedProcess:
    """One version of a process, as it was deployed.

    ``digest`` is the SHA-256 of everything that decides how it runs: its diagram, its
    parameters and ``calls``, the versions of the processes that it calls, and ``decisions``,
    those of the decisions that it asks. ``forms`` are the files of its forms, each with its
    name, by the keys under which tasks name them. ``overlay_of`` is the process that it was
    made from by an overlay.
    """

    id: ProcessId
    version: int
    digest: str
    name: str
    file: str
    diagram: bytes
    parameters: str | None
    calls: Mapping[ProcessId, int] = field(default_factory=dict)
    decisions: Mapping[str, int] = field(default_factory=dict)
    forms: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    overlay_of: ProcessId | None = None
    deployed_at: datetime
    deployed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedDecision:
    """One version of a decision, with the whole file that it stands in."""

    id: str
    version: int
    name: str
    file: str
    model: bytes
    deployed_at: datetime
    deployed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOn:
    """A message or signal that opens a case of a process at a start event."""

    process: ProcessId
    element: ElementId
    kind: SubscriptionKind
    name: str


class ProcessStore:
    """The rows of one tenant's processes, within one transaction."""

    def __init__(self, connection: Connection, *, tenant: str) -> None:
        """Use a connection that is inside a transaction, which somebody else ends."""
        self._connection = connection
        self._tenant = tenant

    def add(self, process: DeployedProcess, starts: Iterable[StartOn]) -> None:
        """Store a new version; from now on its start events are those of the process.

        Messages that were kept until now may open a case of it.
        """
        self._connection.execute(
            insert(PROCESSES),
            {
                "tenant": self._tenant,
                "process_id": process.id,
                "version": process.version,
                "digest": process.digest,
                "name": process.name,
                "file": process.file,
                "overlay_of": process.overlay_of,
                "diagram": self._keep(process.diagram),
                "parameters": None
                if process.parameters is None
                else self._keep(process.parameters.encode()),
                "calls": json.dumps(dict(process.calls), sort_keys=True),
                "decisions": json.dumps(dict(process.decisions), sort_keys=True),
                "forms": json.dumps(
                    {key: [file, self._keep(data)] for key, (file, data) in process.forms.items()},
                    sort_keys=True,
                ),
                "deployed_at": process.deployed_at,
                "deployed_by": process.deployed_by,
            },
        )
        self._connection.execute(
            delete(STARTS).where(
                STARTS.c.tenant == self._tenant, STARTS.c.process_id == process.id
            )
        )
        wanted = tuple(dict.fromkeys(starts))
        rows = [
            {
                "tenant": self._tenant,
                "process_id": start.process,
                "element": start.element,
                "kind": start.kind.value,
                "name": start.name,
                "version": process.version,
            }
            for start in wanted
        ]
        if rows:
            self._connection.execute(insert(STARTS), rows)
        MessageStore(self._connection, tenant=self._tenant).wake(
            [Awaited(kind=start.kind, name=start.name, key=None) for start in wanted],
            now=process.deployed_at,
        )

    def newest_version(self, process: ProcessId) -> int | None:
        """Return the number of the newest version of a process, or None."""
        return self._connection.execute(
            _NEWEST, {"tenant": self._tenant, "process": process}
        ).scalar_one_or_none()

    def newest(self, process: ProcessId) -> DeployedProcess | None:
        """Return the newest version of a process, or None where there is none."""
        version = self.newest_version(process)
        return None if version is None else self.version(process, version)

    def version(self, process: ProcessId, version: int) -> DeployedProcess:
        """Return one version of a process. Raises UnknownProcess, ValueRefused."""
        if abs(version) > MAX_NUMBER:
            raise ValueRefused(f"the database cannot keep this: version {version}")
        row = self._connection.execute(
            select(PROCESSES).where(
                PROCESSES.c.tenant == self._tenant,
                PROCESSES.c.process_id == process,
                PROCESSES.c.version == version,
            )
        ).one_or_none()
        if row is None:
            raise UnknownProcess(process, version=version)
        return DeployedProcess(
            id=process,
            version=row.version,
            digest=row.digest,
            name=row.name,
            file=row.file,
            diagram=self._resource(row.diagram),
            parameters=None if row.parameters is None else self._resource(row.parameters).decode(),
            calls={ProcessId(name): number for name, number in json.loads(row.calls).items()},
            decisions=json.loads(row.decisions),
            forms={
                key: (file, self._resource(digest))
                for key, (file, digest) in json.loads(row.forms).items()
            },
            overlay_of=None if row.overlay_of is None else ProcessId(row.overlay_of),
            deployed_at=row.deployed_at,
            deployed_by=row.deployed_by,
        )

    def overlaid(self, process: ProcessId) -> frozenset[ProcessId]:
        """Return the ids of what overlays made of a process."""
        rows = self._connection.execute(
            _OVERLAID, {"tenant": self._tenant, "process": process}
        ).scalars()
        return frozenset(map(ProcessId, rows))

    def form(self, process: ProcessId, version: int, key: str) -> tuple[str, str] | None:
        """Return the file and digest of a form of a version, or None where it has none."""
        found = self._connection.execute(
            select(PROCESSES.c.forms).where(
                PROCESSES.c.tenant == self._tenant,
                PROCESSES.c.process_id == process,
                PROCESSES.c.version == version,
            )
        ).scalar_one_or_none()
        named = json.loads(found or "{}").get(key)
        return None if named is None else (str(named[0]), str(named[1]))

    def resource(self, digest: str) -> bytes:
        """Return the content of a deployed file. Raises StoreError."""
        return self._resource(digest)

    def all_newest(self) -> list[tuple[ProcessId, int, str]]:
        """Return the id, newest version and name of every process, by id."""
        newest = (
            select(PROCESSES.c.process_id, func.max(PROCESSES.c.version).label("version"))
            .where(PROCESSES.c.tenant == self._tenant)
            .group_by(PROCESSES.c.process_id)
            .subquery()
        )
        rows = self._connection.execute(
            select(PROCESSES.c.process_id, PROCESSES.c.version, PROCESSES.c.name)
            .join(
                newest,
                and_(
                    PROCESSES.c.process_id == newest.c.process_id,
                    PROCESSES.c.version == newest.c.version,
                ),
            )
            .where(PROCESSES.c.tenant == self._tenant)
            .order_by(PROCESSES.c.process_id)
        )
        return [(ProcessId(row.process_id), row.version, row.name) for row in rows]

    def ids(self) -> frozenset[ProcessId]:
        """Return the ids of all processes."""
        rows = self._connection.execute(
            select(PROCESSES.c.process_id).where(PROCESSES.c.tenant == self._tenant).distinct()
        )
        return frozenset(ProcessId(row.process_id) for row in rows)

    def add_decision(self, decision: DeployedDecision) -> None:
        """Store a new version of a decision."""
        self._connection.execute(
            insert(DECISIONS),
            {
                "tenant": self._tenant,
                "decision_id": decision.id,
                "version": decision.version,
                "name": decision.name,
                "file": decision.file,
                "model": self._keep(decision.model),
                "deployed_at": decision.deployed_at,
                "deployed_by": decision.deployed_by,
            },
        )

    def newest_decision(self, decision: str) -> DeployedDecision | None:
        """Return the newest version of a decision, or None where there is none."""
        version = self._connection.execute(
            select(func.max(DECISIONS.c.version)).where(
                DECISIONS.c.tenant == self._tenant, DECISIONS.c.decision_id == decision
            )
        ).scalar_one_or_none()
        return None if version is None else self.decision(decision, version)

    def decision(self, decision: str, version: int) -> DeployedDecision:
        """Return one version of a decision. Raises StoreError where it is missing."""
        row = self._connection.execute(
            select(DECISIONS).where(
                DECISIONS.c.tenant == self._tenant,
                DECISIONS.c.decision_id == decision,
                DECISIONS.c.version == version,
            )
        ).one_or_none()
        if row is None:
            raise StoreError(f"deployed decision {decision} version {version} is missing")
        return DeployedDecision(
            id=decision,
            version=version,
            name=row.name,
            file=row.file,
            model=self._resource(row.model),
            deployed_at=row.deployed_at,
            deployed_by=row.deployed_by,
        )

    def starts(self, kind: SubscriptionKind, name: str) -> list[StartOn]:
        """Return the start events that wait for a message or signal, by process."""
        rows = self._connection.execute(
            select(STARTS)
            .where(
                STARTS.c.tenant == self._tenant,
                STARTS.c.kind == kind.value,
                STARTS.c.name == name,
            )
            .order_by(STARTS.c.process_id, STARTS.c.element)
        )
        return [
            StartOn(
                process=ProcessId(row.process_id),
                element=ElementId(row.element),
                kind=kind,
                name=name,
            )
            for row in rows
        ]

    def _keep(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        known = self._connection.execute(
            select(RESOURCES.c.digest).where(
                RESOURCES.c.tenant == self._tenant, RESOURCES.c.digest == digest
            )
        ).one_or_none()
        if known is None:
            self._connection.execute(
                insert(RESOURCES), {"tenant": self._tenant, "digest": digest, "data": data}
            )
        return digest

    def _resource(self, digest: str) -> bytes:
        data = self._connection.execute(
            select(RESOURCES.c.data).where(
                RESOURCES.c.tenant == self._tenant, RESOURCES.c.digest == digest
            )
        ).scalar_one_or_none()
        if data is None:
            raise StoreError(f"deployed file {digest} is missing")
        return bytes(data)


# Built once, because every start of a case asks for it.
_OVERLAID = (
    select(PROCESSES.c.process_id)
    .where(
        PROCESSES.c.tenant == bindparam("tenant"), PROCESSES.c.overlay_of == bindparam("process")
    )
    .distinct()
)
_NEWEST = (
    select(PROCESSES.c.version)
    .where(
        PROCESSES.c.tenant == bindparam("tenant"), PROCESSES.c.process_id == bindparam("process")
    )
    .order_by(PROCESSES.c.version.desc())
    .limit(1)
)
