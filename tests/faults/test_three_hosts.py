"""From a SQLite file to three hosts, one of which falls off the network for a while."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import make_url
from tests.faults import office
from tests.faults.conftest import Told
from tests.faults.counting import CASES, count, open_cases, start_cases
from tests.faults.crew import LEASE, WORKER, Crew, wait_for_calls, wait_until
from tests.faults.hosts import DATABASE, NETWORK, Host, NoHostsError, hosts
from tests.postgres import NoServerError, PostgresServer

from caseflow.engine import Engine

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

SETTINGS = {
    "listen_addresses": DATABASE,
    "idle_in_transaction_session_timeout": "5s",
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
}
"""What lets a server give up the locks of a host that has vanished without a word."""

CLIENT = {
    "connect_timeout": "5",
    "keepalives_idle": "3",
    "keepalives_interval": "1",
    "keepalives_count": "3",
    "tcp_user_timeout": "5000",
}
"""What lets a host notice that the server does not answer any more."""


@pytest.fixture
def three_hosts() -> Iterator[list[Host]]:
    """Hosts of their own for three workers."""
    try:
        stack = ExitStack()
        made = stack.enter_context(hosts(3))
    except NoHostsError as failure:
        pytest.skip(f"no hosts: {failure}")
    with stack:
        yield made


@pytest.fixture
def database(three_hosts: list[Host]) -> Iterator[str]:
    """A database on a server that listens where the hosts can reach it."""
    del three_hosts
    try:
        server = PostgresServer(is_safe=True, settings=SETTINGS)
    except NoServerError as failure:
        pytest.skip(f"no PostgreSQL server: {failure}")
    with (server.folder / "data" / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {NETWORK} trust\n")
    with server:
        yield server.create("cases")


def test_from_a_file_to_three_hosts(  # noqa: PLR0913, PLR0917 - each is a fixture
    three_hosts: list[Host],
    database: str,
    sqlite: str,
    tmp_path: Path,
    make_engine: Callable[..., Engine],
    told: Told,
) -> None:
    begun = make_engine(sqlite)
    with Crew(sqlite, tmp_path, count=1) as one:
        start_cases(begun, (f"{number}" for number in range(CASES // 2)))
        wait_for_calls(tmp_path, CASES)
        assert one.stop() == [0]
    begun.close()

    copied = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "caseflow.cli", "db", "copy", sqlite, database],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    engine = make_engine(database)
    remote = make_url(database).set(host=DATABASE, query=CLIENT)
    with ExitStack() as stack:
        for host in three_hosts:
            stack.enter_context(
                Crew(
                    remote.render_as_string(hide_password=False),
                    tmp_path,
                    count=1,
                    command=(*host.prefix, *WORKER),
                )
            )
        start_cases(engine, (f"{number}" for number in range(CASES // 2, CASES)))
        wait_until(lambda: len({process for _, process in office.ledger(tmp_path)}) == 4)
        three_hosts[0].unplug()
        threading.Event().wait(3 * LEASE)
        three_hosts[0].plug_in()
        wait_until(lambda: open_cases(engine) == 0)

    counted = count(engine, database, tmp_path)
    told("three hosts, one cut off", "SQLite, PostgreSQL", counted, workers=3, faults=1)
    assert f"Copied {CASES // 2} cases" in copied.stdout
