"""The command line: ``caseflow``."""

from __future__ import annotations

from caseflow.cli.entry import main

__all__ = ["main"]
