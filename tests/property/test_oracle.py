"""The kernel and SpiffWorkflow agree, step by step, on diagrams that both execute rightly.

They have the case file and the words of the history in common. Which elements a token
comes to, where branches meet and what an event interrupts, each finds in its own way: the
kernel in its graph, SpiffWorkflow in the tree that its own parser and its own classes make.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from tests.property.oracle_diagrams import WITH_EVENTS, diagram
from tests.property.oracle_walks import walk

from caseflow.errors import DiagramRefused
from caseflow.kernel import Kernel
from caseflow.spiff import SpiffInterpreter

EVERYDAY = 60
COMPARISONS = 24_000
"""In the long run, after each step of each walk; what follows them comes on top."""
PARTS = 4
REFUSED = {"spiff-two-tokens", "spiff-too-parallel"}
ROUNDS = ("user", "parallel", "rounds", "sub_process", "script")


def compared(seed: int, kinds: tuple[str, ...], *, depth: int) -> int:
    """Walk through one random diagram, and return how many pictures were compared.

    A few are none that SpiffWorkflow could run rightly: where work beside the main path
    goes on while a loop comes round again, two tokens can meet on one flow.
    """
    random = Random(seed)  # noqa: S311 - the same number gives the same diagram and walk
    source = diagram(random, kinds=kinds, depth=depth)
    try:
        return walk(Kernel(), SpiffInterpreter(), source, random)
    except DiagramRefused as refusal:
        if {finding.rule for finding in refusal.findings} <= REFUSED:
            return 0
        raise


@pytest.mark.slow
@pytest.mark.parametrize("hundred", range(3))
def test_both_interpreters_agree(hundred: int) -> None:
    done = sum(
        compared(seed, WITH_EVENTS, depth=3)
        for seed in range(hundred * EVERYDAY, (hundred + 1) * EVERYDAY)
    )

    assert done > 2 * EVERYDAY


@pytest.mark.slow
def test_both_interpreters_agree_on_parallel_branches_inside_loops() -> None:
    assert sum(compared(seed, ROUNDS, depth=3) for seed in range(EVERYDAY)) > 2 * EVERYDAY


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_both_interpreters_agree_for_long(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    first = seed = 1_000_000 * (1 + part)
    done = 0

    while done < COMPARISONS // PARTS and seed < first + COMPARISONS:
        done += compared(seed, WITH_EVENTS, depth=3)
        seed += 1

    record_property("compared", f"{done} on {seed - first} diagrams")
    assert done * PARTS >= COMPARISONS >= 20_000


@pytest.mark.long
def test_both_interpreters_agree_on_nested_loops_for_long() -> None:
    first = 9_000_000

    assert sum(compared(seed, ROUNDS, depth=4) for seed in range(first, first + 200)) > 1_500
