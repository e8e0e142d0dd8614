"""Who is in whose way: locks, deadlocks, timeouts and broken connections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from sqlalchemy import create_engine, event, text
from tests.contract.diagrams import one_task

from caseflow.engine import CaseView, Engine, Work
from caseflow.errors import (
    CaseflowError,
    ConnectionLost,
    GivenUp,
    OutcomeUnknown,
    StaleCase,
    StoreError,
    TryAgain,
    ValueRefused,
)
from caseflow.store import opening
from caseflow.testing import Caseflow

pytestmark = pytest.mark.postgres

KILL = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
    "AND datname = current_database() AND backend_type LIKE 'client%'"
)


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    """An engine on PostgreSQL that knows a process of one task."""
    with Engine(postgres_url) as made:
        made.deploy({"request.bpmn": one_task()})
        yield made


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads that act at the same time."""
    with ThreadPoolExecutor(max_workers=8) as made:
        yield made


@pytest.fixture
def cut(postgres_url: str) -> Iterator[Callable[[], None]]:
    """Cut all connections but one's own, as an operator or a network does."""
    operator = create_engine(postgres_url)

    def act() -> None:
        with operator.begin() as connection:
            connection.execute(KILL)

    yield act
    operator.dispose()


def opened(engine: Engine, count: int = 1) -> list[CaseView]:
    with engine.begin(actor="li") as work:
        return [work.start("request") for _ in range(count)]


def count_up(case: CaseView) -> Callable[[Work], object]:
    """Return what reads a number of a case and stores the next, as a careless host would."""

    def act(work: Work) -> object:
        work.hold(case)
        before = work.case(case.id).variables.get("count", 0)
        assert isinstance(before, int)
        return work.set_variables(case.id, {"count": before + 1})

    return act


def test_who_changes_a_case_waits_for_the_one_before(
    engine: Engine, pool: ThreadPoolExecutor
) -> None:
    (case,) = opened(engine)
    is_held, may_end = Event(), Event()

    def first() -> None:
        with engine.begin(actor="li") as work:
            work.set_variables(case, {"first": True})
            is_held.set()
            may_end.wait()

    def second() -> CaseView:
        is_held.wait()
        with engine.begin(actor="wang") as work:
            may_end.set()
            return work.set_variables(case, {"second": True})

    waiting, after = pool.submit(first), pool.submit(second).result()

    waiting.result()
    assert (after.version, after.variables) == (3, {"first": True, "second": True})


def test_looking_waits_for_nobody_and_sees_one_moment(engine: Engine) -> None:
    (case,) = opened(engine)

    with engine.read() as looking:
        before = looking.case(case.id)
        with Engine(url_of(engine)) as other, other.begin() as work:
            work.set_variables(case, {"a": 1})
            meanwhile = looking.case(case.id)
        unchanged = looking.case(case.id)

    assert before == meanwhile == unchanged == case


def url_of(engine: Engine) -> str:
    return engine._database._engine.url.render_as_string(hide_password=False)


def test_nothing_is_lost_where_many_count_in_one_case(
    engine: Engine, pool: ThreadPoolExecutor
) -> None:
    (case,) = opened(engine)

    list(pool.map(lambda _: engine.run(count_up(case), actor="li"), range(40)))

    with engine.read() as work:
        assert work.case(case.id).variables == {"count": 40}
        work.verify(case)


def crossing(
    engine: Engine, first: CaseView, second: CaseView, meet: Barrier, *, is_held: bool
) -> Callable[[], None]:
    def act() -> None:
        with engine.begin(actor="li") as work:
            if is_held:
                work.hold(first, second)
            work.set_variables(first, {"seen": True})
            if not is_held:
                meet.wait()
            work.set_variables(second, {"seen": True})

    return act


def outcome(future: Future[None]) -> type[BaseException] | None:
    failure = future.exception()
    return None if failure is None else type(failure)


def test_of_two_who_wait_for_each_other_one_is_told_to_try_again(
    engine: Engine, pool: ThreadPoolExecutor
) -> None:
    one, two = opened(engine, 2)
    meet = Barrier(2)

    acts = [
        pool.submit(crossing(engine, one, two, meet, is_held=False)),
        pool.submit(crossing(engine, two, one, meet, is_held=False)),
    ]

    assert {outcome(act) for act in acts} == {None, TryAgain}
    assert TryAgain.is_retryable
    with engine.read() as work:
        assert [work.case(case.id).version for case in (one, two)] == [2, 2]


def test_who_holds_all_cases_first_never_waits_for_each_other(
    engine: Engine, pool: ThreadPoolExecutor
) -> None:
    one, two = opened(engine, 2)
    meet = Barrier(2)

    acts = [
        pool.submit(crossing(engine, *pair, meet, is_held=True))
        for _ in range(10)
        for pair in ((one, two), (two, one))
    ]

    assert {outcome(act) for act in acts} == {None}


def test_who_waits_for_too_long_is_told_to_try_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "WAIT", 50)
    with Engine(postgres_url) as engine, Engine(postgres_url) as other:
        engine.deploy({"request.bpmn": one_task()})
        (case,) = opened(engine)

        with engine.begin() as work:
            work.hold(case)
            with pytest.raises(TryAgain, match="lock timeout"), other.begin() as late:
                late.cancel(case, reason="a test")


def test_a_busy_sqlite_database_says_try_again(
    file_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "WAIT", 50)
    with Engine(file_url) as engine, Engine(file_url) as other:
        engine.deploy({"request.bpmn": one_task()})

        with (
            engine.begin() as work,
            pytest.raises(TryAgain, match="database is locked"),
            other.begin(),
        ):
            work.start("request")


