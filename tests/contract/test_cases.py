"""The life of a case, command by command, and what is said of those that are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.contract.diagrams import (
    END,
    START,
    after,
    call,
    catches,
    drawn,
    exclusive,
    message,
    on_border,
    one_task,
    process,
    service,
    user,
)

from caseflow.engine import (
    CaseFilter,
    CaseView,
    Entry,
    IncidentView,
    JobView,
    Place,
    TaskView,
    Work,
)
from caseflow.errors import (
    CaseNotOpen,
    CommandRefused,
    NothingWaits,
    TaskHeldByOther,
    TaskNotOpen,
    UnknownCase,
    UnknownProcess,
    ValueRefused,
)
from caseflow.kernel import (
    CaseCompleted,
    CaseStarted,
    CaseState,
    PathTaken,
    ProcessKey,
    TaskClaimed,
    TaskCompleted,
    TaskOpened,
)
from caseflow.model import ElementId, ProcessId
from caseflow.testing import BEGINNING, Caseflow

PRINTS = drawn(
    process(
        "prints",
        START,
        service("print", 'caseflow:retries="2"'),
        '<boundaryEvent id="jam" attachedToRef="print">'
        '<errorEventDefinition errorRef="e_jam"/></boundaryEvent>',
        user("mend"),
        END,
        flows="start>print>end, jam>mend>end",
    )
).replace(b"</definitions>", b'<error id="e_jam" name="jam" errorCode="jam"/></definitions>')
NOWHERE = "00000000-0000-7000-8000-000000000000"


def test_a_case_begins_as_it_is_asked_to(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})

    with flow.engine.begin(actor="li") as work:
        case = work.start(
            "request", business_key="2026-1", unit="town-1", tier="township", variables={"a": 1}
        )

    with flow.engine.read() as work:
        assert work.case(case) == case
    assert case == CaseView(
        id=case.id,
        process=ProcessId("request"),
        process_version=1,
        version=1,
        state=CaseState.RUNNING,
        outcome="",
        business_key="2026-1",
        unit="town-1",
        tier="township",
        started_at=BEGINNING,
        ended_at=None,
        variables={"a": 1},
        waiting_at=frozenset({ElementId("ask")}),
        timers=(),
        incidents=(),
    )


def test_a_task_goes_from_hand_to_hand_until_it_is_done(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    case = flow.start("request", business_key="1", unit="town-1")
    holders = [case.task("ask").assignee]

    with flow.engine.begin(actor="li") as work:
        task = work.tasks(case=case.id).one()
        work.claim(task)
        holders.append(work.tasks(case=case.id).one().assignee)
        work.unclaim(task)
        holders.append(work.tasks(case=case.id).one().assignee)
        work.claim(task, person="wang")
        holders.append(work.tasks(case=case.id).one().assignee)
        work.assign(task, person="zhao")
        holders.append(work.tasks(case=case.id).one().assignee)
        with pytest.raises(TaskHeldByOther, match="is held by zhao"):
            work.claim(task)
        with pytest.raises(TaskHeldByOther, match="is held by zhao"):
            work.complete(task)
        after_all = work.complete(task, {"answer": "yes"}, person="zhao")

    assert holders == [None, "li", None, "wang", "zhao"]
    assert task == TaskView(
        id=task.id,
        case=task.case,
        process=ProcessId("request"),
        element=ElementId("ask"),
        name="Ask",
        assignee=None,
        roles=("clerk",),
        people=(),
        unit="town-1",
        priority=50,
        created_at=BEGINNING,
        due_at=None,
        limit=None,
        follow_up_at=None,
        form=None,
        business_key="1",
    )
    assert (after_all.state, after_all.variables) == (CaseState.COMPLETED, {"answer": "yes"})
    assert case.tasks() == ()


def test_the_history_tells_what_happened_when_and_by_whom(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    with flow.engine.begin(actor="li") as work:
        case = work.start("request")
    flow.clock.move(timedelta(hours=1))
    with flow.engine.begin(actor="wang") as work:
        task = work.tasks(case=case).one()
        work.claim(task)
        work.complete(task, {"answer": "yes"})

    with flow.engine.read() as work:
        history = work.history(case)
        rest = work.history(case.id, after=3)
        work.verify(case)

    told = [
        (one.sequence, one.version, one.at - BEGINNING, one.actor, type(one.event))
        for one in history
    ]
    hour = timedelta(hours=1)
    assert told == [
        (1, 1, timedelta(), "li", CaseStarted),
        (2, 1, timedelta(), "li", PathTaken),
        (3, 1, timedelta(), "li", TaskOpened),
        (4, 2, hour, "wang", TaskClaimed),
        (5, 3, hour, "wang", TaskCompleted),
        (6, 3, hour, "wang", PathTaken),
        (7, 3, hour, "wang", CaseCompleted),
    ]
    assert rest == history[3:]
    assert history[0] == Entry(
        case=case.id, sequence=1, version=1, at=BEGINNING, actor="li", event=history[0].event
    )


def test_a_job_is_done_by_a_machine(flow: Caseflow) -> None:
    flow.deploy({"prints.bpmn": PRINTS})
    case = flow.start("prints", title="A letter")

    with flow.engine.begin(actor="printer") as work:
        (job,) = work.jobs(topic="print")
        elsewhere = work.jobs(topic="other")
        done = work.complete_job(job, {"pages": 3})

    assert job == JobView(
        id=job.id,
        case=done.id,
        process=ProcessId("prints"),
        element=ElementId("print"),
        topic="print",
        tries_left=2,
        attempt=1,
        priority=50,
        created_at=BEGINNING,
        ready_at=BEGINNING,
        owner=None,
        input=job.input,
    )
    assert elsewhere == ()
    assert (case.state, case.variables["pages"]) == (CaseState.COMPLETED, 3)


def test_a_job_that_fails_too_often_becomes_an_incident_that_an_operator_resolves(
    flow: Caseflow,
) -> None:
    flow.deploy({"prints.bpmn": PRINTS})
    case = flow.start("prints")

    with flow.engine.begin(actor="printer") as work:
        (job,) = work.jobs()
        work.fail_job(job, "no paper")
        left = [one.tries_left for one in work.jobs()]
        work.fail_job(job.id, "still no paper")
        jobs, (incident,) = work.jobs(), work.incidents(case=case.id)
        work.resolve(incident, tries=5)
        again, incidents = work.jobs(), work.incidents()
        work.complete_job(job)

    assert left == [1]
    assert jobs == ()
    assert incident == IncidentView(
        id=job.id,
        case=job.case,
        process=ProcessId("prints"),
        element=ElementId("print"),
        message="still no paper",
        raised_at=BEGINNING,
    )
    assert [one.tries_left for one in again] == [5]
    assert incidents == ()
    assert case.state is CaseState.COMPLETED


def test_a_job_may_fail_again_after_its_incident(flow: Caseflow) -> None:
    flow.deploy({"prints.bpmn": PRINTS})
    flow.start("prints")

    with flow.engine.begin() as work:
        (job,) = work.jobs()
        for number in range(3):
            for _ in range(len(work.jobs()) * 2):
                if work.jobs():
                    work.fail_job(job, f"failure {number}")
            work.resolve(work.incidents()[0])
        work.fail_job(job, "the last")

        assert [one.message for one in work.incidents()] == ["the last"]


def test_an_error_of_a_job_takes_the_way_of_the_error(flow: Caseflow) -> None:
    flow.deploy({"prints.bpmn": PRINTS})
    case = flow.start("prints")

    with flow.engine.begin() as work:
        work.throw_error(work.jobs()[0], "jam")

    assert case.waiting_at == {"mend"}


def test_workers_get_no_jobs_of_suspended_cases(flow: Caseflow) -> None:
    flow.deploy({"prints.bpmn": PRINTS})
    asleep, awake = flow.start("prints"), flow.start("prints")
    with flow.engine.begin() as work:
        work.suspend(asleep.id, reason="a test")

    with flow.engine.read() as work:
        (job,) = work.jobs(limit=1)

    assert job.case == awake.id


def test_a_condition_that_fails_is_an_incident_until_the_case_file_is_mended(
    flow: Caseflow,
) -> None:
    stuck = process(
        "stuck",
        START,
        exclusive("turn"),
        user("ask"),
        END,
        flows="start>turn>ask>end, turn>end",
        conditions={"turn>ask": "number > 1", "turn>end": "number <= 1"},
    )
    flow.deploy({"stuck.bpmn": drawn(stuck)})
    case = flow.start("stuck", number="many")

    with flow.engine.begin() as work:
        (incident,) = work.incidents()
        again = work.resolve(incident)
        (still,) = work.incidents(case=case.id)
        work.set_variables(case.id, {"number": 2})
        work.resolve(still)

    assert again.incidents != ()
    assert (case.waiting_at, case.view.incidents) == ({"ask"}, ())


def test_a_suspended_case_takes_no_work_until_it_is_resumed(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    case = flow.start("request")
    task = case.task("ask")

    with flow.engine.begin() as work:
        work.suspend(case.id, reason="a test")
        with pytest.raises(CaseNotOpen, match="is suspended"):
            work.complete(task)
        changed = work.set_variables(case.id, {"a": 1})
        work.resume(case.id, reason="over")
        work.complete(task)

    assert changed.variables == {"a": 1}
    assert case.state is CaseState.COMPLETED


def test_a_cancelled_case_leaves_nothing_behind(flow: Caseflow) -> None:
    full = process(
        "full",
        START,
        user("ask"),
        service("print"),
        catches("wait", message("paid")),
        catches("tomorrow", after("P1D")),
        END,
        flows="start>ask>end, start>print>end, start>wait>end, start>tomorrow>end",
    )
    flow.deploy({"full.bpmn": drawn(full, roots="m:paid")})
    case = flow.start("full", business_key="1").cancel("a test")

    with flow.engine.begin() as work:
        left = (work.tasks().items, work.jobs(), work.incidents())
        with pytest.raises(NothingWaits):
            work.send("paid", key="1")
        with pytest.raises(CaseNotOpen, match="is cancelled"):
            work.cancel(case.id, reason="again")

    assert left == ((), (), ())
    assert flow.engine.next_due() is None
    assert (case.state, case.view.ended_at) == (CaseState.CANCELLED, BEGINNING)


def test_a_finished_case_takes_no_command(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    case = flow.start("request")
    task = case.task("ask")
    case.complete("ask")

    for act in ("complete", "unclaim"):
        with flow.engine.begin() as work, pytest.raises(CaseNotOpen, match="is completed"):
            getattr(work, act)(task)


UNKNOWN: dict[str, tuple[Callable[[Work], object], type[CommandRefused]]] = {
    "case": (lambda work: work.case(NOWHERE), UnknownCase),
    "case by nonsense": (lambda work: work.case("' OR 1=1"), UnknownCase),
    "case to change": (lambda work: work.set_variables(NOWHERE, {}), UnknownCase),
    "history": (lambda work: work.history(NOWHERE), UnknownCase),
    "history to verify": (lambda work: work.verify(NOWHERE), UnknownCase),
    "places": (lambda work: work.places(NOWHERE), UnknownCase),
    "task": (lambda work: work.claim(f"{NOWHERE}:3", person="li"), TaskNotOpen),
    "task by nonsense": (lambda work: work.claim("nonsense", person="li"), TaskNotOpen),
    "task without case": (lambda work: work.claim(":3", person="li"), TaskNotOpen),
    "task by a number": (lambda work: work.complete(f"{NOWHERE}:²"), TaskNotOpen),
    "task by a long number": (lambda work: work.complete(f"x:{'9' * 5000}"), TaskNotOpen),
    "job": (lambda work: work.complete_job(f"{NOWHERE}:3"), NothingWaits),
    "job by nonsense": (lambda work: work.fail_job("nonsense", "no"), NothingWaits),
    "incident": (lambda work: work.resolve("nonsense"), NothingWaits),
    "error": (lambda work: work.throw_error("nonsense", "jam"), NothingWaits),
    "message": (lambda work: work.resend("nonsense"), CommandRefused),
    "process": (lambda work: work.diagram("nonsense", 1), UnknownProcess),
    "versions": (lambda work: work.versions("nonsense", 1), UnknownProcess),
    "start event": (lambda work: work.start("request", element="nowhere"), CommandRefused),
    "parameters": (lambda work: work.start("request", parameters="moon"), CommandRefused),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_is_unknown_is_refused(flow: Caseflow, what: str) -> None:
    flow.deploy({"request.bpmn": one_task()})
    act, error = UNKNOWN[what]

    with flow.engine.begin() as work, pytest.raises(error):
        act(work)

    assert flow.cases() == []


def test_a_number_of_something_else_is_no_task(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    case = flow.start("request")

    for number in (0, 1, 99):
        with flow.engine.begin() as work, pytest.raises(TaskNotOpen):
            work.claim(f"{case.id}:{number}", person="li")
        with flow.engine.begin() as work, pytest.raises(NothingWaits):
            work.complete_job(f"{case.id}:{number}")
        with flow.engine.begin() as work, pytest.raises(NothingWaits):
            work.resolve(f"{case.id}:{number}")
        with flow.engine.begin() as work, pytest.raises(NothingWaits):
            work.throw_error(f"{case.id}:{number}", "jam")


def test_nobody_can_claim_without_a_name(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    task = flow.start("request").task("ask")

    with flow.engine.begin() as work, pytest.raises(CommandRefused, match="nobody is named"):
        work.claim(task)


@pytest.mark.parametrize("value", [object(), {1, 2}, float("nan"), datetime(2026, 1, 1)])  # noqa: DTZ001 - this is the point
def test_values_that_no_case_file_keeps_are_refused(flow: Caseflow, value: object) -> None:
    flow.deploy({"request.bpmn": one_task()})
    task = flow.start("request").task("ask")
    acts: list[Callable[[Work], object]] = [
        lambda work: work.start("request", variables={"a": value}),
        lambda work: work.complete(task, {"a": value}),
        lambda work: work.set_variables(task.case, {"a": value}),
        lambda work: work.send("paid", payload=value),
        lambda work: work.broadcast("flood", payload=value),
    ]

    for act in acts:
        with flow.engine.begin() as work, pytest.raises(ValueRefused):
            act(work)


def test_values_come_back_as_they_went_in(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    values: dict[str, object] = {
        "text": "井盖 \x00 \U0001f600 \" ' \\ \n",
        "numbers": [0, -1, 2**70, 0.1, -0.0, 1e300, Decimal("1.10"), True, None],
        "moment": datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC),
        "day": BEGINNING.date(),
        "span": timedelta(days=-1, microseconds=1),
        "map": {"$": "tagged", "b": [1, [2, {"c": {}}]], "a": ""},
        "变量": "value",
    }

    with flow.engine.begin() as work:
        case = work.start("request", variables=values)

    with flow.engine.read() as work:
        loaded = work.case(case).variables
    assert case.variables == loaded == values
    assert repr(loaded["numbers"]) == repr(values["numbers"])


def test_a_case_shows_every_place_where_it_stands(flow: Caseflow) -> None:
    outer = process(
        "outer",
        START,
        call("ask_them", "request"),
        on_border("late", "ask_them", after("P1D"), interrupts=False),
        '<subProcess id="many"><multiInstanceLoopCharacteristics>'
        "<loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
        '<startEvent id="begin"/><userTask id="one"/>'
        '<sequenceFlow id="b" sourceRef="begin" targetRef="one"/></subProcess>',
        '<subProcess id="meanwhile" triggeredByEvent="true">'
        '<startEvent id="called" isInterrupting="false">'
        '<messageEventDefinition messageRef="m_called"/></startEvent><userTask id="answer"/>'
        '<sequenceFlow id="c" sourceRef="called" targetRef="answer"/></subProcess>',
        END,
        flows="start>ask_them>end, start>many>end",
    )
    flow.deploy({"outer.bpmn": drawn(outer, roots="m:called"), "request.bpmn": one_task()})
    case = flow.start("outer", business_key="1")
    flow.send("called", key="1")

    with flow.engine.read() as work:
        places = work.places(case.id)
        diagram = work.diagram("outer", 1)
        versions = work.versions("outer", 1)

    here, there = (ProcessKey(id=ProcessId(name), version=1) for name in ("outer", "request"))
    assert sorted((place.process.id, place.element) for place in places) == [
        ("outer", "answer"),
        ("outer", "ask_them"),
        ("outer", "many"),
        ("outer", "many"),
        ("outer", "meanwhile"),
        ("outer", "one"),
        ("outer", "one"),
        ("request", "ask"),
    ]
    assert Place(process=there, element=ElementId("ask")) in places
    assert {place.process for place in places} == {here, there}
    assert [one.id for one in diagram.processes] == ["outer"]
    assert versions == {"outer": 1, "request": 1}


def test_a_case_can_begin_at_a_start_event_of_its_own(flow: Caseflow) -> None:
    two = process(
        "two",
        START,
        '<startEvent id="later"/>',
        user("ask"),
        user("check"),
        END,
        flows="start>ask>check>end, later>check",
    )
    flow.deploy({"two.bpmn": drawn(two)})

    assert flow.start("two", element="later").waiting_at == {"check"}
    with flow.engine.read() as work:
        assert len(work.cases(CaseFilter(process=ProcessId("two")))) == 1


def test_what_could_never_be_read_again_is_refused(flow: Caseflow) -> None:
    """A wrong type, as a host without a type checker may hand it in."""
    flow.deploy({"a.bpmn": drawn(process("a", START, user("ask"), END, flows="start>ask>end"))})
    case = flow.start("a")
    task = case.task("ask")
    wrong: Any = 7
    nothing: Any = None
    with pytest.raises(ValueRefused, match="7 is not"), flow.engine.begin(actor="li") as work:
        work.assign(task, person=wrong)
    with pytest.raises(ValueRefused, match="None is not"), flow.engine.begin(actor="li") as work:
        work.cancel(case.id, reason=nothing)
    with pytest.raises(ValueRefused, match="7 is not"), flow.engine.begin(actor=wrong) as work:
        work.claim(task, person="li")
    with pytest.raises(ValueRefused, match="business_key"), flow.engine.begin() as work:
        work.start("a", business_key=nothing)

    assert case.waiting_at == {"ask"}
    assert [entry.version for entry in case.history][-1] == 1
