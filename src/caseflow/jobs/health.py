"""What a supervisor asks a worker over HTTP: does it live, is it ready, what has it done."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from caseflow.jobs.worker import Worker

_TEXT = "text/plain; charset=utf-8"
_JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: HTTPStatus
    body: bytes
    kind: str = _TEXT


class Health:
    """Answers ``/healthz``, ``/readyz`` and ``/metrics`` on a port of its own.

    It lives as long as its threads do; it is ready as long as it takes jobs, which it no
    longer does while it drains or when the database cannot be reached.
    """

    def __init__(
        self,
        worker: Worker,
        *,
        port: int,
        host: str = "0.0.0.0",  # noqa: S104 - probes come from outside the container
        metrics: Callable[[], bytes] | None = None,
        metrics_type: str = _TEXT,
    ) -> None:
        """Listen on a port; any free one where it is 0. Raises OSError."""
        self._worker = worker
        self._metrics = metrics
        self._metrics_type = metrics_type
        answer = self._answer

        class Handler(BaseHTTPRequestHandler):
            """Answers one request."""

            def do_GET(self) -> None:
                found = answer(self.path.partition("?")[0])
                self.send_response(found.status)
                self.send_header("Content-Type", found.kind)
                self.send_header("Content-Length", str(len(found.body)))
                self.end_headers()
                self.wfile.write(found.body)

            def log_message(self, *_: object) -> None:
                """Say nothing: a probe every second is no news."""

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, name="caseflow-health", daemon=True
        ).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, path: str) -> _Answer:
        status = self._worker.status()
        match path:
            case "/healthz":
                return _said(is_good=status.is_running, body={"is_running": status.is_running})
            case "/readyz":
                return _said(
                    is_good=status.is_ready, body={"is_ready": status.is_ready, **asdict(status)}
                )
            case "/metrics" if self._metrics is not None:
                return _Answer(status=HTTPStatus.OK, body=self._metrics(), kind=self._metrics_type)
            case "/metrics":
                return _Answer(
                    status=HTTPStatus.NOT_IMPLEMENTED,
                    body=b'pip install "caseflow-engine[telemetry]"\n',
                )
            case _:
                return _Answer(status=HTTPStatus.NOT_FOUND, body=b"/healthz, /readyz, /metrics\n")


def _said(*, is_good: bool, body: dict[str, object]) -> _Answer:
    return _Answer(
        status=HTTPStatus.OK if is_good else HTTPStatus.SERVICE_UNAVAILABLE,
        body=json.dumps(body, ensure_ascii=False).encode() + b"\n",
        kind=_JSON,
    )
