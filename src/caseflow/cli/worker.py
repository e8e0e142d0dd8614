"""Commands that let time pass: ``tick`` once, ``run`` for as long as it is not stopped."""

from __future__ import annotations

import argparse
from datetime import datetime

from caseflow.cli.arguments import Arguments, moment, seconds
from caseflow.cli.command import Command
from caseflow.cli.failures import Exit
from caseflow.cli.findings import plural
from caseflow.cli.moments import local
from caseflow.cli.session import Session
from caseflow.cli.stopping import Stopping
from caseflow.engine import Done, Engine
from caseflow.errors import StaleCase

INTERVAL = 5.0
"""Seconds between two looks at what is due."""

_BATCH = 20  # steps after which a worker looks whether it should stop
_SHORTEST = 0.05  # seconds of sleep, so that workers who want the same step do not spin


def _configure_tick(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--now", type=moment, metavar="MOMENT", help="the moment it is; default: the clock's"
    )


def _tick(session: Session, arguments: Arguments) -> Exit:
    with session.engine() as engine, session.out.progress("Running what is due") as step:
        done = engine.run_due(arguments.maybe("now", datetime), on_step=step)
        following = engine.next_due()
    if session.out.is_json:
        session.out.document(_document(done))
    else:
        session.out.line(_in_words(done))
        if following is not None:
            session.out.line(f"The next timer is due {local(following)}")
    return Exit.OK


def _configure_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--interval",
        type=seconds,
        default=INTERVAL,
        metavar="SECONDS",
        help=f"the longest sleep between two looks; {INTERVAL:g}",
    )
    parser.add_argument("--once", action="store_true", help="end when nothing is due any more")


def _run(session: Session, arguments: Arguments) -> Exit:
    interval, is_once = arguments.get("interval", float), arguments.get("once", bool)
    total = Done()
    with Stopping() as stopping, session.engine() as engine:
        if not is_once:
            session.out.note("Running; Ctrl-C or SIGTERM stops")
        while not stopping.is_asked:
            try:
                done = engine.run_due(limit=_BATCH)
            except StaleCase:  # another worker has done the same step
                stopping.wait(_SHORTEST)
                continue
            total = _sum(total, done)
            if done.total:
                _report(session, done)
            elif is_once:
                break
            else:
                stopping.wait(_pause(engine, interval, session.clock.now()))
    if session.out.is_json:
        session.out.document(_document(total))
    else:
        session.out.line(_in_words(total))
    return Exit.OK


def _report(session: Session, done: Done) -> None:
    if not session.out.is_json:
        session.out.note(f"{local(session.clock.now())}  {_in_words(done)}")


def _pause(engine: Engine, interval: float, now: datetime) -> float:
    """Return how long to sleep: until the next timer, but no longer than the interval."""
    following = engine.next_due()
    if following is None:
        return interval
    return min(max((following - now).total_seconds(), _SHORTEST), interval)


def _sum(one: Done, other: Done) -> Done:
    return Done(
        timers=one.timers + other.timers,
        messages=one.messages + other.messages,
        signals=one.signals + other.signals,
    )


def _document(done: Done) -> dict[str, object]:
    return {"timers": done.timers, "messages": done.messages, "signals": done.signals}


def _in_words(done: Done) -> str:
    if not done.total:
        return "Nothing was due"
    parts = {"timer": done.timers, "message": done.messages, "signal": done.signals}
    return "Done: " + ", ".join(plural(number, word) for word, number in parts.items() if number)


COMMANDS = (
    Command(
        name="tick",
        help="deliver what is on its way and fire the timers that are due, once",
        example="caseflow tick --now 2026-03-09T09:00",
        configure=_configure_tick,
        run=_tick,
    ),
    Command(
        name="run",
        help="do that again and again, until it is stopped",
        example="caseflow run --interval 2",
        configure=_configure_run,
        run=_run,
    ),
)
