"""Ending a loop on request: SIGINT and SIGTERM, waited for without polling."""

from __future__ import annotations

import select
import signal
import socket
from types import FrameType, TracebackType
from typing import Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Notes that somebody wants the loop to end; a second signal ends the program at once.

    ::

        with Stopping() as stopping:
            while not stopping.is_asked:
                ...
                stopping.wait(5)
    """

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self.is_asked = False
        self._reader, self._writer = socket.socketpair()
        self._writer.settimeout(0)  # a signal must never wait

    def __enter__(self) -> Self:
        # A signal that comes just before the wait still leaves its byte in the socket.
        self._wakeup = signal.set_wakeup_fd(self._writer.fileno())
        self._before = {number: signal.signal(number, self._ask) for number in _SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._restore()
        signal.set_wakeup_fd(self._wakeup)
        self._reader.close()
        self._writer.close()

    def wait(self, seconds: float) -> None:
        """Sleep so long, or until somebody asks."""
        if not self.is_asked:
            select.select([self._reader], [], [], seconds)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.is_asked = True
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
