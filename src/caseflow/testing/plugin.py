"""The fixtures that pytest offers wherever caseflow is installed."""

from __future__ import annotations
