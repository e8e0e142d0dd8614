"""What does one hotline ticket cost: commands, rows, and bytes on the disk?

Tickets of the process library are taken the way of its first scenario, from the call to the
closed file, with whatever cases they open. On a SQLite file, and on a PostgreSQL server of this
machine that waits for the disk. ``python bench/bench_ticket.py 500`` takes more tickets.
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter, process_time

from sqlalchemy import create_engine, func, select, text

from caseflow.engine import Engine
from caseflow.library import process_library
from caseflow.store.tables import CASES, COMMANDS, HISTORY

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.postgres import NoServerError, PostgresServer

TICKETS = int(sys.argv[1]) if sys.argv[1:] else 200


def main() -> None:
    """Measure on each database."""
    folder = process_library()
    (first, *_) = tomllib.loads((folder / "hotline_ticket/scenarios.toml").read_text())["scenario"]
    steps = [(step["do"], step.get("with", {})) for step in first["steps"] if "do" in step]
    with tempfile.TemporaryDirectory() as place:
        measure("SQLite", f"sqlite:///{place}/cases.db", steps)
    try:
        with PostgresServer(is_safe=True) as server:
            measure("PostgreSQL", server.create("tickets"), steps)
    except NoServerError as failure:
        print(f"PostgreSQL is left out: {failure}")


def measure(what: str, url: str, steps: Sequence[tuple[str, Mapping[str, object]]]) -> None:
    """Take tickets through all their steps, and look what that left."""
    with Engine(url) as engine:
        engine.deploy(process_library())
        take(engine, steps, key="warm")
        before = size(url)
        begun, worked = perf_counter(), process_time()
        for number in range(TICKETS):
            take(engine, steps, key=f"T-{number}")
        seconds, worked = perf_counter() - begun, process_time() - worked
    after = size(url)
    connection = create_engine(url).connect()
    counts = {
        table.name.removeprefix("caseflow_"): connection.execute(
            select(func.count()).select_from(table)
        ).scalar_one()
        / (TICKETS + 1)
        for table in (CASES, COMMANDS, HISTORY)
    }
    connection.close()
    told = ", ".join(f"{number:.1f} {name}" for name, number in counts.items())
    print(
        f"{what}: {TICKETS} tickets; each {told} and {(after - before) / TICKETS / 1024:.0f} KiB"
    )
    commands = counts["commands"] * TICKETS
    print(
        f"    {seconds / commands * 1e3:.0f} ms a command, one caller; of these "
        f"{worked / commands * 1e3:.0f} ms of its own processor time"
    )


def take(engine: Engine, steps: Sequence[tuple[str, Mapping[str, object]]], *, key: str) -> None:
    """Take one ticket from its call to its closed file."""
    with engine.begin(actor="agent") as work:
        case = work.start("hotline_ticket", business_key=key)
    for element, values in steps:
        engine.run_due()
        with engine.begin(actor="agent") as work:
            task = work.tasks(case=case, element=element).one()
            work.complete(task, values, person=task.assignee)
    engine.run_due()


def size(url: str) -> int:
    """Return the bytes of a database, without what is only waiting to be used again."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("VACUUM"))
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
            found = pages * connection.execute(text("PRAGMA page_size")).scalar_one()
        else:
            connection.execute(text("VACUUM FULL"))
            query = "SELECT pg_database_size(current_database())"
            found = connection.execute(text(query)).scalar_one()
    engine.dispose()
    return int(found)


if __name__ == "__main__":
    main()
