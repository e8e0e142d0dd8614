"""caseflow: BPMN 2.0 cases that live for months, inside the host's own database."""

from __future__ import annotations

from caseflow.engine import Engine, TaskFilter, Work

__all__ = ["Engine", "TaskFilter", "Work"]
