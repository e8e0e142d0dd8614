"""The documentation is whole: its words are explained, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

CONCEPTS = {
    "case", "case file", "deadline", "error", "escalation", "event", "finding", "flow", "frame",
    "incident", "job", "limit", "message", "outcome", "parameter set", "process", "scope",
    "signal", "subscription", "task", "tier", "timer", "token", "unit",
}  # fmt: skip

CODE = re.compile(r"^(`{3,}).*?^\1`*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6} (.+?) *#*$", re.MULTILINE)
TERM = re.compile(r"^\| \*\*(.+?)\*\* \|", re.MULTILINE)


def prose(page: Path) -> str:
    """A page without its code, where brackets are not links."""
    return CODE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The fragment of each heading, as the usual renderers make it."""
    titles = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def local_links(page: Path) -> list[tuple[str, Path, str]]:
    """The links of a page that stay in the tree: as written, the target and the fragment."""
    return [
        (link, (page.parent / unquote(path)) if path else page, fragment)
        for link in LINK.findall(prose(page))
        if not re.match(r"[a-z]+:", link)
        for path, _, fragment in [link.partition("#")]
    ]


@pytest.fixture(scope="module")
def pages(repository: Path) -> list[Path]:
    return [
        *sorted(repository.glob("*.md")),
        *(
            page
            for top in ("bench", "changelog.d", "docs", "examples", "processes")
            for page in sorted((repository / top).rglob("*.md"))
        ),
    ]


def test_every_link_leads_somewhere(repository: Path, pages: list[Path]) -> None:
    broken = {
        f"{page.relative_to(repository)}: {link}"
        for page in pages
        for link, target, fragment in local_links(page)
        if not target.exists()
        or (fragment and target.suffix == ".md" and fragment not in anchors(target))
    }

    assert broken == set()


def test_every_page_is_reached_from_the_index(repository: Path, pages: list[Path]) -> None:
    docs = repository / "docs"
    reached = {docs / "index.md"}
    waiting = list(reached)

    while waiting:
        for _, target, _ in local_links(waiting.pop()):
            found = target.resolve()
            linked = found.rglob("*.md") if found.is_dir() else [found]
            new = {page for page in linked if page.suffix == ".md"} - reached
            reached |= new
            waiting += [page for page in new if page.is_file()]

    assert {str(page) for page in pages if page.is_relative_to(docs)} - set(map(str, reached)) == (
        set()
    )


def test_the_glossary_explains_every_concept_once(repository: Path) -> None:
    glossary = repository / "docs" / "reference" / "glossary.md"

    terms = TERM.findall(glossary.read_text(encoding="utf-8"))

    assert sorted(terms) == sorted(set(terms))
    assert CONCEPTS - set(terms) == set()
