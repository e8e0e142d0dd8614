"""What the files of the repository may be called and may contain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TEXT = {"", ".bpmn", ".cfg", ".csv", ".dmn", ".html", ".ini", ".json", ".lock", ".md", ".py"}
TEXT |= {".sql", ".svg", ".toml", ".txt", ".xml", ".yaml", ".yml"}
MADE = {"__pycache__", "build", "dist", "htmlcov"}

HOME = re.compile(r"(?<![\w.~-])(/(home|root|Users)/\w|[A-Z]:\\Users\\)")
CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
FRAGMENT = re.compile(r"[a-z0-9-]+\.(added|changed|deprecated|removed|fixed|security)\.md")
FOREIGN_WORDS = re.compile(r"process instance|workflow instance|work item|workitem", re.IGNORECASE)


def files(folder: Path) -> Iterator[Path]:
    """The text files below a folder, without what tools made."""
    for path in sorted(folder.iterdir()):
        if path.name in MADE or (path.name.startswith(".") and path.name != ".ci"):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from files(path)
        elif path.is_file() and path.suffix in TEXT:
            yield path


def places(pattern: re.Pattern[str], folder: Path, *, top: Path) -> set[str]:
    """Where a pattern stands in the files below a folder, as ``file:line: text``."""
    return {
        f"{path.relative_to(top)}:{text.count(chr(10), 0, found.start()) + 1}: {found.group()}"
        for path in files(folder)
        for text in [path.read_text(encoding="utf-8")]
        for found in pattern.finditer(text)
    }


def test_no_file_names_the_home_of_a_developer(repository: Path) -> None:
    assert places(HOME, repository, top=repository) == set()


def test_no_merge_was_left_unfinished(repository: Path) -> None:
    assert places(CONFLICT, repository, top=repository) == set()


def test_the_source_uses_the_words_of_the_glossary(repository: Path) -> None:
    source = repository / "src" / "caseflow"

    found = places(FOREIGN_WORDS, source, top=source)

    assert {place for place in found if not place.startswith("spiff/")} == set()


def test_every_change_fragment_says_its_kind(repository: Path) -> None:
    fragments = {path.name for path in (repository / "changelog.d").iterdir()} - {"README.md"}

    assert {name for name in fragments if not FRAGMENT.fullmatch(name)} == set()


def test_every_locked_package_has_a_hash_and_no_address(repository: Path) -> None:
    lock = (repository / "requirements.lock").read_text(encoding="utf-8")
    packages = [
        entry for entry in re.split(r"\n(?=[a-z])", lock) if re.match(r"[a-z][\w.-]*==", entry)
    ]

    assert [entry for entry in packages if "--hash=sha256:" not in entry] == []
    assert re.findall(r"^.*(?:://|--find-links|--index|/opt/).*$", lock, re.MULTILINE) == []
    assert len(packages) > len(("pytest", "ruff", "mypy"))


@pytest.mark.parametrize(
    ("text", "is_home"),
    [
        ("see /{home}/li/notes", True),
        (r"C:\{users}\li", True),
        ("GET /api/{home}/x", False),
        ("https://example.org/{home}/page", False),
    ],
)
def test_a_home_is_told_from_an_address(text: str, *, is_home: bool) -> None:
    text = text.format(home="home", users="Users")

    assert bool(HOME.search(text)) is is_home
