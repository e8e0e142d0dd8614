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
from caseflow.store.processes import DeployedProcess, ProcessStore, StartOn
from caseflow.store.tables import METADATA
from caseflow.store.worklist import (
    CaseFilter,
    CaseRow,
    DueTimer,
    IncidentRow,
    JobRow,
    MessageRow,
    TaskFilter,
    TaskRow,
    Waiting,
    WaitingStore,
)

__all__ = [
    "METADATA",
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
    "ProcessStore",
    "StartOn",
    "Step",
    "TaskFilter",
    "TaskRow",
    "Waiting",
    "WaitingStore",
    "connection_of",
    "migrate",
]
