"""How long a job rests: longer each time, never the same for all, always the same for one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseflow.errors import HandlerRefused
from caseflow.jobs import Backoff, Handlers, span_of

SECOND = timedelta(seconds=1)


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(first=SECOND, longest=10 * SECOND, jitter=0)

    assert [backoff.pause("k", attempt) / SECOND for attempt in (1, 2, 3, 4, 5, 1_000)] == [
        1, 2, 4, 8, 10, 10,
    ]  # fmt: skip


def test_the_pause_of_a_job_is_always_the_same_and_those_of_many_are_spread() -> None:
    backoff = Backoff(first=100 * SECOND, jitter=0.2)

    pauses = [backoff.pause(f"c{number}:post:2", 1) for number in range(1_000)]

    assert pauses == [backoff.pause(f"c{number}:post:2", 1) for number in range(1_000)]
    assert 80 * SECOND <= min(pauses) < 81 * SECOND
    assert 99 * SECOND < max(pauses) <= 100 * SECOND
    assert len(set(pauses)) > 990


@pytest.mark.parametrize("given", [0, -1, float("nan"), float("inf"), 1e30, timedelta(0)])
def test_a_span_is_longer_than_nothing_and_ends(given: float | timedelta) -> None:
    with pytest.raises(HandlerRefused, match="timeout: a span is longer than nothing and ends"):
        span_of(given, name="timeout")


def test_a_topic_has_one_handler() -> None:
    handlers = Handlers()
    handlers.register("post")(lambda _: None)

    with pytest.raises(HandlerRefused, match="topic 'post' has a handler already"):
        handlers.register("post")


@pytest.mark.parametrize("numbers", [{"retries": 0}, {"limit": 0}])
def test_a_handler_is_tried_and_run_at_least_once(numbers: dict[str, int]) -> None:
    with pytest.raises(HandlerRefused, match="at least 1, not 0"):
        Handlers().register("post", **numbers)
