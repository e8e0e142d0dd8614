"""Events for the host: in order for each case, at least once, whatever fails or is late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.contract.diagrams import END, START, after, catches, drawn, one_task, process

from caseflow.engine import Done, Engine, Entry
from caseflow.errors import CommandRefused
from caseflow.kernel import CaseCancelled, CaseStarted, TaskCompleted, TaskOpened
from caseflow.testing import BEGINNING, Caseflow, FakeClock

WAITS = drawn(
    process("waits", START, catches("wait", after("hours(span)")), END, flows="start>wait>end")
)


class Listener:
    """Somebody who listens, and stumbles over what a test says."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []
        self.stumbles: set[tuple[str, int]] = set()
        self.is_down = False

    def __call__(self, entry: Entry) -> None:
        key = (entry.case, entry.sequence)
        if self.is_down or key in self.stumbles:
            raise ZeroDivisionError("the listener stumbles")
        self.heard.append(key)

    def of(self, case: str) -> list[int]:
        """The numbers of the events of a case, in the order in which they came."""
        return [sequence for one, sequence in self.heard if one == case]


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def flow(request: pytest.FixtureRequest) -> Iterator[Caseflow]:
    """An engine on a database of each dialect, with the face that calls functions."""
    is_memory = request.param == "memory"
    made = Caseflow(
        target="sqlite://" if is_memory else str(request.getfixturevalue("postgres_url"))
    )
    yield made
    made.close()


def numbers(flow: Caseflow, case: str) -> list[int]:
    """The numbers of all events of a case."""
    with flow.engine.read() as work:
        return [entry.sequence for entry in work.history(case)]


@pytest.fixture
def listener(flow: Caseflow) -> Listener:
    """Somebody who listens to a flow with one task."""
    made = Listener()
    flow.deploy({"request.bpmn": one_task()})
    flow.engine.events.subscribe("crm", made)
    return made


def test_a_subscriber_has_every_event_once_and_in_order(
    flow: Caseflow, listener: Listener
) -> None:
    first, second = flow.start("request"), flow.start("request")
    first.complete("ask")

    done = flow.engine.run_due()

    assert done == Done()
    for case in (first, second):
        assert listener.of(case.id) == numbers(flow, case.id)
    assert flow.engine.events.subscribers()[0].cases == 0


