"""The database: the only package that knows SQL."""

from __future__ import annotations

from caseflow.store.cases import CaseStore, Step
from caseflow.store.contributions import CommentRow, Contributions, FileRow, Party
from caseflow.store.copying import Copied, copy_database
from caseflow.store.coroutines import (
    AsyncHostTransaction,
    AsyncTarget,
    async_database,
    awaited,
    entered,
    pause,
    sync_of,
)
from caseflow.store.database import (
    Database,
    DatabaseTarget,
    HostConnection,
    HostEngine,
    HostTransaction,
    connection_of,
    database_of,
)
from caseflow.store.dead_letters import DeadLetter, DeadLetterStore
from caseflow.store.directory import SqlDirectory, Structure
from caseflow.store.facts import Entry
from caseflow.store.host_driver import HostDriver
from caseflow.store.leases import Announced, Backlog, JobKey, LeasedJob, LeaseStore
from caseflow.store.leftovers import Leftovers, Orphan
from caseflow.store.matters import MatterStore, RelatedCase
from caseflow.store.messages import MessageRow, MessageState, MessageStore
from caseflow.store.migrating import migrate
from caseflow.store.outbox import Handed, OutboxStore, Subscriber, Undelivered
from caseflow.store.papers import Contents, Paper, PaperStore, Serial
from caseflow.store.processes import DeployedDecision, DeployedProcess, ProcessStore, StartOn
from caseflow.store.receipts import ReceiptStore, ReceivedBefore
from caseflow.store.schedules import Schedule, ScheduleStore
from caseflow.store.tables import METADATA
from caseflow.store.upcasts import SCHEMA, Stored, Upcast, upcast
from caseflow.store.waiting import DueTimer, IncidentRow, JobRow, Waiting, WaitingStore
from caseflow.store.ways import (
    Everywhere,
    Held,
    Named,
    OfParty,
    OfUnits,
    OpenToRole,
    Way,
)
from caseflow.store.worklist import CaseFilter, CaseRow, TaskFilter, TaskRow, Worklist

__all__ = [
    "METADATA",
    "SCHEMA",
    "Announced",
    "AsyncHostTransaction",
    "AsyncTarget",
    "Backlog",
    "CaseFilter",
    "CaseRow",
    "CaseStore",
    "CommentRow",
    "Contents",
    "Contributions",
    "Copied",
    "Database",
    "DatabaseTarget",
    "DeadLetter",
    "DeadLetterStore",
    "DeployedDecision",
    "DeployedProcess",
    "DueTimer",
    "Entry",
    "Everywhere",
    "FileRow",
    "Handed",
    "Held",
    "HostConnection",
    "HostDriver",
    "HostEngine",
    "HostTransaction",
    "IncidentRow",
    "JobKey",
    "JobRow",
    "LeaseStore",
    "LeasedJob",
    "Leftovers",
    "MatterStore",
    "MessageRow",
    "MessageState",
    "MessageStore",
    "Named",
    "OfParty",
    "OfUnits",
    "OpenToRole",
    "Orphan",
    "OutboxStore",
    "Paper",
    "PaperStore",
    "Party",
    "ProcessStore",
    "ReceiptStore",
    "ReceivedBefore",
    "RelatedCase",
    "Schedule",
    "ScheduleStore",
    "Serial",
    "SqlDirectory",
    "StartOn",
    "Step",
    "Stored",
    "Structure",
    "Subscriber",
    "TaskFilter",
    "TaskRow",
    "Undelivered",
    "Upcast",
    "Waiting",
    "WaitingStore",
    "Way",
    "Worklist",
    "async_database",
    "awaited",
    "connection_of",
    "copy_database",
    "database_of",
    "entered",
    "migrate",
    "pause",
    "sync_of",
    "upcast",
]
