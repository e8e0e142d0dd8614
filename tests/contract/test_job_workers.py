"""Workers in threads of a process: what hangs or stumbles in one topic, and what the others do."""

from __future__ import annotations

import logging
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.error import HTTPError

import pytest
from tests.contract.diagrams import END, START, drawn, process, service

from caseflow.engine import CaseFilter, Engine
from caseflow.errors import HandlerRefused
from caseflow.jobs import Health, Job, Output, WorkerOptions
from caseflow.jobs.telemetry import CONTENT_TYPE, Telemetry
from caseflow.kernel import CaseState

DIAGRAMS = {
    f"{topic}.bpmn": drawn(process(topic, START, service(f"do_{topic}"), END,
                                   flows=f"start>do_{topic}>end"))
    for topic in ("slow", "quick")
}  # fmt: skip
PATIENCE = 20.0  # seconds after which a test gives up
OPTIONS = WorkerOptions(threads=2, poll=0.05, lease=30)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(f"sqlite:///{tmp_path / 'cases.db'}") as made:
        made.deploy(DIAGRAMS)
        yield made


def start(engine: Engine, process_id: str, *, times: int = 1) -> None:
    with engine.begin() as work:
        for _ in range(times):
            work.start(process_id)


def completed(engine: Engine) -> int:
    with engine.read() as work:
        return len(work.cases(CaseFilter(state=CaseState.COMPLETED)).items)


def has_completed(engine: Engine, number: int) -> bool:
    return completed(engine) == number


def wait_until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends, "it did not happen in time"
        threading.Event().wait(0.01)


def test_a_topic_that_hangs_stops_itself_and_no_other(engine: Engine) -> None:
    goes_on = threading.Event()

    @engine.handler("do_slow", timeout=0.1, retries=1)
    def hangs(_: Job) -> Output:
        goes_on.wait(PATIENCE)
        return {"late": True}

    @engine.handler("do_quick")
    def quick(_: Job) -> Output:
        return None

    start(engine, "slow", times=3)
    start(engine, "quick", times=5)
    worker = engine.worker(OPTIONS)
    with worker:
        wait_until(lambda: completed(engine) == 5)
        wait_until(lambda: worker.status().hung == {"do_slow": 2})
        start(engine, "quick")
        wait_until(lambda: completed(engine) == 6)
        with engine.read() as work:
            messages = {one.message for one in work.incidents()}
            waiting = work.jobs(topic="do_slow")
        goes_on.set()
        wait_until(lambda: completed(engine) == 7)  # the third, by a thread that is free again

    assert messages == {"the handler did not end within 0.1 s"}
    assert len(waiting) == 1
    with engine.read() as work:
        assert len(work.incidents()) == 2  # what came too late was refused


def test_a_handler_that_raises_system_exit_ends_no_thread(engine: Engine) -> None:
    @engine.handler("do_quick", retries=1)
    def leaves(job: Job) -> Output:
        if job.business_key == "bad":
            raise SystemExit(1)
        return None

    with engine.begin() as work:
        for _ in range(4):
            work.start("quick", business_key="bad")
        work.start("quick", business_key="good")
    with engine.worker(OPTIONS):
        wait_until(lambda: completed(engine) == 1)
        with engine.read() as work:
            assert {one.message for one in work.incidents()} == {"SystemExit: 1"}


def test_a_commit_wakes_the_worker_of_its_process(engine: Engine) -> None:
    engine.handler("do_quick")(lambda _: None)
    with engine.worker(WorkerOptions(poll=3_600, has_time=False, lease=36_000)):
        for number in range(1, 4):
            start(engine, "quick")
            wait_until(partial(has_completed, engine, number))


def test_a_worker_that_stops_hands_back_what_it_has_not_begun(engine: Engine) -> None:
    began, goes_on = threading.Event(), threading.Event()

    @engine.handler("do_slow", limit=1)
    def slow(_: Job) -> Output:
        began.set()
        goes_on.wait(PATIENCE)
        return None

    start(engine, "slow", times=2)
    worker = engine.worker(OPTIONS).start()
    began.wait(PATIENCE)
    left = worker.stop(grace=0.05)
    with engine.read() as work:
        owners = sorted((job.owner is None) for job in work.jobs())
    goes_on.set()
    wait_until(lambda: completed(engine) == 1)  # it ended after all, and its lease was good

    assert left == 1
    assert owners == [False, True]


def test_a_worker_says_what_it_has_no_handler_for(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    telemetry = Telemetry()
    engine.handler("do_quick")(lambda _: None)
    start(engine, "slow", times=2)
    worker = engine.worker(OPTIONS, watch=telemetry)

    with caplog.at_level(logging.WARNING, "caseflow.jobs"), worker:
        wait_until(lambda: worker.status().unknown == ("do_slow",))

    said = [one for one in caplog.records if getattr(one, "action", "") == "topic_unknown"]
    assert [one.getMessage() for one in said] == [
        "2 jobs wait for topic do_slow, for which this worker has no handler"
    ]
    assert b'caseflow_jobs_without_handler{topic="do_slow"} 2.0' in telemetry.metrics()
    with engine.read() as work:
        assert work.incidents() == ()


def test_a_queue_without_a_handler_is_a_slip_of_the_pen(engine: Engine) -> None:
    engine.handler("do_quick")(lambda _: None)

    with pytest.raises(HandlerRefused, match=r"no handler works on quik: .* work on do_quick"):
        engine.worker(WorkerOptions(queues=("quik",)))


def test_a_worker_does_only_the_queues_that_it_is_given(engine: Engine) -> None:
    for topic in ("do_quick", "do_slow"):
        engine.handler(topic)(lambda _: None)
    start(engine, "slow")
    start(engine, "quick")

    done = engine.worker(WorkerOptions(queues=("do_slow",))).run_ready()

    with engine.read() as work:
        assert (done, [job.topic for job in work.jobs()]) == (1, ["do_quick"])


def test_a_worker_tells_a_supervisor_how_it_is(engine: Engine) -> None:
    telemetry = Telemetry()
    engine.handler("do_quick")(lambda _: None)
    start(engine, "quick")
    worker = engine.worker(OPTIONS, watch=telemetry)

    with Health(worker, port=0, host="127.0.0.1", metrics=telemetry.metrics,
                metrics_type=CONTENT_TYPE) as health:  # fmt: skip
        before = asked(health.port, "healthz"), asked(health.port, "readyz")[0]
        with worker:
            wait_until(lambda: completed(engine) == 1)
            during = asked(health.port, "healthz"), asked(health.port, "readyz")[0]
            metrics = asked(health.port, "metrics")
        after = asked(health.port, "readyz")[0]
        other = asked(health.port, "x")

    assert before == ((503, '{"is_running": false}\n'), 503)
    assert during == ((200, '{"is_running": true}\n'), 200)
    assert after == 503
    assert metrics[0] == 200
    assert 'caseflow_jobs_total{how="completed",topic="do_quick"} 1.0' in metrics[1]
    assert other == (404, "/healthz, /readyz, /metrics\n")


def asked(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as failure:
        with failure:
            return failure.code, failure.read().decode()
