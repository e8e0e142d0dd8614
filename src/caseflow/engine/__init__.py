"""One command, one transaction: the API that hosts use."""

from __future__ import annotations

from caseflow.engine.asynchronous import AsyncEngine, AsyncWork
from caseflow.engine.checkup import Checkup
from caseflow.engine.deadlines import Deadlines, DeadlineView
from caseflow.engine.decisions import DECISIONS, DecisionFile, read_decision_files
from caseflow.engine.deployment import Deployed
from caseflow.engine.due import Done
from caseflow.engine.engine import Engine
from caseflow.engine.events import WAITS as EVENT_WAITS
from caseflow.engine.events import DeadLetterView, Events, Listener, SubscriberView
from caseflow.engine.files import PARAMETERS, calls_of, files_of, together
from caseflow.engine.handing import Handing, Jurisdiction
from caseflow.engine.matters import MERGED, Matters, Part
from caseflow.engine.pages import Page
from caseflow.engine.papers import Issuer, Papers
from caseflow.engine.records import Counting, Records
from caseflow.engine.schedules import Schedules, ScheduleView
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
from caseflow.kernel import Relation
from caseflow.store import (
    CaseFilter,
    CaseRow,
    Contents,
    Entry,
    HostDriver,
    MessageState,
    Paper,
    RelatedCase,
    TaskFilter,
)

__all__ = [
    "DECISIONS",
    "EVENT_WAITS",
    "MERGED",
    "PARAMETERS",
    "AsyncEngine",
    "AsyncWork",
    "CaseFilter",
    "CaseRow",
    "CaseView",
    "Checkup",
    "Contents",
    "Counting",
    "DeadLetterView",
    "DeadlineView",
    "Deadlines",
    "DecisionFile",
    "Deployed",
    "Done",
    "Engine",
    "Entry",
    "Events",
    "Handing",
    "HostDriver",
    "IncidentView",
    "Issuer",
    "JobId",
    "JobView",
    "Jurisdiction",
    "Listener",
    "Matters",
    "MessageState",
    "MessageView",
    "Page",
    "Paper",
    "Papers",
    "Part",
    "Place",
    "ProcessView",
    "Records",
    "RelatedCase",
    "Relation",
    "ScheduleView",
    "Schedules",
    "SubscriberView",
    "TaskFilter",
    "TaskId",
    "TaskView",
    "Work",
    "calls_of",
    "files_of",
    "read_decision_files",
    "together",
]
