"""The pytest plugin: a fixture ``caseflow``, with an engine of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from caseflow.testing.caseflow import Caseflow


@pytest.fixture
def caseflow() -> Iterator[Caseflow]:
    """An engine in memory, on a clock that the test moves."""
    made = Caseflow()
    yield made
    made.close()
