"""A statutory timer against ten thousand real cases (doi 10.4121/uuid:270fd440...)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.acceptance import fines

from caseflow.kernel import TimerFired
from caseflow.testing import Caseflow

SAMPLE = 1_000
"""Cases that go through the engine and its database as well."""


@pytest.fixture(scope="module")
def log(shared_data: Path) -> Path:
    return shared_data / fines.LOG


@pytest.fixture(scope="module")
def replayed(log: Path) -> fines.Replay:
    return fines.replay(log)


def test_the_penalty_fires_where_the_log_has_it_and_nowhere_else(
    log: Path, replayed: fines.Replay
) -> None:
    recorded = {
        case: line.on
        for case, lines in fines.read_log(log).items()
        for line in lines
        if line.activity == fines.PENALTY
    }

    assert len(recorded) == 4635
    assert replayed.penalties == recorded


def test_every_case_of_the_log_is_replayed(replayed: fines.Replay) -> None:
    assert (replayed.cases, replayed.events) == (10_000, 24_724)


def test_events_that_the_procedure_does_not_expect_are_reported(replayed: fines.Replay) -> None:
    unexpected = Counter(line.activity for line in replayed.unexpected)

    assert unexpected == {
        "Payment": 20,  # after the case was handed over or settled
        "Receive Result Appeal from Prefecture": 10,  # before the appeal was sent, or without one
        "Notify Result Appeal to Offender": 9,
        "Send Appeal to Prefecture": 3,
    }


@pytest.mark.long
def test_the_engine_fires_the_same_penalties_as_the_kernel(
    log: Path, replayed: fines.Replay
) -> None:
    cases = dict(list(fines.read_log(log).items())[:SAMPLE])
    lines = sorted((line for one in cases.values() for line in one), key=lambda line: line.on)
    flow = Caseflow(now=lines[0].at)
    flow.deploy(fines.FOLDER)

    for line in lines:
        flow.advance_to(line.at)
        with flow.engine.begin(actor="replay") as work:
            if line.activity == fines.CREATED:
                variables = fines.opening(cases[line.case])
                work.start("traffic_fine", business_key=line.case, variables=variables)
            elif line.activity != fines.PENALTY:
                name, payload = fines.message_of(line)
                work.deliver(name, key=line.case, payload=payload)
    flow.advance(days=61)

    with flow.engine.begin() as work:
        fired = {
            row.business_key: entry.at.date()
            for row in work.cases(limit=SAMPLE)
            for entry in work.history(row.id)
            if isinstance(entry.event, TimerFired)
        }
    expected = {case: on for case, on in replayed.penalties.items() if case in cases}
    assert len(expected) > SAMPLE / 4
    assert fired == expected
    flow.close()
