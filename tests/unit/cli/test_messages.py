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


def test_a_case_that_waits_for_no_person_says_what_it_waits_at(office: Shell) -> None:
    (office.folder / "wait.bpmn").write_text(
        """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
                        targetNamespace="x">
          <message id="m" name="reply"/>
          <process id="wait" isExecutable="true">
            <startEvent id="s"/>
            <sequenceFlow id="f1" sourceRef="s" targetRef="heard"/>
            <intermediateCatchEvent id="heard" name="回音 Reply">
              <messageEventDefinition messageRef="m"/>
            </intermediateCatchEvent>
            <sequenceFlow id="f2" sourceRef="heard" targetRef="e"/>
            <endEvent id="e"/>
          </process>
        </definitions>""",
        encoding="utf-8",
    )
    office.do("deploy", "wait.bpmn")

    waits = office.do("start", "wait", "--key", "W-1")
    heard = office.do("send", "reply", "--key", "W-1")

    assert waits.lines[1:] == ["  waits at 回音 Reply"]
    assert [line.split(" ")[2:] for line in heard.lines] == [["is", "completed"]]


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
