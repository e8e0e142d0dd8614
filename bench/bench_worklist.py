"""How long a page of the worklist takes, with ten thousand to a million open tasks.

    python bench/bench_worklist.py                     # SQLite, 10^4 and 10^5 open tasks
    python bench/bench_worklist.py 10000 1000000       # other sizes
    CASEFLOW_BENCH=postgresql+psycopg://… python bench/bench_worklist.py

The tasks belong to the reference organisation of `examples/organisation`: nine in ten in a
village, each open to one of five roles; a third are held, a tenth without due time. The tables are
filled directly. Of each question the median and the slowest of some runs are printed, with a new
transaction, the directory read anew each time, and of PostgreSQL after ANALYZE.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, insert, text

sys.path.insert(0, str(Path(__file__).parents[1] / "examples" / "organisation"))

from generate import reference_organisation

from caseflow.engine import Engine, TaskFilter
from caseflow.org import Organisation
from caseflow.store import METADATA
from caseflow.worklist import Desk, Due

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
RUNS = 15
BATCH = 20_000
ROLES = ("village_officer", "mediator", "grid_head", "town_center", "county_center")
NEVER = datetime(9999, 12, 31, tzinfo=UTC)

TABLES = METADATA.tables
TASKS, CANDIDATES, CASES = (
    TABLES[f"caseflow_{name}"] for name in ("tasks", "candidates", "cases")
)


class Fixed:
    """A clock that stands."""

    def now(self) -> datetime:
        """Return the moment it is."""
        return NOW


def rows(organisation: Organisation, count: int) -> Iterator[tuple[dict[str, object], ...]]:
    """Yield the rows of cases, tasks and candidates, the same each time."""
    chance = random.Random(7)  # noqa: S311 - made up, and the same each time
    units = organisation.units()
    villages, towns = units.on_tier("village"), units.on_tier("township")
    for number in range(count):
        unit = chance.choice(villages if chance.random() < 0.9 else towns)
        role = chance.choice(ROLES)
        due = None
        if chance.random() < 0.9:
            due = NOW + timedelta(minutes=chance.randrange(-5_000, 60_000))
        case = f"{number:08x}-0000-7000-8000-000000000000"
        key = {"tenant": "", "case_id": case}
        holder = f"village_officer1@{unit}" if chance.random() < 0.33 else None
        yield (
            {
                **key, "process_id": f"p{number % 7}", "process_version": 1, "state": "running",
                "outcome": "", "business_key": f"2026-{number:07}", "unit": unit,
                "tier": "village", "started_at": NOW, "ended_at": None, "version": 1,
                "events": 0, "history_hash": "0" * 64, "schema": 1, "body": "{}",
            },
            {
                **key, "number": 2, "process_id": f"p{number % 7}", "element": "handle",
                "name": f"办理事项 {number % 50}", "assignee": holder, "unit": unit,
                "priority": 50, "created_at": NOW, "due_at": due, "order_at": due or NEVER,
                "limit_name": None, "follow_up_at": None, "form": None, "owner": None,
                "urged": 0, "business_key": f"2026-{number:07}",
                "named": json.dumps({"role": [role]}),
            },
            {
                **key, "number": 2, "kind": "role", "name": role, "unit": unit,
                "order_at": due or NEVER,
            },
        )  # fmt: skip


def fill(url: str, count: int) -> Organisation:
    """Put an organisation and its open tasks into the tables."""
    organisation = reference_organisation()
    with Engine(url, clock=Fixed()) as engine, engine.begin() as work:
        work.staff.replace(organisation)
    target = create_engine(url)
    batch: tuple[list[dict[str, object]], ...] = ([], [], [])
    with target.begin() as connection:
        for made in rows(organisation, count):
            for rows_of, row in zip(batch, made, strict=True):
                rows_of.append(row)
            if len(batch[0]) == BATCH:
                for table, rows_of in zip((CASES, TASKS, CANDIDATES), batch, strict=True):
                    connection.execute(insert(table), rows_of)
                    rows_of.clear()
        for table, rows_of in zip((CASES, TASKS, CANDIDATES), batch, strict=True):
            if rows_of:
                connection.execute(insert(table), rows_of)
    if target.dialect.name == "postgresql":
        with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    target.dispose()
    return organisation


def third_page(desk: Desk) -> object:
    """Turn two pages."""
    first = desk.visible(limit=100)
    second = desk.visible(limit=100, after=first.next)
    return desk.visible(limit=100, after=second.next)


QUESTIONS: dict[str, tuple[str, Callable[[Desk], object]]] = {
    "own tasks of a village officer": ("village_officer1@yuxi-1-1-1", lambda d: d.mine()),
    "own tasks of a township centre": ("town_center6@yuxi-1-1", lambda d: d.mine()),
    "own tasks of a county centre": ("county_center1@yuxi-1", lambda d: d.mine()),
    "all a township centre may see": ("town_center6@yuxi-1-1", lambda d: d.visible()),
    "all a county centre may see": ("county_center1@yuxi-1", lambda d: d.visible()),
    "all the city may see": ("convener1@yuxi", lambda d: d.visible()),
    "… overdue": ("convener1@yuxi", lambda d: d.visible(due=Due.OVERDUE)),
    "… due today, one county": (
        "convener1@yuxi", lambda d: d.visible(due=Due.TODAY, under="yuxi-3"),
    ),
    "… of one township": ("convener1@yuxi", lambda d: d.visible(under="yuxi-3-1")),
    "… of the villages": ("convener1@yuxi", lambda d: d.visible(tier="village")),
    "… of one process": (
        "convener1@yuxi", lambda d: d.visible(TaskFilter(process="p3")),  # type: ignore[arg-type]
    ),
    "… with a business key": (
        "convener1@yuxi", lambda d: d.visible(TaskFilter(business_key="2026-0000777")),
    ),
    "… with a common text": ("convener1@yuxi", lambda d: d.visible(TaskFilter(text="办理"))),
    "… with a text that nothing has": (
        "convener1@yuxi", lambda d: d.visible(TaskFilter(text="无此事")),
    ),
    "third page of the city": ("convener1@yuxi", third_page),
    "count own, township centre": ("town_center6@yuxi-1-1", lambda d: d.count_mine()),
    "count all, county centre": ("county_center1@yuxi-1", lambda d: d.count_visible()),
    "count all, city, up to 1000": ("convener1@yuxi", lambda d: d.count_visible()),
    "a page without rights (Work.tasks)": ("convener1@yuxi", lambda d: d._work.tasks()),  # noqa: SLF001
}  # fmt: skip


def timed(engine: Engine, who: str, ask: Callable[[Desk], object]) -> tuple[float, float]:
    """Return the median and the slowest of some runs, in milliseconds."""

    def once() -> float:
        start = time.perf_counter()
        with engine.begin(actor=who) as work:
            ask(Desk(work))
        return (time.perf_counter() - start) * 1_000

    once()
    spent = [once() for _ in range(RUNS)]
    return statistics.median(spent), max(spent)


def main(sizes: list[int]) -> None:
    """Print a table of all questions and sizes."""
    columns: dict[str, list[str]] = {name: [] for name in QUESTIONS}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            url = os.environ.get("CASEFLOW_BENCH") or f"sqlite:///{folder}/{size}.db"
            start = time.perf_counter()
            fill(url, size)
            print(f"{size} tasks put in within {time.perf_counter() - start:.0f} s", flush=True)
            with Engine(url, clock=Fixed()) as engine:
                for name, (who, ask) in QUESTIONS.items():
                    median, slowest = timed(engine, who, ask)
                    columns[name].append(f"{median:8.1f} ({slowest:.1f})")
                    print(f"  {name:38}{median:10.1f} ms, slowest {slowest:.1f}", flush=True)
    print(f"\n{'milliseconds, median (slowest)':40}" + "".join(f"{n:>20}" for n in sizes))
    for name, cells in columns.items():
        print(f"{name:40}" + "".join(f"{cell:>20}" for cell in cells))


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [10_000, 100_000])
