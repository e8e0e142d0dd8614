"""Why a flow was taken: what the conditions that were tested knew, kept for the history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from caseflow.kernel.casefile import View
from caseflow.kernel.run import Arc, Run
from caseflow.model import ProcessId, Value

_MOST_TEXT = 200  # characters
_MOST_ITEMS = 20


def tell_why(run: Run, process: ProcessId, frame: int, tested: Iterable[Arc]) -> None:
    """Record the values of the variables that the conditions of these flows use.

    Long texts and collections are left out: they stand in the history where they were set.
    """
    names = {
        name: None for way in tested if way.condition is not None for name in way.condition.names
    }
    if not names:
        return
    view = View(run, frame)
    values: dict[str, Value] = {}
    for name in sorted(names):
        try:
            value = view[name]
        except KeyError:
            continue  # a condition may ask for a name only where another one holds
        if _is_short(value):
            values[name] = value
    run.tested(process, values)


def _is_short(value: Value) -> bool:
    match value:
        case str():
            return len(value) <= _MOST_TEXT
        case Mapping():
            return len(value) <= _MOST_ITEMS and all(map(_is_plain, value.values()))
        case Sequence():
            return len(value) <= _MOST_ITEMS and all(map(_is_plain, value))
        case _:
            return True


def _is_plain(value: Value) -> bool:
    return not isinstance(value, Mapping | list | tuple) and _is_short(value)
