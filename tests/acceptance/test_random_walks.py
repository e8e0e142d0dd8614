"""Every shipped diagram, walked at random: never stuck, ends as declared, one clock a duty."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.acceptance.walks import STARTS, Walk, starts

from caseflow.kernel import CaseState

WALKED = sorted({*STARTS, *starts()})
EVERYDAY = 3


@pytest.mark.parametrize("process", WALKED)
@settings(max_examples=EVERYDAY)
@given(seed=st.integers(0, 2**32))
def test_a_case_always_ends_in_a_state_that_its_diagram_declares(process: str, seed: int) -> None:
    case = Walk(Random(seed), process).run()  # noqa: S311 - the seed is the example

    assert case.state is CaseState.COMPLETED


@pytest.mark.long
@pytest.mark.parametrize("process", WALKED)
@given(seed=st.integers(0, 2**32))
def test_a_case_always_ends_in_a_declared_state_for_long(process: str, seed: int) -> None:
    case = Walk(Random(seed), process).run()  # noqa: S311 - the seed is the example

    assert case.state is CaseState.COMPLETED
