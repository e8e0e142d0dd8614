"""How often, and after how long, something is tried again that was in another's way."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from time import sleep
from typing import TypeVar

from caseflow.errors import CaseflowError

T = TypeVar("T")

TRIES = 6
"""How often something is tried, unless asked otherwise."""

_FIRST = 0.01  # seconds, doubled with every try
_CHANCE = random.SystemRandom()  # those who were in each other's way must not meet again


def retried(act: Callable[[], T], *, tries: int = TRIES) -> T:
    """Do something that can be done again as long as it raises what is worth trying again."""
    for pause in pauses(tries):
        try:
            return act()
        except CaseflowError as failure:
            if not failure.is_retryable:
                raise
        sleep(pause)
    return act()


def pauses(tries: int) -> Iterator[float]:
    """Yield the seconds to wait before each try but the first."""
    for number in range(tries - 1):
        yield _FIRST * 2**number * _CHANCE.uniform(0.5, 1.5)
