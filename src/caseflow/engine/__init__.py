"""One command, one transaction: the API that hosts use."""

from __future__ import annotations

from caseflow.engine.deployment import Deployed
from caseflow.engine.due import Done
from caseflow.engine.engine import Engine
from caseflow.engine.files import calls_of, files_of
from caseflow.engine.pages import Page
from caseflow.engine.views import (
    CaseView,
    IncidentView,
    JobId,
    JobView,
    MessageView,
    Place,
    ProcessView,
    TaskId,
    TaskView,
)
from caseflow.engine.work import Work
from caseflow.store import CaseFilter, CaseRow, Entry, MessageState, TaskFilter

__all__ = [
    "CaseFilter",
    "CaseRow",
    "CaseView",
    "Deployed",
    "Done",
    "Engine",
    "Entry",
    "IncidentView",
    "JobId",
    "JobView",
    "MessageState",
    "MessageView",
    "Page",
    "Place",
    "ProcessView",
    "TaskFilter",
    "TaskId",
    "TaskView",
    "Work",
    "calls_of",
    "files_of",
]
