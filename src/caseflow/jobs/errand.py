"""Doing one job: calling its handler outside any transaction, and handing in what came of it."""

from __future__ import annotations

import itertools
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import assert_never

from caseflow.errors import CaseNotOpen, LeaseLost, StaleCase, StoreError
from caseflow.jobs.calling import Caller, Completed, Erred, Failed, Result
from caseflow.jobs.handlers import Handler, Handlers, Job
from caseflow.jobs.watch import Ended, Unwatched, Watch
from caseflow.jobs.workplace import Workplace
from caseflow.store import Announced, LeasedJob

LOG = logging.getLogger("caseflow.jobs")
"""Where everything that workers have to say goes; each record carries ``extra`` fields."""

CRASHES = 5
"""How many workers in a row may vanish with a job before an operator has to look at it."""

MAX_PAYLOAD = 1_000_000
"""Bytes of what a handler is given or returns."""

_MARGIN = timedelta(seconds=10)
"""Between the time that a handler may take and the end of the lease of its job."""

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Errands:
    """How a worker does jobs, whatever brought them to it."""

    place: Workplace
    caller: Caller
    watch: Watch
    crashes: int = CRASHES
    rest: Callable[[float], object] = time.sleep

    def call(self, handler: Handler, lease: LeasedJob) -> Result:
        """Call the handler of a job, unless the job is one that ends workers."""
        if lease.taken > self.crashes:
            return Failed(
                message=f"{lease.taken - 1} workers in a row vanished while they did it: it may "
                "end their processes",
                is_final=True,
            )
        if lease.problem:
            return Failed(message=lease.problem, is_final=True)
        self.watch.began(lease, now=self.place.now())
        began = time.monotonic()
        with self.watch.doing(lease):
            result = self.caller.call(handler, job_of(lease), size=lease.size)
        seconds = time.monotonic() - began
        self.watch.ended(Ended(topic=lease.topic, how=_how(result), seconds=seconds))
        return result

    def settle(
        self, handler: Handler, lease: LeasedJob, result: Result, *, within: timedelta
    ) -> None:
        """Hand in a result; while the database cannot be reached, again and again."""
        ends = time.monotonic() + within.total_seconds()
        pause = _FIRST_PAUSE
        while True:
            try:
                recorded = self.place.settle(lease, handler, result)
            except (LeaseLost, CaseNotOpen) as refusal:
                self.watch.ended(Ended(topic=lease.topic, how="refused", seconds=0.0))
                LOG.warning("a result was refused: %s", refusal, extra=about(lease, "refused"))
                return
            except (StaleCase, StoreError) as failure:
                if time.monotonic() + pause > ends:
                    LOG.exception("a result could not be stored", extra=about(lease, "lost"))
                    return
                LOG.info("storing a result again: %s", failure, extra=about(lease, "again"))
                self.rest(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            _say(lease, recorded)
            return


class Courier:
    """Does jobs that a task engine brings, each in the thread that brings it.

    A job that is done, that somebody else has, or that nobody here can do is left as it is.
    """

    def __init__(
        self,
        place: Workplace,
        handlers: Handlers,
        *,
        max_payload: int = MAX_PAYLOAD,
    ) -> None:
        """Do jobs of a workplace with these handlers."""
        self._place = place
        self._handlers = handlers
        self._name = new_name()
        self._numbers = itertools.count(1)
        self._errands = Errands(
            place=place,
            caller=Caller(max_payload=max_payload),
            watch=Unwatched(),
        )

    def work_like(self, *, watch: Watch, max_payload: int, crashes: int) -> None:
        """Do from now on what the worker of the same process does, watched by the same."""
        caller = Caller(max_payload=max_payload)
        self._errands = Errands(place=self._place, caller=caller, watch=watch, crashes=crashes)

    def bring(self, job: Announced) -> None:
        """Do one job, if it is still there and nobody has it."""
        handler = self._handlers.get(job.topic)
        if handler is None:
            LOG.warning(
                "a job waits for topic %s, for which this worker has no handler",
                job.topic,
                extra={"action": "topic_unknown", "topic": job.topic},
            )
            return
        within = handler.timeout + _MARGIN
        owner = f"{self._name}/{next(self._numbers)}"
        lease = self._place.take_one(job.key, owner=owner, lease=within)
        if lease is not None:
            result = self._errands.call(handler, lease)
            self._errands.settle(handler, lease, result, within=_MARGIN)


def new_name() -> str:
    """Return a name that no other worker has."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"


def job_of(lease: LeasedJob) -> Job:
    """Return what the handler sees of a job."""
    key = lease.key
    return Job(
        id=f"{key.case}:{key.number}",
        idempotency_key=f"{key.case}:{lease.element}:{key.number}",
        case=key.case,
        business_key=lease.business_key,
        process=lease.process,
        element=lease.element,
        topic=lease.topic,
        input=MappingProxyType(dict(lease.input)),
        attempt=lease.attempt,
        priority=lease.priority,
        created_at=lease.created_at,
    )


def about(lease: LeasedJob, action: str) -> dict[str, object]:
    """Return the fields of a log record on a job."""
    return {
        "action": f"job_{action}",
        "case": lease.key.case,
        "business_key": lease.business_key,
        "process_id": lease.process,
        "element": lease.element,
        "topic": lease.topic,
        "job": f"{lease.key.case}:{lease.key.number}",
        "attempt": lease.attempt,
    }


def _how(result: Result) -> str:
    match result:
        case Completed():
            return "completed"
        case Erred():
            return "erred"
        case Failed():
            return "failed"
        case _:
            assert_never(result)


def _say(lease: LeasedJob, result: Result) -> None:
    match result:
        case Completed():
            LOG.debug("job completed", extra=about(lease, "completed"))
        case Erred(code=code):
            LOG.info("job ended with error %s", code, extra=about(lease, "erred"))
        case Failed(message=message):
            LOG.warning("job failed: %s", message, extra=about(lease, "failed"))
        case _:
            assert_never(result)
