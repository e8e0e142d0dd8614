"""What all tests share: how hypothesis searches, and where the repository is."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest
from tests.postgres import (
    OVERRIDE,
    EmptyDatabase,
    NoServerError,
    created_beside,
    shared_server,
)

REPOSITORY = Path(__file__).parents[1]

# A developer's run draws new examples each time and so finds new faults; CI repeats the same
# ones, so that a red build is the fault of the change. No deadline: machines are shared.
hypothesis.settings.register_profile("everyday", deadline=None, print_blob=True)
hypothesis.settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, print_blob=True
)
hypothesis.settings.register_profile("long", deadline=None, max_examples=500, print_blob=True)
hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") == "true" else "everyday")
)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top of the source tree."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Public data sets that lie beside the repository; a test that needs them skips without."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the public data sets (../shared/data) are not on this machine")
    return folder


@pytest.fixture(scope="session")
def postgres_database(tmp_path_factory: pytest.TempPathFactory) -> EmptyDatabase:
    """The database of this test worker on a PostgreSQL server, see tests/postgres.py."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    given = os.environ.get(OVERRIDE)
    if given:
        name = f"caseflow_test_{worker}"
        return EmptyDatabase(given if worker is None else created_beside(given, name))
    folder = tmp_path_factory.getbasetemp()
    try:
        url = shared_server(
            folder if worker is None else folder.parent,
            owner=os.getpid() if worker is None else os.getppid(),
        )
    except NoServerError as failure:
        pytest.skip(f"no PostgreSQL server: {failure}")
    return EmptyDatabase(created_beside(url, f"caseflow_{worker or 'test'}"))


@pytest.fixture
def postgres_url(postgres_database: EmptyDatabase) -> str:
    """A PostgreSQL database that holds the tables of caseflow and not one row."""
    return postgres_database.with_tables()


@pytest.fixture
def bare_postgres_url(postgres_database: EmptyDatabase) -> str:
    """A PostgreSQL database with nothing in it."""
    return postgres_database.without_tables()
