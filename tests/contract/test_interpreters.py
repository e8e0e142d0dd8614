"""What holds of every interpreter: the same tests run on the kernel and on SpiffWorkflow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
from tests.contract.diagrams import (
    END,
    START,
    after,
    begins,
    call,
    catches,
    drawn,
    every,
    exclusive,
    message,
    on_border,
    process,
    script,
    service,
    signal,
    throws,
    user,
)

from caseflow.errors import CaseNotOpen, CommandRefused, TaskHeldByOther, TaskNotOpen
from caseflow.kernel import CaseState
from caseflow.testing import Caseflow

Name: TypeAlias = Literal["spiffworkflow"] | None

SPLIT, JOIN = '<parallelGateway id="split"/>', '<parallelGateway id="join"/>'
INNER = (
    '<subProcess id="sub"><startEvent id="i0"/><userTask id="inner"/><endEvent id="i1"/>'
    '<sequenceFlow id="i2" sourceRef="i0" targetRef="inner"/>'
    '<sequenceFlow id="i3" sourceRef="inner" targetRef="i1"/></subProcess>'
)
ERROR = '<error id="e" errorCode="broken"/>'


@pytest.fixture(params=[None, "spiffworkflow"], ids=["kernel", "spiffworkflow"])
def flow(request: pytest.FixtureRequest) -> Iterator[Caseflow]:
    """An engine with each interpreter, on a clock that the test moves."""
    made = Caseflow(interpreter=request.param)
    yield made
    made.close()


def deployed(flow: Caseflow, *elements: str, flows: str, roots: str = "") -> None:
    """Deploy one process ``p`` of these elements."""
    flow.deploy({"p.bpmn": drawn(process("p", *elements, flows=flows), roots=roots)})


def when(text: str, source: str, target: str) -> str:
    """Return a flow with a condition."""
    return (
        f'<sequenceFlow id="when_{target}" sourceRef="{source}" targetRef="{target}">'
        f"<conditionExpression>{text}</conditionExpression></sequenceFlow>"
    )


def test_a_task_is_claimed_and_done(flow: Caseflow) -> None:
    deployed(flow, START, user("ask", 'caseflow:role="clerk"'), END, flows="start>ask>end")
    case = flow.start("p")
    task = case.task("ask")

    with flow.engine.begin(actor="li") as work:
        work.claim(task)
        done = work.complete(task, {"agreed": True})

    assert task.roles == ("clerk",)
    assert (done.state, done.variables) == (CaseState.COMPLETED, {"agreed": True})


@pytest.mark.parametrize("timer", [after("PT1H"), every("R1/PT1H")])
def test_a_timer_opens_a_case(flow: Caseflow, timer: str) -> None:
    deployed(flow, begins("begin", timer), user("look"), END, flows="begin>look>end")

    flow.advance(hours=2)

    (case,) = flow.cases("p")
    assert case.waiting_at == {"look"}
    assert case.complete("look").state is CaseState.COMPLETED


def test_a_task_held_by_another_is_refused_and_nothing_changes(flow: Caseflow) -> None:
    deployed(flow, START, user("ask"), END, flows="start>ask>end")
    case = flow.start("p")
    task = case.task("ask")
    with flow.engine.begin(actor="li") as work:
        work.claim(task)
    before = case.view

    with flow.engine.begin(actor="wang") as work, pytest.raises(TaskHeldByOther):
        work.claim(task)

    assert case.view == before


def test_a_task_given_back_can_be_given_to_another(flow: Caseflow) -> None:
    deployed(flow, START, user("ask"), END, flows="start>ask>end")
    case = flow.start("p")
    task = case.task("ask")

    with flow.engine.begin(actor="li") as work:
        work.claim(task)
        work.unclaim(task)
        work.assign(task, person="wang")

    assert case.task("ask").assignee == "wang"


def test_a_task_is_done_only_once(flow: Caseflow) -> None:
    deployed(flow, START, user("ask"), user("tell"), END, flows="start>ask>tell>end")
    case = flow.start("p")
    task = case.task("ask")
    case.complete("ask")

    with flow.engine.begin(actor="li") as work, pytest.raises(TaskNotOpen):
        work.complete(task)

    assert case.waiting_at == {"tell"}


def test_branches_see_one_case_file_and_meet(flow: Caseflow) -> None:
    deployed(
        flow,
        *(START, SPLIT, user("left"), user("right"), script("sum", "c = a + b"), JOIN, END),
        flows="start>split>left>join>sum>end, split>right>join",
    )
    case = flow.start("p")

    case.complete("left", a=1)
    halfway = ([task.element for task in case.tasks()], case.variables)
    case.complete("right", b=2)

    assert halfway == (["right"], {"a": 1})
    assert (case.state, case.variables) == (CaseState.COMPLETED, {"a": 1, "b": 2, "c": 3})


def test_an_exclusive_gateway_takes_the_first_way_whose_condition_holds(flow: Caseflow) -> None:
    deployed(
        flow,
        *(START, exclusive("g", 'default="g_to_end"'), user("boss"), user("clerk"), END),
        when("amount &gt; 100", "g", "boss"),
        when("amount &gt; 10", "g", "clerk"),
        flows="start>g>end, boss>end, clerk>end",
    )

    waiting = [flow.start("p", amount=amount).waiting_at for amount in (500, 50, 5)]

    assert waiting == [{"boss"}, {"clerk"}, set()]


def test_a_gateway_that_finds_no_way_is_an_incident_that_can_be_resolved(flow: Caseflow) -> None:
    deployed(flow, START, exclusive("g"), when("agreed", "g", "end"), END, flows="start>g")
    case = flow.start("p", agreed=False)
    (incident,) = case.view.incidents

    case.set(agreed=True)
    with flow.engine.begin(actor="li") as work:
        work.resolve(f"{case.id}:{incident.id}")

    assert incident.element == "g"
    assert (case.state, case.view.incidents) == (CaseState.COMPLETED, ())


@pytest.mark.parametrize(
    ("elements", "flows"),
    [
        ((script("here", "b = a + 1"),), "start>here>end"),
        ((exclusive("here"), when("a", "here", "end")), "start>here"),
        ((catches("here", after("a")),), "start>here>end"),
        ((user("here", 'caseflow:priority="=a"'),), "start>here>end"),
    ],
    ids=["script", "condition", "timer", "task"],
)
def test_what_fails_for_want_of_a_variable_is_an_incident(
    flow: Caseflow, elements: tuple[str, ...], flows: str
) -> None:
    deployed(flow, START, *elements, END, flows=flows)
    case = flow.start("p")
    (incident,) = case.view.incidents

    case.set(a=1)
    with flow.engine.begin(actor="li") as work:
        after_it = work.resolve(f"{case.id}:{incident.id}")

    assert incident.element == "here"
    assert "a" in incident.message
    assert {one.element for one in after_it.incidents} <= {"here"}  # 1 is no time to wait


def test_work_goes_round_until_it_is_right(flow: Caseflow) -> None:
    deployed(
        flow,
        *(START, exclusive("m"), user("ask"), exclusive("g", 'default="g_to_end"'), END),
        when("not right", "g", "m"),
        flows="start>m>ask>g>end",
    )
    case = flow.start("p")

    for right in (False, False, True):
        case.complete("ask", right=right)

    assert (case.opened, case.state) == (["ask"] * 3, CaseState.COMPLETED)


def test_a_sub_process_ends_before_the_case_goes_on(flow: Caseflow) -> None:
    deployed(flow, START, INNER, user("ask"), END, flows="start>sub>ask>end")
    case = flow.start("p")

    case.complete("inner", a=1)

    assert (case.waiting_at, case.variables) == ({"ask"}, {"a": 1})


def test_a_called_process_runs_in_the_case(flow: Caseflow) -> None:
    called = process("other", START, user("inner"), END, flows="start>inner>end")
    calling = process("p", START, call("c", "other"), user("ask"), END, flows="start>c>ask>end")
    flow.deploy({"p.bpmn": drawn(calling), "other.bpmn": drawn(called)})
    case = flow.start("p", a=1)

    case.complete("inner", b=2)

    assert (case.waiting_at, case.variables) == ({"ask"}, {"a": 1, "b": 2})


def test_a_case_keeps_the_version_of_a_called_process_it_was_deployed_with(flow: Caseflow) -> None:
    calling = drawn(process("p", START, call("c", "other"), END, flows="start>c>end"))
    for task in ("old", "new"):
        called = process("other", START, user(task), END, flows=f"start>{task}>end")
        flow.deploy({"p.bpmn": calling, "other.bpmn": drawn(called)})

    with flow.engine.begin(actor="li") as work:
        cases = [work.start("p", version=version) for version in (1, 2)]

    assert [{"old", "new"} & case.waiting_at for case in cases] == [{"old"}, {"new"}]


def test_a_timer_interrupts_its_task(flow: Caseflow) -> None:
    deployed(
        flow,
        *(START, user("ask"), on_border("late", "ask", after("P3D")), user("boss"), END),
        flows="start>ask>end, late>boss>end",
    )
    case = flow.start("p")

    flow.advance(days=2)
    before = case.waiting_at
    flow.advance(days=1)

    assert (before, case.waiting_at) == ({"ask"}, {"boss"})


def test_a_timer_that_does_not_interrupt_happens_beside_its_task(flow: Caseflow) -> None:
    deployed(
        flow,
        *(START, user("ask"), on_border("late", "ask", after("P3D"), interrupts=False)),
        *(script("count", "reminders = 1"), END),
        flows="start>ask>end, late>count>end",
    )
    case = flow.start("p")

    flow.advance(days=9)
    beside = (case.waiting_at, case.variables)
    case.complete("ask")

    assert beside == ({"ask"}, {"reminders": 1})
    assert case.state is CaseState.COMPLETED


def test_a_timer_is_forgotten_with_its_task(flow: Caseflow) -> None:
    deployed(
        flow,
        *(START, user("ask"), on_border("late", "ask", after("P3D")), user("boss"), END),
        flows="start>ask>end, late>boss>end",
    )
    case = flow.start("p").complete("ask")

    flow.advance(days=9)

    assert (case.state, case.view.timers) == (CaseState.COMPLETED, ())


def test_an_intermediate_timer_waits(flow: Caseflow) -> None:
    deployed(flow, START, catches("t", after("PT36H")), user("ask"), END, flows="start>t>ask>end")
    case = flow.start("p")

    flow.advance(hours=35)
    before = case.waiting_at
    flow.advance(hours=1)

    assert (before, case.waiting_at) == ({"t"}, {"ask"})


def test_a_message_finds_its_case_by_business_key(flow: Caseflow) -> None:
    deployed(flow, START, catches("c", message("paid")), END, flows="start>c>end", roots="m:paid")
    one, other = flow.start("p", business_key="1"), flow.start("p", business_key="2")

    flow.send("paid", key="2", payload={"amount": 5})

    assert (one.waiting_at, other.state) == ({"c"}, CaseState.COMPLETED)
    assert other.variables == {"amount": 5}


def test_a_message_interrupts_a_sub_process_with_all_inside(flow: Caseflow) -> None:
    deployed(
        flow,
        *(START, INNER, on_border("stop", "sub", message("stop")), user("ask"), END),
        flows="start>sub>end, stop>ask>end",
        roots="m:stop",
    )
    case = flow.start("p", business_key="1")

    flow.send("stop", key="1")

    assert (case.waiting_at, case.tasks("inner")) == ({"ask"}, ())


def test_the_first_event_behind_an_event_gateway_decides(flow: Caseflow) -> None:
    deployed(
        flow,
        *(START, '<eventBasedGateway id="g"/>', catches("c", message("paid"))),
        *(catches("t", after("P1D")), user("file"), user("remind"), END),
        flows="start>g>c>file>end, g>t>remind>end",
        roots="m:paid",
    )
    paid, late = flow.start("p", business_key="1"), flow.start("p", business_key="2")

    flow.send("paid", key="1")
    flow.advance(days=1)

    assert (paid.waiting_at, late.waiting_at) == ({"file"}, {"remind"})


def test_a_signal_reaches_every_case_and_branch_that_waits(flow: Caseflow) -> None:
    waiting = process("w", START, catches("c", signal("bell")), END, flows="start>c>end")
    ringing = process(
        "r",
        *(START, SPLIT, catches("d", signal("bell")), user("ask"), throws("t", signal("bell"))),
        *(JOIN, END),
        flows="start>split>d>join>end, split>ask>t>join",
    )
    flow.deploy({"w.bpmn": drawn(waiting, roots="s:bell")})
    flow.deploy({"r.bpmn": drawn(ringing, roots="s:bell")})
    listener, ringer = flow.start("w"), flow.start("r")

    ringer.complete("ask")

    assert [listener.state, ringer.state] == [CaseState.COMPLETED] * 2


def test_a_message_starts_a_case(flow: Caseflow) -> None:
    deployed(
        flow,
        *(begins("start", message("filed")), user("ask"), END),
        flows="start>ask>end",
        roots="m:filed",
    )

    case = flow.send("filed", key="1", payload={"kind": "noise"})

    assert (case.waiting_at, case.variables) == ({"ask"}, {"kind": "noise"})


def test_a_job_gives_its_result_to_the_case(flow: Caseflow) -> None:
    deployed(flow, START, service("lookup"), END, flows="start>lookup>end")
    case = flow.start("p")

    with flow.engine.begin(actor="worker") as work:
        (job,) = work.jobs()
        work.complete_job(job, {"found": 7})

    assert job.topic == "lookup"
    assert (case.state, case.variables) == (CaseState.COMPLETED, {"found": 7})


def test_a_job_out_of_tries_waits_for_an_operator(flow: Caseflow) -> None:
    lookup = service("lookup", 'caseflow:retries="1"')
    deployed(flow, START, lookup, END, flows="start>lookup>end")
    case = flow.start("p")
    with flow.engine.begin(actor="worker") as work:
        work.fail_job(work.jobs()[0], "no answer")
    (incident,) = case.view.incidents

    with flow.engine.begin(actor="li") as work:
        work.resolve(f"{case.id}:{incident.id}")
        work.complete_job(work.jobs()[0])

    assert (incident.message, case.state) == ("no answer", CaseState.COMPLETED)


def test_an_error_is_caught_on_the_border_of_its_task(flow: Caseflow) -> None:
    border = on_border("failed", "ask", '<errorEventDefinition errorRef="e"/>')
    elements = (START, user("ask"), border, user("mend"), END)
    flows = "start>ask>end, failed>mend>end"
    flow.deploy({"p.bpmn": drawn(ERROR, process("p", *elements, flows=flows))})
    case = flow.start("p")
    task = case.task("ask")

    with flow.engine.begin(actor="li") as work:
        work.throw_error(task.id, "broken")

    assert case.waiting_at == {"mend"}


def test_an_error_that_nobody_catches_ends_the_case_and_all_its_work(flow: Caseflow) -> None:
    failing = '<endEvent id="failed"><errorEventDefinition errorRef="e"/></endEvent>'
    elements = (START, SPLIT, user("left"), user("right"), failing, END)
    flows = "start>split>left>failed, split>right>end"
    flow.deploy({"p.bpmn": drawn(ERROR, process("p", *elements, flows=flows))})
    case = flow.start("p")

    case.complete("left")

    assert (case.state, case.tasks()) == (CaseState.FAILED, ())


def test_a_terminate_end_event_ends_everything(flow: Caseflow) -> None:
    stop = '<endEvent id="stop"><terminateEventDefinition/></endEvent>'
    deployed(
        flow,
        *(START, SPLIT, user("left"), user("right"), stop, END),
        flows="start>split>left>stop, split>right>end",
    )
    case = flow.start("p")

    case.complete("left")

    assert (case.state, case.tasks()) == (CaseState.COMPLETED, ())


def test_a_suspended_case_takes_no_work_until_it_is_resumed(flow: Caseflow) -> None:
    deployed(flow, START, user("ask"), END, flows="start>ask>end")
    case = flow.start("p")
    task = case.task("ask")
    with flow.engine.begin(actor="li") as work:
        work.suspend(case.id, reason="appeal")
    with flow.engine.begin(actor="li") as work, pytest.raises(CaseNotOpen):
        work.complete(task)

    with flow.engine.begin(actor="li") as work:
        work.set_variables(case.id, {"a": 1})
        work.resume(case.id)
    case.complete("ask")

    assert (case.state, case.variables) == (CaseState.COMPLETED, {"a": 1})


def test_a_cancelled_case_leaves_nothing_behind(flow: Caseflow) -> None:
    deployed(
        flow,
        *(START, SPLIT, user("left"), catches("right", after("P1D")), JOIN, END),
        flows="start>split>left>join>end, split>right>join",
    )
    case = flow.start("p")

    case.cancel("withdrawn")

    assert (case.state, case.waiting_at, case.tasks()) == (CaseState.CANCELLED, set(), ())
    assert case.view.timers == ()
    with flow.engine.begin(actor="li") as work, pytest.raises(CaseNotOpen):
        work.set_variables(case.id, {"a": 1})


def test_an_unknown_start_event_is_refused(flow: Caseflow) -> None:
    deployed(flow, START, user("ask"), END, flows="start>ask>end")

    with flow.engine.begin(actor="li") as work, pytest.raises(CommandRefused, match="no start"):
        work.start("p", element="nowhere")


@pytest.mark.parametrize("names", [(None, "spiffworkflow"), ("spiffworkflow", None)])
def test_a_case_is_advanced_by_the_interpreter_it_was_started_on(
    names: tuple[Name, Name], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'cases.db'}"
    first = Caseflow(interpreter=names[0], target=url)
    deployed(first, START, user("ask"), END, flows="start>ask>end")
    task = first.start("p").task("ask")
    first.close()
    second = Caseflow(interpreter=names[1], target=url)

    with second.engine.begin(actor="li") as work, pytest.raises(CommandRefused, match="case"):
        work.complete(task)

    second.close()
