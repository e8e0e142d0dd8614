"""A county works off one stream of matters in ninety days, kept in one SQLite file."""

from __future__ import annotations

import argparse
import time
from datetime import timedelta
from pathlib import Path

from examples.demo.calendar import appointments
from examples.demo.county import County
from examples.demo.matters import read_matters
from examples.demo.report import count
from examples.demo.tables import show, show_trail
from examples.demo.trail import follow, longest_number
from rich.console import Console
from rich.progress import Progress

from caseflow import Engine
from caseflow.cli import main as caseflow
from caseflow.library import process_library
from caseflow.testing import FakeClock

DAYS = 90
WIDTH = 120
DATA = Path(__file__).parents[1] / "data"


def main() -> None:
    """Play the matters and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", type=Path, default=Path("build/demo.db"), help="the SQLite file")
    parser.add_argument("--matters", type=Path, default=DATA, help="folder of CSV and JSON lines")
    options = parser.parse_args()
    began = time.perf_counter()
    console = Console()
    if console.width < WIDTH:
        console = Console(width=WIDTH)  # the tables read better wrapped by a terminal than cut off
    _make_room(options.db)

    matters = read_matters(options.matters)
    first = matters[0].received_at.replace(hour=0, minute=0, second=0)
    clock = FakeClock(first)
    with Engine(f"sqlite:///{options.db}", clock=clock) as engine:
        processes = engine.deploy(process_library(), actor="demo")
        console.print(f"{len(processes)} processes deployed, {len(matters)} matters come in …")
        with Progress(console=console, transient=True) as progress:
            bar = progress.add_task("90 days 九十天", total=DAYS)
            county = County(engine, clock, on_day=lambda: progress.advance(bar))
            plan = appointments(first, days=DAYS)
            county.play(matters, plan, until=first + timedelta(days=DAYS))
        figures = count(engine, at=clock.now())
        show(figures, console)
        with engine.read() as work:
            trail = follow(work, longest_number(work))
        show_trail(trail, console)
    shown = trail.steps[0].case
    picture = options.db.with_suffix(".svg")
    caseflow(["show", shown, "--db", str(options.db), "--svg", str(picture)])
    console.print(
        f"{sum(figures.ends.values())} cases, {county.commands} commands of people, "
        f"{figures.events} events, {figures.incidents} incidents in "
        f"{time.perf_counter() - began:.0f} s.\n"
        f"Explore: .venv/bin/caseflow --db {options.db} tasks --late\n"
        f"         .venv/bin/caseflow --db {options.db} cases --key {trail.number}\n"
        f"         .venv/bin/caseflow --db {options.db} explain {shown}\n"
        f"One case as a drawing: {picture}"
    )


def _make_room(database: Path) -> None:
    """Delete what the last run has left."""
    for end in ("", "-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    database.parent.mkdir(parents=True, exist_ok=True)


if __name__ == "__main__":
    main()
