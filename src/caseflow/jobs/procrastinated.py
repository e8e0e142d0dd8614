"""Procrastinate carries the jobs: told within the case's own transaction, on PostgreSQL."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status

from caseflow.errors import StoreError
from caseflow.jobs.dispatch import Errand
from caseflow.jobs.errand import LOG
from caseflow.kernel import CaseId
from caseflow.store import Announced, HostConnection, JobKey

QUEUE = "caseflow."
"""What the names of the queues begin with; the topic follows."""

_PAUSE = 0.5
"""Seconds until Procrastinate's workers are started again."""

_STALLED = 30.0
"""Seconds between two looks for what vanished workers have left."""


class ProcrastinateDispatcher:
    """Tells Procrastinate of each job, in the transaction that starts the job.

    ::

        app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=...))
        engine = Engine(url, dispatcher=ProcrastinateDispatcher(app))

    Without locks and without jobs of the future: what is put off stays in caseflow's table,
    and a worker of caseflow tells of it when its time has come.
    """

    is_polled = False

    def __init__(self, app: App) -> None:
        """Carry jobs with an app, whose schema is in the database of the cases."""
        self._app = app
        # Inside a task, the app is open for async use, and cannot defer; this one always can.
        self._teller = App(connector=SyncPsycopgConnector())
        self._name = ""
        self._tenant = ""

    def bind(self, errand: Errand, *, tenant: str) -> None:
        """Register the task that does a job."""
        self._tenant = tenant
        self._name = f"caseflow.job:{tenant}"

        @self._app.task(name=self._name, queue=QUEUE)
        def do(*, case: str, number: int, topic: str, priority: int) -> None:
            key = JobKey(case=CaseId(case), number=number)
            errand(Announced(key=key, topic=topic, priority=priority))

    def announce(self, connection: HostConnection, jobs: Sequence[Announced]) -> bool:
        """Enqueue jobs; False on an async connection, where a worker of caseflow does it later."""
        driver = connection.connection.driver_connection
        if driver is None or inspect.iscoroutinefunction(driver.commit):
            return False
        for job in jobs:
            key = job.key
            try:
                # What is enqueued already breaks the transaction around it, but not this one.
                with connection.begin_nested():
                    self._teller.configure_task(
                        self._name,
                        queue=f"{QUEUE}{job.topic}",
                        priority=job.priority,
                        queueing_lock=f"{self._tenant}:{key.case}:{key.number}",
                        connection=driver,
                    ).defer(
                        case=key.case, number=key.number, topic=job.topic, priority=job.priority
                    )
            except AlreadyEnqueued:  # it waits there; one of them is enough
                continue
        return True

    def publish(self, jobs: Sequence[Announced]) -> None:
        """Do nothing: what cannot join a transaction is told of by a worker, in one of its own."""

    @contextmanager
    def carry(self, queues: Collection[str], *, threads: int) -> Iterator[None]:
        """Run Procrastinate's workers in a thread, one for each topic, so that none waits.

        It ends when what runs has ended.
        """
        started = threading.Event()
        loop = asyncio.new_event_loop()
        loop.set_default_executor(ThreadPoolExecutor(max(1, threads * len(queues))))
        tasks: list[asyncio.Task[None]] = []

        async def run() -> None:
            tasks.append(asyncio.ensure_future(self._work(queues, threads=threads)))
            started.set()
            await asyncio.wait(tasks)
            await loop.shutdown_default_executor()

        thread = threading.Thread(
            target=loop.run_until_complete, args=(run(),), name="caseflow-procrastinate"
        )
        thread.start()
        started.wait()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(tasks[0].cancel)
            thread.join()
            loop.close()

    async def _work(self, queues: Collection[str], *, threads: int) -> None:
        """Run Procrastinate's workers until this is cancelled, anew when the database was away."""
        while True:
            try:
                await self._run_workers(queues, threads=threads)
            except* Exception as failures:  # noqa: BLE001 - whatever ended them, they are needed
                LOG.warning(
                    "Procrastinate's workers ended and are started again: %s",
                    failures.exceptions[0],
                    extra={"action": "carrier_ended"},
                )
            await asyncio.sleep(_PAUSE)

    async def _run_workers(self, queues: Collection[str], *, threads: int) -> None:
        try:
            await self._app.open_async()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._forget_stalled())
                for topic in queues:
                    group.create_task(self._run_worker(topic, threads=threads))
        finally:
            await self._app.close_async()

    async def _run_worker(self, topic: str, *, threads: int) -> None:
        await self._app.run_worker_async(
            queues=[f"{QUEUE}{topic}"],
            concurrency=threads,
            install_signal_handlers=False,
            delete_jobs="successful",
        )
        raise StoreError("it ended by itself")  # so that the others end, too, and all are begun

    async def _forget_stalled(self) -> None:
        """Delete what workers were at that have vanished: the jobs are told of again anyway."""
        manager = self._app.job_manager
        while True:
            for job in await manager.get_stalled_jobs(task_name=self._name):
                await manager.finish_job(job, Status.FAILED, delete_job=True)
            await asyncio.sleep(_STALLED)
