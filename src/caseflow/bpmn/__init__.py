"""Diagrams in and out: BPMN 2.0 files to the model and back."""

from __future__ import annotations

from caseflow.bpmn.lanes import (
    lane_of,
)
from caseflow.bpmn.reader import (
    Reading,
    examine,
    examine_diagrams,
    read_diagram,
    read_diagrams,
)
from caseflow.bpmn.rules import (
    Rule,
)

__all__ = [
    "Reading",
    "Rule",
    "examine",
    "examine_diagrams",
    "lane_of",
    "read_diagram",
    "read_diagrams",
]
