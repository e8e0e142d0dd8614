"""The county overlay among the examples: it runs, and its page says what it prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from examples.county_overlay.__main__ import main

from caseflow.engine import files_of, together
from caseflow.errors import Severity
from caseflow.library import process_library
from caseflow.overlays import with_overlays


def test_the_example_prints_what_its_page_shows(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main()

    page = repository / "examples" / "county_overlay" / "README.md"
    assert capsys.readouterr().out in page.read_text(encoding="utf-8")


def test_the_shipped_process_keeps_its_legal_exits_under_any_overlay() -> None:
    legal = (
        "inform_of_legal_route",
        "await_legal_route",
        "legal_route_accepted",
        "legal_route_declined",
        "transferred_legal",
    )
    files = files_of(process_library() / "summons_response")
    steps = ", ".join(f'"{name}"' for name in legal)
    text = f'overlay = "tonghai"\nbase = "summons_response"\nleave_out = [{steps}]\n'

    found = with_overlays({**files, "tonghai/overlay.toml": text.encode()}).findings

    assert [(one.rule, one.severity) for one in found] == [
        ("overlay-legal", Severity.ERROR) for _ in legal
    ]


def test_the_example_fits_the_shipped_process(repository: Path) -> None:
    files = together(
        files_of(process_library() / "summons_response"),
        [repository / "examples" / "county_overlay"],
    )

    assert with_overlays(files).findings == ()
