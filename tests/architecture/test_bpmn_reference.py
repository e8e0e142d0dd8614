"""The reference page on BPMN says what the code does."""

from __future__ import annotations

import runpy
from pathlib import Path


def test_the_page_is_what_the_code_gives(repository: Path) -> None:
    tool = runpy.run_path(str(repository / "tools" / "make_bpmn_reference.py"))

    written = (repository / "docs" / "reference" / "bpmn.md").read_text(encoding="utf-8")

    assert written == tool["page"](), "run python tools/make_bpmn_reference.py"
