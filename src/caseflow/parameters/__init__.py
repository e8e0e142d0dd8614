"""Parameter files: the numbers of a process library, each with its evidence."""

from __future__ import annotations

from caseflow.parameters.entries import Table, check_keys, read_text
from caseflow.parameters.lines import Path
from caseflow.parameters.read import read_parameters, read_toml
from caseflow.parameters.report import Report, one_of

__all__ = [
    "Path",
    "Report",
    "Table",
    "check_keys",
    "one_of",
    "read_parameters",
    "read_text",
    "read_toml",
]
