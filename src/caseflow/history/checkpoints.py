"""Signed checkpoints: where the histories of all cases ended at a moment, kept elsewhere.

Whoever may write to the database can write a whole new history. What they cannot do is
make it end in a hash that was signed before with a key they do not have.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from caseflow.errors import StoreError
from caseflow.history.chain import End

FORMAT = "caseflow checkpoint 1"
"""What the first line of a checkpoint says."""

_DOMAIN = b"caseflow.checkpoint.1\0"
_LEAST = 32


class Signer(Protocol):
    """Signs checkpoints: the shipped one, or the host's own (an HSM, Ed25519, SM2)."""

    @property
    def name(self) -> str:
        """Names method and key, so that a later reader knows what to check with."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""
        ...

    def is_signature(self, signature: bytes, message: bytes) -> bool:
        """Tell whether a signature was made with this key for this message."""
        ...


class HmacSigner:
    """Signs with HMAC-SHA-256: who checks needs the same key as who signs."""

    def __init__(self, key: bytes) -> None:
        """Take a key of at least 32 bytes. Raises ValueError."""
        if len(key) < _LEAST:
            raise ValueError(f"a key needs at least {_LEAST} bytes, this one has {len(key)}")
        self._key = key

    @property
    def name(self) -> str:
        """The method, and the beginning of the key's own hash."""
        return f"hmac-sha256:{hashlib.sha256(_DOMAIN + self._key).hexdigest()[:16]}"

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""
        return hmac.digest(self._key, _DOMAIN + message, "sha256")

    def is_signature(self, signature: bytes, message: bytes) -> bool:
        """Tell whether a signature was made with this key for this message."""
        return hmac.compare_digest(self.sign(message), signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Where the history of each case ended at a moment."""

    at: datetime
    ends: Mapping[str, End]


def write_checkpoint(
    ends: Iterable[tuple[str, End]], *, at: datetime, signer: Signer
) -> Iterator[str]:
    """Yield the lines of a checkpoint; the last has the signature of all before it."""
    seen = hashlib.sha256()
    head = {"format": FORMAT, "at": at.astimezone(UTC).isoformat(), "signer": signer.name}
    rows = ({"case": case, "events": end.length, "head": end.hash} for case, end in ends)
    first = _line(head)
    seen.update(first.encode())
    yield first
    for row in rows:
        line = _line(row)
        seen.update(line.encode())
        yield line
    yield _line({"signature": signer.sign(seen.digest()).hex()})


def read_checkpoint(lines: Iterable[str], *, signer: Signer) -> Checkpoint:
    """Return what a checkpoint says. Raises StoreError where it was not signed so."""
    all_lines = list(lines)
    body, last = all_lines[:-1], all_lines[-1:]
    seen = hashlib.sha256("".join(body).encode())
    try:
        rows = [json.loads(line) for line in all_lines]
        head, signature = rows[0], bytes.fromhex(rows[-1]["signature"])
        if head["format"] != FORMAT or [_line(rows[-1])] != last:
            raise StoreError("this is no checkpoint that caseflow wrote")
        if head["signer"] != signer.name:
            raise StoreError(
                f"the checkpoint was signed by {head['signer']}, not by {signer.name}"
            )
        if not signer.is_signature(signature, seen.digest()):
            raise StoreError("the checkpoint was changed since it was signed")
        ends = {row["case"]: End(length=row["events"], hash=row["head"]) for row in rows[1:-1]}
        return Checkpoint(at=datetime.fromisoformat(head["at"]), ends=ends)
    except (IndexError, KeyError, TypeError, ValueError, RecursionError) as failure:
        raise StoreError(f"this is no checkpoint: {failure!r}") from failure


def _line(row: Mapping[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
