"""Writes docs/reference/bpmn.md: what caseflow does with each element of BPMN.

Run it as ``python tools/make_bpmn_reference.py`` after a change of the kernel or the reader;
a test compares the page with what this writes. Everything is read from the code: the reader's
table of elements, the first line of each element's module, and the refusals of the kernel.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from caseflow.bpmn.attributes import IGNORED_ATTRIBUTES, READ_ATTRIBUTES
from caseflow.bpmn.meaning import IGNORED, READ, REFUSED

REPOSITORY = Path(__file__).parents[1]
KERNEL = REPOSITORY / "src" / "caseflow" / "kernel"
PAGE = REPOSITORY / "docs" / "reference" / "bpmn.md"

HEAD = """# BPMN

What caseflow does with each element that BPMN 2.0.2 declares: it executes it, it passes it by
because the specification gives it no execution, or it refuses the diagram and says what to draw
instead. Nothing is skipped in silence. This page is written by `tools/make_bpmn_reference.py`.

"""

EXECUTED = """## Executed

One file an element, each by its clause of the specification.

| file | what it does |
|---|---|
"""

REFUSALS = """
## Refused by name

A diagram that contains one of these is not deployed; the finding names file, line and element.

"""

READER = """
Elements that the reader refuses, with the way out:

| element | instead |
|---|---|
"""

PASSED = """
## Passed by

These have no meaning for execution.

| element | why |
|---|---|
"""

KNOWN = """
## All elements that are read

"""

ATTRIBUTES = """
## All attributes

By the type of the schema that declares them, which others may inherit from. Those in the first
list are read; those of an element that is refused are refused with it.

"""

WITHOUT = """
These have no meaning for execution:

| attribute | why |
|---|---|
"""

DIFFERENCES = """
## Where the specification leaves a choice, or caseflow differs

- A called process runs inside the case that calls it (10.3.6): one transaction covers both.
- All branches see one case file; the instances of a multi-instance activity have variables of
  their own, which leave through its outputs (13.3.7 speaks of data outputs).
- A condition or script that cannot be evaluated stops its token with an incident, which an
  operator resolves; the rest of the case goes on (the specification does not say). A failing
  script whose task has a catching error event throws the error `script_failed`.
- Where no outgoing flow can be taken (13.4.2 throws an exception), the token stops with an
  incident.
- A timer cycle is counted from when it was due, so a case that nobody woke fires once for every
  missed occurrence; occurrences before the timer began to wait are skipped.
- An error that nobody catches ends the case as failed, with everything alive in it (10.5.6).
- Compensation runs one handler after the other, what was completed last first; 13.5.5.4 would
  allow some at the same time. Handlers see the data that their activity had of its own, and the
  rest of the case file as it is now (13.5.5.4 restores a snapshot of all of it).
- A handler on the border of a repeated activity runs once for each completed instance, as
  13.5.5.2 says; 13.5.5.4 says once for all.
- An error that leaves a sub-process or transaction compensates nothing by itself: 13.5.5.3 has
  that by default for a sub-process, 10.3.5 forbids it for a transaction. No engine of the field
  does it, and a diagram that was drawn for them would undo what nobody asked to undo. Draw an
  error event sub-process that throws a compensation.
- A compensation without an activity, thrown in an event sub-process, is for the scope that this
  serves, too (10.5.4, 13.5.5.2).
- A transaction that is cancelled in one of its instances is cancelled with all of them.
- A timer that opens cases is set when its process is deployed, and replaced when a new version
  is. It opens a case for each occurrence, also for those that nobody was there to see; what lies
  before the deployment is skipped. Limits are those of the first parameter set (10.5.2 does not
  say).
- A condition cannot open a case: it must not look at data of the process, and table 10.84 leaves
  open what else it could see. Nor can an event that needs several things at once (10.5.2), since
  there is no case yet that could remember what came first.
- A call with `caseflow:binding="latest"` runs the version that is newest when the token arrives;
  which one that was stands among the commands of the case.
- A subscription follows the case file: when what its correlation key is bound to changes, it
  waits by the new key (8.4.2). A message that is told apart by several keys is refused: 8.4.2
  lets any of them fit, so two cases could have a right to it.
- In a sequential ad-hoc sub-process, what nobody chooses begins as soon as nothing else is under
  way, in the order of the file (13.3.5 leaves the choice to the performer).
- In an ad-hoc sub-process, tasks for people wait to be chosen; anything else that no flow leads
  to begins at once, and once. Without a completion condition each task is done once (13.3.5).
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return the text of the page."""
    elements = sorted((KERNEL / "elements").glob("[a-z]*.py"))
    executed = "".join(f"| `{path.stem}` | {_first_line(path)} |\n" for path in elements)
    refusals = "".join(f"- {what}\n" for what in sorted(set(_refusals())))
    refused = "".join(f"| `{name}` | {why} |\n" for name, why in sorted(REFUSED.items()))
    passed = "".join(f"| `{name}` | {why} |\n" for name, why in sorted(IGNORED.items()))
    known = ", ".join(f"`{name}`" for name in sorted(READ)) + ".\n"
    return (
        HEAD
        + EXECUTED
        + executed
        + REFUSALS
        + refusals
        + READER
        + refused
        + PASSED
        + passed
        + KNOWN
        + known
        + ATTRIBUTES
        + ", ".join(f"`{name}`" for name in sorted(READ_ATTRIBUTES))
        + ".\n"
        + WITHOUT
        + "".join(f"| `{name}` | {why} |\n" for name, why in sorted(IGNORED_ATTRIBUTES.items()))
        + DIFFERENCES
    )


def _first_line(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0].rstrip(".")


def _refusals() -> Iterator[str]:
    """Yield what the kernel says that it does not execute."""
    for path in sorted(KERNEL.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) == "refuse_element":
                yield _text(node.args[-1])


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else ""


def _text(argument: ast.expr) -> str:
    match argument:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) for part in parts)
        case ast.FormattedValue(value=ast.Name(id=name)):
            return f"({name})"
        case _:
            return ast.unparse(argument)


if __name__ == "__main__":
    main()
