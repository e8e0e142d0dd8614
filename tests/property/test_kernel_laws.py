"""What is true of every process and every walk through a case of it.

The search for examples finds small ones that are easy to understand; dice make large
processes and long walks, many more of them in the same time.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st
from tests.property.kernel_diagrams import Choose, any_process, compiled
from tests.property.kernel_walks import Walk

from caseflow.kernel import Case, advance, dump_case, dump_command, load_command

WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
SEEDS = st.integers(0, 2**63)


def check_laws(choose: Choose, *, size: int, steps: int, walks: int = 1) -> None:
    """Walk through cases of one process; every step is checked, and in the end all again."""
    drawn = any_process(choose, size=size)
    program = compiled(drawn)
    note(repr(drawn.scope))
    for _ in range(walks):
        walking = Walk(choose, program)
        walking.begin()
        for _ in range(1 + choose(steps)):
            if walking.case is None or walking.case.state.is_over:
                break
            walking.step()
        note("\n".join(map(repr, walking.taken)))

        check_replay(walking)


def check_replay(walking: Walk) -> None:
    """All commands again, each as it was stored, make the same case, byte for byte."""
    again: Case | None = None
    for command in walking.taken:
        again = advance(walking.program, again, load_command(dump_command(command))).case

    assert again == walking.case
    assert again is None or walking.case is None or dump_case(again) == dump_case(walking.case)


@settings(max_examples=100)
@given(data=st.data())
def test_every_walk_keeps_the_laws(data: st.DataObject) -> None:
    check_laws(lambda most: data.draw(st.integers(0, most)), size=8, steps=12)


@settings(max_examples=30, phases=WITHOUT_SHRINKING)
@given(seed=SEEDS)
def test_long_walks_through_large_processes_keep_the_laws(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - not for secrets

    check_laws(lambda most: dice.randint(0, most), size=20, steps=100, walks=4)


@pytest.mark.long
@given(data=st.data())
def test_every_walk_of_many_keeps_the_laws(data: st.DataObject) -> None:
    check_laws(lambda most: data.draw(st.integers(0, most)), size=12, steps=25)


@pytest.mark.long
@settings(max_examples=60, phases=WITHOUT_SHRINKING)
@given(seed=SEEDS)
def test_many_long_walks_through_large_processes_keep_the_laws(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - not for secrets

    check_laws(lambda most: dice.randint(0, most), size=30, steps=200, walks=10)
