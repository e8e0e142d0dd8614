"""A disk that is full stops work, keeps what was kept, and goes on when there is room again."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from sqlite3 import connect

import pytest
from sqlalchemy import Engine as HostEngine
from sqlalchemy import create_engine, event
from tests.faults import office
from tests.faults.conftest import Told
from tests.faults.counting import (
    CASES,
    Count,
    all_cases,
    count,
    left_over,
    open_cases,
    problems_of,
)
from tests.faults.crew import Crew, wait_for_calls, wait_until
from tests.faults.sizes import SIZES

from caseflow.engine import Engine
from caseflow.errors import StoreError
from caseflow.kernel import CaseId

pytestmark = pytest.mark.faults

ROOM = 40  # pages; one case takes a few
MEGABYTE = 1_000_000


def limited(path: Path, pages: int) -> HostEngine:
    """Open a file that must not grow beyond so many pages: SQLite's own "disk is full"."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def prepare(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # of the driver, untyped
        cursor.execute(f"PRAGMA max_page_count = {pages:d}")
        cursor.close()

    return engine


def start_pairs(engine: Engine, *, refusals: int) -> tuple[list[CaseId], list[StoreError]]:
    """Start two cases at a time until that was refused so often; return what was kept."""
    kept: list[CaseId] = []
    refused: list[StoreError] = []
    while len(refused) < refusals:
        pair = []
        try:
            with engine.begin() as work:
                pair = [work.start("matter", variables={"text": "x" * 2_000}).id for _ in "ab"]
        except StoreError as failure:
            refused.append(failure)
        else:
            kept.extend(pair)
    return kept, refused


def test_what_finds_no_room_is_not_there_by_half(tmp_path: Path, told: Told) -> None:
    path = tmp_path / "cases.db"
    url = f"sqlite:///{path}"
    with Engine(url) as engine:
        engine.deploy(office.DIAGRAMS)
    with closing(connect(path)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()

    full = limited(path, pages + ROOM)
    with Engine(full) as engine:
        kept, refused = start_pairs(engine, refusals=10)
    full.dispose()

    with Engine(url) as engine:
        with engine.begin() as work:
            found = all_cases(work)
            for case in [*found, work.start("matter").id]:
                work.cancel(case, reason="there is room again, and the test is over")
        with engine.read() as work:
            problems = [one for case in all_cases(work) for one in problems_of(work, case)]
    counted = Count(
        transitions=len(kept),
        lost=len({*kept} - {*found}),
        doubled=len({*found} - {*kept}),
        left=left_over(url),
        again=0,
        problems=problems,
    )
    told("disk full: max_page_count", "SQLite", counted, workers=0, faults=len(refused))
    assert {type(one) for one in refused} == {StoreError}
    assert all("full" in str(one) for one in refused)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of few megabytes, which only root can make."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(  # noqa: S603
        ["/bin/mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"no small disk can be made: {made.stderr.strip()}")
    yield folder
    subprocess.run(["/bin/umount", "--lazy", str(folder)], check=True)  # noqa: S603


def refusals(folder: Path) -> int:
    """Return how often the worker has been told that there is no room."""
    return (folder / "log").read_text().count("disk is full")


def has_more_refusals(folder: Path, before: int) -> bool:
    return refusals(folder) > before


def fill(path: Path) -> None:
    """Write until nothing more goes in."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    size = MEGABYTE
    while size:
        try:
            os.write(descriptor, b"x" * size)
        except OSError:
            size //= 2
    os.close(descriptor)


def start_all(engine: Engine, refused: list[StoreError]) -> None:
    """Start cases, each as often as it takes."""
    for number in range(CASES):
        is_started = False
        while not is_started:
            try:
                with engine.begin() as work:
                    work.start("count", business_key=f"{number}", variables={"total": 0})
            except StoreError as failure:  # nothing was kept, so that it is simply done again
                refused.append(failure)
            else:
                is_started = True
            threading.Event().wait(0.02)


def test_workers_on_a_disk_that_fills_up_go_on_when_there_is_room(
    small_disk: Path, tmp_path: Path, make_engine: Callable[..., Engine], told: Told
) -> None:
    url = f"sqlite:///{small_disk / 'cases.db'}"
    engine = make_engine(url)
    refused: list[StoreError] = []
    starter = threading.Thread(target=start_all, args=(engine, refused))

    with Crew(url, tmp_path, count=1):
        starter.start()
        for part in range(1, SIZES.restarts + 1):
            wait_for_calls(tmp_path, part * SIZES.transitions // (SIZES.restarts + 2))
            before = refusals(tmp_path)
            fill(small_disk / "ballast")
            wait_until(partial(has_more_refusals, tmp_path, before))
            (small_disk / "ballast").unlink()
        starter.join()
        wait_until(lambda: open_cases(engine) == 0)

    counted = count(engine, url, tmp_path)
    told("disk full: a small one", "SQLite", counted, workers=1, faults=SIZES.restarts)
    assert all("full" in str(one) or "I/O" in str(one) for one in refused)
