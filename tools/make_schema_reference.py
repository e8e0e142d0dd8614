"""Writes docs/reference/schema.md: the tables of caseflow, with their columns and indexes.

Run it as ``python tools/make_schema_reference.py`` after a change of the tables; a test compares
the page with what this writes. Columns and indexes are those of the metadata, with which another
test compares the migrations; what a table is for stands below it in its module.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql

from caseflow.store import METADATA

REPOSITORY = Path(__file__).parents[1]
TABLES = REPOSITORY / "src" / "caseflow" / "store" / "tables"
PAGE = REPOSITORY / "docs" / "reference" / "schema.md"
FIRST = "core"

HEAD = """# Tables

What caseflow keeps in your database, for those who back it up, look into it or report on it. This
page is written by `tools/make_schema_reference.py`.

- All tables are called `caseflow_…`; the first engine that opens a database creates them, and a
  newer release brings them up to date (`caseflow_schema` says how far they are).
- The key of every table begins with `tenant`, and with `case_id` where a row belongs to a case.
  There are no sequences, triggers or foreign keys, so that tables can be sharded by case.
- Types are PostgreSQL's; on SQLite a `TIMESTAMP` is a `DATETIME` and `BYTEA` a `BLOB`. Moments are
  UTC without a zone.
- Read as you like, but write through the engine: what is changed behind its back shows in
  `caseflow verify`, or breaks a case. What JSON in a `body` looks like is no promise; ask
  `work.case` and `work.history`.
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return the text of the page."""
    return "\n".join([HEAD, *_lines()]).rstrip() + "\n"


def _lines() -> Iterator[str]:
    modules = sorted(TABLES.glob("[a-z]*.py"), key=lambda path: (path.stem != FIRST, path.stem))
    shown: set[str] = set()
    for path in modules:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module = import_module(f"caseflow.store.tables.{path.stem}")
        tables = {
            name: table
            for name, table in vars(module).items()
            if isinstance(table, Table) and table.name not in shown
        }
        if not tables:
            continue
        shown |= {table.name for table in tables.values()}
        yield f"## {_first(ast.get_docstring(tree) or '')}\n"
        purposes = dict(_purposes(tree))
        for name, table in tables.items():
            yield from _table(table, purposes.get(name, ""))
    if missing := METADATA.tables.keys() - shown:
        raise AssertionError(f"these tables stand in no module: {', '.join(sorted(missing))}")


def _first(text: str) -> str:
    """Return the first sentence, as a heading."""
    told = text.partition("\n")[0].partition(":")[0].rstrip(".")
    return told.removeprefix("The tables of ").removeprefix("The table of ").capitalize()


def _purposes(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the name of each table with the text that stands right below it."""
    for one, following in zip(tree.body, tree.body[1:], strict=False):
        match one, following:
            case (
                ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, text.replace("``", "`")
            case _:
                pass


def _table(table: Table, purpose: str) -> Iterator[str]:
    yield f"### {table.name}\n"
    if purpose:
        yield f"{purpose}\n"
    yield "| column | type | |"
    yield "|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | {_type(column)} | {_marks(column)} |"
    yield ""
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    for index in indexes:
        columns = ", ".join(f"`{column.name}`" for column in index.columns)
        yield f"- {'unique ' if index.unique else ''}index `{index.name}`: {columns}"
    if indexes:
        yield ""


def _type(column: Column[object]) -> str:
    return column.type.compile(dialect=postgresql.dialect()).replace(" WITHOUT TIME ZONE", "")


def _marks(column: Column[object]) -> str:
    if column.primary_key:
        return "key"
    return "may be null" if column.nullable else ""


if __name__ == "__main__":
    main()
