"""Signed webhooks: the events of cases, posted to addresses that the host configures."""

from __future__ import annotations

from caseflow.webhooks.endpoint import Endpoint
from caseflow.webhooks.posting import Webhooks
from caseflow.webhooks.signing import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    new_secret,
    signature,
    verify,
)

__all__ = [
    "ID",
    "SIGNATURE",
    "TIMESTAMP",
    "Endpoint",
    "Webhooks",
    "new_secret",
    "signature",
    "verify",
]
