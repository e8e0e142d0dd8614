"""The names by which processes, elements and flows are known."""

from __future__ import annotations

from typing import NewType

ProcessId = NewType("ProcessId", str)
ElementId = NewType("ElementId", str)
FlowId = NewType("FlowId", str)
