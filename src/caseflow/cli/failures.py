"""Exit codes, and what each error asks of whoever typed the command."""

from __future__ import annotations

from enum import IntEnum

from caseflow.errors import (
    CaseflowError,
    CaseNotOpen,
    CommandRefused,
    DecisionFailed,
    ExpressionFailed,
    NothingWaits,
    StaleCase,
    StoreError,
    TaskHeldByOther,
    TaskNotOpen,
    TryAgain,
    UnknownCase,
    UnknownProcess,
)
from caseflow.kernel import CaseState


class Exit(IntEnum):
    """What the end of a command says to the program that called it."""

    OK = 0
    REFUSED = 1
    """Findings, or a command that is not possible: its author or caller must act."""
    MISUSED = 2
    """The command line is wrong, or an extra is not installed."""
    NOT_FOUND = 3
    """No such file, process, case or open task, or nothing waits for it."""
    CONFLICT = 4
    """Somebody else was quicker or holds it: look again, then retry."""
    BROKEN = 5
    """The database or the file system: its operator must act."""
    INTERRUPTED = 130
    """Ctrl-C; what was not finished did not happen."""
    PIPE_CLOSED = 141
    """Nobody reads the output any more."""


class Misused(CaseflowError):
    """The command line contradicts itself or a file that it names."""


class AmbiguousCase(CommandRefused):
    """Several cases go by what was typed."""


_CODES: tuple[tuple[type[Exception], Exit], ...] = (
    (Misused, Exit.MISUSED),
    (ModuleNotFoundError, Exit.MISUSED),
    (UnknownProcess, Exit.NOT_FOUND),
    (UnknownCase, Exit.NOT_FOUND),
    (TaskNotOpen, Exit.NOT_FOUND),
    (NothingWaits, Exit.NOT_FOUND),
    (TaskHeldByOther, Exit.CONFLICT),
    (StaleCase, Exit.CONFLICT),
    (TryAgain, Exit.CONFLICT),
    (StoreError, Exit.BROKEN),
    (FileNotFoundError, Exit.NOT_FOUND),
    (OSError, Exit.BROKEN),
)

_REMEDIES: tuple[tuple[type[Exception], str], ...] = (
    (UnknownProcess, "`caseflow processes` lists what is deployed, `caseflow deploy` adds to it"),
    (
        UnknownCase,
        "`caseflow cases` lists them; a case goes by its id, the beginning of it, or its key",
    ),
    (TaskNotOpen, "`caseflow tasks` lists the open ones; somebody may have done it already"),
    (TaskHeldByOther, "ask them, or `caseflow assign TASK PERSON` if you may decide that"),
    (StaleCase, "run the command again"),
    (TryAgain, "run the command again"),
    (DecisionFailed, "`caseflow decide … --rules` shows the verdict on every test"),
    (ExpressionFailed, "give the variables that it needs with -v name=value"),
    (StoreError, "--db or CASEFLOW_DB names the database"),
)

_EXTRAS = {"docxtpl": "documents", "weasyprint": "documents", "rich": "cli", "psycopg": "postgres"}


def exit_code(failure: Exception) -> Exit:
    """Return the exit code for an error."""
    return next((code for kind, code in _CODES if isinstance(failure, kind)), Exit.REFUSED)


def in_words(failure: Exception) -> str:
    """Return what happened and, where there is one, the way out."""
    if isinstance(failure, ModuleNotFoundError):
        return _missing(failure)
    if isinstance(failure, OSError) and failure.filename is not None:
        return f"{failure.filename}: {failure.strerror}"
    remedy = next((text for kind, text in _REMEDIES if isinstance(failure, kind)), "")
    if isinstance(failure, CaseNotOpen) and failure.state == CaseState.SUSPENDED:
        remedy = f"`caseflow resume {failure.case}` lets it go on"
    return f"{failure}\n→ {remedy}" if remedy else str(failure)


def _missing(failure: ModuleNotFoundError) -> str:
    extra = _EXTRAS.get(failure.name or "")
    if extra is None:
        return f"{failure}: install it beside caseflow"
    return f'{failure.name} is not installed: pip install "caseflow-engine[{extra}]"'
