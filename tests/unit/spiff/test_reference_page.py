"""The reference page lists what SpiffWorkflow is refused, neither more nor less."""

from __future__ import annotations

import ast
import re
from pathlib import Path


def test_every_rule_is_on_the_page(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "spiff.md").read_text(encoding="utf-8")
    rules = {
        f"spiff-{node.args[0].value}"
        for path in (repository / "src" / "caseflow" / "spiff").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "refuse"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }

    assert set(re.findall(r"^\| `(spiff-[\w-]+)`", page, re.MULTILINE)) == rules
