"""Calling a handler: whatever it does, something comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from caseflow.errors import BpmnError
from caseflow.jobs import Caller, Completed, Erred, Failed, Handler, Job, Output, Result
from caseflow.kernel import CaseId
from caseflow.model import ElementId, ProcessId

JOB = Job(
    id="c1:2",
    idempotency_key="c1:post:2",
    case=CaseId("c1"),
    business_key="2026-1",
    process=ProcessId("letters"),
    element=ElementId("post"),
    topic="post",
    input={},
    attempt=1,
    priority=50,
    created_at=datetime(2026, 3, 2, tzinfo=UTC),
)


@pytest.fixture
def caller() -> Iterator[Caller]:
    made = Caller(max_payload=1_000)
    yield made
    made.close()


def call(caller: Caller, function: Callable[[Job], object], *, size: int = 2) -> Result:
    return caller.call(Handler(topic="post", function=function), JOB, size=size)


class Unreadable(dict[str, object]):
    """A mapping that stumbles when it is read."""

    def items(self) -> object:  # type: ignore[override]  # what a host might do
        raise RuntimeError("no")


def leaves() -> Output:
    raise SystemExit(3)


def interrupts() -> Output:
    raise KeyboardInterrupt


GARBAGE: dict[str, tuple[Callable[[], object], str]] = {
    "list": (lambda: ["a"], "the handler returned an object of type list: it returns a mapping"),
    "object": (lambda: {"a": object()}, "the handler returned what no case can keep: a: "),
    "not a number": (lambda: {"a": float("nan")}, "the handler returned what no case can keep: a"),
    "key": (lambda: {1: 2}, "the handler returned what no case can keep: a case file: a key"),
    "unreadable": (
        lambda: Unreadable(a=1),
        "the handler returned what cannot be read: RuntimeError: no",
    ),
    "half a letter": (lambda: {"a": "\ud800"}, "the handler returned what no case can keep: "),
    "too much": (
        lambda: {"a": "x" * 2_000},
        "what the handler returned has 2008 bytes, and 1000 are",
    ),
    "leaves": (leaves, "SystemExit: 3"),
    "interrupts": (interrupts, "KeyboardInterrupt"),
}


def errs() -> Output:
    raise BpmnError("")


GARBAGE["error without a code"] = errs, "the handler raised a BPMN error without a code"


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_whatever_a_handler_does_the_job_has_failed(
    caller: Caller, garbage: str, *, is_async: bool
) -> None:
    makes, message = GARBAGE[garbage]

    async def post_async(_: Job) -> object:
        return makes()

    result = call(caller, post_async if is_async else lambda _: makes())

    assert isinstance(result, Failed)
    assert result.message.startswith(message)
    assert result.is_final is (garbage == "too much")


class Silent(Exception):
    """An error that cannot tell of itself."""

    def __str__(self) -> str:
        raise ValueError("nothing to say")


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (ConnectionError("no route"), "ConnectionError: no route"),
        (OSError(), "OSError"),
        (Silent(), "Silent: (it cannot say)"),
        (OSError("half \ud800 and \x00"), "OSError: half ? and \ufffd"),
        (OSError("x" * 5_000), "OSError: " + "x" * 1_990 + "…"),
    ],
    ids=["told", "bare", "mute", "unsound", "long"],
)
def test_a_failure_is_told_in_words_that_every_database_can_keep(
    caller: Caller, failure: Exception, message: str
) -> None:
    def post(_: Job) -> Output:
        raise failure

    assert call(caller, post) == Failed(message=message)


def test_an_output_is_copied_and_nothing_is_an_empty_one(caller: Caller) -> None:
    given = {"pages": (1, 2)}

    assert call(caller, lambda _: given) == Completed(variables={"pages": [1, 2]})
    assert call(caller, lambda _: None) == Completed(variables={})


def test_a_bpmn_error_keeps_its_code_and_payload(caller: Caller) -> None:
    def post(_: Job) -> Output:
        raise BpmnError("LOST", {"where": ("Yuxi",)})

    assert call(caller, post) == Erred(code="LOST", payload={"where": ["Yuxi"]})


def test_the_payload_of_a_bpmn_error_is_checked_too(caller: Caller) -> None:
    def post(_: Job) -> Output:
        raise BpmnError("LOST", object())

    result = call(caller, post)

    assert isinstance(result, Failed)
    assert result.message.startswith("the handler returned what no case can keep: payload: ")


def test_an_async_handler_that_takes_too_long_is_cancelled(caller: Caller) -> None:
    ended: list[str] = []

    async def post(_: Job) -> Output:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")
        return None

    handler = Handler(topic="post", function=post, timeout=timedelta(milliseconds=20))
    result = caller.call(handler, JOB, size=2)
    call(caller, post_nothing)  # the loop has gone round since

    assert result == Failed(message="TimeoutError: did not end within 0.02 s")
    assert ended == ["cancelled"]


async def post_nothing(_: Job) -> Output:
    return None


def test_an_input_that_is_too_large_is_given_to_nobody(caller: Caller) -> None:
    called: list[Job] = []

    result = call(caller, called.append, size=1_001)

    assert called == []
    assert result == Failed(
        message="the input of the job has 1001 bytes, and 1000 are allowed: keep the data "
        "elsewhere and pass on where it is, or give the worker a larger max_payload",
        is_final=True,
    )
