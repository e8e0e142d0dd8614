"""Decisions are deployed with what asks them, in versions, and a case keeps its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from caseflow import Engine, TaskFilter
from caseflow.errors import DiagramRefused
from caseflow.kernel import CaseId, DecisionMade
from caseflow.testing import Caseflow, RunningCase

DIAGRAM = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:caseflow="urn:caseflow:bpmn:1.0" id="m" targetNamespace="x">
<process id="p" isExecutable="true">
<startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="wait"/>
<userTask id="wait"/><sequenceFlow id="f2" sourceRef="wait" targetRef="a"/>
<businessRuleTask id="a" caseflow:decision="grade" caseflow:result="level"/>
<sequenceFlow id="f3" sourceRef="a" targetRef="e"/><endEvent id="e"/>
</process></definitions>"""

DECISIONS = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="g" name="G">
<decision id="grade" name="Grade"><decisionTable>
<input><inputExpression typeRef="number"><text>people</text></inputExpression></input>
<output name="level"/>
<rule id="few"><inputEntry><text>&lt; LIMIT</text></inputEntry>
<outputEntry><text>"E2"</text></outputEntry></rule>
<rule id="many"><inputEntry><text>&gt;= LIMIT</text></inputEntry>
<outputEntry><text>"E4"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def table(limit: int) -> bytes:
    return DECISIONS.replace("LIMIT", str(limit)).encode()


def started(flow: Caseflow) -> RunningCase:
    return flow.start("p", people=15)


def level(case: RunningCase) -> object:
    return case.complete("wait").variables["level"]


def test_a_case_asks_the_decision_that_was_deployed_with_its_process(flow: Caseflow) -> None:
    flow.deploy({"p.bpmn": DIAGRAM, "g.dmn": table(10)})
    case = started(flow)

    assert level(case) == "E4"
    facts = [entry.event for entry in case.history]
    (made,) = [fact for fact in facts if isinstance(fact, DecisionMade)]
    assert (made.rules, made.reasons) == (("many",), ("people = 15 fits >= 10",))


def test_a_changed_table_makes_a_new_version_and_running_cases_keep_theirs(
    flow: Caseflow,
) -> None:
    files = {"p.bpmn": DIAGRAM, "g.dmn": table(10)}
    flow.deploy(files)
    before = started(flow)

    (same,) = flow.engine.deploy(files)
    (changed,) = flow.engine.deploy({"p.bpmn": DIAGRAM, "g.dmn": table(20)})
    after = started(flow)

    assert [(one.version, one.is_new) for one in (same, changed)] == [(1, False), (2, True)]
    assert (level(before), level(after)) == ("E4", "E2")


def test_decisions_may_be_deployed_before_what_asks_them(flow: Caseflow) -> None:
    assert flow.engine.deploy({"g.dmn": table(10)}) == ()
    flow.deploy({"p.bpmn": DIAGRAM})
    case = started(flow)
    assert flow.engine.deploy({"g.dmn": table(20)}) == ()

    assert level(case) == "E4"


def test_another_engine_on_the_same_database_loads_the_bound_version(file_url: str) -> None:
    first = Caseflow(target=file_url)
    first.deploy({"p.bpmn": DIAGRAM, "g.dmn": table(10)})
    case = started(first)
    first.engine.deploy({"g.dmn": table(20)})
    first.close()

    with Engine(file_url, clock=first.clock) as second:
        with second.begin(actor="li") as work:
            (task,) = work.tasks(TaskFilter(case=CaseId(case.id)))
            work.complete(task)
        with second.read() as work:
            assert work.case(case.id).variables["level"] == "E4"


def refusals(flow: Caseflow, files: dict[str, bytes]) -> list[tuple[str, str]]:
    with pytest.raises(DiagramRefused) as refusal:
        flow.engine.deploy(files)
    return [(finding.file, finding.rule) for finding in refusal.value.findings]


def test_a_decision_that_is_nowhere_refuses_the_deployment(flow: Caseflow) -> None:
    assert refusals(flow, {"p.bpmn": DIAGRAM}) == [("p.bpmn", "unknown-decision")]


def test_a_faulty_table_refuses_the_deployment_with_its_place(flow: Caseflow) -> None:
    overlapping = table(10).replace(b"&lt; 10", b"&lt; 12")
    unreadable = table(10).replace(b"&lt; 10", b"&lt; ")
    files = {"p.bpmn": DIAGRAM}

    assert refusals(flow, {**files, "g.dmn": overlapping}) == [("g.dmn", "decision-overlap")]
    assert refusals(flow, {**files, "g.dmn": unreadable}) == [("g.dmn", "decision-test")]
    assert refusals(flow, {**files, "g.dmn": table(1), "h.dmn": table(2)}) == [
        ("h.dmn", "duplicate-decision")
    ]


def test_a_diagram_alone_brings_the_decisions_beside_it(flow: Caseflow, tmp_path: Path) -> None:
    (tmp_path / "p.bpmn").write_bytes(DIAGRAM)
    (tmp_path / "g.dmn").write_bytes(table(10))

    flow.deploy(tmp_path / "p.bpmn")

    assert level(started(flow)) == "E4"


def test_a_folder_brings_all_decisions_below_it(flow: Caseflow, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "p.bpmn").write_bytes(DIAGRAM)
    (tmp_path / "_decisions").mkdir()
    (tmp_path / "_decisions" / "g.dmn").write_bytes(table(10))

    flow.deploy(tmp_path)

    assert level(started(flow)) == "E4"
