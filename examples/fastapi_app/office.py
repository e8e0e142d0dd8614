"""What the application keeps open while it runs: its database, the engine, and a worker.

Requests are coroutines, so they use `AsyncEngine`, on the application's own asynchronous engine
of SQLAlchemy. Handlers and subscribers may block, so a worker runs them in threads, on an `Engine`
of its own. Both meet in the database, and so do all processes of the application.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from examples.fastapi_app.tables import Base, Petition
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import create_engine, make_url, update
from sqlalchemy.ext.asyncio import AsyncEngine as AsyncSqlEngine
from sqlalchemy.ext.asyncio import create_async_engine

from caseflow import Engine
from caseflow.engine import AsyncEngine, Entry
from caseflow.jobs import Job, Output, Worker
from caseflow.kernel import CaseCompleted
from caseflow.org import Organisation, read_organisation
from caseflow.webhooks import Endpoint, Webhooks

PROCESSES = Path(__file__).parents[1] / "petition"
UNIT = "county"
SQLITE = {"timeout": 30}  # seconds that a writer waits for the one before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What differs from one place to the next."""

    database: str
    webhook: Endpoint | None = None

    @classmethod
    def of_environment(cls) -> Settings:
        """Read them from the environment, as containers are configured."""
        url, secret = os.environ.get("WEBHOOK_URL"), os.environ.get("WEBHOOK_SECRET", "")
        return cls(
            database=os.environ.get("PETITIONS_DATABASE", "sqlite:///petitions.db"),
            webhook=Endpoint(name="hook", url=url, secrets=[secret]) if url else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What the requests use."""

    tables: AsyncSqlEngine
    cases: AsyncEngine
    worker: Worker


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Office]:
    """Open everything, and close it in the opposite order."""
    url = make_url(settings.database)
    is_sqlite = url.get_backend_name() == "sqlite"
    options = {"connect_args": SQLITE} if is_sqlite else {}
    tables = create_async_engine(
        url.set(drivername="sqlite+aiosqlite" if is_sqlite else "postgresql+psycopg"), **options
    )
    try:
        async with tables.begin() as connection:
            if is_sqlite:  # so that those who look and the one who writes do not wait for another
                await connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            await connection.run_sync(Base.metadata.create_all)
        async with AsyncEngine(tables) as cases:
            await cases.deploy(PROCESSES, actor="application")
            async with cases.begin() as work:
                await work.call(lambda work: work.staff.replace(staff()))
            async with _working(create_engine(url, **options), settings) as worker:
                yield Office(tables=tables, cases=cases, worker=worker)
    finally:
        await tables.dispose()


def staff() -> Organisation:
    """Return who works here; an application with users of its own gives a directory instead."""
    file = PROCESSES / "organisation.toml"
    return read_organisation(file.read_text(encoding="utf-8"), file=str(file))


@asynccontextmanager
async def _working(tables: SqlEngine, settings: Settings) -> AsyncIterator[Worker]:
    """Let a worker do the jobs, fire timers and hand out events, in threads."""
    engine = await asyncio.to_thread(Engine, tables)
    engine.handler("acknowledge", retries=5, timeout=10)(acknowledge)

    def follow(entry: Entry) -> None:
        """Note on the petition how its case ended. Twice changes nothing."""
        with engine.read() as work:
            case = work.case(entry.case)
        with tables.begin() as connection:
            connection.execute(
                update(Petition)
                .where(Petition.number == case.business_key)
                .values(state=case.outcome)
            )

    await asyncio.to_thread(
        lambda: engine.events.subscribe("petitions", follow, kinds=[CaseCompleted])
    )
    stop = threading.Event()
    posting = threading.Thread(target=_post, args=[engine, settings, stop], name="webhooks")
    posting.start()
    worker = engine.worker().start()
    try:
        yield worker
    finally:
        stop.set()
        await asyncio.to_thread(worker.stop)  # waits for what has begun
        await asyncio.to_thread(posting.join)
        engine.close()
        tables.dispose()


def _post(engine: Engine, settings: Settings, stop: threading.Event) -> None:
    """Post every event, signed, to who wants to know, in a thread: others may be slow."""
    if settings.webhook is not None:
        Webhooks(engine, [settings.webhook]).run(stop)


def acknowledge(job: Job) -> Output:
    """Tell the petitioner; a real one calls a gateway with the key, which may see it twice."""
    return {"receipt": f"told {job.input['to']} ({job.idempotency_key[-4:]})"}
