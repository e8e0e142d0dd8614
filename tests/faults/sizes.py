"""How much the fault tests do: enough for every change, or all where ``CASEFLOW_FAULTS=full``."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is done, and how often it is disturbed; ``load`` is in seconds."""

    transitions: int
    kills: int
    restarts: int
    races: int
    load: float


_SIZES = {
    "ci": Sizes(transitions=1_000, kills=10, restarts=2, races=1_000, load=60),
    "full": Sizes(transitions=5_000, kills=20, restarts=5, races=10_000, load=3_600),
}

SIZES = _SIZES[os.environ.get("CASEFLOW_FAULTS", "ci")]
"""Those of this run."""
