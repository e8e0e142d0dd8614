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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Self

import httpx
import pytest
import uvicorn
from examples.camunda_modeler import __main__ as camunda_modeler
from examples.fastapi_app.app import application
from examples.fastapi_app.office import Settings
from examples.import_csv.__main__ import main as import_csv
from examples.import_csv.rows import BadRow, Reader
from examples.parameter_set.__main__ import main as parameter_set
from sqlalchemy import create_engine, make_url, text
from tests.contract.diagrams import one_task

from caseflow import Engine
from caseflow.clock import SystemClock
from caseflow.errors import EntriesRefused
from caseflow.testing import BEGINNING, FakeClock
from caseflow.webhooks import Endpoint, new_secret, verify


def run(
    *arguments: str, repository: Path, environment: Mapping[str, str]
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
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_django_keeps_its_rows_and_cases_in_one_transaction(
    repository: Path, tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    told = {"PETITIONS_FOLDER": str(tmp_path)}
    if kind == "postgres":
        url = make_url(str(request.getfixturevalue("postgres_url")))
        told |= {
            "PGDATABASE": url.database or "",
            "PGUSER": url.username or "",
            "PGPASSWORD": url.password or "",
            "PGHOST": str(url.query.get("host", url.host)),
            "PGPORT": str(url.port or ""),
        }

    tests = "examples.django_app.petitions.tests"
    done = run(
        "examples.django_app.manage",
        "test",
        "--noinput",
        tests,
        repository=repository,
        environment=told,
    )

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
@pytest.mark.parametrize(
    "kind",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.long])],
)
def test_a_petition_comes_in_over_http_and_is_answered(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    file = f"sqlite:///{tmp_path / 'petitions.db'}"
    hook = Hook()
    settings = Settings(
        database=file if kind == "sqlite" else str(request.getfixturevalue("bare_postgres_url")),
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
        hook = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = dict(self.headers.items())
                verify(headers, body, secrets=[hook.secret], now=SystemClock().now())
                hook.heard.append(json.loads(body)["type"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as it is called
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Receiver)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


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


HEADER = "number,received_at,channel,unit,title,location,category,departments,emergency,age_days"


def test_the_matters_of_the_demo_are_described_as_they_are(repository: Path) -> None:
    examples = repository / "examples"

    rows = Reader(examples / "import_csv" / "matters.toml").read(examples / "data" / "matters.csv")

    assert [row for row in rows if isinstance(row, BadRow)] == []


@pytest.fixture
def imports(repository: Path, tmp_path: Path) -> Callable[..., int]:
    """Run the import into one database; what is named differs from `matters.toml`."""
    with Engine(f"sqlite:///{tmp_path / 'cases.db'}") as engine:
        engine.deploy({"matter.bpmn": one_task("grid_matter")})

    def run_import(file: Path, *more: str, columns: str = "matters.toml") -> int:
        described = repository / "examples" / "import_csv" / columns
        database = tmp_path / "cases.db"
        return import_csv([str(file), "--columns", str(described), "--db", str(database), *more])

    return run_import


def opened(folder: Path) -> list[tuple[str, dict[str, object]]]:
    """Return the business key and the case file of every case."""
    with Engine(f"sqlite:///{folder / 'cases.db'}") as engine, engine.read() as work:
        return [
            (row.business_key, dict(work.case(row.id).variables))
            for row in work.cases(limit=2_000)
        ]


def test_bad_rows_are_reported_by_line_and_the_rest_is_imported_once(
    imports: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = "2026-1,2026-03-02T00:00:00+00:00,grid,town,well,3组,public,,,"
    file = tmp_path / "matters.csv"
    rows = [
        good,
        good,
        "2026-2,yesterday,gossip,town,,3组,public,,maybe,x",
        ",2026-03-02T00:00:00+00:00,grid,town,a\0b,3组,,,,",
        '2026-3,2026-03-02T00:00:00+00:00,grid,town,"two\nlines",3组,,,,',
        "2026-4,2026-03-02T00:00:00+00:00,hotline,town,not deployed,3组,,a b,no,3",
        "",
        '2026-5,2026-03-02T00:00:00+00:00,grid,town,"over\nthree\nlines",3组,,,,,one more',
    ]
    file.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")

    dry = imports(file, "--dry-run")
    before = opened(tmp_path)
    codes = [imports(file), imports(file)]
    told = capsys.readouterr()

    at = datetime(2026, 3, 2, tzinfo=UTC)
    assert (dry, before, codes) == (1, [], [1, 1])
    assert opened(tmp_path) == [
        ("2026-1", {"title": "well", "location": "3组", "received_at": at, "category": "public"}),
        ("2026-3", {"title": "two\nlines", "location": "3组", "received_at": at}),
    ]
    assert told.err.replace(f"{file}:", "").splitlines()[:5] == [
        "3: number: 2026-1 stands in line 2 already",
        (
            "4: channel: no process is for 'gossip'; title: is empty; received_at: 'yesterday' "
            "is no moment; age_days: 'x' is no whole number; emergency: 'maybe' is neither yes "
            "nor no"
        ),
        "5: number: is empty; title: holds a NUL character, which no database keeps",
        "10: there are more cells than columns",
        "8: process hotline_ticket is not deployed",
    ]
    assert told.out.splitlines() == [
        "2 cases would be opened, 0 were there already, 5 rows are bad",
        "2 cases opened, 0 were there already, 5 rows are bad",
        "0 cases opened, 2 were there already, 5 rows are bad",
    ]


def test_an_import_that_was_interrupted_goes_on_where_it_was(
    imports: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "matters.csv"
    rows = [f"{n},2026-03-02T00:00:00+00:00,grid,town,t,3组,,,," for n in range(120)]

    file.write_text("\n".join([HEADER, *rows[:70], ""]), encoding="utf-8")
    imports(file)
    file.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    imports(file)

    assert capsys.readouterr().out.splitlines()[1] == (
        "50 cases opened, 70 were there already, 0 rows are bad"
    )


def test_what_cannot_be_imported_at_all_says_why(
    imports: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "matters.csv"
    file.write_text("number,title\n1,t\n", encoding="utf-8")

    codes = imports(file), imports(tmp_path / "missing.csv")

    assert codes == (2, 2)
    assert (
        "matters.csv:1: these columns are missing: age_days, category, channel"
        in capsys.readouterr().err
    )
    assert opened(tmp_path) == []


def test_real_requests_of_a_city_are_imported(
    imports: Callable[..., int],
    repository: Path,
    shared_data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    description = (repository / "examples" / "import_csv" / "nyc311.toml").read_text("utf-8")
    plain = tmp_path / "plain.toml"  # the process of this test has one start event only
    plain.write_text(description.replace("element =", "# element ="), encoding="utf-8")

    requests = (shared_data / "nyc311_sample_1000.csv").read_text(encoding="utf-8").splitlines()
    some = tmp_path / "some.csv"
    some.write_text("\n".join(requests[:201]), encoding="utf-8")

    code = imports(some, columns=str(plain))

    assert code == 0
    assert capsys.readouterr().out.startswith("200 cases opened")
    assert {type(one["received_at"]) for _, one in opened(tmp_path)} == {datetime}


def test_a_parameter_set_of_our_own_moves_due_dates(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parameter_set()

    shown = capsys.readouterr().out
    page = (repository / "examples" / "parameter_set" / "README.md").read_text(encoding="utf-8")
    assert shown in page
    assert shown.count("← moved") == 3


def test_diagrams_of_camunda_modeler_run_unchanged(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    camunda_modeler.main()

    page = repository / "examples" / "camunda_modeler" / "README.md"
    assert capsys.readouterr().out in page.read_text(encoding="utf-8")


def test_forms_and_loops_of_camunda_8_count() -> None:
    with camunda_modeler.make_engine(FakeClock(BEGINNING)) as engine:
        permit = camunda_modeler.building_permit(engine)
        with engine.begin(actor="office") as work:
            case = work.start("Process_BuildingPermit", variables={"applicationId": "B-18"})
            task = work.tasks(case=case).one()
            with pytest.raises(EntriesRefused, match="Approved: "):
                work.complete(task, {"remarks": "the form wants to know whether it is approved"})

    assert permit.variables["objections"] == [False, True]


def test_a_late_review_in_a_diagram_of_camunda_8_sends_mail(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = FakeClock(BEGINNING)

    with camunda_modeler.make_engine(clock) as engine:
        with engine.begin(actor="office") as work:
            work.start("Process_BuildingPermit", variables={"applicationId": "B-18"})
        clock.move(timedelta(days=14))
        engine.run_due()
        engine.worker().run_ready()

    assert capsys.readouterr().out == "   mail to planning@example.org: Late: B-18\n"
