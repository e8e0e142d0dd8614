"""The diagrams of ../shared/semantics that SpiffWorkflow runs here do what the kernel does."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from tests.property.oracle_walks import walk
from tests.unit.spiff.test_refusals import ACCEPTED, FOLDER

from caseflow.kernel import Kernel
from caseflow.spiff import SpiffInterpreter


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_both_interpreters_do_the_same(name: str, seed: int) -> None:
    path: Path = FOLDER / f"{name}.bpmn"
    if not path.is_file():
        pytest.skip("the diagrams of ../shared/semantics are not on this machine")
    source = path.read_bytes()

    compared = walk(Kernel(), SpiffInterpreter(), source, Random(seed))  # noqa: S311 - repeatable

    assert compared > 0