def test_what_was_before_is_not_delivered(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    case = flow.start("request")
    before = len(numbers(flow, case.id))
    listener = Listener()

    flow.engine.events.subscribe("crm", listener)
    case.complete("ask")

    assert listener.of(case.id) == numbers(flow, case.id)[before:]


def test_only_the_kinds_that_are_wanted_are_delivered(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    heard: list[Entry] = []
    flow.engine.events.subscribe("crm", heard.append, kinds=[TaskOpened, TaskCompleted])

    case = flow.start("request")
    flow.start("request").cancel("a test")
    case.complete("ask")

    kinds = [type(entry.event) for entry in heard]
    assert kinds == [TaskOpened, TaskOpened, TaskCompleted]


def test_nothing_is_kept_where_no_kind_is_wanted(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    flow.engine.events.subscribe("crm", kinds=[CaseCancelled])

    case = flow.start("request")
    before = flow.engine.events.subscribers()[0].cases
    case.cancel("a test")

    assert (before, flow.engine.events.subscribers()[0].cases) == (0, 1)


def test_what_happens_while_nobody_listens_is_delivered_later(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    flow.engine.events.subscribe("crm")
    case = flow.start("request")
    case.complete("ask")
    listener = Listener()

    flow.engine.events.subscribe("crm", listener)
    done = flow.engine.run_due()

    assert listener.of(case.id) == numbers(flow, case.id)
    assert done == Done(events=len(listener.heard))


def test_a_subscriber_that_fails_has_the_event_again_and_the_later_ones_after_it(
    flow: Caseflow, listener: Listener
) -> None:
    case = flow.start("request")
    listener.heard.clear()
    stuck_at = len(numbers(flow, case.id)) + 1
    listener.stumbles = {(case.id, stuck_at)}

    case.complete("ask")
    stuck = listener.of(case.id)
    (seen,) = flow.engine.events.subscribers()
    early = flow.engine.run_due()
    listener.stumbles.clear()
    flow.clock.move(timedelta(seconds=1))
    flow.engine.run_due()

    assert (stuck, early) == ([], Done())
    assert (seen.cases, seen.failing) == (1, 1)
    assert seen.problem == "ZeroDivisionError: the listener stumbles"
    assert listener.of(case.id) == numbers(flow, case.id)[stuck_at - 1 :]


def test_a_subscriber_that_fails_holds_up_neither_other_cases_nor_other_subscribers(
    flow: Caseflow, listener: Listener
) -> None:
    other = Listener()
    flow.engine.events.subscribe("archive", other)
    case = flow.start("request")
    listener.heard.clear()
    listener.stumbles = {(case.id, number) for number in range(100)}
    case.complete("ask")
    sound = flow.start("request")

    flow.clock.move(timedelta(seconds=1))
    flow.engine.run_due()
    flow.clock.move(timedelta(seconds=1))
    flow.engine.run_due()

    assert listener.of(case.id) == []
    assert listener.of(sound.id) == numbers(flow, sound.id)
    assert other.of(case.id) == numbers(flow, case.id)


def test_what_fails_too_often_becomes_a_dead_letter_and_the_next_event_comes(
    flow: Caseflow,
) -> None:
    flow.deploy({"request.bpmn": one_task()})
    listener = Listener()
    waits = [timedelta(seconds=5), timedelta(minutes=1)]
    flow.engine.events.subscribe("crm", listener, waits=waits)
    with flow.engine.begin() as work:
        case = work.start("request")
    listener.stumbles = {(case.id, 1)}

    tried_at = []
    for _ in range(200):
        if flow.engine.run_due().failed:
            tried_at.append(flow.clock.now() - BEGINNING)
        flow.clock.move(timedelta(seconds=1))
    (letter,) = flow.engine.events.dead_letters()

    assert tried_at == [timedelta(seconds=at) for at in (0, 5, 65)]
    assert (letter.case, letter.sequence, letter.subscriber) == (case.id, 1, "crm")
    assert letter.problem == "ZeroDivisionError: the listener stumbles"
    assert listener.of(case.id) == numbers(flow, case.id)[1:]


def test_a_dead_letter_is_delivered_again_or_discarded(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    listener = Listener()
    flow.engine.events.subscribe("crm", listener, kinds=[CaseCancelled], waits=[])
    cases = [flow.start("request") for _ in range(2)]
    listener.is_down = True
    for case in cases:
        case.cancel("a test")
        flow.run_due()
        flow.clock.move(timedelta(minutes=1))
    first, second = flow.engine.events.dead_letters()

    flow.engine.events.redeliver(first)
    still_down = flow.engine.run_due()
    flow.clock.move(timedelta(minutes=1))
    again = flow.engine.events.dead_letters()
    listener.is_down = False
    flow.engine.events.redeliver(first.id)
    flow.engine.events.discard(second)
    mended = flow.engine.run_due()

    assert (still_down, mended) == (Done(events=1, failed=1), Done(events=1))
    assert [one.id for one in again] == [second.id, first.id]
    assert flow.engine.events.dead_letters() == ()
    assert listener.heard == [(first.case, first.sequence)]
    with pytest.raises(CommandRefused, match="there is no dead letter"):
        flow.engine.events.redeliver(second)
    with pytest.raises(CommandRefused, match="is no dead letter: they go by"):
        flow.engine.events.discard("everything")


def test_pages_are_read_until_there_is_none_and_each_is_acknowledged_by_the_next(
    flow: Caseflow,
) -> None:
    flow.deploy({"request.bpmn": one_task()})
    flow.engine.events.subscribe("feed")
    cases = [flow.start("request").complete("ask") for _ in range(3)]
    events = flow.engine.events

    heard: list[tuple[str, int]] = []
    page = events.read("feed", limit=2)
    while page.next is not None:
        assert 0 < len(page) <= 2
        heard.extend((entry.case, entry.sequence) for entry in page)
        page = events.read("feed", after=page.next, limit=2)

    for case in cases:
        assert [number for one, number in heard if one == case.id] == numbers(flow, case.id)
    assert events.subscribers()[0].cases == 0


def test_a_page_that_is_not_acknowledged_is_read_again_after_its_lease(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    flow.engine.events.subscribe("feed")
    flow.start("request")
    events = flow.engine.events

    lost = events.read("feed")
    meanwhile = events.read("feed")
    flow.clock.move(timedelta(minutes=5))
    again = events.read("feed")
    too_late = events.read("feed", after=lost.next)
    rest = events.read("feed", after=again.next)

    assert (meanwhile.items, meanwhile.next) == ((), None)
    assert again.items == lost.items
    assert too_late.items == rest.items == ()
    assert events.subscribers()[0].cases == 0


def test_what_comes_while_a_page_is_read_is_on_the_next(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    flow.engine.events.subscribe("feed")
    case = flow.start("request")

    first = flow.engine.events.read("feed")
    case.complete("ask")
    second = flow.engine.events.read("feed", after=first.next)

    heard = [entry.sequence for entry in (*first, *second)]
    assert heard == numbers(flow, case.id)
    assert len(second) > 0


def test_an_event_of_work_that_is_taken_back_is_not_delivered(
    flow: Caseflow, listener: Listener
) -> None:
    def stumble() -> None:
        with flow.engine.begin() as work:
            work.start("request")
            raise CommandRefused("a test")

    with pytest.raises(CommandRefused):
        stumble()

    assert flow.engine.run_due() == Done()
    assert listener.heard == []


def test_a_subscriber_may_act_on_cases_and_hears_of_what_it_did(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task(), "waits.bpmn": WAITS})
    opened: list[str] = []

    def follow_up(entry: Entry) -> None:
        if isinstance(entry.event, CaseStarted) and entry.event.process.id == "request":
            with flow.engine.begin() as work:
                opened.append(work.start("waits", variables={"span": 1}).id)

    heard = Listener()
    flow.engine.events.subscribe("follow_up", follow_up)
    flow.engine.events.subscribe("heard", heard)

    flow.start("request")

    assert len(opened) == 1
    assert heard.of(opened[0]) == numbers(flow, opened[0])


def test_the_next_thing_to_do_may_be_an_event(flow: Caseflow, listener: Listener) -> None:
    idle = flow.engine.next_due()
    with flow.engine.begin() as work:
        case = work.start("request")
    fresh = flow.engine.next_due()
    listener.stumbles = {(case.id, 1)}
    flow.engine.run_due()

    assert (idle, fresh) == (None, BEGINNING)
    assert flow.engine.next_due() == BEGINNING + timedelta(seconds=1)


def test_who_has_unsubscribed_gets_nothing_and_nothing_is_kept(
    flow: Caseflow, listener: Listener
) -> None:
    with flow.engine.begin() as work:
        work.start("request")

    flow.engine.events.unsubscribe("crm")
    flow.start("request")

    assert (listener.heard, flow.engine.events.subscribers()) == ([], ())
    for act in (flow.engine.events.unsubscribe, flow.engine.events.read):
        with pytest.raises(CommandRefused, match="nobody has subscribed"):
            act("crm")


def test_a_subscriber_that_runs_apart_is_left_out_by_what_is_due(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    listener = Listener()
    flow.engine.events.subscribe("slow", listener, is_apart=True)
    flow.start("request")
    left_out = list(listener.heard)

    steps = flow.engine.events.deliver("slow")

    assert left_out == []
    assert len(steps) == len(listener.heard) > 0
    assert flow.engine.events.deliver("slow") == []
    with pytest.raises(CommandRefused, match="nothing listens here"):
        flow.engine.events.deliver("crm")


def test_a_listener_that_takes_longer_than_its_lease_stops_before_another_begins(
    flow: Caseflow,
) -> None:
    flow.deploy({"request.bpmn": one_task()})
    heard: list[int] = []

    def slow(entry: Entry) -> None:
        heard.append(entry.sequence)
        flow.clock.move(timedelta(minutes=3))

    flow.engine.events.subscribe("slow", slow, is_apart=True)
    case = flow.start("request")

    counts = []
    while steps := flow.engine.events.deliver("slow"):
        counts.append(len(steps))

    assert heard == numbers(flow, case.id)
    assert max(counts) == 2


def test_two_processes_with_one_name_share_the_events(file_url: str) -> None:
    clock = FakeClock(BEGINNING)
    one, other = Engine(file_url, clock=clock), Engine(file_url, clock=clock)
    one.deploy({"request.bpmn": one_task()})
    heard: list[tuple[str, int]] = []
    for engine in (one, other):
        engine.events.subscribe("crm", lambda entry: heard.append((entry.case, entry.sequence)))
    for _ in range(50):
        with one.begin() as work:
            work.start("request")

    while one.run_due(limit=30).total + other.run_due(limit=30).total:
        pass

    with one.read() as work:
        expected = [
            (row.id, entry.sequence) for row in work.cases() for entry in work.history(row.id)
        ]
    one.close()
    other.close()
    assert sorted(heard) == expected


def test_a_subscriber_stays_when_the_engine_is_opened_anew(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'cases.db'}"
    with Engine(url, clock=FakeClock(BEGINNING)) as engine:
        engine.deploy({"request.bpmn": one_task()})
        engine.events.subscribe("crm")
        with engine.begin() as work:
            case = work.start("request")
    listener = Listener()

    with Engine(url, clock=FakeClock(BEGINNING)) as engine:
        engine.events.subscribe("crm", listener)
        engine.run_due()

    assert listener.of(case.id)[0] == 1
