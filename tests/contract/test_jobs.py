"""Jobs on each database: what a handler is given, what comes of it, and who may hand it in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.contract.diagrams import END, START, drawn, on_border, process, service, user

from caseflow.engine import JobView
from caseflow.errors import BpmnError, LeaseLost
from caseflow.jobs import Backoff, Completed, Job, Output, Wanted, WorkerOptions
from caseflow.kernel import CaseState, IncidentRaised, JobFailed, JobStarted
from caseflow.testing import BEGINNING, Caseflow

CALL = drawn(
    process(
        "call",
        START,
        '<serviceTask id="dial" caseflow:topic="dial"><extensionElements>'
        '<caseflow:input source="=phone" target="number"/>'
        '<caseflow:output source="=answered" target="reached"/>'
        "</extensionElements></serviceTask>",
        END,
        flows="start>dial>end",
    )
)
PLAIN = drawn(process("plain", START, service("post"), END, flows="start>post>end"))
OFTEN = drawn(
    process("often", START, service("post", 'caseflow:retries="2"'), END, flows="start>post>end")
)
CAUGHT = drawn(
    process(
        "caught",
        START,
        service("post"),
        on_border("lost", "post", '<errorEventDefinition errorRef="e"/>'),
        user("search"),
        END,
        flows="start>post>end, lost>search>end",
    )
).replace(b"<process", b'<error id="e" errorCode="LOST"/><process', 1)
TWICE = drawn(
    process(
        "twice",
        START,
        '<serviceTask id="post" caseflow:topic="post">'
        '<standardLoopCharacteristics testBefore="false" loopMaximum="2">'
        "<loopCondition>True</loopCondition></standardLoopCharacteristics></serviceTask>",
        END,
        flows="start>post>end",
    )
)
URGENT = drawn(
    process(
        "urgent",
        START,
        service("post", 'caseflow:priority="=rank"'),
        END,
        flows="start>post>end",
    )
)


@pytest.fixture
def flow(database_url: str) -> Iterator[Caseflow]:
    """An engine on each kind of database; workers have threads, and no asynchronous face."""
    made = Caseflow(target=database_url)
    yield made
    made.close()


def jobs_of(flow: Caseflow) -> tuple[JobView, ...]:
    with flow.engine.read() as work:
        return work.jobs()


def test_a_handler_gets_what_the_task_maps_and_its_output_is_mapped_back(flow: Caseflow) -> None:
    flow.deploy({"call.bpmn": CALL})
    seen: list[Job] = []

    @flow.engine.handler("dial")
    def dial(job: Job) -> Output:
        seen.append(job)
        return {"answered": True, "noise": 3}

    case = flow.start("call", business_key="2026-1", phone="120", note="x")
    done = flow.engine.worker().run_ready()

    (job,) = seen
    assert done == 1
    assert job == Job(
        id=f"{case.id}:{job.id.rpartition(':')[2]}",
        idempotency_key=f"{case.id}:dial:{job.id.rpartition(':')[2]}",
        case=case.view.id,
        business_key="2026-1",
        process=case.view.process,
        element=job.element,
        topic="dial",
        input={"number": "120"},
        attempt=1,
        priority=50,
        created_at=BEGINNING,
    )
    assert case.state is CaseState.COMPLETED
    assert case.variables == {"phone": "120", "note": "x", "reached": True}


def test_an_async_handler_does_jobs_too(flow: Caseflow) -> None:
    flow.deploy({"plain.bpmn": PLAIN})

    @flow.engine.handler("post")
    async def post(job: Job) -> Output:
        return {"sent": job.topic}

    case = flow.start("plain")
    flow.engine.worker().run_ready()

    assert (case.state, case.variables["sent"]) == (CaseState.COMPLETED, "post")


def test_a_failure_is_tried_again_after_a_pause_that_grows_and_then_waits_for_an_operator(
    flow: Caseflow,
) -> None:
    flow.deploy({"plain.bpmn": PLAIN})
    keys: list[tuple[str, int]] = []

    @flow.engine.handler("post", retries=2, backoff=Backoff(first=timedelta(seconds=10), jitter=0))
    def post(job: Job) -> Output:
        keys.append((job.idempotency_key, job.attempt))
        raise ConnectionError("no route to the gateway")

    case = flow.start("plain")
    worker = flow.engine.worker()

    first = worker.run_ready(), worker.run_ready()
    flow.clock.move(timedelta(seconds=9))
    early = worker.run_ready()
    flow.clock.move(timedelta(seconds=1))
    late = worker.run_ready()
    flow.clock.move(timedelta(days=1))
    never = worker.run_ready()

    assert (first, early, late, never) == ((1, 0), 0, 1, 0)
    assert keys == [(keys[0][0], 1), (keys[0][0], 2)]
    (incident,) = case.view.incidents
    assert incident.message == "ConnectionError: no route to the gateway"
    assert [
        (entry.event.tries_left, entry.event.message)
        for entry in case.history
        if isinstance(entry.event, JobFailed)
    ] == [(1, incident.message), (0, incident.message)]


def test_an_operator_lets_a_job_try_again_at_once(flow: Caseflow) -> None:
    flow.deploy({"plain.bpmn": PLAIN})
    answers: list[Output | Exception] = [OSError("down"), {"sent": True}]

    @flow.engine.handler("post", retries=1)
    def post(_: Job) -> Output:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    case = flow.start("plain")
    worker = flow.engine.worker()
    worker.run_ready()
    with flow.engine.begin(actor="chen") as work:
        work.resolve(work.incidents()[0])
    worker.run_ready()

    assert (case.state, case.variables) == (CaseState.COMPLETED, {"sent": True})


def test_an_operator_gives_the_result_of_a_job_that_nobody_could_do(flow: Caseflow) -> None:
    flow.deploy({"plain.bpmn": PLAIN})

    @flow.engine.handler("post", retries=1)
    def post(_: Job) -> Output:
        raise OSError("down")

    case = flow.start("plain")
    flow.engine.worker().run_ready()
    with flow.engine.begin(actor="chen") as work:
        work.resolve(work.incidents()[0], variables={"sent": "by hand"})

    assert (case.state, case.variables) == (CaseState.COMPLETED, {"sent": "by hand"})
    assert case.view.incidents == ()


def test_the_diagram_says_how_often_before_the_handler_does(flow: Caseflow) -> None:
    flow.deploy({"often.bpmn": OFTEN})

    @flow.engine.handler("post", retries=9)
    def post(_: Job) -> Output:
        raise OSError("down")

    case = flow.start("often")
    worker = flow.engine.worker()
    for _ in range(5):
        worker.run_ready()
        flow.clock.move(timedelta(hours=1))

    failed = [one for one in case.history if isinstance(one.event, JobFailed)]
    raised = [one for one in case.history if isinstance(one.event, IncidentRaised)]
    assert (len(failed), len(raised)) == (2, 1)


def test_a_bpmn_error_goes_the_way_that_the_diagram_catches_it(flow: Caseflow) -> None:
    flow.deploy({"caught.bpmn": CAUGHT})

    @flow.engine.handler("post")
    def post(_: Job) -> Output:
        raise BpmnError("LOST", {"where": "Yuxi"})

    case = flow.start("caught")
    flow.engine.worker().run_ready()

    assert case.waiting_at == {"search"}


def test_each_round_of_a_loop_has_a_key_of_its_own(flow: Caseflow) -> None:
    flow.deploy({"twice.bpmn": TWICE})
    keys: list[str] = []

    @flow.engine.handler("post")
    def post(job: Job) -> Output:
        keys.append(job.idempotency_key)
        return None

    case = flow.start("twice")
    flow.engine.worker().run_ready()

    assert case.state is CaseState.COMPLETED
    assert len(keys) == len(set(keys)) == 2


def test_the_most_urgent_job_comes_first_and_then_the_oldest(flow: Caseflow) -> None:
    flow.deploy({"urgent.bpmn": URGENT})
    seen: list[object] = []

    @flow.engine.handler("post")
    def post(job: Job) -> Output:
        seen.append((job.business_key, job.priority))
        return None

    for key, rank in [("import-1", 0), ("import-2", 0), ("fire", 90), ("usual", 50)]:
        flow.start("urgent", business_key=key, rank=rank)
        flow.clock.move(timedelta(seconds=1))
    flow.engine.worker().run_ready()

    assert seen == [("fire", 90), ("usual", 50), ("import-1", 0), ("import-2", 0)]


def test_what_no_case_can_keep_fails_the_job(flow: Caseflow) -> None:
    flow.deploy({"plain.bpmn": PLAIN})
    case = flow.start("plain")

    @flow.engine.handler("post", retries=1)
    def post(_: Job) -> object:
        return {"a": object()}

    flow.engine.worker().run_ready()

    (incident,) = case.view.incidents
    assert incident.message == (
        "the handler returned what no case can keep: a: a case file keeps plain data, not object"
    )


def test_what_is_too_large_to_be_given_to_a_handler_is_not_tried_again(flow: Caseflow) -> None:
    flow.deploy({"call.bpmn": CALL})
    case = flow.start("call", phone="1" * 2_000)

    @flow.engine.handler("dial", retries=5)
    def dial(_: Job) -> Output:
        raise AssertionError("it is not called")

    flow.engine.worker(WorkerOptions(max_payload=1_000)).run_ready()

    (incident,) = case.view.incidents
    assert incident.message.startswith("the input of the job has 2013 bytes, and 1000 are allowed")


def test_a_result_is_refused_whose_lease_another_worker_has_by_now(flow: Caseflow) -> None:
    flow.deploy({"plain.bpmn": PLAIN})
    case = flow.start("plain")
    desk = flow.engine.workplace
    wants = Wanted(topic="post", owners=["slow/1"], lease=timedelta(seconds=30))
    (slow,) = desk.take([wants])

    at_once = desk.take([Wanted(topic="post", owners=["quick/1"], lease=timedelta(seconds=30))])
    flow.clock.move(timedelta(seconds=30))
    (quick,) = desk.take([Wanted(topic="post", owners=["quick/2"], lease=timedelta(seconds=30))])

    @flow.engine.handler("post")
    def post(_: Job) -> Output:
        return None

    handler = flow.engine.handlers.get("post")
    assert handler is not None
    with pytest.raises(LeaseLost):
        desk.settle(slow, handler, Completed(variables={"by": "slow"}))
    assert desk.renew([slow, quick], lease=timedelta(seconds=30)) == [slow]
    desk.settle(quick, handler, Completed(variables={"by": "quick"}))

    assert (at_once, quick.taken) == ([], 2)
    assert (case.state, case.variables) == (CaseState.COMPLETED, {"by": "quick"})
    with pytest.raises(LeaseLost):
        desk.settle(quick, handler, Completed(variables={"by": "quick again"}))


def test_a_job_that_workers_vanish_with_is_put_before_an_operator(flow: Caseflow) -> None:
    flow.deploy({"plain.bpmn": PLAIN})
    case = flow.start("plain")
    flow.engine.handler("post", retries=9)(lambda _: None)
    for number in range(2):
        wants = Wanted(topic="post", owners=[f"gone/{number}"], lease=timedelta(seconds=30))
        flow.engine.workplace.take([wants])
        flow.clock.move(timedelta(seconds=30))

    flow.engine.worker(WorkerOptions(crashes=2)).run_ready()

    (incident,) = case.view.incidents
    assert incident.message.startswith("2 workers in a row vanished while they did it")


def test_a_lease_that_is_handed_back_is_taken_again_in_its_old_place(flow: Caseflow) -> None:
    flow.deploy({"plain.bpmn": PLAIN})
    for _ in range(2):
        flow.start("plain")
        flow.clock.move(timedelta(seconds=1))
    wants = Wanted(topic="post", owners=["w/1"], lease=timedelta(seconds=30))
    (first,) = flow.engine.workplace.take([wants])

    handed_back = flow.engine.workplace.hand_back([first])
    (again,) = flow.engine.workplace.take([wants])

    assert (handed_back, again) == (1, first)


def test_jobs_of_a_suspended_case_wait_until_it_goes_on(flow: Caseflow) -> None:
    flow.deploy({"plain.bpmn": PLAIN})
    case = flow.start("plain")
    flow.engine.handler("post")(lambda _: None)
    worker = flow.engine.worker()
    with flow.engine.begin(actor="chen") as work:
        work.suspend(case.id, reason="audit")

    suspended = worker.run_ready()
    with flow.engine.begin(actor="chen") as work:
        work.resume(case.id)

    assert (suspended, worker.run_ready()) == (0, 1)


def test_a_case_that_is_suspended_while_its_handler_runs_does_the_job_again_later(
    flow: Caseflow,
) -> None:
    flow.deploy({"plain.bpmn": PLAIN})
    case = flow.start("plain")
    keys: list[str] = []

    @flow.engine.handler("post")
    def post(job: Job) -> Output:
        keys.append(job.idempotency_key)
        if len(keys) == 1:
            with flow.engine.begin(actor="chen") as work:
                work.suspend(case.id, reason="audit")
        return None

    worker = flow.engine.worker()
    worker.run_ready()
    with flow.engine.begin(actor="chen") as work:
        work.resume(case.id)
    worker.run_ready()

    assert case.state is CaseState.COMPLETED
    assert keys == [keys[0], keys[0]]


def test_a_case_that_ends_while_its_handler_runs_takes_no_result(flow: Caseflow) -> None:
    flow.deploy({"plain.bpmn": PLAIN})
    case = flow.start("plain")

    @flow.engine.handler("post")
    def post(_: Job) -> Output:
        case.cancel("withdrawn")
        return {"sent": True}

    flow.engine.worker().run_ready()

    assert (case.state, case.variables) == (CaseState.CANCELLED, {})


def test_a_topic_without_a_handler_waits_and_raises_no_incident(flow: Caseflow) -> None:
    flow.deploy({"plain.bpmn": PLAIN})
    case = flow.start("plain")

    done = flow.engine.worker().run_ready()

    (backlog,) = flow.engine.workplace.backlog()
    assert (done, backlog.topic, backlog.jobs, backlog.since) == (0, "post", 1, BEGINNING)
    assert [one.event for one in case.history if isinstance(one.event, JobStarted)] != []
    assert [job.tries_left for job in jobs_of(flow)] == [3]
