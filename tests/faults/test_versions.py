"""Deployments under load: of processes, and of the next release of caseflow beside the last.

The next release is a copy of this one with one migration more. It stands for every release that
only adds to the tables, which is what the releases of one major version do.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.faults import office
from tests.faults.conftest import Told
from tests.faults.counting import CASES, count, open_cases, start_cases
from tests.faults.crew import REPOSITORY, Crew, wait_for_calls, wait_until

from caseflow.engine import CaseFilter, Engine
from caseflow.errors import StoreError
from caseflow.model import ProcessId
from caseflow.store.tables import REVISION, VERSION_TABLE

pytestmark = pytest.mark.faults

NEXT = "9999"
MIGRATION = f'''"""What the next release adds: a column, and an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{REVISION}"


def upgrade() -> None:
    op.add_column("caseflow_jobs", sa.Column("colour", sa.String(), nullable=True))
    op.create_index("ix_caseflow_jobs_colour", "caseflow_jobs", ["tenant", "colour"])
'''


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """A database of each kind."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def next_release(tmp_path: Path) -> Path:
    """A folder with a package that knows one revision more than this one."""
    folder = tmp_path / "next"
    shutil.copytree(REPOSITORY / "src" / "caseflow", folder / "caseflow")
    shutil.copytree(REPOSITORY / "processes", folder / "caseflow" / "processes")
    store = folder / "caseflow" / "store"
    (store / "migrations" / "versions" / f"{NEXT}_next.py").write_text(MIGRATION)
    shape = store / "tables" / "shape.py"
    written, changes = re.subn(rf'^REVISION = "{REVISION}"$', f'REVISION = "{NEXT}"',
                               shape.read_text(), flags=re.MULTILINE)  # fmt: skip
    assert changes == 1
    shape.write_text(written)
    return folder


def revision_of(url: str) -> str:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(
            text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - our own table
        ).scalar_one()
    engine.dispose()
    return str(found)


def test_the_next_release_beside_the_last_under_load(
    url: str,
    tmp_path: Path,
    next_release: Path,
    make_engine: Callable[..., Engine],
    told: Told,
) -> None:
    engine = make_engine(url)

    with Crew(url, tmp_path, count=1) as last:
        start_cases(engine, (f"{number}" for number in range(CASES // 2)))
        wait_for_calls(tmp_path, 100)
        with Crew(url, tmp_path, count=1, path=next_release):
            wait_until(lambda: revision_of(url) == NEXT)
            start_cases(engine, (f"{number}" for number in range(CASES // 2, CASES)))
            wait_until(lambda: len({process for _, process in office.ledger(tmp_path)}) > 1)
            wait_until(lambda: open_cases(engine) == 0)
        processes = {process for _, process in office.ledger(tmp_path)}
        assert last.stop() == [0]

    with pytest.raises(StoreError, match=f"of revision {NEXT}.* knows up to {REVISION}"):
        Engine(url)
    counted = count(engine, url, tmp_path)
    kind = "PostgreSQL" if url.startswith("postgresql") else "SQLite"
    told("the next release beside the last", kind, counted, workers=2, faults=1)
    assert len(processes) == 2


def test_the_last_release_does_not_open_newer_tables(
    sqlite: str, tmp_path: Path, next_release: Path
) -> None:
    diagram = tmp_path / "count.bpmn"
    diagram.write_bytes(office.DIAGRAMS["count.bpmn"])
    new, old = (
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "caseflow.cli", "--db", sqlite, "deploy", str(diagram)],
            env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
        )
        for path in (str(next_release), "")
    )  # fmt: skip

    assert new.returncode == 0, new.stderr
    assert old.returncode != 0
    assert "use the release that made them, or a newer one" in old.stderr


def test_processes_are_deployed_under_load(
    url: str, tmp_path: Path, make_engine: Callable[..., Engine], told: Told
) -> None:
    engine = make_engine(url)
    deployed: list[int] = []

    with Crew(url, tmp_path, count=2):
        for number in range(CASES):
            if number % 5 == 0:
                name = f'name="Count {number}"'.encode()
                drawn = office.DIAGRAMS["count.bpmn"].replace(b'name="Count"', name)
                (one,) = engine.deploy({"count.bpmn": drawn})
                deployed.append(one.version)
            start_cases(engine, [f"{number}"])
        wait_until(lambda: open_cases(engine) == 0)

    with engine.read() as work:
        rows = work.cases(CaseFilter(process=ProcessId("count")), limit=CASES).items
    kind = "PostgreSQL" if url.startswith("postgresql") else "SQLite"
    counted = count(engine, url, tmp_path)
    told("processes deployed under load", kind, counted, workers=2, faults=len(deployed))
    assert deployed == list(range(2, len(deployed) + 2))
    assert {row.process_version for row in rows} == {*deployed}
