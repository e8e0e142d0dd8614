"""End events: how a path, a scope or a case ends (BPMN 2.0.2, 10.5.3 and 13.5.6)."""

from __future__ import annotations

from tests.unit.kernel.drawing import (
    boundary,
    call,
    catch,
    end,
    error,
    escalation,
    event_sub,
    message,
    parallel,
    process,
    script,
    signal,
    start,
    sub,
    terminate,
)
from tests.unit.kernel.playing import compiled, play

from caseflow.kernel import (
    ActivityCancelled,
    BroadcastSignal,
    CaseCompleted,
    CaseFailed,
    ErrorThrown,
    MessageSent,
    SendMessage,
    SignalThrown,
)
from caseflow.model import ElementId, ProcessId

P = ProcessId("p")
A_BESIDE_B = (parallel("fork"), "start > fork > a > end", "fork > b")


def test_a_case_ends_with_its_last_token() -> None:
    case = play(process(*A_BESIDE_B))

    assert case.do("a").state == "running"
    assert case.do("b").state == "completed"
    assert case.case.ended_at == case.at


def test_a_path_ends_without_an_end_event_too() -> None:
    case = play(process("start > a", script("a", "done = True")))

    assert (case.state, case.variables) == ("completed", {"done": True})


def test_the_last_end_event_names_the_outcome_of_the_case() -> None:
    first, second = end("end", outcome="first"), end("end2", outcome="second")
    case = play(process(*A_BESIDE_B, "b > end2", first, second))

    case.do("b").do("a")

    assert case.case.outcome == "first"
    assert case.history[-1] == CaseCompleted(outcome="first")


def test_an_end_inside_a_sub_process_does_not_name_the_outcome() -> None:
    inner = sub("s", "start > end", end(outcome="inner"))

    case = play(process("start > s > end", inner))

    assert (case.state, case.case.outcome) == ("completed", "")


def test_an_event_sub_process_that_took_over_names_the_outcome() -> None:
    stop = start("stop", message("stop"))
    handler = event_sub("es", stop, "stop > end", end(outcome="withdrawn"))

    case = play(process("start > a", handler)).send("stop")

    assert (case.state, case.case.outcome) == ("completed", "withdrawn")


def test_an_event_sub_process_that_runs_beside_does_not_name_the_outcome() -> None:
    note = start("note", message("note"), interrupting=False)
    handler = event_sub("es", note, "note > end", end(outcome="noted"))

    case = play(process("start > a", handler)).send("note").do("a")

    assert (case.state, case.case.outcome) == ("completed", "")


def test_the_outcome_of_a_called_process_is_not_that_of_the_case() -> None:
    other = compiled(process("start > end", end(outcome="inner"), name="q"))

    case = play(compiled(process("start > c > end", call("c", "q")), calls=[other]))

    assert (case.state, case.case.outcome) == ("completed", "")


def test_a_message_end_event_sends_its_message() -> None:
    case = play(process("start > end", end("end", message("done", payload="n"))), n=5)

    assert case.state == "completed"
    assert case.last.effects == (
        SendMessage(
            element=ElementId("end"), name="done", key="2026-0017", payload=5, expires_at=None
        ),
    )
    assert case.facts(MessageSent) == [
        MessageSent(process=P, element=ElementId("end"), name="done", key="2026-0017", payload=5)
    ]


def test_a_signal_end_event_reaches_a_catch_in_the_same_case_and_all_other_cases() -> None:
    waiting = catch("b", signal("sig"))
    case = play(process(*A_BESIDE_B, "b > got", waiting, end("end", signal("sig"))))

    case.do("a")

    assert case.tasks == ["got"]
    assert BroadcastSignal(element=ElementId("end"), name="sig", payload=None) in case.last.effects
    assert case.facts(SignalThrown) == [
        SignalThrown(process=P, element=ElementId("end"), name="sig", payload=None)
    ]


def test_a_terminate_end_event_ends_the_case_with_everything_alive() -> None:
    case = play(process(*A_BESIDE_B, end("end", terminate(), outcome="stopped")))

    case.do("a")

    assert (case.state, case.case.outcome) == ("completed", "stopped")
    assert case.facts(ActivityCancelled) == [ActivityCancelled(process=P, element=ElementId("b"))]


def test_a_terminate_end_event_drops_tokens_that_are_still_on_their_way() -> None:
    drawn = process(
        "start > fork > end",
        "fork > late",
        parallel("fork"),
        end("end", terminate()),
        script("late", "late = True"),
    )

    case = play(drawn)

    assert (case.state, case.variables) == ("completed", {})


def test_a_terminate_end_event_in_a_sub_process_ends_only_that() -> None:
    inner = sub("s", *A_BESIDE_B, end("end", terminate()))
    case = play(process("start > s > after", inner))

    case.do("a")

    assert case.tasks == ["after"]


def test_a_terminate_end_event_in_a_called_process_ends_only_that() -> None:
    other = compiled(process(*A_BESIDE_B, end("end", terminate()), name="q"))
    case = play(compiled(process("start > c > after", call("c", "q")), calls=[other]))

    case.do("a")

    assert case.tasks == ["after"]


def test_an_error_end_event_that_nobody_catches_fails_the_case() -> None:
    case = play(process(*A_BESIDE_B, end("end", error("E1"))))

    case.do("a")

    assert case.state == "failed"
    assert case.last.events[-3:] == (
        ErrorThrown(process=P, element=ElementId("end"), code="E1", caught_by=None),
        ActivityCancelled(process=P, element=ElementId("b")),
        CaseFailed(code="E1"),
    )


def test_an_error_end_event_carries_its_payload_to_the_handler() -> None:
    inner = sub("s", "start > end", end("end", error("E1", payload="amount * 2")))
    caught = boundary("caught", "s", error("E1", into="fault"))

    case = play(process("start > s", inner, caught, "caught > mend"), amount=21)

    assert (case.tasks, case.variables["fault"]) == (["mend"], 42)


def test_an_escalation_end_event_that_does_not_interrupt_lets_the_scope_end() -> None:
    inner = sub("s", "start > end", end("end", escalation("X")))
    told = boundary("told", "s", escalation("X"), interrupting=False)

    case = play(process("start > s > after", inner, told, "told > note"))

    assert sorted(case.tasks) == ["after", "note"]


def test_an_escalation_end_event_that_interrupts_takes_the_scope_away() -> None:
    inner = sub("s", "start > end", end("end", escalation("X")))
    told = boundary("told", "s", escalation("X"))

    case = play(process("start > s > after", inner, told, "told > note"))

    assert case.tasks == ["note"]


def test_an_end_event_that_cannot_throw_stops_there_and_has_thrown_nothing() -> None:
    ending = end("end", message("first"), message("second", payload="missing"))

    case = play(process("start > end", ending))

    assert case.stuck == ["end"]
    assert case.facts(MessageSent) == []

    case.set(missing=1).resolve("end")

    assert case.state == "completed"
    assert len(case.facts(MessageSent)) == 2
