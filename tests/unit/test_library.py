"""The process library is found wherever caseflow is installed."""

from __future__ import annotations

from pathlib import Path

from caseflow.library import process_library


def test_a_source_tree_has_the_library_at_its_top(repository: Path) -> None:
    assert process_library() == repository / "processes"
