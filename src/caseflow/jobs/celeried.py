"""Celery carries the jobs: told after the commit by a relay, which looks into the job table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext

from celery import Celery

from caseflow.jobs.dispatch import Errand
from caseflow.kernel import CaseId
from caseflow.store import Announced, HostConnection, JobKey

QUEUE = "caseflow."
"""What the names of the queues begin with; the topic follows."""

_HIGHEST = 9
"""The priorities of brokers go from 0 to this; those of caseflow are usually below 100."""


class CeleryDispatcher:
    """Tells Celery of jobs that are committed, whatever broker it has.

    The row of a job is its outbox row: a worker of caseflow reads those that nobody was told
    of, and publishes them. What is published twice is done once; what is lost on the way is
    published again. Start Celery's own workers beside it::

        celery -A office.tasks worker -Q caseflow.send_sms,caseflow.print
    """

    is_polled = False

    def __init__(self, app: Celery) -> None:
        """Carry jobs with an app."""
        self.app = app
        self._name = ""

    def bind(self, errand: Errand, *, tenant: str) -> None:
        """Register the task that does a job; a message is acknowledged when it is done."""
        self._name = f"caseflow.job:{tenant}"

        def do(case: str, number: int, topic: str, priority: int) -> None:
            key = JobKey(case=CaseId(case), number=number)
            errand(Announced(key=key, topic=topic, priority=priority))

        self.app.task(
            name=self._name,
            shared=False,  # with every other app of the process
            acks_late=True,
            reject_on_worker_lost=True,
            ignore_result=True,
        )(do)

    def announce(self, connection: HostConnection, jobs: Sequence[Announced]) -> bool:  # noqa: ARG002
        """Leave it to the relay: a broker joins no transaction."""
        return False

    def publish(self, jobs: Sequence[Announced]) -> None:
        """Send a message for each job. Raises what the broker raises."""
        with self.app.producer_or_acquire() as producer:
            for job in jobs:
                self.app.send_task(
                    self._name,
                    args=(job.key.case, job.key.number, job.topic, job.priority),
                    queue=f"{QUEUE}{job.topic}",
                    priority=min(_HIGHEST, job.priority // 10),
                    producer=producer,
                    ignore_result=True,
                )

    def carry(
        self,
        queues: Collection[str],  # noqa: ARG002
        *,
        threads: int,  # noqa: ARG002
    ) -> AbstractContextManager[object]:
        """Do nothing: Celery's workers are processes of their own."""
        return nullcontext()
