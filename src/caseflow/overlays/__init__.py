"""Overlays: how one unit's process differs from the one that all share."""

from __future__ import annotations
