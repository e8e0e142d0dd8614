"""Writes the tables of the vendors for people: ``docs/reference/extensions.md``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from caseflow.bpmn.extensions.reading import VENDORS, spelled
from caseflow.bpmn.extensions.tables import (
    ACTIVITIES,
    EVENT_DATA,
    EVENTS,
    GATEWAYS,
    HANDS,
    MACHINE_TASKS,
    MESSAGES,
    PEOPLE_TASKS,
    RESULT_TASKS,
    Vendor,
)
from caseflow.bpmn.formulas import Dialect

_SETS = {
    ACTIVITIES: "any activity",
    ACTIVITIES | EVENTS: "any activity or event",
    ACTIVITIES | EVENTS | GATEWAYS | {"sequenceFlow"}: "any activity, event, gateway or flow",
    HANDS: "any activity, end event and intermediate throw event",
    PEOPLE_TASKS: "user and manual task",
    MACHINE_TASKS: "service, send and business rule task",
    RESULT_TASKS: "service, send, business rule and script task",
    MESSAGES: "message event definition, send and receive task",
    EVENT_DATA: "message, signal, error and escalation event definition, send and receive task",
}
_RULE = {
    Dialect.OWN: "A value that begins with `=` is an expression in the Python subset, "
    "any other a literal.",
    Dialect.ZEEBE: "A value that begins with `=` is an expression in FEEL, any other a literal.",
    Dialect.JUEL: "A value in `${...}` or `#{...}` is an expression, any other a literal. Java's "
    "operators (`&&`, `||`, `!`, `eq`, `true`, `null`, ...) are read as Python's; text around an "
    "expression (`a-${b}`) is refused.",
    Dialect.PYTHON: "Every value is an expression in the Python subset.",
}


def tables() -> str:
    """Return one chapter for each vendor, in Markdown."""
    return "\n".join(line for vendor in VENDORS for line in _chapter(vendor))


def _chapter(vendor: Vendor) -> Iterator[str]:
    yield f"## {vendor.name}"
    yield ""
    yield (
        f"Namespace {' or '.join(f'`{space}`' for space in vendor.namespaces)}. "
        + _RULE[vendor.dialect]
    )
    yield ""
    yield "| extension | on | is | fills |"
    yield "|---|---|---|---|"
    for row in vendor.rows:
        path = spelled(vendor, row.path)
        fills = ", ".join(f"`{part}`" for part in row.slot.value.split(", "))
        yield f"| `{path}` | {_on(row.on)} | {row.kind.value} | {fills} |"
    for each in vendor.structures:
        names = ", ".join(f"`{spelled(vendor, name)}`" for name in each.names)
        fills = ", ".join(f"`{part}`" for part in each.fills.split(", "))
        yield f"| {names} | {_on(each.on)} | an element with parts | {fills} |"
    yield ""
    yield from _remarks(vendor, "No meaning here", vendor.ignored)
    yield from _remarks(vendor, "Refused", vendor.refused)


def _remarks(vendor: Vendor, title: str, paths: Mapping[str, str]) -> Iterator[str]:
    if paths:
        yield f"{title}:"
        yield ""
        yield from (f"- `{spelled(vendor, path)}`: {why}" for path, why in sorted(paths.items()))
        yield ""


def _on(elements: frozenset[str]) -> str:
    return _SETS.get(elements) or ", ".join(f"`{name}`" for name in sorted(elements))
