"""Overlays: how one unit's process differs from the one that all share."""

from __future__ import annotations

from caseflow.overlays.applying import Overlaid, apply_overlay
from caseflow.overlays.differences import Aspect, Difference, differences
from caseflow.overlays.elements import Base
from caseflow.overlays.expanding import Expansion, is_overlay, with_overlays
from caseflow.overlays.overlay import Addition, Documents, Overlay
from caseflow.overlays.reading import OVERLAY, read_overlay

__all__ = [
    "OVERLAY",
    "Addition",
    "Aspect",
    "Base",
    "Difference",
    "Documents",
    "Expansion",
    "Overlaid",
    "Overlay",
    "apply_overlay",
    "differences",
    "is_overlay",
    "read_overlay",
    "with_overlays",
]
