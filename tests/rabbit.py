"""A real RabbitMQ broker for tests, where ``rabbitmq-server`` is installed."""

from __future__ import annotations

import os
import shutil
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


@contextmanager
def broker() -> Iterator[str]:
    """Start a broker with a folder and ports of its own, and yield its URL."""
    folder = Path(tempfile.mkdtemp(prefix="caseflow-mq-"))
    port, distribution, names = _free_port(), _free_port(), _free_port()
    (folder / "rabbitmq.conf").write_text(f"listeners.tcp.default = 127.0.0.1:{port}\n")
    environment = {
        **os.environ,
        "HOME": str(folder),
        "ERL_EPMD_PORT": f"{names}",
        "RABBITMQ_NODENAME": f"caseflow{port}@localhost",
        "RABBITMQ_DIST_PORT": f"{distribution}",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
    }
    server = subprocess.Popen(  # noqa: S603 - installed with the system
        [SERVER], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(server, port)
        yield f"amqp://guest:guest@127.0.0.1:{port}//"
    finally:
        server.terminate()
        server.wait(60)
        subprocess.run(  # noqa: S603 - installed with the system
            [shutil.which("epmd") or "epmd", "-port", f"{names}", "-kill"],
            stdout=subprocess.DEVNULL,
            check=False,
        )
        shutil.rmtree(folder, ignore_errors=True)


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
