"""Intermediate throwing events (BPMN 2.0.2, 10.5.4 and 13.5.2)."""

from __future__ import annotations

from tests.unit.kernel.drawing import (
    boundary,
    catch,
    duration,
    escalation,
    event_sub,
    link,
    message,
    parallel,
    plain,
    process,
    script,
    signal,
    start,
    sub,
    throw,
)
from tests.unit.kernel.playing import MONDAY, play

from caseflow.kernel import (
    BroadcastSignal,
    EscalationThrown,
    MessageSent,
    SendMessage,
    SignalReceived,
    SignalThrown,
)
from caseflow.model import ElementId, ProcessId

P = ProcessId("p")
T = ElementId("t")


def test_an_event_that_throws_nothing_passes() -> None:
    assert play(process("start > t > after", throw("t"))).tasks == ["after"]


def test_a_message_leaves_the_case_with_its_key_and_its_time_to_live() -> None:
    sent = message("offer", correlation="n", payload="[n]", ttl="duration('PT1H')")

    case = play(process("start > t > after", throw("t", sent)), n=7)

    assert case.tasks == ["after"]
    assert case.last.effects[-1] == SendMessage(
        element=T, name="offer", key="7", payload=[7], expires_at=MONDAY.replace(hour=2)
    )


def test_several_messages_and_signals_leave_in_the_order_of_the_diagram() -> None:
    drawn = process(
        "start > t > end",
        throw("t", signal("s", payload="1"), message("m1"), message("m2")),
    )

    case = play(drawn)

    assert case.facts(MessageSent, SignalThrown) == [
        MessageSent(process=P, element=T, name="m1", key="2026-0017", payload=None),
        MessageSent(process=P, element=T, name="m2", key="2026-0017", payload=None),
        SignalThrown(process=P, element=T, name="s", payload=1),
    ]


def test_nothing_is_thrown_where_part_of_it_cannot_be_made() -> None:
    drawn = process("start > t > end", throw("t", message("m1"), message("m2", payload="missing")))
    case = play(drawn)
    assert (case.stuck, case.facts(MessageSent)) == (["t"], [])

    case.set(missing=1).resolve("t")

    assert (case.state, len(case.facts(MessageSent))) == ("completed", 2)


def test_a_signal_goes_at_once_to_what_waits_in_the_case() -> None:
    drawn = process(
        "start > fork > c > got",
        "fork > t > after",
        parallel("fork"),
        catch("c", signal("sig")),
        throw("t", signal("sig", payload="{'n': 1}")),
    )

    case = play(drawn)

    assert sorted(case.tasks) == ["after", "got"]
    assert case.variables == {"n": 1}
    assert case.facts(SignalThrown, SignalReceived) == [
        SignalThrown(process=P, element=T, name="sig", payload={"n": 1}),
        SignalReceived(process=P, element=ElementId("c"), name="sig", payload={"n": 1}),
    ]
    assert [one for one in case.last.effects if isinstance(one, BroadcastSignal)] == [
        BroadcastSignal(element=T, name="sig", payload={"n": 1})
    ]


def test_a_signal_does_not_wait_for_those_who_listen_later() -> None:
    drawn = process("start > t > c > after", throw("t", signal("sig")), catch("c", signal("sig")))

    assert play(drawn).awaited == ["c"]


def test_a_signal_that_interrupts_its_own_scope_does_not_go_on_behind_the_throw() -> None:
    inner = sub("s", "start > t > b > end", throw("t", signal("stop")), script("b", "late = True"))
    drawn = process("start > s > a", inner, boundary("stop", "s", signal("stop")), "stop > x")

    case = play(drawn)

    assert (case.tasks, case.variables) == (["x"], {})


def test_what_an_event_throws_still_goes_out_where_part_of_it_interrupts_the_event() -> None:
    inner = sub("s", "start > t > end", throw("t", signal("stop"), signal("two"), escalation("X")))
    drawn = process("start > s > a", inner, boundary("stop", "s", signal("stop")), "stop > x")

    case = play(drawn)

    assert case.tasks == ["x"]
    assert [one.name for one in case.facts(SignalThrown) if isinstance(one, SignalThrown)] == [
        "stop",
        "two",
    ]
    assert case.facts(EscalationThrown) == []


def test_an_escalation_goes_to_its_handler_and_the_path_goes_on() -> None:
    inner = sub("s", "start > t > b", throw("t", escalation("X", payload="5")))
    told = boundary("told", "s", escalation("X", into="what"), interrupting=False)
    drawn = process("start > s", inner, told, "told > note")

    case = play(drawn)

    assert sorted(case.tasks) == ["b", "note"]
    assert case.variables == {"what": 5}
    assert case.facts(EscalationThrown) == [
        EscalationThrown(process=P, element=T, code="X", caught_by=ElementId("told"))
    ]


def test_an_escalation_that_interrupts_its_scope_ends_the_path() -> None:
    inner = sub("s", "start > t > b", throw("t", escalation("X")))
    drawn = process("start > s", inner, boundary("told", "s", escalation("X")), "told > note")

    assert play(drawn).tasks == ["note"]


def test_an_escalation_that_nobody_catches_is_of_no_consequence() -> None:
    case = play(process("start > t > a", throw("t", escalation("X"))))

    assert case.tasks == ["a"]
    assert case.facts(EscalationThrown) == [
        EscalationThrown(process=P, element=T, code="X", caught_by=None)
    ]


def test_an_escalation_with_another_code_is_not_caught() -> None:
    handler = event_sub("es", start("on", escalation("Y"), interrupting=False), "on > note")

    assert play(process("start > t > a", throw("t", escalation("X")), handler)).tasks == ["a"]


def test_a_link_takes_the_place_of_a_flow() -> None:
    drawn = process(
        "start > a > out",
        "into > c > out2",
        plain("a"),
        throw("out", link("l")),
        catch("into", link("l")),
        throw("out2", link("m")),
        catch("into2", link("m")),
        "into2 > after",
    )

    case = play(drawn).do("c")

    assert case.tasks == ["after"]


def test_a_timer_fires_while_its_scope_throws_a_signal_that_ends_it() -> None:
    handler = event_sub("es", start("on", signal("sig")), "on > x")
    drawn = process(
        "start > a", boundary("t", "a", duration("P1D"), interrupting=False), "t > out > end",
        throw("out", signal("sig")), handler,
    )  # fmt: skip

    case = play(drawn).later(days=1)

    assert (case.tasks, case.timers) == (["x"], [])
