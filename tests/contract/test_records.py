"""What is proved about cases on each database: attacks on the rows, exports, redaction, replay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, create_engine, text
from tests.contract.diagrams import END, START, drawn, exclusive, one_task, process, user

from caseflow.engine import CaseView, Entry
from caseflow.errors import CaseRedacted, CommandRefused, StoreError
from caseflow.history import HmacSigner, check_export, read_checkpoint
from caseflow.kernel import REDACTED, CaseCompleted, PathTaken, TaskCompleted, ValuesRedacted
from caseflow.testing import Caseflow

SIGNER = HmacSigner(bytes(range(32)))
CHOICE = drawn(
    process(
        "choice",
        START,
        exclusive("g", 'default="g_to_small"'),
        user("large"),
        user("small"),
        END,
        flows="start>g>large>end, g>small>end",
        conditions={"g>large": "amount > most"},
    )
)


@pytest.fixture
def flow(database_url: str) -> Iterator[Caseflow]:
    """An engine on each kind of database; its other face reaches all this with `call`."""
    made = Caseflow(target=database_url)
    yield made
    made.close()


def finished(flow: Caseflow, *, name: str = "王建国") -> CaseView:
    """A case in which people entered something, and that is over."""
    flow.deploy({"request.bpmn": one_task()})
    with flow.engine.begin(actor="li") as work:
        case = work.start("request", business_key="2026-1", variables={"name": name, "sum": 3})
    flow.clock.move(timedelta(hours=1))
    with flow.engine.begin(actor="wang") as work:
        return work.complete(
            work.tasks(case=case).one(), {"answer": "yes", "note": f"{name} agrees"}
        )


def attack(url: str, statement: str) -> None:
    """Change the database behind the back of caseflow."""
    engine = create_engine(url)
    with engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount > 0
    engine.dispose()


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.postgres)])
def own_url(request: pytest.FixtureRequest) -> str:
    """A database that somebody else can reach as well."""
    return str(request.getfixturevalue(f"{request.param}_url"))


HISTORY = "UPDATE caseflow_history SET"
ATTACKS = {
    "actor": (4, f"{HISTORY} actor = 'zhao' WHERE sequence = 4"),
    "body": (3, f"{HISTORY} body = replace(body, 'ask', 'asc') WHERE sequence = 3"),
    "kind": (4, f"{HISTORY} kind = 'CaseFailed' WHERE sequence = 4"),
    "schema": (4, f"{HISTORY} schema = 0 WHERE sequence = 4"),
    "version": (4, f"{HISTORY} version = 7 WHERE sequence = 4"),
    "hash": (4, f"{HISTORY} hash = upper(hash) WHERE sequence = 4"),
    "value": (4, f"{HISTORY} openings = replace(openings, 'yes', 'no!') WHERE sequence = 4"),
    "value gone": (4, f"{HISTORY} openings = '{{}}' WHERE sequence = 4"),
    "missing": (4, "DELETE FROM caseflow_history WHERE sequence = 4"),
    "last": (6, "DELETE FROM caseflow_history WHERE sequence = 6"),
    "head": (6, "UPDATE caseflow_cases SET history_hash = '0'"),
    "length": (6, "UPDATE caseflow_cases SET events = 5"),
}
"""What somebody does to the database, and at which event that shows."""


@pytest.mark.parametrize(("sequence", "statement"), ATTACKS.values(), ids=ATTACKS)
def test_a_change_behind_the_back_of_caseflow_is_found(
    own_url: str, sequence: int, statement: str
) -> None:
    flow = Caseflow(target=own_url)
    case = finished(flow)
    with flow.engine.read() as work:
        assert work.records.check(case).is_sound

    attack(own_url, statement)

    with flow.engine.read() as work:
        checked = work.records.check(case)
        with pytest.raises(StoreError, match="behind the back of caseflow"):
            work.verify(case)
    flow.close()
    assert checked.flaws[0].sequence == sequence


def test_events_that_change_places_are_found(own_url: str) -> None:
    flow = Caseflow(target=own_url)
    case = finished(flow)
    for old, new in ((3, 99), (4, 3), (99, 4)):
        attack(own_url, f"{HISTORY} sequence = {new} WHERE sequence = {old}")

    with flow.engine.read() as work:
        flaws = [flaw.sequence for flaw in work.records.check(case).flaws]
    flow.close()

    assert flaws[:2] == [3, 4]


def test_the_stored_events_hold_no_value_that_somebody_entered(own_url: str) -> None:
    flow = Caseflow(target=own_url)
    finished(flow)

    def bodies(connection: Connection) -> str:
        return "".join(connection.execute(text("SELECT body FROM caseflow_history")).scalars())

    engine = create_engine(own_url)
    with engine.connect() as connection:
        stored = bodies(connection)
    engine.dispose()
    flow.close()

    assert "sealed" in stored
    assert [one for one in ("王建国", "yes", "agrees") if one in stored] == []


def test_all_cases_are_checked_and_exported(flow: Caseflow) -> None:
    cases = [finished(flow), finished(flow, name="钱玉兰")]

    with flow.engine.read() as work:
        checked = list(work.records.check_all())
        exported = [line for case in cases for line in work.records.export(case)]

    assert [(one.case, one.events, one.is_sound) for one in checked] == [
        (case.id, 6, True) for case in cases
    ]
    found = check_export(exported)
    assert found.is_sound
    assert [one.case for one in found.cases] == [case.id for case in cases]
    assert json.loads(exported[0])["business_key"] == "2026-1"


def test_a_checkpoint_holds_against_a_whole_new_history(own_url: str) -> None:
    flow = Caseflow(target=own_url)
    case = finished(flow)
    with flow.engine.read() as work:
        lines = list(work.records.checkpoint(SIGNER))
        checkpoint = read_checkpoint(lines, signer=SIGNER)
        assert list(work.records.compare(checkpoint)) == []

    attack(own_url, "UPDATE caseflow_history SET hash = lower(upper(hash)) || '' WHERE sequence=6")
    attack(own_url, "UPDATE caseflow_history SET hash = 'forged' WHERE sequence = 6")
    attack(own_url, "UPDATE caseflow_cases SET history_hash = 'forged'")
    with flow.engine.read() as work:
        forged = [str(flaw) for flaw in work.records.compare(checkpoint)]
    attack(own_url, "DELETE FROM caseflow_history")
    attack(own_url, "DELETE FROM caseflow_cases")
    with flow.engine.read() as work:
        gone = [str(flaw) for flaw in work.records.compare(checkpoint)]
    flow.close()

    assert forged == [f"case {case.id}, event 6: is not the one of the checkpoint"]
    assert gone == [f"case {case.id}, event 6: is missing"]


def test_values_are_redacted_and_the_history_stays_provable(flow: Caseflow) -> None:
    case = finished(flow)

    with flow.engine.begin(actor="keeper") as work:
        assert work.records.names(case) == ("answer", "name", "note", "sum")
        after = work.records.redact(case, {"name", "note"}, reason="the person asked for it")

    with flow.engine.read() as work:
        history = work.history(case)
        checked = work.records.check(case)
        found = check_export(work.records.export(case))
        work.verify(case)
        with pytest.raises(CaseRedacted, match="event 7: the values of name, note are gone"):
            work.records.replay(case)
    assert after.variables == {"name": REDACTED, "note": REDACTED, "answer": "yes", "sum": 3}
    done = next(one for one in history if isinstance(one.event, TaskCompleted))
    assert isinstance(done.event, TaskCompleted)
    assert done.event.variables == {"answer": "yes", "note": REDACTED}
    assert done.redacted == ("variables/note",)
    assert history[-1] == Entry(
        case=case.id,
        sequence=7,
        version=3,
        at=flow.clock.now(),
        actor="keeper",
        event=ValuesRedacted(names=("name", "note"), reason="the person asked for it"),
    )
    assert checked.redacted == ("1:variables/name", "4:variables/note")
    assert found.is_sound


def test_nothing_of_a_redacted_value_is_left_in_the_database(own_url: str) -> None:
    flow = Caseflow(target=own_url)
    case = finished(flow, name="XYZZY")
    with flow.engine.begin() as work:
        work.records.redact(case, reason="time is over")

    engine = create_engine(own_url)
    with engine.connect() as connection:
        told = "".join(
            str(row)
            for table in ("cases", "commands", "history", "messages", "tasks")
            for row in connection.execute(text(f"SELECT * FROM caseflow_{table}"))  # noqa: S608
        )
    engine.dispose()
    with flow.engine.read() as work:
        assert work.records.check(case).is_sound
    flow.close()

    assert "XYZZY" not in told
    assert "time is over" in told


def test_a_case_that_is_not_over_keeps_its_values(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    case = flow.start("request", name="li")

    with (
        flow.engine.begin() as work,
        pytest.raises(CommandRefused, match="is running and may still need its values"),
    ):
        work.records.redact(case.id, {"name"}, reason="asked for")
    with (
        flow.engine.begin() as work,
        pytest.raises(CommandRefused, match="has no value of phone"),
    ):
        work.records.redact(case.id, {"phone"}, reason="asked for")


def test_a_case_is_replayed_from_its_commands(flow: Caseflow) -> None:
    case = finished(flow)

    with flow.engine.read() as work:
        work.records.replay(case)


REWRITES: dict[str, tuple[str, str]] = {
    "the case file": (
        "UPDATE caseflow_cases SET body = replace(body, 'agrees', 'refuses')",
        "is not what its commands lead to",
    ),
    "a command": (
        "UPDATE caseflow_commands SET body = replace(body, 'yes', 'no!') WHERE version = 2",
        "event 4 is not what its commands lead to",
    ),
}


@pytest.mark.parametrize(("statement", "told"), REWRITES.values(), ids=REWRITES)
def test_a_case_that_is_not_what_its_commands_lead_to_is_found(
    own_url: str, statement: str, told: str
) -> None:
    flow = Caseflow(target=own_url)
    case = finished(flow)
    attack(own_url, statement)

    with flow.engine.read() as work, pytest.raises(StoreError, match=told):
        work.records.replay(case)
    flow.close()


def test_a_path_tells_what_its_conditions_were_tested_on(flow: Caseflow) -> None:
    flow.deploy({"choice.bpmn": CHOICE})

    told = [flow.start("choice", amount=amount, most=10) for amount in (11, 9)]

    paths = [
        entry.event
        for case in told
        for entry in case.history
        if isinstance(entry.event, PathTaken)
    ]
    assert [(path.flows[-1], path.values) for path in paths] == [
        ("g_to_large", {"amount": 11, "most": 10}),
        ("g_to_small", {"amount": 9, "most": 10}),
    ]


def test_a_note_changes_neither_the_end_of_a_case_nor_its_outcome(flow: Caseflow) -> None:
    case = finished(flow)
    flow.clock.move(timedelta(days=1))

    with flow.engine.begin() as work:
        after = work.records.redact(case, {"sum"}, reason="asked for")
        ended = [one for one in work.history(case) if isinstance(one.event, CaseCompleted)]

    assert (after.ended_at, after.state, after.outcome) == (
        case.ended_at,
        case.state,
        case.outcome,
    )
    assert [one.at for one in ended] == [case.ended_at]
