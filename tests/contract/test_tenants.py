"""Two engines never meet: not in two databases, and not as two tenants of one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.contract.diagrams import (
    END,
    START,
    after,
    begins,
    catches,
    drawn,
    message,
    process,
    service,
    signal,
    user,
)

from caseflow.engine import Done, Engine, Work
from caseflow.errors import CommandRefused, NothingWaits, UnknownCase, UnknownProcess
from caseflow.testing import BEGINNING, FakeClock

FULL = drawn(
    process(
        "full",
        START,
        user("ask", 'caseflow:role="clerk"'),
        service("print"),
        catches("wait", message("paid")),
        catches("flooded", signal("flood")),
        catches("tomorrow", after("P1D")),
        END,
        flows="start>ask>end, start>print>end, start>wait>end, start>flooded>end, "
        "start>tomorrow>end",
    ),
    roots="m:paid s:flood",
)
OPENS = drawn(
    process("opens", begins("start", message("asked")), END, flows="start>end"), roots="m:asked"
)


@pytest.fixture(params=["two databases", "two tenants"])
def neighbours(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """Two engines; the first has a case that waits for everything there is."""
    other = "b.db" if request.param == "two databases" else "a.db"
    one = Engine(f"sqlite:///{tmp_path / 'a.db'}", tenant="one", clock=FakeClock(BEGINNING))
    two = Engine(f"sqlite:///{tmp_path / other}", tenant="two", clock=FakeClock(BEGINNING))
    one.deploy({"full.bpmn": FULL, "opens.bpmn": OPENS})
    with one.begin() as work:
        work.start("full", business_key="1")
        work.broadcast("flood")
    yield one, two
    one.close()
    two.close()


def everything(work: Work) -> list[object]:
    """All that lists show."""
    return [
        work.processes(),
        work.cases().items,
        work.tasks().items,
        work.count_tasks(),
        work.jobs(),
        work.incidents(),
        work.messages(),
    ]


def test_a_neighbour_sees_nothing(neighbours: tuple[Engine, Engine]) -> None:
    one, two = neighbours

    with one.read() as work:
        (case,) = work.cases()
        (task,) = work.tasks()
        (job,) = work.jobs()
    with two.begin(actor="li") as work:
        assert everything(work) == [(), (), (), 0, (), (), ()]
        for look in (work.case, work.places, work.history, work.verify):
            with pytest.raises(UnknownCase):
                look(case.id)
        for act in (
            lambda: work.claim(task),
            lambda: work.complete_job(job),
            lambda: work.cancel(case.id, reason="a test"),
            lambda: work.resend("x"),
        ):
            with pytest.raises(CommandRefused):
                act()
        with pytest.raises(UnknownProcess):
            work.start("full")
        for name in ("paid", "asked"):
            with pytest.raises(NothingWaits):
                work.send(name, key="1")


def test_a_neighbour_does_nothing_that_is_due_elsewhere(
    neighbours: tuple[Engine, Engine],
) -> None:
    one, two = neighbours
    later = BEGINNING + timedelta(days=2)

    assert two.next_due() is None
    assert two.run_due(later) == Done()
    assert one.next_due() == BEGINNING  # the signal
    assert one.run_due(later) == Done(timers=1, signals=1)


def test_neighbours_number_their_versions_by_themselves(
    neighbours: tuple[Engine, Engine],
) -> None:
    one, two = neighbours

    one.deploy({"full.bpmn": FULL.replace(b'"clerk"', b'"chief"')})
    (deployed,) = two.deploy({"full.bpmn": FULL})

    assert (deployed.version, deployed.is_new) == (1, True)
    with two.begin() as work:
        work.start("full", business_key="1")
        work.send("paid", key="1")
        assert work.tasks().one().roles == ("clerk",)
    with one.read() as work:
        (case,) = work.cases()
        assert "wait" in work.case(case.id).waiting_at
