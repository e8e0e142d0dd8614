"""The examples run as their pages say: in processes of their own, on real databases."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
import uvicorn
from examples.fastapi_app.app import application
from examples.fastapi_app.office import Settings
from sqlalchemy import create_engine, make_url, text

from caseflow.clock import SystemClock
from caseflow.webhooks import Endpoint, new_secret, verify


def run(
    *arguments: str, repository: Path, status: int = 0, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a module of the examples, with every warning an error."""
    done = subprocess.run(  # noqa: S603 - the arguments are of this module
        [sys.executable, "-W", "error", "-m", *arguments],
        cwd=repository,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_django_keeps_its_rows_and_cases_in_one_transaction(
    repository: Path, tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    told = {"PETITIONS_FOLDER": str(tmp_path)}
    if kind == "postgres":
        url = make_url(str(request.getfixturevalue("postgres_url")))
        host = url.query.get("host", url.host)
        told |= {"PGDATABASE": str(url.database), "PGUSER": str(url.username), "PGHOST": str(host)}

    tests = "examples.django_app.petitions.tests"
    done = run("examples.django_app.manage", "test", tests, repository=repository, **told)

    ran = re.search(r"^Ran (\d+) tests", done.stderr, re.MULTILINE)
    assert ran is not None
    assert int(ran[1]) == 7


@contextmanager
def serving(settings: Settings) -> Iterator[httpx.Client]:
    """Serve the FastAPI application on a free port, and close it again."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(application(settings), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            with httpx.Client(base_url=address(listening), timeout=60) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


def address(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def find_task(client: httpx.Client, person: str, number: str) -> str | None:
    """Return the task that a person sees on a petition."""
    listed = client.get("/tasks", headers={"X-Person": person}).raise_for_status().json()
    return next((str(task["id"]) for task in listed["tasks"] if task["number"] == number), None)


def until(look: Callable[[], object], wanted: object) -> None:
    """Look again until the worker has done its part."""
    ends = time.monotonic() + 30
    while (found := look()) != wanted:
        assert time.monotonic() < ends, f"{found!r} is still not {wanted!r}"
        threading.Event().wait(0.02)


PETITION = {"number": "2026-0017", "petitioner": "Zhao", "text": "a lamp is broken"}
CLERK, OFFICER = {"X-Person": "li"}, {"X-Person": "wang"}


@pytest.mark.slow
def test_a_petition_comes_in_over_http_and_is_answered(tmp_path: Path) -> None:
    hook = Hook()
    settings = Settings(
        database=f"sqlite:///{tmp_path / 'petitions.db'}",
        webhook=Endpoint(name="hook", url=hook.url, secrets=[hook.secret]),
    )

    with hook, serving(settings) as client:
        sent = client.post("/petitions", json=PETITION, headers=CLERK)
        again = client.post("/petitions", json=PETITION, headers=CLERK)
        task = find_task(client, "li", "2026-0017")
        path = f"/tasks/{task}/complete"
        wrong = client.post(path, json={"reason": "!" * 201}, headers=CLERK)
        hidden = client.post(path, json={"accepted": True}, headers=OFFICER)
        done = client.post(path, json={"accepted": True}, headers=CLERK)
        until(lambda: find_task(client, "wang", "2026-0017") is not None, wanted=True)
        task = find_task(client, "wang", "2026-0017")
        answer = {"answer": "the lamp was repaired"}
        ended = client.post(f"/tasks/{task}/complete", json=answer, headers=OFFICER)
        until(lambda: client.get("/petitions/2026-0017").json()["state"], "answered")
        until(lambda: "CaseCompleted" in hook.heard, wanted=True)

    assert (sent.status_code, again.status_code, hidden.status_code) == (201, 409, 404)
    assert wrong.status_code == 422
    assert [(one["loc"], one["type"]) for one in wrong.json()["detail"]] == [
        (["body", "accepted"], "required"),
        (["body", "reason"], "longest"),
    ]
    assert done.json() == {"state": "running", "waiting_at": ["acknowledge"]}
    assert ended.json() == {"state": "completed", "waiting_at": []}
    assert hook.heard[0] == "CaseStarted"


class Hook:
    """Somebody else's server, which takes webhooks that are genuine and notes their types."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.secret = new_secret()
        self._server = HTTPServer(("127.0.0.1", 0), partial(_Receiver, self))
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Receiver(BaseHTTPRequestHandler):
    def __init__(self, hook: Hook, *arguments: Any) -> None:
        self._hook = hook
        super().__init__(*arguments)

    def do_POST(self) -> None:  # noqa: N802 - http.server looks for this name
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name: value for name, value in self.headers.items()}
        verify(headers, body, secrets=[self._hook.secret], now=SystemClock().now())
        self._hook.heard.append(json.loads(body)["type"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as it is called
        """Say nothing."""


SERVES_AND_DIES = """
import os, signal, socket, sys
import uvicorn
from sqlalchemy import Engine, event
from examples.fastapi_app.app import application
from examples.fastapi_app.office import Settings

@event.listens_for(Engine, "before_cursor_execute")
def die(connection, cursor, statement, *more):
    if statement.startswith("INSERT INTO caseflow_cases"):
        os.kill(os.getpid(), signal.SIGKILL)

listening = socket.socket(fileno=int(sys.argv[2]))
app = application(Settings(database=sys.argv[1]))
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
"""


@pytest.mark.slow
def test_a_crash_between_the_row_and_the_case_leaves_neither(
    repository: Path, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path / 'petitions.db'}"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [sys.executable, "-c", SERVES_AND_DIES, database, str(listening.fileno())]
        server = subprocess.Popen(command, cwd=repository, pass_fds=[listening.fileno()])  # noqa: S603 - the text above
        with pytest.raises(httpx.TransportError):
            httpx.post(f"{address(listening)}/petitions", json=PETITION, headers=CLERK, timeout=60)
        code = server.wait(timeout=60)

    assert code == -signal.SIGKILL
    assert counted(database) == (0, 0)


def counted(database: str) -> tuple[int, int]:
    """Count the petitions and the cases."""
    engine = create_engine(database)
    with engine.connect() as connection:
        petitions = connection.execute(text("SELECT count(*) FROM petitions")).scalar_one()
        cases = connection.execute(text("SELECT count(*) FROM caseflow_cases")).scalar_one()
    engine.dispose()
    return petitions, cases
