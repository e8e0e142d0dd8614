"""Random walks of all commands, through diagrams with structure and without any.

A diagram that is a tangle is refused or executed; where it is executed, the laws hold. In
the long run a million commands are given, of which so many are checked as closely as in
the everyday one, and the others by what is left of the case.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import get_args

import pytest
from tests.property.kernel_diagrams import any_process, compiled
from tests.property.kernel_tangles import any_tangle
from tests.property.kernel_walks import Walk
from tests.property.test_kernel_laws import check_replay
from tests.unit.kernel.laws import check_structure

from caseflow.errors import DiagramRefused
from caseflow.kernel import Program, advance
from caseflow.model import (
    AdHocSubProcess,
    Behaviour,
    BoundaryEvent,
    CatchEvent,
    EndEvent,
    MultiInstance,
    Node,
    Scope,
    StandardLoop,
    StartEvent,
    SubProcess,
    ThrowEvent,
    Transaction,
    Trigger,
)

MILLION = 1_000_000
PARTS = 8
TANGLED = 30
"""One diagram of so many is a tangle, through which a walk is slower: its tokens multiply."""
CHECKED = 50
"""One step of so many is checked closely in the long run."""
CASES = 10
"""Cases of each diagram in the long run; all commands of the last one are given again."""
LONGEST = 80
"""After so many steps a walk is left, if its case is not over by then."""
CROWD = 60
"""With so many tokens a walk is left: a tangle can double them in every round."""
ENDLESS = 1_000
"""Elements that a command may pass here, so that endless loops are found soon."""


@dataclass(slots=True)
class Walked:
    """What was done: steps, those that were not refused, cases, diagrams and those refused."""

    steps: int = 0
    taken: int = 0
    cases: int = 0
    over: int = 0
    drawn: int = 0
    refused: int = 0


@pytest.fixture(autouse=True)
def _soon_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[advance.__module__], "MAX_STEPS", ENDLESS)


def walk(seed: int, walked: Walked, *, tangled: bool, checked: int, cases: int) -> None:
    """Draw a process, and walk through a few cases of it."""
    dice = random.Random(seed)  # noqa: S311 - the same number gives the same diagram and walk

    def choose(most: int) -> int:
        return dice.randint(0, most)

    walked.drawn += 1
    try:
        drawn = any_tangle(choose, size=12) if tangled else any_process(choose, size=25)
        program = compiled(drawn)
    except DiagramRefused:
        walked.refused += 1
        return
    for left in reversed(range(cases)):
        walking = Walk(choose, program, checked)
        walk_through(walking, walked)
        if not left:
            check_replay(walking)


def walk_through(walking: Walk, walked: Walked) -> None:
    walking.begin()
    while walking.case is not None and walking.steps < LONGEST:
        if walking.case.state.is_over or len(walking.case.tokens) > CROWD:
            break
        walking.step()
    if walking.case is not None:
        check_structure(walking.program, walking.case)
        walked.over += walking.case.state.is_over
    walked.cases += 1
    walked.steps += walking.steps
    walked.taken += len(walking.taken)


def test_walks_through_tangles_keep_the_laws() -> None:
    walked = Walked()

    for seed in range(25):
        walk(seed, walked, tangled=True, checked=4, cases=3)

    assert walked.refused < walked.drawn / 4
    assert walked.taken > 300


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_a_million_steps_keep_the_laws(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    walked = Walked()
    seed = part * MILLION

    while walked.steps < MILLION // PARTS:
        is_tangle = seed % TANGLED == 0
        walk(seed, walked, tangled=is_tangle, checked=CHECKED, cases=CASES)
        seed += 1

    record_property("walked", repr(walked))
    assert walked.steps * PARTS >= MILLION
    assert walked.taken > walked.steps / 2
    assert walked.over > walked.cases / 10


def nodes(scope: Scope) -> Iterator[Node]:
    """All elements of a scope, and of the scopes inside."""
    for node in scope.nodes.values():
        yield node
        match node.behaviour:
            case SubProcess() | Transaction() | AdHocSubProcess() as inner:
                yield from nodes(inner.scope)
            case _:
                pass


def programs(count: int) -> Iterator[Program]:
    """Programs of random diagrams, every other one a tangle."""
    for seed in range(count):
        dice = random.Random(seed)  # noqa: S311 - the same number gives the same diagram
        drawn = any_tangle if seed % 2 else any_process
        try:
            yield compiled(drawn(partial(dice.randint, 0), size=20))
        except DiagramRefused:
            continue


def test_the_random_diagrams_have_every_element_and_every_event_of_the_model() -> None:
    kinds: set[type] = set()
    triggers: set[type] = set()

    for program in programs(120):
        for node in nodes(Scope(nodes={v.id: v.node for v in program.graph.vertices.values()})):
            kinds |= {type(node.behaviour), type(node.loop)}
            match node.behaviour:
                case StartEvent() | CatchEvent() | ThrowEvent() | BoundaryEvent() | EndEvent():
                    triggers |= set(map(type, node.behaviour.triggers))
                case _:
                    pass

    assert kinds == {*get_args(Behaviour), StandardLoop, MultiInstance, type(None)}
    assert triggers == set(get_args(Trigger))
