"""Imports a CSV file of matters as cases: every row once, however often it is run.

python -m examples.import_csv matters.csv --columns matters.toml --db cases.db --dry-run
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from examples.import_csv.rows import BadRow, NewCase, Reader

from caseflow import Engine, Work
from caseflow.engine import CaseFilter
from caseflow.errors import CaseflowError, CommandRefused
from caseflow.model import ProcessId

BATCH = 50
"""Rows of one transaction: no more than these are to be done again after an interruption."""

Result = tuple[NewCase, str]
"""A row and what came of it: ``opened``, ``there already``, or why it was refused."""


class OnlyTrying(Exception):
    """Takes a transaction back on purpose, with what would have come of it."""

    def __init__(self, results: list[Result]) -> None:
        self.results = results
        super().__init__("nothing is kept")


def main(arguments: Sequence[str] | None = None) -> int:
    """Import a file; 0 where every row is a case now, 1 where some are not, 2 where none is."""
    options = _options(arguments)
    found: Counter[str] = Counter()
    try:
        rows = Reader(options.columns).read(options.file)
        with Engine(options.db if "://" in options.db else f"sqlite:///{options.db}") as engine:
            if options.deploy:
                engine.deploy(options.deploy, actor="import")
            for line, kind, told in imported(engine, rows, is_dry=options.dry_run):
                found[kind] += 1
                if kind == "bad":
                    print(f"{options.file}:{line}: {told}", file=sys.stderr)
    except (CaseflowError, OSError, ValueError, KeyError, csv.Error) as failure:
        print(f"{type(failure).__name__}: {failure}", file=sys.stderr)
        return 2
    verb = "would be opened" if options.dry_run else "opened"
    print(f"{found['opened']} cases {verb}, {found['there already']} were there already, ", end="")
    print(f"{found['bad']} rows are bad")
    return 1 if found["bad"] else 0


def imported(
    engine: Engine, rows: Iterator[NewCase | BadRow], *, is_dry: bool = False
) -> Iterator[tuple[int, str, str]]:
    """Yield for each row its line, what came of it, and for a bad one why."""
    while batch := list(islice(rows, BATCH)):
        for row in batch:
            if isinstance(row, BadRow):
                yield row.line, "bad", "; ".join(row.problems)
        good = [row for row in batch if isinstance(row, NewCase)]
        try:
            results = engine.run(partial(_open, rows=good, is_dry=is_dry), actor="import")
        except OnlyTrying as tried:
            results = tried.results
        for row, result in results:
            is_fine = result in {"opened", "there already"}
            yield row.line, result if is_fine else "bad", "" if is_fine else result


def _open(work: Work, *, rows: list[NewCase], is_dry: bool) -> list[Result]:
    """Open the cases of some rows that are not there yet, in one transaction.

    On SQLite nobody writes between the question and the answer. On PostgreSQL two imports of
    one file at the same time could both find a row missing: run one at a time.
    """
    results = [(row, _open_one(work, row)) for row in rows]
    if is_dry:
        raise OnlyTrying(results)
    return results


def _open_one(work: Work, row: NewCase) -> str:
    wanted = CaseFilter(process=ProcessId(row.process), business_key=row.business_key)
    if work.cases(wanted, limit=1):
        return "there already"
    try:
        work.start(
            row.process,
            business_key=row.business_key,
            unit=row.unit,
            element=row.element,
            variables=row.variables,
        )
    except CommandRefused as refusal:  # it changed nothing, so the others go on
        return str(refusal)
    return "opened"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m examples.import_csv", description=__doc__)
    parser.add_argument("file", type=Path, help="the CSV file, in UTF-8")
    parser.add_argument("--columns", type=Path, required=True, help="what its columns mean (TOML)")
    parser.add_argument("--db", default="cases.db", help="a SQLite file or a database URL")
    parser.add_argument("--deploy", type=Path, help="a folder of processes to deploy first")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would happen, keep nothing"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
