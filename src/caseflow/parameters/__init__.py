"""Parameter files: the numbers of a process library, each with its evidence."""

from __future__ import annotations

from caseflow.parameters.read import read_parameters

__all__ = ["read_parameters"]
