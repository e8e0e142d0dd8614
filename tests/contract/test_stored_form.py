"""What older releases stored: it is read, and its cases go on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from caseflow.bpmn import read_diagram
from caseflow.history import load_openings, opened
from caseflow.kernel import (
    Case,
    CaseState,
    Command,
    CompleteJob,
    CompleteTask,
    Event,
    Kernel,
    Setting,
    StartCase,
    dump_case,
    dump_command,
    load_case,
    load_command,
    load_record,
)
from caseflow.store import SCHEMA, Stored, upcast
from caseflow.testing import BEGINNING

FOLDER = Path(__file__).parents[1] / "data" / "stored"
RELEASES = sorted(path.stem for path in FOLDER.glob("*.json"))
WAITS = {"ask", "print", "wait", "stumble", "remind"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """A case as a release stored it, with its schema, and the diagram that it runs on."""

    diagram: bytes
    schema: int
    body: str
    case: Case
    commands: list[Command]
    events: list[Event]


@pytest.fixture(params=RELEASES)
def golden(request: pytest.FixtureRequest) -> Golden:
    """The golden case of each release."""
    kept = json.loads((FOLDER / f"{request.param}.json").read_text(encoding="utf-8"))
    row = kept["case"]
    return Golden(
        diagram=kept["diagram"].encode(),
        schema=row["schema"],
        body=row["body"],
        case=load_case(upcast(row["body"], Stored.CASE, schema=row["schema"])),
        commands=[
            load_command(upcast(one["body"], Stored.COMMAND, schema=one["schema"]))
            for one in kept["commands"]
        ],
        events=[
            load_record(
                opened(
                    json.loads(upcast(one["body"], Stored.EVENT, schema=one["schema"])),
                    load_openings(one["openings"]),
                )[0]
            )
            for one in kept["events"]
        ],
    )


def test_every_schema_has_its_golden_case() -> None:
    schemas = {
        json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["case"]["schema"]
        for name in RELEASES
    }

    assert schemas == set(range(1, SCHEMA + 1))


def test_a_stored_case_is_read_as_it_was_written(golden: Golden) -> None:
    case = golden.case

    assert (case.business_key, case.unit, case.tier) == ("2026-1", "town-1", "township")
    assert case.started_at == BEGINNING
    assert case.state is CaseState.RUNNING
    assert {token.element for token in case.tokens.values()} >= WAITS - {"stumble"}
    assert {incident.element for incident in case.incidents.values()} == {"stumble"}
    assert [job.topic for job in case.jobs.values()] == ["print"]
    assert [one.name for one in case.subscriptions.values()] == ["answer"]
    assert case.timers
    assert isinstance(golden.commands[0], StartCase)
    assert golden.commands[0].variables["span"] == timedelta(days=5, seconds=1)
    assert len(golden.events) > len(golden.commands) > 2


def test_what_this_release_stores_is_what_the_golden_case_of_its_schema_shows(
    golden: Golden,
) -> None:
    if golden.schema == SCHEMA:
        assert dump_case(golden.case) == golden.body
        assert [load_command(dump_command(one)) for one in golden.commands] == golden.commands


def test_a_stored_case_goes_on(golden: Golden) -> None:
    (process,) = read_diagram(golden.diagram, file="golden.bpmn").processes
    kernel = Kernel()
    program = kernel.compile(process, version=1, setting=Setting())
    at = BEGINNING + timedelta(days=2)
    case = golden.case

    while case.tasks:
        task = min(case.tasks)
        case = kernel.advance(
            program, case, CompleteTask(at=at, actor="li", task=task, person=None, variables={})
        ).case
    (job,) = case.jobs
    case = kernel.advance(
        program, case, CompleteJob(at=at, actor="li", job=job, variables={})
    ).case

    assert {token.element for token in case.tokens.values()} == {"wait", "stumble"}
