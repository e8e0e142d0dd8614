"""Messages and signals from outside count once, however often they come in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from tests.contract.diagrams import (
    END,
    START,
    begins,
    catches,
    drawn,
    message,
    process,
    signal,
    user,
)

from caseflow.engine import Done, Engine, MessageState
from caseflow.errors import CommandRefused, NothingWaits, ValueRefused
from caseflow.testing import BEGINNING, Caseflow, FakeClock

PAID = drawn(
    process(
        "paid",
        START,
        catches("wait", message("paid", 'caseflow:into="amount"')),
        user("thank"),
        END,
        flows="start>wait>thank>wait",
    ).replace(END, ""),
    roots="m:paid",
)
OPENS = drawn(
    process(
        "opens",
        begins("start", message("asked", 'caseflow:into="question"')),
        user("answer"),
        END,
        flows="start>answer>end",
    ),
    roots="m:asked",
)
FLOODED = drawn(
    process("flooded", begins("start", signal("flood")), user("act"), END, flows="start>act>end"),
    roots="s:flood",
)


@pytest.fixture(autouse=True)
def deployed(flow: Caseflow) -> None:
    """Deploy the processes."""
    flow.deploy({"paid.bpmn": PAID, "opens.bpmn": OPENS, "flooded.bpmn": FLOODED})


def test_a_message_that_is_sent_again_changes_nothing(flow: Caseflow) -> None:
    case = flow.start("paid", business_key="1")

    taken = []
    for _ in range(2):
        with flow.engine.begin() as work:
            taken.append(work.send("paid", key="1", payload=7, message_id="bank-4711"))
        if case.waiting_at == {"thank"}:
            case.complete("thank")

    assert [view.id for view in taken] == [case.id, case.id]
    assert case.waiting_at == {"wait"}


def test_a_message_that_opened_a_case_does_not_open_another(flow: Caseflow) -> None:
    for _ in range(3):
        with flow.engine.begin() as work:
            work.send("asked", key="1", message_id="mail-1")

    assert len(flow.cases("opens")) == 1


def test_a_message_that_nobody_took_did_not_come_in(flow: Caseflow) -> None:
    with flow.engine.begin() as work, pytest.raises(NothingWaits):
        work.send("paid", key="1", message_id="bank-4711")
    case = flow.start("paid", business_key="1")

    with flow.engine.begin() as work:
        work.send("paid", key="1", message_id="bank-4711")

    assert case.waiting_at == {"thank"}


@pytest.mark.parametrize(
    ("name", "key", "payload"), [("paid", "2", 7), ("paid", "1", 8), ("asked", "1", 7)]
)
def test_another_message_under_the_same_id_is_refused(
    flow: Caseflow, name: str, key: str, payload: int
) -> None:
    flow.start("paid", business_key="1")
    with flow.engine.begin() as work:
        work.send("paid", key="1", payload=7, message_id="bank-4711")

    with flow.engine.begin() as work:
        for act in (work.send, work.post):
            with pytest.raises(CommandRefused, match="another message came in as 'bank-4711'"):
                act(name, key=key, payload=payload, message_id="bank-4711")


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_an_id_has_some_characters_but_not_many(flow: Caseflow, name: str) -> None:
    with flow.engine.begin() as work, pytest.raises(ValueRefused, match="1 to 200 characters"):
        work.post("paid", message_id=name)


def test_a_message_is_put_in_once_and_delivered_with_what_is_due(flow: Caseflow) -> None:
    case = flow.start("paid", business_key="1")

    with flow.engine.begin() as work:
        put = [work.post("paid", key="1", payload=7, message_id="bank-4711") for _ in range(2)]
        before = work.case(case.id).waiting_at
    done = flow.engine.run_due()
    with flow.engine.begin() as work:
        put.append(work.post("paid", key="1", payload=7, message_id="bank-4711"))

    assert (put, done) == ([True, False, False], Done(messages=1))
    assert before == {"wait"}
    assert (case.waiting_at, case.variables) == ({"thank"}, {"amount": 7})
    assert flow.engine.run_due() == Done()


@pytest.mark.parametrize(("kept_for", "life"), [(None, 30), (timedelta(days=2), 2)])
def test_a_message_that_is_put_in_waits_for_somebody_who_waits_for_it(
    flow: Caseflow, kept_for: timedelta | None, life: int
) -> None:
    with flow.engine.begin() as work:
        work.post("paid", key="1", payload=7, kept_for=kept_for)
    flow.run_due()
    with flow.engine.read() as work:
        (kept,) = work.messages(state=MessageState.KEPT)

    case = flow.start("paid", business_key="1")

    assert kept.expires_at == BEGINNING + timedelta(days=life)
    assert case.waiting_at == {"thank"}


def test_a_signal_counts_once(flow: Caseflow) -> None:
    with flow.engine.begin() as work:
        put = [work.broadcast("flood", message_id="radar-1") for _ in range(2)]
    flow.run_due()

    assert put == [True, False]
    assert len(flow.cases("flooded")) == 1


def test_an_id_is_forgotten_after_thirty_days(flow: Caseflow) -> None:
    def sent() -> int:
        with flow.engine.begin() as work:
            work.send("asked", key="1", message_id="mail-1")
        flow.run_due()
        return len(flow.cases("opens"))

    counts = [sent()]
    for span in (timedelta(days=30, seconds=-1), timedelta(seconds=1)):
        flow.clock.move(span)
        flow.run_due()
        counts.append(sent())

    assert counts == [1, 1, 2]


def test_what_is_taken_back_did_not_come_in(flow: Caseflow) -> None:
    class StopError(Exception):
        """The host stumbles."""

    def stumble() -> None:
        with flow.engine.begin() as work:
            work.send("asked", key="1", message_id="mail-1")
            raise StopError

    with pytest.raises(StopError):
        stumble()
    with flow.engine.begin() as work:
        work.send("asked", key="1", message_id="mail-1")

    assert len(flow.cases("opens")) == 1


def test_of_many_who_bring_the_same_message_at_once_one_does(
    flow: Caseflow, database_url: str
) -> None:
    if database_url == "sqlite://":
        pytest.skip("a database in memory has one connection")

    def bring(_: int) -> str:
        with Engine(database_url, clock=FakeClock(BEGINNING)) as engine, engine.begin() as work:
            return work.send("asked", key="1", message_id="mail-1").id

    with ThreadPoolExecutor(4) as threads:
        taken = set(threads.map(bring, range(12)))

    (case,) = flow.cases("opens")
    assert taken == {case.id}
