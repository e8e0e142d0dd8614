"""Calls of whatever version of a process is the newest."""

from __future__ import annotations

import pytest
from tests.contract.diagrams import END, START, call, drawn, exclusive, one_task, process, user

from caseflow.errors import StepLimitReached
from caseflow.kernel import BindCalls, ProcessKey, ScopeEntered
from caseflow.model import ProcessId
from caseflow.testing import Caseflow

LATEST = 'caseflow:binding="latest"'
CALLER = drawn(
    process("caller", START, user("decide"), call("ask_them", "request", LATEST), user("thank"),
            END, flows="start>decide>ask_them>thank>end")
)  # fmt: skip
NEWER = one_task().replace(b'id="ask"', b'id="beg"').replace(b'"ask"', b'"beg"')


def versions(flow: Caseflow) -> dict[str, int]:
    with flow.engine.read() as work:
        return {one.id: one.version for one in work.processes()}


def test_a_late_call_runs_the_version_that_is_newest_when_it_is_reached(flow: Caseflow) -> None:
    flow.deploy({"caller.bpmn": CALLER, "request.bpmn": one_task()})
    case = flow.start("caller")
    flow.deploy({"request.bpmn": NEWER})

    case.complete("decide")

    assert case.waiting_at == {"beg"}
    assert case.complete("beg").waiting_at == {"thank"}


def test_it_stays_with_that_version_whatever_comes_after(flow: Caseflow) -> None:
    flow.deploy({"caller.bpmn": CALLER, "request.bpmn": one_task()})
    case = flow.start("caller").complete("decide")

    flow.deploy({"request.bpmn": NEWER})

    assert case.waiting_at == {"ask"}
    assert case.complete("ask").waiting_at == {"thank"}


def test_a_new_version_of_the_called_process_is_no_new_version_of_the_caller(
    flow: Caseflow,
) -> None:
    flow.deploy({"caller.bpmn": CALLER, "request.bpmn": one_task()})

    flow.deploy({"caller.bpmn": CALLER, "request.bpmn": NEWER})

    assert versions(flow) == {"caller": 1, "request": 2}


def test_another_engine_on_the_same_database_goes_on_with_the_same_version(
    file_url: str,
) -> None:
    first = Caseflow(target=file_url)
    first.deploy({"caller.bpmn": CALLER, "request.bpmn": one_task()})
    case = first.start("caller").complete("decide")
    first.deploy({"request.bpmn": NEWER})
    first.close()

    second = Caseflow(target=file_url)
    with second.engine.begin(actor="test") as work:
        (task,) = work.tasks(case=case.id)
        after = work.complete(task)
    second.close()

    assert task.element == "ask"
    assert after.waiting_at == {"thank"}


def test_the_version_stands_among_the_commands_of_the_case(file_url: str) -> None:
    flow = Caseflow(target=file_url)
    flow.deploy({"caller.bpmn": CALLER, "request.bpmn": one_task()})
    case = flow.start("caller").complete("decide")

    with flow.engine.read() as work:
        last = work._stores.cases.commands(case.view.id)[-1].command
    history = case.history
    flow.close()

    assert isinstance(last, BindCalls)
    assert last.newest == (ProcessKey(id=ProcessId("request"), version=1),)
    assert sum(isinstance(one.event, ScopeEntered) for one in history) == 1


def test_processes_may_call_the_newest_version_of_each_other(flow: Caseflow) -> None:
    back = drawn(
        process("request", START, exclusive("turn", 'default="turn_to_end"'),
                call("again", "caller", LATEST), END,
                flows="start>turn>again>end, turn>end", conditions={"turn>again": "more"})
    )  # fmt: skip
    flow.deploy({"caller.bpmn": CALLER, "request.bpmn": back})

    case = flow.start("caller", more=True).complete("decide")

    with flow.engine.read() as work:
        places = [place.element for place in work.places(case.id)]
    assert places == ["ask_them", "again", "decide"]


def test_calls_that_never_come_to_rest_are_refused_and_change_nothing(flow: Caseflow) -> None:
    flow.deploy({"caller.bpmn": CALLER, "request.bpmn": one_task()})
    case = flow.start("caller")
    flow.deploy(
        {"request.bpmn": drawn(process("request", START, call("deeper", "request", LATEST),
                                       exclusive("turn", 'default="turn_to_end"'), END,
                                       flows="start>turn>deeper>end, turn>end",
                                       conditions={"turn>deeper": "more"}))}
    )  # fmt: skip

    with pytest.raises(StepLimitReached, match="more than 100 deep"):
        case.complete("decide", more=True)

    assert case.waiting_at == {"decide"}
