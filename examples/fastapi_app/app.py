"""The application: petitions and tasks over HTTP, as JSON.

Run it as ``uvicorn --factory examples.fastapi_app.app:application``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from examples.fastapi_app.office import UNIT, Office, Settings, opened
from examples.fastapi_app.tables import Petition
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from caseflow.engine import Page, TaskView, Work
from caseflow.errors import (
    CaseflowError,
    CommandRefused,
    EntriesRefused,
    NotAllowed,
    TaskHeldByOther,
    TaskNotOpen,
)
from caseflow.worklist import Desk


def application(settings: Settings | None = None) -> FastAPI:
    """Return the application; nothing is opened before it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opened(settings or Settings.of_environment()) as office:
            app.state.office = office
            yield

    app = FastAPI(title="Petitions", lifespan=lifespan)
    app.add_exception_handler(EntriesRefused, _filled_in_wrong)
    app.add_exception_handler(CaseflowError, _refused)
    app.post("/petitions", status_code=201)(send)
    app.get("/petitions/{number}")(show)
    app.get("/tasks")(tasks)
    app.post("/tasks/{task}/complete")(complete)
    return app


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


TheOffice = Annotated[Office, Depends(_office)]
Person = Annotated[str, Header(alias="X-Person", min_length=1)]
"""Who asks. The proxy that authenticates people sets it, and takes it away from outside."""


class Sent(BaseModel):
    """A petition as it comes in."""

    number: str = Field(max_length=20)
    petitioner: str = Field(max_length=100)
    text: str


async def send(sent: Sent, office: TheOffice, person: Person) -> dict[str, str]:
    """Take a petition in: its row and its case in one transaction."""
    async with AsyncSession(office.tables) as session, session.begin():
        session.add(Petition(number=sent.number, petitioner=sent.petitioner, text=sent.text))
        try:
            await session.flush()  # so that a number that is there already is found first
        except IntegrityError as failure:
            raise HTTPException(409, f"there is a petition {sent.number}") from failure
        async with office.cases.begin(session, actor=person) as work:
            case = await work.start(
                "petition",
                business_key=sent.number,
                unit=UNIT,
                variables={"petitioner": sent.petitioner},
            )
    return {"number": sent.number, "case": case.id}


async def show(number: str, office: TheOffice) -> dict[str, str]:
    """Show a petition."""
    async with AsyncSession(office.tables) as session:
        found = await session.get(Petition, number)
    if found is None:
        raise HTTPException(404, f"there is no petition {number}")
    return {"number": found.number, "text": found.text, "state": found.state}


async def tasks(office: TheOffice, person: Person, after: str | None = None) -> dict[str, object]:
    """Show what the person has to do or could take, what is due first in front."""

    def look(work: Work) -> Page[TaskView]:
        return Desk(work).mine(after=after, limit=50)

    async with office.cases.read(actor=person) as work:
        page = await work.call(look)
    return {"tasks": [_shown(task) for task in page], "next": page.next}


async def complete(
    task: str, filled_in: dict[str, object], office: TheOffice, person: Person
) -> dict[str, object]:
    """Complete a task with what was filled in."""
    async with office.cases.begin(actor=person) as work:
        case = await work.call(lambda work: Desk(work).complete(task, filled_in))
    office.worker.wake()  # it looks by itself every second; so it looks now
    return {"state": case.state, "waiting_at": sorted(case.waiting_at)}


def _shown(task: TaskView) -> dict[str, object]:
    return {
        "id": task.id,
        "name": task.name,
        "number": task.business_key,
        "due_at": task.due_at,
        "held_by": task.assignee,
    }


def _filled_in_wrong(_: Request, refusal: Exception) -> JSONResponse:
    """Say what is wrong with each field, in the shape of FastAPI's own findings."""
    problems = refusal.problems if isinstance(refusal, EntriesRefused) else ()
    found = [
        {"loc": ["body", one.field], "msg": one.message, "type": one.rule} for one in problems
    ]
    return JSONResponse({"detail": found}, status_code=422)


def _refused(_: Request, failure: Exception) -> JSONResponse:
    """Give what caseflow refuses the status that says what it is."""
    match failure:
        case NotAllowed():
            status = 403
        case TaskNotOpen():
            status = 404
        case TaskHeldByOther():
            status = 409
        case CaseflowError(is_retryable=True):
            status = 503
        case CommandRefused():
            status = 400
        case _:
            raise failure
    return JSONResponse({"detail": str(failure)}, status_code=status)
