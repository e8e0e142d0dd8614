"""Deploying: all files or none, by content, and running cases stay what they were."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.contract.diagrams import (
    END,
    START,
    call,
    drawn,
    on_border,
    one_task,
    process,
    user,
)

from caseflow.engine import Deployed, Engine
from caseflow.errors import DiagramRefused, Finding, UnknownProcess
from caseflow.kernel import CaseState
from caseflow.model import ProcessId
from caseflow.testing import Caseflow

LIMITS = b"""
[sets.here.limits.answer]
span = "1 h"
kind = "CLK"
label = "Answer"
source = "[D]"
"""
LIMITED = one_task(task='caseflow:due="answer"')
CALLER = drawn(
    process("caller", START, call("ask_them", "request"), END, flows="start>ask_them>end")
)
BROKEN = b"<definitions"


def deployed(process: str, version: int = 1, *, is_new: bool = True) -> Deployed:
    return Deployed(
        process=ProcessId(process),
        version=version,
        is_new=is_new,
        name=process.title(),
        file=f"{process}.bpmn",
    )


def refused(flow: Caseflow, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    with pytest.raises(DiagramRefused) as refusal:
        flow.deploy(files)
    return refusal.value.findings


def processes(flow: Caseflow) -> dict[str, int]:
    with flow.engine.read() as work:
        return {one.id: one.version for one in work.processes()}


def test_the_same_content_twice_changes_nothing(flow: Caseflow) -> None:
    files = {"request.bpmn": one_task()}

    assert flow.deploy(files) == (deployed("request"),)
    assert flow.deploy(files) == (deployed("request", is_new=False),)
    assert processes(flow) == {"request": 1}


def test_another_diagram_is_a_new_version_and_the_old_one_again_another(flow: Caseflow) -> None:
    first, second = one_task(), one_task(task='caseflow:role="chief"')

    for version, diagram in enumerate((first, second, first), start=1):
        assert flow.deploy({"request.bpmn": diagram}) == (deployed("request", version),)


def test_other_parameters_are_a_new_version(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": LIMITED, "parameters.toml": LIMITS})

    files = {"request.bpmn": LIMITED, "parameters.toml": LIMITS.replace(b"1 h", b"2 h")}

    assert flow.deploy(files) == (deployed("request", 2),)


def test_a_called_process_that_changes_makes_a_new_version_of_its_caller(flow: Caseflow) -> None:
    files = {"request.bpmn": one_task(), "caller.bpmn": CALLER}
    flow.deploy(files)

    changed = {**files, "request.bpmn": one_task(task='caseflow:role="chief"')}

    assert set(flow.deploy(changed)) == {deployed("request", 2), deployed("caller", 2)}


def test_a_caller_follows_its_called_process_back_to_older_content(flow: Caseflow) -> None:
    first = {"request.bpmn": one_task(), "caller.bpmn": CALLER}
    second = {**first, "request.bpmn": one_task(task='caseflow:role="chief"')}
    flow.deploy(first)
    flow.deploy(second)
    flow.deploy({"request.bpmn": one_task()})

    again = flow.deploy(first)

    assert set(again) == {deployed("request", 3, is_new=False), deployed("caller", 3)}
    with flow.engine.read() as work:
        assert work.versions("caller", 3) == {"caller": 3, "request": 3}


def test_a_caller_deployed_alone_calls_what_was_deployed_before(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    flow.deploy({"request.bpmn": one_task(task='caseflow:role="chief"')})

    flow.deploy({"caller.bpmn": CALLER})

    case = flow.start("caller")
    assert case.task("ask").roles == ("chief",)
    assert case.complete("ask").state is CaseState.COMPLETED


def test_a_case_stays_on_its_version_also_of_what_it_calls(flow: Caseflow) -> None:
    files = {"request.bpmn": one_task(), "caller.bpmn": CALLER}
    flow.deploy(files)
    old = flow.start("caller")

    flow.deploy({**files, "request.bpmn": one_task(task='caseflow:role="chief"')})
    new = flow.start("caller")

    assert (old.view.process_version, new.view.process_version) == (1, 2)
    assert (old.task("ask").roles, new.task("ask").roles) == (("clerk",), ("chief",))
    assert old.complete("ask").state is CaseState.COMPLETED
    assert new.complete("ask").state is CaseState.COMPLETED


def test_another_engine_on_the_database_goes_on_with_every_version(file_url: str) -> None:
    files = {"request.bpmn": one_task(), "caller.bpmn": CALLER}
    first = Caseflow(target=file_url)
    first.deploy(files)
    old = first.start("caller").id
    first.deploy({**files, "request.bpmn": one_task(task='caseflow:role="chief"')})
    new = first.start("caller").id
    first.close()

    second = Caseflow(target=file_url)

    cases = {case.id: case for case in second.cases()}
    assert [cases[one].complete("ask").state.value for one in (old, new)] == ["completed"] * 2
    second.close()


def test_an_older_version_can_be_started(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    flow.deploy({"request.bpmn": one_task(task='caseflow:role="chief"')})

    with flow.engine.begin() as work:
        case = work.start("request", version=1)
        assert work.tasks(case=case).one().roles == ("clerk",)
        for unknown in (0, 3):
            with pytest.raises(UnknownProcess, match=f"request version {unknown} is not"):
                work.start("request", version=unknown)
        with pytest.raises(UnknownProcess, match="process other is not deployed"):
            work.start("other")


def test_a_process_goes_on_beside_one_in_its_file_that_calls_another(file_url: str) -> None:
    both = drawn(
        process("plain", START, user("ask"), END, flows="start>ask>end"),
        process(
            "calling",
            '<startEvent id="begin"/>',
            call("ask_them", "request"),
            flows="begin>ask_them",
        ),
    )
    first = Caseflow(target=file_url)
    first.deploy({"both.bpmn": both, "request.bpmn": one_task()})
    first.start("plain")
    first.close()

    second = Caseflow(target=file_url)

    assert second.cases("plain")[0].complete("ask").state is CaseState.COMPLETED
    second.close()


def test_nothing_is_stored_when_any_file_is_bad(flow: Caseflow) -> None:
    good = {"request.bpmn": one_task()}

    assert {one.file for one in refused(flow, {**good, "broken.bpmn": BROKEN})} == {"broken.bpmn"}
    assert processes(flow) == {}


def test_all_findings_come_at_once(flow: Caseflow) -> None:
    findings = refused(
        flow,
        {
            "broken.bpmn": BROKEN,
            "parameters.toml": b"[sets.here.limits.answer]\nspan = 3",
            "other/parameters.toml": b"\xff",
        },
    )

    assert {one.file for one in findings} == {
        "broken.bpmn",
        "parameters.toml",
        "other/parameters.toml",
    }


def test_findings_of_compilation_come_for_all_processes_and_not_for_their_callers(
    flow: Caseflow,
) -> None:
    request = one_task(task='caseflow:due="missing"')
    other = one_task("other", task='caseflow:due="missing_too"')

    findings = refused(flow, {"request.bpmn": request, "caller.bpmn": CALLER, "other.bpmn": other})

    assert {(one.file, one.element) for one in findings} == {
        ("request.bpmn", "ask"),
        ("other.bpmn", "ask"),
    }
    assert processes(flow) == {}


def test_a_call_of_a_process_that_is_nowhere_is_refused(flow: Caseflow) -> None:
    (finding,) = refused(flow, {"caller.bpmn": CALLER})

    assert (finding.rule, finding.element) == ("unknown-called-process", "ask_them")


def test_processes_that_call_each_other_are_refused(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    flow.deploy({"caller.bpmn": CALLER})
    calls_back = drawn(
        process(
            "request",
            START,
            '<exclusiveGateway id="turn" default="turn_to_end"/>',
            call("again", "caller"),
            END,
            flows="start>turn>again>end, turn>end",
            conditions={"turn>again": "again"},
        )
    )

    for files in (
        {"request.bpmn": calls_back, "caller.bpmn": CALLER},
        {"request.bpmn": calls_back.replace(b'"caller"', b'"request"')},
    ):
        findings = [one for one in refused(flow, files) if one.rule == "recursive-call"]
        assert [one.element for one in findings] in (["again"], ["ask_them"])

    assert processes(flow) == {"request": 1, "caller": 1}


def test_parameters_hold_for_the_diagrams_of_their_folder(flow: Caseflow) -> None:
    flow.deploy(
        {
            "one/request.bpmn": LIMITED,
            "one/parameters.toml": LIMITS,
            "other/other.bpmn": LIMITED.replace(b'"request"', b'"other"'),
            "other/parameters.toml": LIMITS.replace(b"1 h", b"2 h"),
        }
    )

    spans = [
        (task.due_at - task.created_at).total_seconds() / 3600
        for task in (flow.start("request").task("ask"), flow.start("other").task("ask"))
        if task.due_at is not None
    ]

    assert spans == [1, 2]


def test_a_folder_is_deployed_with_all_below(flow: Caseflow, tmp_path: Path) -> None:
    deep = tmp_path / "drawn" / "deep"
    deep.mkdir(parents=True)
    (deep / "request.bpmn").write_bytes(LIMITED)
    (deep / "parameters.toml").write_bytes(LIMITS)
    (tmp_path / "drawn" / "caller.bpmn").write_bytes(CALLER)
    (tmp_path / "drawn" / "notes.txt").write_text("nothing to deploy", encoding="utf-8")
    (tmp_path / "drawn" / "folder.bpmn").mkdir()

    result = flow.deploy(tmp_path / "drawn")

    assert [(one.process, one.file) for one in result] == [
        ("request", "deep/request.bpmn"),
        ("caller", "caller.bpmn"),
    ]


def test_a_diagram_brings_the_parameters_beside_it(flow: Caseflow, tmp_path: Path) -> None:
    (tmp_path / "request.bpmn").write_bytes(LIMITED)
    (tmp_path / "parameters.toml").write_bytes(LIMITS)

    assert flow.deploy(str(tmp_path / "request.bpmn")) == (deployed("request"),)


@pytest.mark.parametrize("name", ["nowhere", "empty", "notes.txt"])
def test_where_there_is_no_diagram_it_says_so(flow: Caseflow, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no diagram", encoding="utf-8")

    with pytest.raises(DiagramRefused) as refusal:
        flow.deploy(tmp_path / name)

    (finding,) = refusal.value.findings
    assert (finding.rule, finding.file) == ("no-diagram", str(tmp_path / name))


def test_no_files_at_all_are_refused(flow: Caseflow) -> None:
    (finding,) = refused(flow, {})

    assert finding.rule == "no-diagram"


def test_what_nothing_would_be_deployed_of_is_refused(flow: Caseflow) -> None:
    sketch = one_task().replace(b'isExecutable="true"', b'isExecutable="false"')

    (finding,) = refused(flow, {"request.bpmn": sketch})

    assert (finding.rule, finding.file) == ("nothing-executable", "request.bpmn")
    assert processes(flow) == {}


def test_who_deployed_when_is_on_record(database_url: str) -> None:
    with Engine(database_url) as engine:
        engine.deploy({"request.bpmn": one_task()}, actor="li")

        with engine.read() as work:
            stored = work._stores.processes.version(ProcessId("request"), 1)

    assert (stored.deployed_by, stored.diagram) == ("li", one_task())


def test_a_name_in_another_script_is_a_name(flow: Caseflow) -> None:
    flow.deploy({"请求.bpmn": one_task("请求").replace(b'id="ask"', "id='询问'".encode()).replace(
        b'"ask"', '"询问"'.encode())})  # fmt: skip

    case = flow.start("请求", business_key="案件-1", unit="玉兴路", 标题="井盖缺失")

    assert case.task("询问").business_key == "案件-1"
    assert case.complete("询问", 结果="已修").variables == {"标题": "井盖缺失", "结果": "已修"}


def test_a_caller_with_a_border_event_finds_its_call_inside_a_sub_process(flow: Caseflow) -> None:
    inner = (
        '<subProcess id="within"><startEvent id="begin"/>'
        '<callActivity id="ask_them" calledElement="request"/>'
        '<sequenceFlow id="x" sourceRef="begin" targetRef="ask_them"/></subProcess>'
    )
    nested = drawn(
        process(
            "caller",
            START,
            inner,
            on_border("late", "within", "<timerEventDefinition><timeDuration>PT1H</timeDuration>"
                      "</timerEventDefinition>"),
            END,
            flows="start>within>end, late>end",
        )
    )  # fmt: skip

    result = flow.deploy({"caller.bpmn": nested, "request.bpmn": one_task()})

    assert [one.process for one in result] == ["request", "caller"]
