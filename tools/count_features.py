"""Prints how many tests each element of the kernel has, with what it does and by which clause.

Run it as ``python tools/count_features.py``. An element is a file of the kernel, a test a
function that begins with ``test_``; one that runs on several examples counts once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
KERNEL = REPOSITORY / "src" / "caseflow" / "kernel"
TESTS = REPOSITORY / "tests" / "unit" / "kernel"

ELSEWHERE = {
    "catch_event": "conditional_event parallel_multiple_event event_data",
    "start_event": "instantiation",
    "plain_task": "token_quantities",
}
"""Elements whose features have test files of their own names besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One element: its file, what it does, and its tests."""

    name: str
    what: str
    tests: int


def main() -> None:
    """Print the table."""
    found = list(features())
    width = max(len(one.name) for one in found)
    for one in found:
        print(f"{one.name:{width}} {one.tests:4}  {one.what}")
    others = sum(map(_tests, TESTS.glob("test_*.py")))
    print(f"{'all elements':{width}} {sum(one.tests for one in found):4}")
    print(f"{'whole kernel':{width}} {others:4}  rules that no single element has")


def features() -> Iterator[Feature]:
    """Yield the elements of the kernel, by name."""
    for path in sorted((KERNEL / "elements").glob("[a-z]*.py")):
        names = [path.stem, *ELSEWHERE.get(path.stem, "").split()]
        files = [TESTS / "elements" / f"test_{name}.py" for name in names]
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        yield Feature(
            name=path.stem,
            what=text.partition("\n")[0],
            tests=sum(_tests(file) for file in files if file.is_file()),
        )


def _tests(path: Path) -> int:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return sum(isinstance(one, ast.FunctionDef) and one.name[:5] == "test_" for one in tree.body)


if __name__ == "__main__":
    main()
