"""What test authors use: fakes with a virtual clock, and the pytest plugin."""

from __future__ import annotations

__all__: list[str] = []
