"""The examples run as their pages say: in processes of their own, on real databases."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url


def run(
    *arguments: str, repository: Path, status: int = 0, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a module of the examples, with every warning an error."""
    done = subprocess.run(  # noqa: S603 - the arguments are of this module
        [sys.executable, "-W", "error", "-m", *arguments],
        cwd=repository,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_django_keeps_its_rows_and_cases_in_one_transaction(
    repository: Path, tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    told = {"PETITIONS_FOLDER": str(tmp_path)}
    if kind == "postgres":
        url = make_url(str(request.getfixturevalue("postgres_url")))
        host = url.query.get("host", url.host)
        told |= {"PGDATABASE": str(url.database), "PGUSER": str(url.username), "PGHOST": str(host)}

    tests = "examples.django_app.petitions.tests"
    done = run("examples.django_app.manage", "test", tests, repository=repository, **told)

    ran = re.search(r"^Ran (\d+) tests", done.stderr, re.MULTILINE)
    assert ran is not None
    assert int(ran[1]) == 7
