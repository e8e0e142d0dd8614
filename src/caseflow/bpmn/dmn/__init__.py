"""Files of decisions in: DMN 1.1 to 1.5 to the model of decisions."""

from __future__ import annotations

from caseflow.bpmn.dmn.reader import (
    DecisionReading,
    examine_decisions,
    read_decisions,
)

__all__ = [
    "DecisionReading",
    "examine_decisions",
    "read_decisions",
]
