"""Posting the events of cases to the endpoints of the host."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable
from datetime import UTC, datetime

from caseflow.clock import Clock, SystemClock
from caseflow.engine import Engine, Entry
from caseflow.errors import CaseflowError, EndpointRefused
from caseflow.kernel import dump_event
from caseflow.webhooks.endpoint import Endpoint
from caseflow.webhooks.http import post
from caseflow.webhooks.signing import ID, SIGNATURE, TIMESTAMP, signature

INTERVAL = 1.0
"""Seconds between two looks at whether there is something to post."""

PREFIX = "webhook:"
"""What the name of an endpoint begins with, as a subscriber to events."""

_LOG = logging.getLogger("caseflow")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Webhooks:
    """Posts the events of an engine's cases to endpoints.

    ::

        webhooks = Webhooks(engine, [Endpoint(name="crm", url=..., secrets=[...])])
        threading.Thread(target=webhooks.run, args=[stop]).start()
    """

    def __init__(
        self, engine: Engine, endpoints: Iterable[Endpoint], *, clock: Clock | None = None
    ) -> None:
        """Subscribe endpoints to events; from now on, those are kept until they are posted.

        Raises:
            EndpointRefused: two have one name.
        """
        self._engine = engine
        self._clock = clock if clock is not None else SystemClock()
        self._names: list[str] = []
        for endpoint in endpoints:
            name = PREFIX + endpoint.name
            if name in self._names:
                raise EndpointRefused(f"two webhooks have the name {endpoint.name!r}")
            self._names.append(name)
            engine.events.subscribe(
                name,
                _Poster(endpoint, self._clock),
                kinds=endpoint.kinds,
                waits=endpoint.waits,
                is_apart=True,
            )

    def deliver(self) -> int:
        """Post what there is to post now, and return how many times that was."""
        count = 0
        for name in self._names:
            while steps := self._engine.events.deliver(name):
                count += len(steps)
        return count

    def run(self, stop: threading.Event, *, interval: float = INTERVAL) -> None:
        """Post until ``stop`` is set: each endpoint in a thread, so that none waits for another.

        Args:
            stop: ends it, after the requests that are on their way.
            interval: seconds between two looks where there was nothing to post.
        """
        threads = [
            threading.Thread(target=self._run_one, args=[name, stop, interval], name=name)
            for name in self._names
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run_one(self, name: str, stop: threading.Event, interval: float) -> None:
        while not stop.is_set():
            try:
                steps = self._engine.events.deliver(name)
            except CaseflowError as failure:  # the database: what was not noted comes again
                _LOG.warning("webhooks wait for the database", exc_info=failure)
                steps = []
            if not steps:
                stop.wait(interval)


class _Poster:
    """Posts one event after the other to one endpoint."""

    def __init__(self, endpoint: Endpoint, clock: Clock) -> None:
        self._endpoint = endpoint
        self._clock = clock

    def __call__(self, entry: Entry) -> None:
        name, body = f"{entry.case}:{entry.sequence}", body_of(entry)
        timestamp = int((self._clock.now() - _EPOCH).total_seconds())
        signatures = [
            signature(secret, name, timestamp, body) for secret in self._endpoint.secrets
        ]
        post(
            self._endpoint.parts,
            body,
            {
                **self._endpoint.headers,
                "content-type": "application/json",
                "user-agent": "caseflow",
                ID: name,
                TIMESTAMP: str(timestamp),
                SIGNATURE: " ".join(signatures),
            },
            timeout=self._endpoint.timeout,
        )


def body_of(entry: Entry) -> bytes:
    """Return what is posted of an event."""
    told = {
        "type": type(entry.event).__name__,
        "case": entry.case,
        "sequence": entry.sequence,
        "version": entry.version,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "data": json.loads(dump_event(entry.event)),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
