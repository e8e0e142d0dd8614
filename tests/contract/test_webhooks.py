"""Webhooks against a real server: what it takes, what it refuses, and what it does not answer."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.contract.diagrams import one_task

from caseflow.engine import Engine
from caseflow.errors import EndpointRefused, NotGenuine
from caseflow.kernel import CaseStarted
from caseflow.testing import BEGINNING, FakeClock
from caseflow.webhooks import ID, Endpoint, Webhooks, new_secret, verify


@dataclass
class Receiver:
    """A server that takes webhooks, as the test says."""

    secret: str = field(default_factory=new_secret)
    answer: Callable[[int], int] = lambda _: 204
    clock: FakeClock = field(default_factory=lambda: FakeClock(BEGINNING))
    taken: list[dict[str, object]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    wait: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    calls: int = 0

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Check a request, note what it says, and return the status of the answer."""
        self.calls += 1
        try:
            name = verify(headers, body, secrets=[self.secret], now=self.clock.now())
        except NotGenuine:
            return 401
        status = self.answer(self.calls)
        if status < 300:
            self.ids.append(name)
            self.taken.append(json.loads(body))
        return status


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server on this machine."""
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = made.take(dict(self.headers), body)
            if status == 0:
                made.wait.wait(30)
                return
            self.send_response(status)
            if status in range(300, 400):
                self.send_header("location", made.url + "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    made.wait.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def engine(receiver: Receiver) -> Iterator[Engine]:
    """An engine with one process, on the clock of the receiver."""
    made = Engine("sqlite://", clock=receiver.clock)
    made.deploy({"request.bpmn": one_task()})
    yield made
    made.close()


def posting(
    engine: Engine,
    receiver: Receiver,
    *,
    waits: tuple[timedelta, ...] = (),
    timeout: timedelta = timedelta(seconds=10),
) -> Webhooks:
    """Webhooks to the receiver of the starts of cases."""
    endpoint = Endpoint(
        name="crm",
        url=receiver.url + "/hook?of=cases",
        secrets=[receiver.secret],
        kinds=[CaseStarted],
        waits=waits,
        timeout=timeout,
    )
    return Webhooks(engine, [endpoint], clock=receiver.clock)


def started(engine: Engine, key: str = "1") -> str:
    with engine.begin(actor="li") as work:
        return work.start("request", business_key=key, variables={"what": "灯坏了"}).id


def problem(engine: Engine) -> str:
    """Why the only dead letter is one."""
    (letter,) = engine.events.dead_letters()
    return letter.problem


def test_an_event_is_posted_once_with_a_signature_that_the_receiver_verifies(
    engine: Engine, receiver: Receiver
) -> None:
    webhooks = posting(engine, receiver)
    case = started(engine)

    count = webhooks.deliver()

    assert (count, webhooks.deliver(), receiver.calls) == (1, 0, 1)
    assert receiver.ids == [f"{case}:1"]
    (told,) = receiver.taken
    data = told.pop("data")
    assert told == {
        "type": "CaseStarted",
        "case": case,
        "sequence": 1,
        "version": 1,
        "at": BEGINNING.isoformat(),
        "actor": "li",
    }
    assert "灯坏了" in json.dumps(data, ensure_ascii=False)


def test_what_is_due_does_not_wait_for_webhooks(engine: Engine, receiver: Receiver) -> None:
    posting(engine, receiver)
    started(engine)

    engine.run_due()

    assert receiver.calls == 0


def test_a_server_that_fails_gets_the_same_event_again(engine: Engine, receiver: Receiver) -> None:
    webhooks = posting(engine, receiver, waits=(timedelta(seconds=5), timedelta(minutes=5)))
    receiver.answer = lambda call: 500 if call < 3 else 200
    case = started(engine)

    calls = []
    for _ in range(400):
        webhooks.deliver()
        calls.append(receiver.calls)
        receiver.clock.move(timedelta(seconds=1))

    assert [calls.index(number) for number in (1, 2, 3)] == [0, 5, 305]
    assert (receiver.ids, calls[-1]) == ([f"{case}:1"], 3)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (500, "answered 500 Internal Server Error"),
        (400, "answered 400 Bad Request"),
        (302, "answered 302: redirections are not followed"),
        (308, "answered 308: redirections are not followed"),
    ],
)
def test_what_the_server_never_takes_is_a_dead_letter_with_the_reason(
    engine: Engine, receiver: Receiver, status: int, words: str
) -> None:
    webhooks = posting(engine, receiver)
    receiver.answer = lambda _: status
    started(engine)

    webhooks.deliver()

    assert words in problem(engine)
    assert receiver.calls == 1  # nor anywhere else


def test_a_dead_letter_is_posted_again_when_an_operator_says_so(
    engine: Engine, receiver: Receiver
) -> None:
    webhooks = posting(engine, receiver)
    receiver.answer = lambda call: 500 if call == 1 else 200
    case = started(engine)
    webhooks.deliver()
    (letter,) = engine.events.dead_letters()
    receiver.clock.move(timedelta(seconds=1))
    before = webhooks.deliver()

    engine.events.redeliver(letter)
    after = webhooks.deliver()

    assert (before, after, receiver.ids) == (0, 1, [f"{case}:1"])
    assert engine.events.dead_letters() == ()


def test_a_server_that_does_not_answer_is_given_up_in_time(
    engine: Engine, receiver: Receiver
) -> None:
    webhooks = posting(engine, receiver, timeout=timedelta(seconds=0.2))
    receiver.answer = lambda _: 0
    started(engine)

    webhooks.deliver()

    assert "did not answer within 0.2 seconds" in problem(engine)


def test_an_answer_that_comes_drop_by_drop_is_given_up_in_time(engine: Engine) -> None:
    receiver = Receiver()
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        receiver.url = f"http://127.0.0.1:{server.getsockname()[1]}"

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                for letter in b"HTTP/1.1 200 OK\r\n" + b"x" * 10_000:
                    try:
                        connection.sendall(bytes([letter]))
                    except OSError:
                        return
                    if stop.wait(0.05):
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        webhooks = posting(engine, receiver, timeout=timedelta(seconds=0.3))
        started(engine)
        webhooks.deliver()
        stop.set()
        thread.join()

    assert "did not answer within 0.3 seconds" in problem(engine)


def test_a_connection_that_is_refused_is_told_without_what_the_address_hides(
    engine: Engine, receiver: Receiver
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        receiver.url = f"http://127.0.0.1:{server.getsockname()[1]}"
    webhooks = posting(engine, receiver)
    started(engine)

    webhooks.deliver()

    assert "cannot be reached: " in problem(engine)
    assert "of=cases" not in problem(engine)


def test_who_has_another_secret_turns_the_request_away(engine: Engine, receiver: Receiver) -> None:
    webhooks = posting(engine, receiver)
    receiver.secret = new_secret()
    started(engine)

    webhooks.deliver()

    assert "answered 401" in problem(engine)


def test_a_request_that_is_replayed_later_is_turned_away(
    engine: Engine, receiver: Receiver
) -> None:
    seen: list[tuple[dict[str, str], bytes]] = []
    take = receiver.take

    def spy(headers: dict[str, str], body: bytes) -> int:
        seen.append((headers, body))
        return take(headers, body)

    receiver.take = spy  # type: ignore[method-assign]  # to look over its shoulder
    webhooks = posting(engine, receiver)
    started(engine)
    webhooks.deliver()
    now: datetime = receiver.clock.now() + timedelta(minutes=6)

    ((headers, body),) = seen
    assert {name.lower() for name in headers} >= {ID, "content-type", "user-agent"}
    with pytest.raises(NotGenuine, match="replayed"):
        verify(headers, body, secrets=[receiver.secret], now=now)


def test_a_thread_of_its_own_posts_until_it_is_stopped(engine: Engine, receiver: Receiver) -> None:
    stop = threading.Event()
    posted = threading.Event()

    def answer(_: int) -> int:
        posted.set()
        return 200

    receiver.answer = answer
    webhooks = posting(engine, receiver)
    started(engine)

    thread = threading.Thread(target=webhooks.run, args=[stop], kwargs={"interval": 0.01})
    thread.start()
    has_posted = posted.wait(30)
    stop.set()
    thread.join(30)

    assert has_posted
    assert not thread.is_alive()
    assert len(receiver.ids) == 1


def test_two_webhooks_have_two_names(engine: Engine, receiver: Receiver) -> None:
    endpoint = Endpoint(name="crm", url=receiver.url, secrets=[receiver.secret])

    with pytest.raises(EndpointRefused, match="two webhooks have the name 'crm'"):
        Webhooks(engine, [endpoint, endpoint])
