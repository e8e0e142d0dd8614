"""A checkpoint is read only as it was signed, with the key that signed it."""

from __future__ import annotations

import pytest
from tests.unit.history.histories import AT

from caseflow.errors import StoreError
from caseflow.history import (
    Checkpoint,
    End,
    HmacSigner,
    Signer,
    read_checkpoint,
    write_checkpoint,
)

KEY = bytes(range(32))
ENDS = {"case-1": End(length=5, hash="a" * 64), "case-2": End(length=2, hash="b" * 64)}


class TwoKeys:
    """A host's own signer: what it signs, both keys must have signed."""

    def __init__(self, first: Signer, second: Signer) -> None:
        self._both = (first, second)

    @property
    def name(self) -> str:
        return "+".join(one.name for one in self._both)

    def sign(self, message: bytes) -> bytes:
        return b"".join(one.sign(message) for one in self._both)

    def is_signature(self, signature: bytes, message: bytes) -> bool:
        return signature == self.sign(message)


def written(signer: Signer) -> list[str]:
    return list(write_checkpoint(ENDS.items(), at=AT, signer=signer))


@pytest.mark.parametrize(
    "signer", [HmacSigner(KEY), TwoKeys(HmacSigner(KEY), HmacSigner(KEY[::-1]))]
)
def test_a_checkpoint_is_read_as_it_was_written(signer: Signer) -> None:
    assert read_checkpoint(written(signer), signer=signer) == Checkpoint(at=AT, ends=ENDS)


def test_another_key_did_not_sign_it() -> None:
    with pytest.raises(StoreError, match="was signed by hmac-sha256:"):
        read_checkpoint(written(HmacSigner(KEY)), signer=HmacSigner(KEY[::-1]))


@pytest.mark.parametrize("index", [1, 2])
def test_a_changed_or_missing_line_shows(index: int) -> None:
    lines = written(HmacSigner(KEY))
    changed = [
        *lines[:index],
        lines[index].replace('"events":', '"events":1'),
        *lines[index + 1 :],
    ]

    for attack in (changed, [*lines[:index], *lines[index + 1 :]]):
        with pytest.raises(StoreError, match="was changed since it was signed"):
            read_checkpoint(attack, signer=HmacSigner(KEY))


@pytest.mark.parametrize("lines", [[], ["x"], ["{}\n"], ["{}\n", '{"signature":"00"}\n']])
def test_what_is_no_checkpoint_is_refused(lines: list[str]) -> None:
    with pytest.raises(StoreError, match="no checkpoint"):
        read_checkpoint(lines, signer=HmacSigner(KEY))


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes, this one has 8"):
        HmacSigner(b"password")
