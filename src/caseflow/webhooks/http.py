"""One request with the standard library: no redirection is followed, no time limit ignored."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult

from caseflow.errors import ServiceFailed


def post(url: SplitResult, body: bytes, headers: Mapping[str, str], *, timeout: timedelta) -> None:
    """Post once; the answer has to say that it was taken, with a status from 200 to 299.

    Raises:
        ServiceFailed: nobody answered in time, or with another status.
    """
    who = url.netloc  # what stands behind it may be nobody's business
    connection = _connection(url, timeout)
    has_ended = threading.Event()

    def end() -> None:
        # The time limit of a socket is for each packet: drop by drop they could go on for ever.
        has_ended.set()
        if connection.sock is not None:
            _shut(connection.sock)

    limit = threading.Timer(timeout.total_seconds(), end)
    limit.daemon = True
    limit.start()
    try:
        connection.request("POST", _target(url), body=body, headers=dict(headers))
        answer = connection.getresponse()
    except (OSError, HTTPException) as failure:
        if has_ended.is_set() or isinstance(failure, TimeoutError):
            raise ServiceFailed(
                f"{who} did not answer within {timeout.total_seconds():g} seconds"
            ) from failure
        raise ServiceFailed(f"{who} cannot be reached: {failure}") from failure
    finally:
        limit.cancel()
        connection.close()
    status = answer.status
    if 300 <= status < 400:  # noqa: PLR2004 - what HTTP calls redirections
        raise ServiceFailed(
            f"{who} answered {status}: redirections are not followed, configure the new address"
        )
    if not 200 <= status < 300:  # noqa: PLR2004 - what HTTP calls success
        raise ServiceFailed(f"{who} answered {status} {answer.reason}")


def _connection(url: SplitResult, timeout: timedelta) -> HTTPConnection:
    host, seconds = url.hostname or "", timeout.total_seconds()
    if url.scheme == "https":
        context = ssl.create_default_context()
        return HTTPSConnection(host, url.port, timeout=seconds, context=context)
    return HTTPConnection(host, url.port, timeout=seconds)


def _target(url: SplitResult) -> str:
    return (url.path or "/") + (f"?{url.query}" if url.query else "")


def _shut(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
