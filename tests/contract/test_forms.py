"""Forms: deployed with the process, and asked when a task is completed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.diagrams import END, START, drawn, process, user

from caseflow.errors import DiagramRefused, EntriesRefused, TaskNotOpen
from caseflow.kernel import TaskCompleted
from caseflow.testing import Caseflow

PROCESS = process(
    "request", START, user("ask", 'caseflow:form="register"'), END, flows="start>ask>end"
)


def form(**validate: object) -> bytes:
    field = {"type": "textfield", "key": "name", "label": "姓名", "validate": validate}
    return json.dumps({"id": "register", "components": [field]}).encode()


REQUIRED = form(required=True)
FILES = {"request.bpmn": drawn(PROCESS), "forms/ask.form": REQUIRED}


@pytest.fixture
def flow(database_url: str) -> Iterator[Caseflow]:
    made = Caseflow(target=database_url)
    yield made
    made.close()


def test_a_task_is_completed_with_what_fits_its_form(flow: Caseflow) -> None:
    flow.deploy(FILES)
    case = flow.start("request")

    with pytest.raises(EntriesRefused) as refusal:
        case.complete("ask", more=1)
    before = case.view
    case.complete("ask", name="李明")

    assert [str(one) for one in refusal.value.problems] == [
        "姓名：必须填写",
        "more: is no field of this form",
    ]
    assert before.version == 1
    assert case.state == "completed"
    assert len([one for one in case.history if isinstance(one.event, TaskCompleted)]) == 1


def test_a_form_is_shown_and_asked_beforehand(flow: Caseflow) -> None:
    flow.deploy(FILES)
    task = flow.start("request").task("ask")

    with flow.engine.read() as work:
        shown = work.teamwork.form(task)
        problems = work.teamwork.problems(task, {}, language="en")
        with pytest.raises(TaskNotOpen):
            work.teamwork.form("nothing")

    assert shown is not None
    assert (shown.file, shown.form.id) == ("forms/ask.form", "register")
    assert [str(one) for one in problems] == ["姓名: must be filled in"]


def test_a_case_stays_with_the_form_it_began_with(flow: Caseflow) -> None:
    assert [one.version for one in flow.deploy(FILES)] == [1]
    assert not any(one.is_new for one in flow.deploy(FILES))
    old = flow.start("request")
    changed = flow.deploy({**FILES, "forms/ask.form": form()})
    new = flow.start("request")

    new.complete("ask")
    with pytest.raises(EntriesRefused):
        old.complete("ask")

    assert [one.version for one in changed] == [2]


def test_a_called_process_has_its_own_forms(flow: Caseflow) -> None:
    outer = process(
        "outer",
        START,
        '<callActivity id="call" calledElement="request"/>',
        END,
        flows="start>call>end",
    )
    flow.deploy({**FILES, "outer.bpmn": drawn(outer)})
    case = flow.start("outer")

    with pytest.raises(EntriesRefused):
        case.complete("ask")
    case.complete("ask", name="x")

    assert case.state == "completed"


def test_a_form_that_is_wrong_or_missing_is_refused_with_all_others(flow: Caseflow) -> None:
    missing = process(
        "request", START, user("ask", 'caseflow:form="ask.form"'), END, flows="start>ask>end"
    )

    for files, rule in (
        ({**FILES, "forms/ask.form": b"{"}, "form-json"),
        ({"request.bpmn": drawn(missing)}, "form-missing"),
        ({**FILES, "more/ask.form": REQUIRED}, "form-missing"),
    ):
        with pytest.raises(DiagramRefused) as refusal:
            flow.deploy(files)
        assert [one.rule for one in refusal.value.findings] == [rule]


def test_a_key_that_names_no_file_is_the_hosts_own_form(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": FILES["request.bpmn"]})
    case = flow.start("request")

    assert case.task("ask").form == "register"
    assert case.complete("ask", anything=1).state == "completed"


def test_forms_of_a_folder_are_deployed(flow: Caseflow, tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "forms" / "other.schema.json").write_text('{"type": "object"}', encoding="utf-8")

    flow.deploy(tmp_path)

    with pytest.raises(EntriesRefused):
        flow.start("request").complete("ask")
