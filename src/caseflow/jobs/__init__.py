"""Machine work: handlers, the workers that call them, and the task engines that carry it."""

from __future__ import annotations

from caseflow.jobs.backoff import Backoff
from caseflow.jobs.calling import Caller, Completed, Erred, Failed, Result, sound
from caseflow.jobs.dispatch import Bell, Dispatcher, Errand, Poller
from caseflow.jobs.errand import MAX_PAYLOAD, Courier, Errands
from caseflow.jobs.handlers import RETRIES, TIMEOUT, Handler, Handlers, Job, Output
from caseflow.jobs.health import Health
from caseflow.jobs.logs import JsonLines
from caseflow.jobs.spans import Span, span_of
from caseflow.jobs.watch import Ended, Unwatched, Watch
from caseflow.jobs.worker import Status, Worker, WorkerOptions
from caseflow.jobs.workplace import Wanted, Workplace

__all__ = [
    "MAX_PAYLOAD",
    "RETRIES",
    "TIMEOUT",
    "Backoff",
    "Bell",
    "Caller",
    "Completed",
    "Courier",
    "Dispatcher",
    "Ended",
    "Errand",
    "Errands",
    "Erred",
    "Failed",
    "Handler",
    "Handlers",
    "Health",
    "Job",
    "JsonLines",
    "Output",
    "Poller",
    "Result",
    "Span",
    "Status",
    "Unwatched",
    "Wanted",
    "Watch",
    "Worker",
    "WorkerOptions",
    "Workplace",
    "sound",
    "span_of",
]
