"""The databases on which the contract is tested."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from caseflow.testing import Caseflow

POSTGRES = "CASEFLOW_TEST_POSTGRES"
"""The variable that names a PostgreSQL database which the tests may empty."""


@pytest.fixture(
    params=[
        "file",
        "memory",
        pytest.param("postgres", marks=pytest.mark.postgres),
    ]
)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    match request.param:
        case "file":
            return f"sqlite:///{tmp_path / 'cases.db'}"
        case "memory":
            return "sqlite://"
        case _:
            return emptied(os.environ.get(POSTGRES, ""))


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """An empty SQLite file, for what several connections do to each other."""
    return f"sqlite:///{tmp_path / 'cases.db'}"


@pytest.fixture
def flow(database_url: str) -> Iterator[Caseflow]:
    """An engine on each kind of database, on a clock that the test moves."""
    made = Caseflow(target=database_url)
    yield made
    made.close()


def emptied(url: str) -> str:
    """Return the URL of a PostgreSQL database without tables."""
    if not url:
        pytest.skip(f"{POSTGRES} names no PostgreSQL database")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url
