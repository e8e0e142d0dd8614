"""Send tasks (BPMN 2.0.2, 10.3.4 and 13.3.3)."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.kernel.drawing import message, process, send
from tests.unit.kernel.playing import MONDAY, play

from caseflow.kernel import MessageSent, SendMessage
from caseflow.model import ElementId, ProcessId

A = ElementId("a")


def test_a_send_task_sends_its_message_and_is_done() -> None:
    sent = message("offer", correlation="number", payload="{'n': number}", ttl="duration('P1D')")

    case = play(process("start > a > end", send("a", sent)), number=7)

    assert case.state == "completed"
    assert case.last.effects == (
        SendMessage(
            element=A,
            name="offer",
            key="7",
            payload={"n": 7},
            expires_at=MONDAY + timedelta(days=1),
        ),
    )
    assert case.facts(MessageSent) == [
        MessageSent(process=ProcessId("p"), element=A, name="offer", key="7", payload={"n": 7})
    ]


def test_a_send_task_with_a_topic_is_worked_by_its_handler() -> None:
    case = play(process("start > a > end", send("a", message("offer"), topic="mail")))

    assert (case.jobs, case.facts(MessageSent)) == (["a"], [])


def test_a_message_that_cannot_be_made_stops_with_an_incident_and_is_sent_later() -> None:
    case = play(process("start > a > end", send("a", message("offer", payload="missing"))))
    assert (case.stuck, case.facts(MessageSent)) == (["a"], [])

    case.set(missing=1).resolve("a")

    assert (case.state, len(case.facts(MessageSent))) == ("completed", 1)
