"""The reference page on tables says what the metadata says."""

from __future__ import annotations

import runpy
from pathlib import Path


def test_the_page_is_what_the_metadata_gives(repository: Path) -> None:
    tool = runpy.run_path(str(repository / "tools" / "make_schema_reference.py"))

    written = (repository / "docs" / "reference" / "schema.md").read_text(encoding="utf-8")

    assert written == tool["page"](), "run python tools/make_schema_reference.py"
