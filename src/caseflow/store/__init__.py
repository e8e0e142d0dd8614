"""The database: the only package that knows SQL."""

from __future__ import annotations

from caseflow.store.cases import CaseStore, Entry, Step
from caseflow.store.database import (
    Database,
    DatabaseTarget,
    HostConnection,
    HostTransaction,
    connection_of,
    migrate,
)
from caseflow.store.messages import MessageRow, MessageState, MessageStore
from caseflow.store.processes import DeployedProcess, ProcessStore, StartOn
from caseflow.store.tables import METADATA
from caseflow.store.upcasts import SCHEMA, Stored, Upcast, upcast
from caseflow.store.waiting import DueTimer, IncidentRow, JobRow, Waiting, WaitingStore
from caseflow.store.worklist import CaseFilter, CaseRow, TaskFilter, TaskRow, Worklist

__all__ = [
    "METADATA",
    "SCHEMA",
    "CaseFilter",
    "CaseRow",
    "CaseStore",
    "Database",
    "DatabaseTarget",
    "DeployedProcess",
    "DueTimer",
    "Entry",
    "HostConnection",
    "HostTransaction",
    "IncidentRow",
    "JobRow",
    "MessageRow",
    "MessageState",
    "MessageStore",
    "ProcessStore",
    "StartOn",
    "Step",
    "Stored",
    "TaskFilter",
    "TaskRow",
    "Upcast",
    "Waiting",
    "WaitingStore",
    "Worklist",
    "connection_of",
    "migrate",
    "upcast",
]
