"""What each element of BPMN does, one file an element."""

from __future__ import annotations
