"""``jobs``, ``doctor``, ``worker`` and what an operator does to a stuck job."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from tests.contract.diagrams import END, START, drawn, process, service
from tests.unit.cli.shell import Shell

from caseflow.engine import Engine

LETTERS = drawn(process("letters", START, service("post"), END, flows="start>post>end"))


@pytest.fixture
def letters(shell: Shell) -> Shell:
    """Two cases whose job waits; the second came a second later."""
    with Engine(f"sqlite:///{shell.database}", clock=shell.clock) as engine:
        engine.deploy({"letters.bpmn": LETTERS})
        with engine.begin() as work:
            work.start("letters", business_key="A-1")
            work.start("letters", business_key="A-2")
    return shell


def fail(shell: Shell, key: str) -> str:
    """Use up the tries of the job of a case, and return its name."""
    (job,) = shell.part("jobs", "jobs", "--case", key)
    name = str(job["id"])
    with Engine(f"sqlite:///{shell.database}", clock=shell.clock) as engine:
        for number in range(3):
            with engine.begin() as work:
                work.fail_job(name, f"no paper {number}")
    return name


def test_jobs_say_what_each_of_them_waits_for(letters: Shell) -> None:
    name = fail(letters, "A-1")

    printed = letters.do("jobs", "--topic", "post")

    assert [" ".join(line.split()) for line in printed.lines] == [
        "Job Since Topic Element Attempt Tries left State",
        f"{name} 2026-03-02 09:00 post post 4 0 waits for an operator: caseflow incidents",
        printed.lines[2].split()[0] + " 2026-03-02 09:00 post post 1 3 waits for a worker",
    ]


def test_a_job_as_programs_see_it(letters: Shell) -> None:
    case = letters.case("show", "A-2")["id"]

    assert letters.part("jobs", "jobs", "--case", "A-2") == [
        {
            "id": f"{case}:2",
            "case": case,
            "process": "letters",
            "element": "post",
            "topic": "post",
            "attempt": 1,
            "tries_left": 3,
            "priority": 50,
            "created_at": "2026-03-02T01:00:00+00:00",
            "ready_at": "2026-03-02T01:00:00+00:00",
            "owner": None,
        }
    ]


def test_there_may_be_no_jobs(office: Shell) -> None:
    assert office.do("jobs").err == "no jobs\n"


def test_what_somebody_did_by_hand_is_the_result_of_a_job(letters: Shell) -> None:
    name = fail(letters, "A-1")

    letters.do("resolve", name, "--done", "-v", "sent=by hand")

    case = letters.case("show", "A-1")
    assert (case["state"], case["variables"]) == ("completed", {"sent": "by hand"})


def test_a_result_needs_a_job_that_is_done(letters: Shell) -> None:
    printed = letters.run("resolve", fail(letters, "A-1"), "-v", "sent=by hand")

    assert printed.code == 2
    assert "say --done, too" in printed.err


def test_a_doctor_says_what_waits(letters: Shell) -> None:
    printed = letters.do("doctor")

    assert printed.lines == ["2 jobs of topic post since 2026-03-02 09:00"]


def test_a_doctor_finds_nothing_in_a_sound_database(office: Shell) -> None:
    assert office.do("doctor").lines == ["Nothing is stuck, and nothing waits for a worker"]


def test_a_doctor_finds_what_should_not_be_there(letters: Shell) -> None:
    stuck, orphan = (str(letters.case("show", key)["id"]) for key in ("A-1", "A-2"))
    engine = create_engine(f"sqlite:///{letters.database}")
    with engine.begin() as connection:
        connection.execute(
            text("DELETE FROM caseflow_jobs WHERE case_id = :case"), {"case": stuck}
        )
        connection.execute(
            text("DELETE FROM caseflow_cases WHERE case_id = :case"), {"case": orphan}
        )
    engine.dispose()

    printed = letters.run("doctor")
    found = letters.run("doctor", "--json").document

    assert printed.code == 1
    assert printed.lines == [
        f"orphan job {orphan}:2: no open case or incident stands behind it",
        f"case {stuck} is running, but nothing in it waits",
    ]
    assert found == {
        "orphans": [{"kind": "job", "case": orphan, "number": 2}],
        "stuck": [stuck],
        "expired_leases": 0,
        "waiting": [],
    }


@pytest.mark.parametrize(
    ("app", "problem"),
    [
        ("office", "write MODULE:ENGINE"),
        ("caseflow.nowhere:engine", "No module named 'caseflow.nowhere'"),
        ("caseflow.engine:engine_of", "has no attribute 'engine_of'"),
        ("caseflow.library:__doc__", "that is a str, and no engine"),
    ],
)
def test_a_worker_needs_an_engine(shell: Shell, app: str, problem: str) -> None:
    printed = shell.run("worker", "--app", app)

    assert printed.code == 2
    assert problem in printed.err


def test_a_worker_listens_on_a_port_that_there_is(shell: Shell) -> None:
    printed = shell.run("worker", "--app", "a:b", "--health-port", "65536")

    assert printed.code == 2
    assert "'65536' is not a port, 0 to 65535" in printed.err
