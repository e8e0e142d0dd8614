"""``tick`` and ``run --once``; how ``run`` is stopped is tested on a real process."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.cli.shell import Shell

from caseflow.engine import Done, Engine
from caseflow.errors import StaleCase


def test_a_tick_fires_what_is_due_and_tells_what_comes(office: Shell) -> None:
    office.start("A-1", "--parameters", "county")
    office.start("A-2")
    office.clock.move(timedelta(hours=1))

    first = office.do("tick")
    second = office.do("tick")

    assert first.lines == ["Done: 1 timer", "The next timer is due 2026-03-05 00:00"]
    assert second.lines == ["Nothing was due", "The next timer is due 2026-03-05 00:00"]
    assert office.case("show", "A-1")["waiting_at"] == ["explain"]


def test_a_tick_at_another_moment_is_recorded_at_that_moment(office: Shell) -> None:
    office.start("A-1")

    early = office.ask("tick", "--now", "2026-03-04T23:59:59")
    late = office.ask("tick", "--now", "2026-03-04T16:00+00:00")
    (fired,) = office.part("events", "history", "A-1", "--kind", "TimerFired")

    assert early == {"timers": 0, "messages": 0, "signals": 0}
    assert late == {"timers": 1, "messages": 0, "signals": 0}
    assert fired["at"] == "2026-03-04T16:00:00+00:00"


def test_a_tick_needs_a_moment(office: Shell) -> None:
    printed = office.run("tick", "--now", "tomorrow")

    assert printed.code == 2
    assert "'tomorrow' is no moment: write 2026-03-02" in printed.err


def test_running_once_ends_when_nothing_is_due(office: Shell) -> None:
    for number in range(25):  # more than a worker does before it looks up
        office.start(f"A-{number}", "--parameters", "county")
    office.clock.move(timedelta(hours=1))

    printed = office.do("run", "--once")
    again = office.ask("run", "--once")

    assert printed.lines == ["Done: 25 timers"]
    assert printed.err == "2026-03-02 10:00  Done: 20 timers\n2026-03-02 10:00  Done: 5 timers\n"
    assert again == {"timers": 0, "messages": 0, "signals": 0}


def test_a_step_that_another_worker_took_is_no_fault(
    office: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.start("A-1", "--parameters", "county")
    office.clock.move(timedelta(hours=1))
    took = Engine.run_due
    others = [StaleCase("c", version=1)]

    def contested(engine: Engine, *, limit: int) -> Done:
        if others:
            raise others.pop()
        return took(engine, limit=limit)

    monkeypatch.setattr(Engine, "run_due", contested)

    printed = office.do("run", "--once")

    assert printed.lines == ["Done: 1 timer"]
    assert others == []


def test_a_worker_sleeps_for_a_sensible_time(office: Shell) -> None:
    printed = office.run("run", "--interval", "0")

    assert printed.code == 2
    assert "'0' is not a number of seconds, 0.1 to 86400" in printed.err
