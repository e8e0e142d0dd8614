"""``send`` and ``broadcast``."""

from __future__ import annotations

from tests.unit.cli.shell import Shell


def test_a_message_finds_the_case_that_waits_for_it(office: Shell) -> None:
    office.start("A-1")
    office.start("A-2")

    case = office.case("send", "called_off", "--key", "A-2", "--payload", '{"why": "rain"}')

    assert (case["business_key"], case["state"], case["outcome"]) == (
        "A-2",
        "completed",
        "called_off",
    )
    assert case["variables"] == {"why": "rain"}


def test_a_message_may_open_a_case(office: Shell) -> None:
    case = office.case("send", "complaint", "--key", "C-1")

    assert (case["process"], case["business_key"]) == ("complaint", "C-1")
    assert case["waiting_at"] == ["answer"]


def test_a_message_that_nobody_waits_for_is_not_found(office: Shell) -> None:
    printed = office.run("send", "called_off", "--key", "A-9")

    assert printed.code == 3
    assert printed.err == (
        "no case waits for message 'called_off' with key 'A-9', and no process starts with it\n"
    )


def test_a_signal_reaches_its_cases_with_the_next_tick(office: Shell) -> None:
    office.start("A-1")
    office.do("complete", "A-1:3", "-v", "problem=true")

    said = office.do("broadcast", "flood", "--payload", "high water")
    office.do("tick")
    heard = office.part("events", "history", "A-1", "--kind", "SignalReceived")

    assert said.lines == ["flood is on its way: `caseflow tick` or `caseflow run` delivers it"]
    assert [entry["event"] for entry in heard] == [
        {
            "kind": "SignalReceived",
            "process": "report_writing",
            "element": "flooded",
            "name": "flood",
            "payload": "high water",
        }
    ]


def test_a_signal_as_programs_send_it(office: Shell) -> None:
    assert office.ask("broadcast", "flood") == {"signal": "flood"}
