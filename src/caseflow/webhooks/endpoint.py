"""Where webhooks go: what the host configures, and no diagram can."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import SplitResult, urlsplit

from caseflow.engine import EVENT_WAITS
from caseflow.errors import EndpointRefused
from caseflow.kernel import Event
from caseflow.webhooks.signing import key_of

TIMEOUT = timedelta(seconds=10)
"""How long a receiver may take to answer, unless said otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address that events are posted to.

    Attributes:
        name: under which the database keeps how far it has come.
        url: an address with https; plain http only to this machine, or with ``is_plain``.
        secrets: of the signatures; two while one takes the place of the other.
        kinds: only these kinds of events; None is all.
        timeout: how long it may take to answer, all in all.
        waits: how long an event waits before each further try; then it is a dead letter.
        headers: that are sent besides, such as one that lets the request in.
        is_plain: the network is trusted, so that plain http will do.

    Raises:
        EndpointRefused: the address or a secret is not what it should be.
    """

    name: str
    url: str
    secrets: Sequence[str] = field(repr=False)
    kinds: Collection[type[Event]] | None = None
    timeout: timedelta = TIMEOUT
    waits: Sequence[timedelta] = EVENT_WAITS
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_plain: bool = False

    def __post_init__(self) -> None:
        for secret in self.secrets:
            key_of(secret)
        if not self.secrets:
            raise self._refused("has no secret: new_secret() makes one")
        if self.timeout <= timedelta(0):
            raise self._refused("has no time to answer")
        try:
            parts, _ = self.parts, self.parts.port
        except ValueError as failure:
            raise self._refused(f"has an address that is none: {failure}") from failure
        if parts.scheme not in {"https", "http"} or not parts.hostname:
            raise self._refused("has no address with https://")
        if parts.username is not None or parts.password is not None:
            raise self._refused("has a password in its address: use `headers`")
        if parts.scheme == "http" and not (self.is_plain or _is_here(parts.hostname)):
            raise self._refused("has an address without https: say is_plain=True if that will do")

    @property
    def parts(self) -> SplitResult:
        """The parts of its address."""
        return urlsplit(self.url)

    def _refused(self, why: str) -> EndpointRefused:
        return EndpointRefused(f"webhook {self.name!r} {why}")


def _is_here(host: str) -> bool:
    """Tell whether an address is that of this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
