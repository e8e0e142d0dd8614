"""How cases begin and find each other: start events by name, messages, correlation keys."""

from __future__ import annotations

import pytest
from tests.contract.diagrams import (
    END,
    HEAD,
    START,
    after,
    begins,
    catches,
    drawn,
    message,
    process,
    throws,
    user,
)

from caseflow.errors import CommandRefused, NothingWaits
from caseflow.testing import Caseflow, RunningCase

SEVERAL = drawn(
    process(
        "request",
        '<startEvent id="by_phone"/><startEvent id="in_person"/>',
        user("call_back"),
        user("receive"),
        END,
        flows="by_phone>call_back>end, in_person>receive>end",
    )
)


def keyed(*processes: str, names: str) -> bytes:
    """A file whose messages all carry the key K: the order that they are about."""
    every = names.split()
    messages = "".join(f'<message id="m_{one}" name="{one}"/>' for one in every)
    paths = "".join(
        f'<correlationPropertyRetrievalExpression messageRef="m_{one}">'
        "<messagePath>order</messagePath></correlationPropertyRetrievalExpression>"
        for one in every
    )
    pools = "".join(
        f'<participant id="pool_{number}" processRef="{text.split(chr(34))[1]}"/>'
        for number, text in enumerate(processes)
    )
    return (
        f'{HEAD}{messages}<collaboration id="talk">{pools}<correlationKey id="key" name="K">'
        "<correlationPropertyRef>order</correlationPropertyRef></correlationKey></collaboration>"
        f'<correlationProperty id="order">{paths}</correlationProperty>{"".join(processes)}'
        "</definitions>"
    ).encode()


ASKS = process(
    "asks",
    '<startEvent id="begun"/>',
    throws("ask", message("question", "caseflow:payload=\"{'order': order}\"")),
    catches("wait", message("answer", 'caseflow:into="told"')),
    user("read"),
    '<endEvent id="told"/>',
    flows="begun>ask>wait>read>told",
)
ANSWERS = process(
    "answers",
    begins("asked", message("question")),
    user("think"),
    throws("answer", message("answer", "caseflow:payload=\"{'order': order, 'is': word}\"")),
    END,
    flows="asked>think>answer>end",
)


# Several start events


