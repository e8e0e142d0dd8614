"""The fault table: one row for each fault that was survived, printed when all tests are over."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of one fault.

    ``transitions``: jobs done, timers fired, tasks completed. ``faults``: how often something was
    killed, cut or filled up. ``again``: calls of a handler for a job that it was called for
    before, which is allowed. ``left``: tasks, jobs, timers and the like that should be gone.
    """

    fault: str
    database: str
    workers: int
    transitions: int
    faults: int
    lost: int
    doubled: int
    left: int
    again: int
    seconds: float


ROWS: list[Row] = []
"""Those of this run."""


def table(rows: list[Row]) -> str:
    """Return the table, as Markdown has it."""
    names = [field.name for field in fields(Row)]
    lines = [names, *([_cell(value) for value in astuple(row)] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(names))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in lines
    )


def _cell(value: object) -> str:
    return f"{value:.0f}" if isinstance(value, float) else f"{value}"