class StumbleError(CaseflowError):
    """Not worth trying again."""


def test_only_what_may_succeed_is_tried_again(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    failures: list[CaseflowError] = [
        TryAgain("deadlock"),
        StaleCase("1", version=1),
        StumbleError("no"),
        TryAgain("never reached"),
    ]
    tried = 0

    def act(work: Work) -> None:
        nonlocal tried
        work.start("request", business_key=str(tried))
        tried += 1
        raise failures[tried - 1]

    with pytest.raises(StumbleError):
        flow.engine.run(act)

    assert tried == 3
    assert flow.cases() == []


def test_after_enough_tries_the_last_error_is_told(flow: Caseflow) -> None:
    tries: list[Work] = []

    def act(work: Work) -> None:
        tries.append(work)
        raise TryAgain("deadlock")

    with pytest.raises(TryAgain, match="deadlock"):
        flow.engine.run(act, tries=2)

    assert len(tries) == 2


def test_a_connection_that_is_cut_is_told_and_the_next_one_works(
    engine: Engine, cut: Callable[[], None]
) -> None:
    (case,) = opened(engine)

    def act() -> None:
        with engine.begin() as work:
            work.set_variables(case, {"a": 1})
            cut()
            work.set_variables(case, {"a": 2})

    with pytest.raises(ConnectionLost, match="connection to the database broke"):
        act()

    with engine.begin() as work:
        assert work.case(case.id) == case


def test_a_unit_of_work_whose_connection_is_cut_is_done_again(
    engine: Engine, cut: Callable[[], None]
) -> None:
    (case,) = opened(engine)
    cuts: list[Callable[[], object]] = [cut, dict]

    def act(work: Work) -> CaseView:
        work.set_variables(case, {"a": 1})
        cuts.pop(0)()
        return work.set_variables(case, {"b": 2})

    done = engine.run(act, actor="li")

    assert (cuts, done.version, done.variables) == ([], 3, {"a": 1, "b": 2})


def test_a_connection_that_is_cut_while_nobody_uses_it_is_replaced(
    engine: Engine, cut: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_IDLE", 0.0)
    opened(engine)

    cut()

    with engine.begin() as work:
        assert len(work.cases()) == 1


def test_a_connection_that_is_cut_in_the_commit_leaves_open_whether_it_happened(
    engine: Engine, cut: Callable[[], None]
) -> None:
    def act(work: Work) -> None:
        work.start("request")
        cut()

    with pytest.raises(OutcomeUnknown) as failure:
        engine.run(act)

    assert not failure.value.is_retryable
    with engine.read() as work:
        assert work.cases().items == ()


def test_what_the_database_gave_up_is_not_taken_for_done(engine: Engine) -> None:
    """PostgreSQL answers the commit of a broken transaction by taking it back in silence."""

    def act() -> None:
        with engine.begin() as work:
            work.start("request")
            with pytest.raises(StoreError, match="no_such_table"):
                work._stores.cases._connection.execute(text("SELECT * FROM no_such_table"))

    with pytest.raises(GivenUp):
        act()

    with engine.read() as work:
        assert work.cases().items == ()


def test_a_command_that_was_written_half_takes_its_unit_of_work_with_it(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task("request", 'caseflow:people="=person"')})

    def act() -> None:
        with flow.engine.begin() as work:
            work.start("request", variables={"person": "li"})
            with pytest.raises(ValueRefused, match="NUL"):
                work.start("request", variables={"person": "a\0b"})

    with pytest.raises(GivenUp):
        act()

    assert flow.cases() == []


def test_a_text_with_nul_is_refused_wherever_a_list_would_show_it(flow: Caseflow) -> None:
    flow.deploy({"request.bpmn": one_task()})
    case = flow.start("request", title="a\0b")
    acts: list[Callable[[Work], object]] = [
        lambda work: work.start("request", business_key="a\0b"),
        lambda work: work.broadcast("a\0b"),
        lambda work: work.send("paid", key="a\0b"),
        lambda work: work.tasks(role="a\0b"),
    ]

    for act in acts:
        with pytest.raises(ValueRefused, match="NUL"), flow.engine.begin() as work:
            act(work)

    assert (case.variables, len(flow.cases())) == ({"title": "a\0b"}, 1)


def test_two_engines_bring_a_new_database_up_to_date_at_once(
    bare_postgres_url: str, pool: ThreadPoolExecutor
) -> None:
    engines = list(pool.map(lambda _: Engine(bare_postgres_url), range(4)))

    for one in engines:
        with one.read() as work:
            assert work.processes() == ()
        one.close()


def test_two_deployments_at_once_make_one_version(
    postgres_url: str, pool: ThreadPoolExecutor
) -> None:
    with Engine(postgres_url) as engine:
        deployed = list(pool.map(lambda _: engine.deploy({"request.bpmn": one_task()}), range(6)))

    assert {one.version for (one,) in deployed} == {1}
    assert sum(one.is_new for (one,) in deployed) == 1


def test_a_replica_is_where_one_looks_and_nowhere_else(postgres_url: str, file_url: str) -> None:
    with Engine(file_url) as behind:
        behind.deploy({"request.bpmn": one_task()})
        (old,) = opened(behind)
    asked: list[str] = []

    with Engine(postgres_url, replica=file_url) as engine:
        event.listen(
            engine._database._engine, "before_cursor_execute", lambda *told: asked.append(told[2])
        )
        with engine.read() as work:
            found = work.case(old.id)
            assert asked == []
        engine.deploy({"request.bpmn": one_task()})
        with engine.begin() as work, engine.read() as looking:
            new = work.start("request")
            assert looking.case(new.id) == new

    assert found == old
