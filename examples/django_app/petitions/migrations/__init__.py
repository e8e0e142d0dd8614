"""The migrations of the app's own tables."""

from __future__ import annotations
