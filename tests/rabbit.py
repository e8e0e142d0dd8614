"""A real RabbitMQ broker for tests, where ``rabbitmq-server`` is installed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""The script itself: the command on the path changes the user first."""

START_TIMEOUT = 120.0
"""Seconds in which the broker must answer."""


def is_installed() -> bool:
    """Tell whether there is a broker to start."""
    return SERVER.exists() and shutil.which("epmd") is not None


class Broker:
    """A broker with a folder and ports of its own; what it was given outlives it being killed."""

    def __init__(self) -> None:
        """Choose the folder and the ports."""
        self._folder = Path(tempfile.mkdtemp(prefix="caseflow-mq-"))
        self._port, distribution, self._names = _free_port(), _free_port(), _free_port()
        configuration = self._folder / "rabbitmq.conf"
        configuration.write_text(f"listeners.tcp.default = 127.0.0.1:{self._port}\n")
        self._environment = {
            **os.environ,
            "HOME": str(self._folder),
            "ERL_EPMD_PORT": f"{self._names}",
            "RABBITMQ_NODENAME": f"caseflow{self._port}@localhost",
            "RABBITMQ_DIST_PORT": f"{distribution}",
            "RABBITMQ_CONFIG_FILE": str(configuration),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "data"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "plugins"),
            "RABBITMQ_PID_FILE": str(self._folder / "pid"),
        }
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"amqp://guest:guest@127.0.0.1:{self._port}//"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._server = subprocess.Popen(  # noqa: S603 - installed with the system
            [SERVER],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _wait_for(self._server, self._port)

    def kill(self) -> None:
        """Kill it with everything that it started."""
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait(60)

    def stop(self) -> None:
        """Stop it, and take its files away."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(60)
        subprocess.run(  # noqa: S603 - installed with the system
            [shutil.which("epmd") or "epmd", "-port", f"{self._names}", "-kill"],
            stdout=subprocess.DEVNULL,
            check=False,
        )
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def running() -> Iterator[Broker]:
    """Start a broker, and stop it at the end."""
    made = Broker()
    try:
        made.start()
        yield made
    finally:
        made.stop()


@contextmanager
def broker() -> Iterator[str]:
    """Start a broker, and yield its URL."""
    with running() as made:
        yield made.url


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + START_TIMEOUT
    while time.monotonic() < ends and server.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.2)
    raise TimeoutError("the broker does not answer")