def test_a_case_begins_at_the_start_event_that_is_named(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": SEVERAL})

    cases = [flow.start("request", element=one) for one in ("by_phone", "in_person")]

    assert [case.waiting_at for case in cases] == [{"call_back"}, {"receive"}]


def test_without_a_name_it_begins_at_the_first(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": SEVERAL})

    assert flow.start("request").waiting_at == {"call_back"}


def test_a_name_that_is_none_is_refused_with_those_there_are(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": SEVERAL})

    with pytest.raises(CommandRefused, match="no start event 'by_mail': it has by_phone"):
        flow.start("request", element="by_mail")


def test_of_several_messages_of_one_start_event_each_brings_its_own(flow: Caseflow) -> None:
    either = message("ask", 'caseflow:into="asked"') + message("tell", 'caseflow:into="told"')
    flow.deploy(
        {
            "request.bpmn": drawn(
                process("request", begins("any", either), user("read"), END,
                        flows="any>read>end"),
                roots="m:ask m:tell",
            )
        }
    )  # fmt: skip

    cases = [flow.send(name, payload=7) for name in ("ask", "tell")]

    assert [case.variables for case in cases] == [{"asked": 7}, {"told": 7}]


# Correlation keys


def test_each_answer_finds_the_case_that_asked(flow: Caseflow) -> None:
    flow.deploy({"talk.bpmn": keyed(ASKS, ANSWERS, names="question answer")})
    asking = [flow.start("asks", order=number) for number in (1, 2)]
    first, second = flow.cases("answers")

    second.complete("think", word="no")
    first.complete("think", word="yes")

    assert [case.variables["told"] for case in asking] == [
        {"order": 1, "is": "yes"},
        {"order": 2, "is": "no"},
    ]


def test_an_answer_about_another_order_is_for_nobody(flow: Caseflow) -> None:
    flow.deploy({"asks.bpmn": keyed(ASKS, names="question answer")})
    case = flow.start("asks", order=1)

    with pytest.raises(NothingWaits):
        flow.send("answer", key="2", payload={"order": 2})

    assert case.waiting_at == {"wait"}


def test_an_answer_that_comes_before_the_case_waits_is_kept_for_it(flow: Caseflow) -> None:
    later = ASKS.replace('sourceRef="ask" targetRef="wait"', 'sourceRef="ask" targetRef="rest"')
    rested = '<sequenceFlow id="rested" sourceRef="rest" targetRef="wait"/>'
    later = later.replace("</process>", f"{user('rest')}{rested}</process>")
    flow.deploy({"talk.bpmn": keyed(later, ANSWERS, names="question answer")})
    case = flow.start("asks", order=3)
    (answering,) = flow.cases("answers")
    answering.complete("think", word="yes")

    case.complete("rest")

    assert case.variables["told"] == {"order": 3, "is": "yes"}


def test_a_subscription_follows_what_the_case_file_says_later(flow: Caseflow) -> None:
    waits = process("waits", START, catches("wait", message("answer")), user("read"), END,
                    flows="start>wait>read>end")  # fmt: skip
    flow.deploy({"waits.bpmn": keyed(waits, names="answer")})
    case = flow.start("waits", order=1).set(order=5)

    with pytest.raises(NothingWaits):
        flow.send("answer", key="1", payload={"order": 1})

    assert flow.send("answer", key="5", payload={"order": 5}).id == case.id
    assert case.waiting_at == {"read"}


# Instantiation


def opened_by(flow: Caseflow, name: str, **payload: object) -> RunningCase:
    return flow.send(name, key=str(payload.get("order", "")), payload=payload)


def test_a_receive_task_opens_a_case(flow: Caseflow) -> None:
    task = '<receiveTask id="take" messageRef="m_ask" instantiate="true"/>'
    flow.deploy(
        {"r.bpmn": drawn(process("r", task, user("read"), END, flows="take>read>end"),
                         roots="m:ask")}
    )  # fmt: skip

    assert opened_by(flow, "ask").waiting_at == {"read"}


GATEWAY = '<eventBasedGateway id="any" instantiate="true" eventGatewayType="{}"/>'


def gateway(kind: str) -> bytes:
    """A process that either of two messages opens, or both together."""
    return keyed(
        process(
            "p",
            GATEWAY.format(kind),
            catches("on_bill", message("bill")),
            catches("on_goods", message("goods")),
            user("pay"),
            user("unpack"),
            END,
            flows="any>on_bill>pay>end, any>on_goods>unpack>end",
        ),
        names="bill goods",
    )


def test_any_event_behind_an_instantiating_gateway_opens_a_case(flow: Caseflow) -> None:
    flow.deploy({"p.bpmn": gateway("Exclusive")})

    cases = [opened_by(flow, name, order=1) for name in ("bill", "goods")]

    assert [case.waiting_at for case in cases] == [{"pay"}, {"unpack"}]


def test_a_parallel_one_waits_for_the_others_in_the_same_case(flow: Caseflow) -> None:
    flow.deploy({"p.bpmn": gateway("Parallel")})
    one, two = (opened_by(flow, "bill", order=number) for number in (1, 2))

    taken = opened_by(flow, "goods", order=2)

    assert taken.id == two.id
    assert (one.waiting_at, two.waiting_at) == ({"pay", "on_goods"}, {"pay", "unpack"})


def test_a_parallel_one_ends_when_all_of_them_have_come(flow: Caseflow) -> None:
    flow.deploy({"p.bpmn": gateway("Parallel")})
    case = opened_by(flow, "goods", order=1)
    opened_by(flow, "bill", order=1)

    case.complete("pay").complete("unpack")

    assert case.state.is_over
    assert len(flow.cases("p")) == 1


def test_a_timer_beside_a_message_of_a_start_event_opens_cases_too(flow: Caseflow) -> None:
    both = begins("any", message("ask") + after("PT1H"))
    flow.deploy(
        {"p.bpmn": drawn(process("p", both, user("read"), END, flows="any>read>end"),
                         roots="m:ask")}
    )  # fmt: skip
    opened_by(flow, "ask")

    flow.advance(hours=2)

    assert len(flow.cases("p")) == 2
