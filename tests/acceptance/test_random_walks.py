"""Every shipped diagram, walked at random: never stuck, ends as declared, one clock a duty."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.acceptance import test_dispute_mediation as disputes
from tests.acceptance.scenarios import deployed_copy
from tests.acceptance.walks import STARTS, Walk, starts

from caseflow.kernel import CaseState
from caseflow.library import process_library
from caseflow.testing import Caseflow, FlowCoverage

WALKED = sorted({*STARTS, *starts()})
EVERYDAY = 3
WALKS = 600
RARE: tuple[Callable[[Caseflow], None], ...] = (
    disputes.test_a_confirmed_agreement_that_is_not_kept_is_settled_by_enforcement,
    disputes.test_after_a_dismissed_confirmation_the_next_layer_is_offered,
    disputes.test_a_police_agreement_that_is_not_kept_goes_back_to_the_police,
    disputes.test_an_agreement_performed_at_once_may_be_oral,
    disputes.test_a_clear_small_matter_is_mediated_on_the_spot,
    disputes.test_a_police_decision_ends_the_dispute_as_a_police_case,
    disputes.test_both_parties_may_extend_a_delegated_mediation_before_its_end,
    disputes.test_a_confirmed_and_performed_agreement_settles_the_dispute,
    disputes.test_a_ruling_is_extended_after_fifteen_days_and_pressed_for_ten_days_later,
    disputes.test_an_agreement_performed_at_once_needs_only_a_revisit,
    disputes.test_an_unconfirmed_agreement_that_is_not_kept_goes_to_court,
    disputes.test_parties_may_keep_an_agreement_that_the_court_did_not_confirm,
    partial(
        disputes.test_an_exit_that_the_mediator_records_ends_the_whole_dispute,
        reason="withdrew",
        outcome="withdrawn",
    ),
    partial(
        disputes.test_when_a_party_leaves_the_police_decide_by_law,
        outcome="administrative_decision",
        is_opened=True,
    ),
)
"""Tests of other modules that take paths which a walk hardly ever finds."""


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


@pytest.mark.long
@pytest.mark.usefixtures("compiled_once")
def test_walks_and_the_tests_of_rare_paths_take_every_flow_of_the_group_without_scenarios(
    library: Path, tmp_path: Path
) -> None:
    coverage = FlowCoverage.of_folder(process_library() / "dispute_mediation")

    for process in STARTS:
        for seed in range(WALKS):
            walk = Walk(Random(seed), process)  # noqa: S311 - the seed is the example
            walk.run()
            coverage.count(walk.events)
    for rare in RARE:
        county = deployed_copy(library, tmp_path)
        rare(county)
        coverage.add_all(county)
        county.close()

    coverage.check()
