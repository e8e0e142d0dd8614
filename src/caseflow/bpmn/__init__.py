"""Diagrams in and out: BPMN 2.0 files to the model and back."""

from __future__ import annotations

from caseflow.bpmn.dmn import (
    DecisionReading,
    examine_decisions,
    read_decisions,
)
from caseflow.bpmn.draw_marks import (
    Marks,
)
from caseflow.bpmn.draw_svg import (
    draw_svg,
)
from caseflow.bpmn.draw_text import (
    draw_text,
)
from caseflow.bpmn.lanes import (
    lane_of,
)
from caseflow.bpmn.layout import (
    lay_out,
)
from caseflow.bpmn.reader import (
    Reading,
    examine,
    examine_diagrams,
    read_diagram,
    read_diagrams,
)
from caseflow.bpmn.rewrite import (
    Edit,
    InsertSteps,
    NewStep,
    RenameProcesses,
    SetAttribute,
    TakeOut,
    rewritten,
)
from caseflow.bpmn.rules import (
    Rule,
)
from caseflow.bpmn.write import (
    write_drawing,
)

__all__ = [
    "DecisionReading",
    "Edit",
    "InsertSteps",
    "Marks",
    "NewStep",
    "Reading",
    "RenameProcesses",
    "Rule",
    "SetAttribute",
    "TakeOut",
    "draw_svg",
    "draw_text",
    "examine",
    "examine_decisions",
    "examine_diagrams",
    "lane_of",
    "lay_out",
    "read_decisions",
    "read_diagram",
    "read_diagrams",
    "rewritten",
    "write_drawing",
]
