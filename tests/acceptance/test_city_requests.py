"""A thousand real requests to a city, each a summons with its own due date (NYC erm2-nwe9)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from caseflow import TaskFilter
from caseflow.kernel import TaskCompleted
from caseflow.testing import Caseflow

FOLDER = Path(__file__).parent / "data" / "city_request"
NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One line of the file."""

    number: str
    agency: str
    created_at: datetime
    closed_at: datetime | None
    due_at: datetime | None

    @property
    def was_late(self) -> bool:
        """Whether the file itself says that it was closed after it was due."""
        return (
            self.closed_at is not None and self.due_at is not None and self.closed_at > self.due_at
        )


@pytest.fixture(scope="module")
def requests(shared_data: Path) -> list[Request]:
    with (shared_data / "nyc311_sample_1000.csv").open(encoding="utf-8", newline="") as file:
        return [
            Request(
                number=row["Unique Key"],
                agency=row["Agency"],
                created_at=_moment(row["Created Date"]),
                closed_at=_moment_or_none(row["Closed Date"]),
                due_at=_moment_or_none(row["Due Date"]),
            )
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def imported(requests: list[Request]) -> Caseflow:
    """Every request as a case, closed by its agency when the file says so."""
    flow = Caseflow(now=min(one.created_at for one in requests))
    flow.deploy(FOLDER)
    happenings = sorted(
        [(one.created_at, 0, one.number, one) for one in requests]
        + [  # a few requests were closed before they were opened, the file says
            (max(one.closed_at, one.created_at), 1, one.number, one)
            for one in requests
            if one.closed_at is not None
        ]
    )
    for at, kind, number, request in happenings:
        flow.advance_to(max(at, flow.clock.now()))
        if kind == 0:
            flow.start(
                "city_request",
                business_key=number,
                unit=request.agency,
                agency=request.agency,
                due_at=request.due_at,
            )
        else:
            with flow.engine.begin(actor=request.agency) as work:
                work.complete(work.tasks(TaskFilter(business_key=number)).one())
    return flow


def test_every_request_becomes_a_case_with_its_due_date(
    imported: Caseflow, requests: list[Request]
) -> None:
    with imported.engine.begin() as work:
        page = work.cases(limit=len(requests))
        due = {row.business_key: work.case(row.id).variables["due_at"] for row in page}

    assert due == {one.number: one.due_at for one in requests}


def test_late_requests_are_found(imported: Caseflow, requests: list[Request]) -> None:
    with imported.engine.begin() as work:
        late = {
            row.business_key
            for row in work.cases(limit=len(requests))
            for entry in work.history(row.id)
            if isinstance(entry.event, TaskCompleted) and entry.event.is_late
        }

    assert late == {one.number for one in requests if one.was_late}
    assert len(late) == 52


def test_open_requests_that_are_overdue_stand_first_on_the_worklist(
    imported: Caseflow, requests: list[Request]
) -> None:
    now = imported.clock.now()
    with imported.engine.begin() as work:
        overdue = work.tasks(TaskFilter(due_before=now))
        first = work.tasks(limit=max(len(overdue), 1))

    assert {task.business_key for task in overdue} == {
        one.number
        for one in requests
        if one.closed_at is None and one.due_at is not None and one.due_at < now
    }
    assert {task.id for task in overdue} <= {task.id for task in first}


def _moment(text: str) -> datetime:
    local = datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p")  # noqa: DTZ007 - made aware below
    return local.replace(tzinfo=NEW_YORK).astimezone(UTC)


def _moment_or_none(text: str) -> datetime | None:
    return _moment(text) if text else None
