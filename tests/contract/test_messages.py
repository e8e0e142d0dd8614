"""Messages: who gets one, how long it is kept, and what becomes of one that nobody can take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.contract.diagrams import (
    END,
    START,
    begins,
    catches,
    drawn,
    exclusive,
    message,
    process,
    script,
    throws,
    user,
)
from tests.contract.stumbling import Stumbling

from caseflow.engine import Done, MessageState, MessageView
from caseflow.errors import CaseNotOpen, CommandRefused, DiagramRefused, NothingWaits
from caseflow.kernel import Case, Command, DeliverMessage, StartCase
from caseflow.testing import BEGINNING, Caseflow

LISTENS = drawn(
    process(
        "listens",
        START,
        catches("wait", message("paid", 'caseflow:into="payment"')),
        user("thank"),
        END,
        flows="start>wait>thank>end",
    ),
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
WAITS_LATER = drawn(
    process(
        "waits_later",
        START,
        user("prepare"),
        catches("wait", message("paid", 'caseflow:into="payment"')),
        user("thank"),
        END,
        flows="start>prepare>wait>thank>end",
    ),
    roots="m:paid",
)


def sends(name: str, more: str = "") -> bytes:
    """A process that sends a message by its business key, as soon as it begins."""
    return drawn(
        process(
            "sends",
            START,
            throws("tell", message(name, f'caseflow:payload="=amount" {more}')),
            END,
            flows="start>tell>end",
        ),
        roots=f"m:{name}",
    )


def undelivered(flow: Caseflow) -> tuple[MessageView, ...]:
    with flow.engine.read() as work:
        return work.messages()


def test_the_case_with_the_key_of_a_message_takes_it(flow: Caseflow) -> None:
    flow.deploy({"listens.bpmn": LISTENS})
    one, other = flow.start("listens", business_key="1"), flow.start("listens", business_key="2")

    taken = flow.send("paid", key="2", payload=7)

    assert (taken.id, other.variables["payment"]) == (other.id, 7)
    assert (one.waiting_at, other.waiting_at) == ({"wait"}, {"thank"})


def test_of_several_cases_with_one_key_the_oldest_takes_a_message(flow: Caseflow) -> None:
    flow.deploy({"listens.bpmn": LISTENS})
    cases = [flow.start("listens", business_key="1") for _ in range(3)]

    taken = [flow.send("paid", key="1").id for _ in cases]

    assert taken == [case.id for case in cases]


def test_a_message_that_nobody_waits_for_is_refused(flow: Caseflow) -> None:
    flow.deploy({"listens.bpmn": LISTENS})
    flow.start("listens", business_key="1")

    with pytest.raises(NothingWaits, match="no case waits for message 'paid' with key '2'"):
        flow.send("paid", key="2")


def test_a_message_opens_a_case_whose_business_key_is_its_key(flow: Caseflow) -> None:
    flow.deploy({"opens.bpmn": OPENS})

    case = flow.send("asked", key="2026-7", payload="why?")

    assert case.view.business_key == "2026-7"
    assert (case.variables, case.waiting_at) == ({"question": "why?"}, {"answer"})


def test_the_same_message_twice_opens_two_cases(flow: Caseflow) -> None:
    flow.deploy({"opens.bpmn": OPENS})

    first, second = flow.send("asked", key="1"), flow.send("asked", key="1")

    assert [case.id for case in flow.cases()] == [first.id, second.id]


def test_a_case_that_waits_goes_before_a_process_that_starts(flow: Caseflow) -> None:
    flow.deploy(
        {
            "opens.bpmn": OPENS,
            "asks.bpmn": drawn(
                process(
                    "asks", START, catches("wait", message("asked")), END, flows="start>wait>end"
                ),
                roots="m:asked",
            ),
        }
    )
    waiting = flow.start("asks", business_key="1")

    assert flow.send("asked", key="1").id == waiting.id
    assert flow.send("asked", key="1").view.process == "opens"


def test_a_message_goes_from_case_to_case(flow: Caseflow) -> None:
    flow.deploy({"listens.bpmn": LISTENS, "sends.bpmn": sends("paid")})
    waiting = flow.start("listens", business_key="1")

    flow.start("sends", business_key="1", amount=7)

    assert waiting.variables == {"payment": 7}
    assert undelivered(flow) == ()


def test_a_message_is_kept_until_somebody_waits_for_it(flow: Caseflow) -> None:
    flow.deploy({"later.bpmn": WAITS_LATER, "sends.bpmn": sends("paid")})
    case = flow.start("waits_later", business_key="1")
    sender = flow.start("sends", business_key="1", amount=7)
    kept = undelivered(flow)
    flow.advance(days=20)

    case.complete("prepare")

    assert kept == (
        MessageView(
            id=f"{sender.id}:0000000001:000000",
            kind=kept[0].kind,
            name="paid",
            key="1",
            payload=7,
            state=MessageState.KEPT,
            sent_at=BEGINNING,
            expires_at=BEGINNING + timedelta(days=30),
            problem=None,
        ),
    )
    assert (case.waiting_at, case.variables) == ({"thank"}, {"payment": 7})
    assert undelivered(flow) == ()


def test_only_a_message_with_the_key_wakes(flow: Caseflow) -> None:
    flow.deploy({"later.bpmn": WAITS_LATER, "sends.bpmn": sends("paid")})
    flow.start("sends", business_key="2", amount=7)

    case = flow.start("waits_later", business_key="1").complete("prepare")

    assert case.waiting_at == {"wait"}
    assert [one.state for one in undelivered(flow)] == [MessageState.KEPT]


@pytest.mark.parametrize(
    ("more", "life"),
    [
        ('caseflow:timeToLive="=hours(2)"', timedelta(hours=2)),
        ("", timedelta(days=30)),
    ],
)
def test_a_message_that_found_nobody_expires(flow: Caseflow, more: str, life: timedelta) -> None:
    flow.deploy({"later.bpmn": WAITS_LATER, "sends.bpmn": sends("paid", more)})
    case = flow.start("waits_later", business_key="1")
    flow.start("sends", business_key="1", amount=7)

    flow.clock.move(life - timedelta(seconds=1))
    early = flow.engine.run_due()
    flow.clock.move(timedelta(seconds=1))
    late = flow.engine.run_due()

    assert (early, late) == (Done(), Done(expired=1))
    assert undelivered(flow) == ()
    assert case.complete("prepare").waiting_at == {"wait"}


@pytest.mark.parametrize("life", ["hours(0)", "hours(1)"])
def test_the_time_to_live_does_not_run_while_a_message_is_on_its_way(
    flow: Caseflow, life: str
) -> None:
    flow.deploy(
        {"listens.bpmn": LISTENS, "sends.bpmn": sends("paid", f'caseflow:timeToLive="={life}"')}
    )
    case = flow.start("listens", business_key="1")
    with flow.engine.begin() as work:
        work.start("sends", business_key="1", variables={"amount": 7})
        work.start("sends", business_key="2", variables={"amount": 7})
    flow.clock.move(timedelta(hours=1))

    assert flow.engine.run_due() == Done(messages=2)
    assert case.variables == {"payment": 7}
    assert undelivered(flow) == ()


def test_a_kept_message_is_not_woken_after_its_time(flow: Caseflow) -> None:
    flow.deploy(
        {"later.bpmn": WAITS_LATER, "sends.bpmn": sends("paid", 'caseflow:timeToLive="=hours(1)"')}
    )
    case = flow.start("waits_later", business_key="1")
    flow.start("sends", business_key="1", amount=7)
    flow.clock.move(timedelta(hours=1))

    case.complete("prepare")

    assert case.waiting_at == {"wait"}
    assert undelivered(flow) == ()


def test_the_second_of_two_messages_waits_for_the_next_who_waits(flow: Caseflow) -> None:
    flow.deploy({"listens.bpmn": LISTENS, "sends.bpmn": sends("paid")})
    first = flow.start("listens", business_key="1")
    flow.start("sends", business_key="1", amount=1)
    flow.start("sends", business_key="1", amount=2)

    second = flow.start("listens", business_key="1")

    assert (first.variables, second.variables) == ({"payment": 1}, {"payment": 2})


def test_messages_of_one_command_arrive_in_the_order_in_which_they_were_sent(
    flow: Caseflow,
) -> None:
    elements = [
        throws(f"tell_{number}", message("asked", f'caseflow:payload="={number}"'))
        for number in range(12)
    ]
    flow.deploy(
        {
            "opens.bpmn": OPENS,
            "sends.bpmn": drawn(
                process(
                    "sends",
                    START,
                    *elements,
                    END,
                    flows="start>" + ">".join(f"tell_{number}" for number in range(12)) + ">end",
                ),
                roots="m:asked",
            ),
        }
    )

    flow.start("sends")

    assert [case.variables["question"] for case in flow.cases("opens")] == [*range(12)]


def test_messages_of_one_moment_arrive_in_the_order_of_their_commands(flow: Caseflow) -> None:
    flow.deploy(
        {
            "opens.bpmn": OPENS,
            "sends.bpmn": drawn(
                process(
                    "sends",
                    START,
                    user("ask"),
                    throws("tell", message("asked", 'caseflow:payload="=number"')),
                    flows="start>ask>tell>ask",
                ),
                roots="m:asked",
            ),
        }
    )
    with flow.engine.begin() as work:
        case = work.start("sends")
        for number in range(12):
            work.complete(work.tasks(case=case).one(), {"number": number})

    flow.run_due()

    assert [case.variables["question"] for case in flow.cases("opens")] == [*range(12)]


def test_a_message_for_a_suspended_case_is_kept_until_it_goes_on(flow: Caseflow) -> None:
    flow.deploy({"listens.bpmn": LISTENS, "sends.bpmn": sends("paid")})
    case = flow.start("listens", business_key="1")
    with flow.engine.begin() as work:
        work.suspend(case.id, reason="a test")

    flow.start("sends", business_key="1", amount=7)
    kept = [one.state for one in undelivered(flow)]
    with flow.engine.begin() as work:
        work.resume(case.id)
    flow.run_due()

    assert kept == [MessageState.KEPT]
    assert (case.waiting_at, case.variables) == ({"thank"}, {"payment": 7})


def test_a_suspended_case_is_no_reason_to_pass_over_one_that_runs(flow: Caseflow) -> None:
    flow.deploy({"listens.bpmn": LISTENS})
    asleep, awake = (flow.start("listens", business_key="1") for _ in range(2))
    with flow.engine.begin() as work:
        work.suspend(asleep.id, reason="a test")

    assert flow.send("paid", key="1").id == awake.id


def test_the_host_is_told_that_the_case_which_waits_is_suspended(flow: Caseflow) -> None:
    flow.deploy({"opens.bpmn": OPENS, "listens.bpmn": LISTENS})
    case = flow.start("listens", business_key="1")
    with flow.engine.begin() as work:
        work.suspend(case.id, reason="a test")

    with pytest.raises(CaseNotOpen, match=f"{case.id} is suspended"):
        flow.send("paid", key="1")


def test_a_message_kept_for_a_suspended_case_is_free_when_that_is_cancelled(
    flow: Caseflow,
) -> None:
    waits = process("waits", START, catches("wait", message("asked")), END, flows="start>wait>end")
    flow.deploy(
        {
            "opens.bpmn": OPENS,
            "waits.bpmn": drawn(waits, roots="m:asked"),
            "sends.bpmn": sends("asked"),
        }
    )
    case = flow.start("waits", business_key="1")
    with flow.engine.begin() as work:
        work.suspend(case.id, reason="a test")
    flow.start("sends", business_key="1", amount=7)
    before = flow.cases("opens")

    case.cancel("a test")
    flow.run_due()

    assert before == []
    assert [opened.variables for opened in flow.cases("opens")] == [{"question": 7}]


def test_a_kept_message_opens_a_case_of_a_process_that_is_deployed_later(flow: Caseflow) -> None:
    flow.deploy({"sends.bpmn": sends("asked")})
    flow.start("sends", business_key="1", amount=7)

    flow.deploy({"opens.bpmn": OPENS})
    flow.run_due()

    assert [case.variables for case in flow.cases("opens")] == [{"question": 7}]


def test_two_processes_that_one_message_would_start_are_refused(flow: Caseflow) -> None:
    second = OPENS.replace(b'"opens"', b'"second"')
    flow.deploy({"opens.bpmn": OPENS})

    for files in ({"second.bpmn": second}, {"opens.bpmn": OPENS, "second.bpmn": second}):
        with pytest.raises(DiagramRefused) as refusal:
            flow.deploy(files)
        (finding,) = refusal.value.findings
        assert finding.rule == "message-start-taken"
        assert finding.element == "start"

    with flow.engine.read() as work:
        assert [one.id for one in work.processes()] == ["opens"]


def test_a_message_may_move_from_one_process_to_another(flow: Caseflow) -> None:
    flow.deploy({"opens.bpmn": OPENS})
    plain = drawn(process("opens", START, user("answer"), END, flows="start>answer>end"))

    flow.deploy({"opens.bpmn": plain, "second.bpmn": OPENS.replace(b'"opens"', b'"second"')})

    assert flow.send("asked").view.process == "second"


def is_poison(_: Case | None, command: Command) -> bool:
    """Whether a message carries poison."""
    return isinstance(command, StartCase | DeliverMessage) and command.payload == "poison"


@pytest.fixture
def brittle(database_url: str) -> Iterator[tuple[Caseflow, Stumbling]]:
    """An engine whose interpreter cannot take poison, with processes that hand it on."""
    interpreter = Stumbling(is_poison)
    made = Caseflow(target=database_url, interpreter=interpreter)
    made.deploy({"listens.bpmn": LISTENS, "opens.bpmn": OPENS})
    made.deploy({"pays.bpmn": sends("paid").replace(b'"sends"', b'"pays"')})
    made.deploy({"asks.bpmn": sends("asked").replace(b'"sends"', b'"asks"')})
    yield made, interpreter
    made.close()


def test_a_message_that_cannot_open_its_case_is_put_aside_and_the_others_go_on(
    brittle: tuple[Caseflow, Stumbling],
) -> None:
    flow, _ = brittle
    with flow.engine.begin() as work:
        for amount in ("poison", "bread"):
            work.start("asks", business_key=amount, variables={"amount": amount})

    done = flow.engine.run_due()

    (stuck,) = undelivered(flow)
    assert done == Done(messages=2, failed=1)
    assert (stuck.key, stuck.state) == ("poison", MessageState.STUCK)
    assert stuck.problem == "ZeroDivisionError: the kernel stumbles"
    assert [case.view.business_key for case in flow.cases("opens")] == ["bread"]
    assert flow.engine.run_due() == Done()


def test_a_message_that_was_put_aside_can_be_sent_again(
    brittle: tuple[Caseflow, Stumbling],
) -> None:
    flow, interpreter = brittle
    flow.start("asks", business_key="1", amount="poison")
    (stuck,) = undelivered(flow)
    interpreter.is_mended = True
    flow.advance(days=60)

    with flow.engine.begin() as work:
        work.resend(stuck)
    flow.run_due()

    assert undelivered(flow) == ()
    assert [case.view.business_key for case in flow.cases("opens")] == ["1"]


def test_a_message_that_was_put_aside_can_be_forgotten(
    brittle: tuple[Caseflow, Stumbling],
) -> None:
    flow, _ = brittle
    flow.start("asks", business_key="1", amount="poison")
    (stuck,) = undelivered(flow)

    with flow.engine.begin() as work:
        work.discard(stuck.id)

    assert undelivered(flow) == ()
    for act in ("resend", "discard"):
        with flow.engine.begin() as work, pytest.raises(CommandRefused, match="no message"):
            getattr(work, act)(stuck)


def test_a_message_that_its_case_cannot_take_is_put_aside_and_the_case_waits_on(
    brittle: tuple[Caseflow, Stumbling],
) -> None:
    flow, interpreter = brittle
    case, other = (flow.start("listens", business_key=key) for key in "12")
    with flow.engine.begin() as work:
        work.start("pays", business_key="1", variables={"amount": "poison"})
        work.start("pays", business_key="2", variables={"amount": "bread"})

    done = flow.engine.run_due()
    (stuck,) = undelivered(flow)
    before = case.waiting_at
    interpreter.is_mended = True
    with flow.engine.begin() as work:
        work.resend(stuck)
    flow.run_due()

    assert done == Done(messages=2, failed=1)
    assert (stuck.state, stuck.problem) == (
        MessageState.STUCK,
        "ZeroDivisionError: the kernel stumbles",
    )
    assert before == {"wait"}
    assert (case.variables, other.variables) == ({"payment": "poison"}, {"payment": "bread"})


def test_the_host_hears_itself_why_a_message_cannot_be_taken(
    brittle: tuple[Caseflow, Stumbling],
) -> None:
    flow, _ = brittle
    case = flow.start("listens", business_key="1")

    for name in ("paid", "asked"):
        with pytest.raises(ZeroDivisionError):
            flow.send(name, key="1", payload="poison")

    assert case.waiting_at == {"wait"}
    assert flow.cases("opens") == []


def test_a_message_into_a_loop_without_end_is_put_aside(flow: Caseflow) -> None:
    circle = process(
        "circle",
        START,
        catches("wait", message("paid")),
        exclusive("turn", 'default="turn_to_count"'),
        script("count", "n = 1"),
        END,
        flows="start>wait>turn>count>turn, turn>end",
        conditions={"turn>end": "n == 2"},
    )
    flow.deploy({"circle.bpmn": drawn(circle, roots="m:paid"), "sends.bpmn": sends("paid")})
    case = flow.start("circle", business_key="1", n=1)

    flow.start("sends", business_key="1", amount=1)

    (stuck,) = undelivered(flow)
    assert case.waiting_at == {"wait"}
    assert stuck.state is MessageState.STUCK
    assert str(stuck.problem).startswith("StepLimitReached: ")
