"""The databases on which the contract is tested."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.faces import AsyncCaseflow

from caseflow.testing import Caseflow


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
            return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """An empty SQLite file, for what several connections do to each other."""
    return f"sqlite:///{tmp_path / 'cases.db'}"


@pytest.fixture(params=["sync", pytest.param("async", marks=pytest.mark.long)])
def flow(request: pytest.FixtureRequest, database_url: str) -> Iterator[Caseflow]:
    """An engine of each face on each kind of database, on a clock that the test moves."""
    is_async = request.param == "async"
    made = AsyncCaseflow(database_url) if is_async else Caseflow(target=database_url)
    yield made
    made.close()
