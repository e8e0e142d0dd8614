"""What a diagram must not say, though the schema allows it: one module for each idea."""

from __future__ import annotations

from caseflow.bpmn.checks.calls import check_together
from caseflow.bpmn.checks.diagram import check_diagram

__all__ = [
    "check_diagram",
    "check_together",
]
