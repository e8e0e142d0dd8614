"""Signatures of webhooks, as the Standard Webhooks specification has them: both sides."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from caseflow.errors import EndpointRefused, NotGenuine

ID = "webhook-id"
"""The header that names the event: the same one each time that it is posted again."""

TIMESTAMP = "webhook-timestamp"
"""The header that tells when it was posted, in seconds since 1970."""

SIGNATURE = "webhook-signature"
"""The header with the signatures: ``v1,`` and HMAC-SHA256 in base64, parted by spaces."""

TOLERANCE = timedelta(minutes=5)
"""How far the time of a genuine request may be from the clock of who receives it."""

_PREFIX = "whsec_"
_VERSION = "v1"
_SHORTEST = 24  # bytes of a secret, as the specification has it
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS = re.compile(r"[0-9]{1,12}")


def new_secret() -> str:
    """Return a new secret, to be kept by the host and by the one who receives."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, name: str, timestamp: int, body: bytes) -> str:
    """Return the signature of one request. Raises EndpointRefused where the secret is none."""
    told = b".".join((name.encode(), str(timestamp).encode(), body))
    digest = hmac.new(key_of(secret), told, hashlib.sha256).digest()
    return f"{_VERSION},{base64.b64encode(digest).decode()}"


def verify(
    headers: Mapping[str, str],
    body: bytes,
    *,
    secrets: Iterable[str],
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> str:
    """Check in the receiver that a request is genuine; return the id of its event.

    The same id may come again: act on each once.

    Args:
        headers: of the request, their names in capital or small letters.
        body: of the request, byte for byte as it came.
        secrets: that are valid; two while one takes the place of the other.
        now: the moment it is.
        tolerance: how old a request may be, or how far ahead; older ones are replayed.

    Raises:
        NotGenuine: a header is missing, the time is too far away, or no signature is right.
        EndpointRefused: a secret is none.
    """
    found = {name.lower(): value for name, value in headers.items()}
    missing = [name for name in (ID, TIMESTAMP, SIGNATURE) if not found.get(name)]
    if missing:
        raise NotGenuine(f"the request has no header {', '.join(missing)}")
    if not _SECONDS.fullmatch(found[TIMESTAMP]):
        raise NotGenuine(f"the header {TIMESTAMP} is no time")
    timestamp = int(found[TIMESTAMP])
    if abs(now - _EPOCH - timedelta(seconds=timestamp)) > tolerance:
        raise NotGenuine("the request is too old or from the future: it may be replayed")
    right = [signature(secret, found[ID], timestamp, body) for secret in secrets]
    given = found[SIGNATURE].split()
    # Comparing takes as long wherever they differ, so that nobody learns a signature by trying.
    if not any(hmac.compare_digest(a.encode(), b.encode()) for a in right for b in given):
        raise NotGenuine("no signature of the request is right")
    return found[ID]


def key_of(secret: str) -> bytes:
    """Return the bytes of a secret. Raises EndpointRefused where it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError) as failure:
        raise EndpointRefused(
            f"the secret is not {_PREFIX} and base64: new_secret() makes one"
        ) from failure
    if len(key) < _SHORTEST:
        raise EndpointRefused(
            f"the secret has {len(key)} bytes and not {_SHORTEST}: new_secret() makes one"
        )
    return key
