"""The code of the documentation runs, and prints what the page says it prints.

The ``python`` blocks of a page are one program, run in an empty folder that holds
``processes`` and ``examples``; blocks with test functions are a pytest module instead.
What stands in ``output`` blocks is what the program prints, in order.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(?P<kind>python|output)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = [
    path
    for pattern in ("README.md", "docs/tutorial/*.md", "docs/howto/*.md")
    for path in sorted(REPOSITORY.glob(pattern))
    if "```python\n" in path.read_text(encoding="utf-8")
]


def program(page: Path, *, tests: bool) -> str:
    """The Python of a page with the page's line numbers, so that a traceback points there."""
    text = page.read_text(encoding="utf-8")
    lines = [""] * (text.count("\n") + 1)
    for block in BLOCK.finditer(text):
        is_test = re.search(r"^def test_", block["text"], re.MULTILINE) is not None
        if block["kind"] == "python" and is_test is tests:
            first = text.count("\n", 0, block.start("text"))
            code = block["text"].splitlines()
            lines[first : first + len(code)] = code
    return "\n".join(lines) + "\n"


def run(*arguments: str, folder: Path) -> str:
    """Run Python on arguments and return what it prints."""
    done = subprocess.run(  # noqa: S603 - the arguments are of this module
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("examples", "processes"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_the_code_of_a_page_runs(page: Path, folder: Path) -> None:
    (folder / "page.py").write_text(program(page, tests=False), encoding="utf-8")
    (folder / "test_page.py").write_text(program(page, tests=True), encoding="utf-8")
    shown = "".join(
        block["text"]
        for block in BLOCK.finditer(page.read_text(encoding="utf-8"))
        if block["kind"] == "output"
    )

    printed = run("page.py", folder=folder)
    if "def test_" in (folder / "test_page.py").read_text(encoding="utf-8"):
        run("-m", "pytest", "-q", "test_page.py", folder=folder)

    assert printed == shown


def test_a_program_keeps_the_lines_of_its_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "A page.\n```python\nx = 1\n```\n```python\ndef test_x(): ...\n```\n", encoding="utf-8"
    )

    assert program(page, tests=False) == "\n\nx = 1\n\n\n\n\n\n"
    assert program(page, tests=True) == "\n\n\n\n\ndef test_x(): ...\n\n\n"
