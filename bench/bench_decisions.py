"""How long does a decision take in a table of 10, 100 and 1,000 rules, and against what?

The same table is decided by caseflow and, in the same run, by SpiffWorkflow's DMN engine,
which evaluates the tests row by row until one fits. Its tests are written in Python, so the
table here keeps to what both mean alike: numbers from one to another, and texts. What
compiling, linting and reading the table costs is measured too; it happens once.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from timeit import repeat
from types import SimpleNamespace

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.specs.model import (
    DecisionTable,
    HitPolicy,
    Input,
    InputEntry,
    Output,
    OutputEntry,
)
from SpiffWorkflow.dmn.specs.model import Rule as SpiffRule

from caseflow.bpmn import read_decisions
from caseflow.decisions import compile_decisions, lint_decisions

SIZES = (10, 100, 1_000)
SAMPLES = 20


def main() -> None:
    """Measure a table of each size every way, on a case that fits a rule in the middle."""
    for rules in SIZES:
        print(f"{rules} rules")
        medians = {what: measure(what, act) for what, act in ways(rules).items()}
        ratio = medians["SpiffWorkflow"] / medians["caseflow"]
        print(f"    SpiffWorkflow takes {ratio:,.0f} times as long as caseflow")


def ways(rules: int) -> dict[str, Callable[[], object]]:
    """Return what is measured for a table of so many rules."""
    data = dmn(rules)
    model = read_decisions(data, file="bench.dmn")
    compiled = compile_decisions(model)
    names = {"people": rules // 2, "kind": f"k{rules // 2 % 7}"}
    spiff, task = spiff_engine(rules, names)
    expected = compiled.decide("d", names).result
    found = dict(spiff.result(task))["out"]
    assert found == expected == rules // 2, (found, expected)  # noqa: S101 - no fair race else
    return {
        "caseflow": lambda: compiled.decide("d", names),
        "with verdicts": lambda: compiled.decide("d", names, has_rows=True),
        "SpiffWorkflow": lambda: spiff.result(task),
        "read": lambda: read_decisions(data, file="bench.dmn"),
        "compiled": lambda: compile_decisions(model),
        "linted": lambda: lint_decisions(compiled),
    }


def measure(what: str, act: Callable[[], object]) -> float:
    """Print the median and the slowest sample for one call; return the median in microseconds."""
    once = min(repeat(act, number=1, repeat=2))
    number = max(1, min(1_000, int(0.02 / max(once, 1e-6))))
    times = [each / number * 1e6 for each in repeat(act, number=number, repeat=SAMPLES)]
    print(
        f"    {what:14}{SAMPLES} x {number:>5}: median {median(times):12,.1f} µs,"
        f" slowest {max(times):12,.1f} µs"
    )
    return median(times)


def dmn(rules: int) -> bytes:
    """A UNIQUE table of ranges and texts."""
    rows = "".join(
        f'<rule id="r{number}"><inputEntry><text>[{number}..{number + 1})</text></inputEntry>'
        f'<inputEntry><text>"k{number % 7}", "other"</text></inputEntry>'
        f"<outputEntry><text>{number}</text></outputEntry></rule>"
        for number in range(rules)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m">'
        '<decision id="d" name="d"><decisionTable hitPolicy="UNIQUE">'
        '<input><inputExpression typeRef="number"><text>people</text></inputExpression></input>'
        '<input><inputExpression typeRef="string"><text>kind</text></inputExpression></input>'
        f'<output name="out"/>{rows}</decisionTable></decision></definitions>'
    ).encode()


def spiff_engine(rules: int, names: dict[str, object]) -> tuple[DMNEngine, SimpleNamespace]:
    """The same table in SpiffWorkflow's words, and a task that asks it."""
    table = DecisionTable("t", "t", HitPolicy.UNIQUE.value)
    people = Input("people", "people", "people", "people", "number")
    kind = Input("kind", "kind", "kind", "kind", "string")
    out = Output("out", "out", "out", "number")
    for number in range(rules):
        row = SpiffRule(f"r{number}")
        for column, test in (
            (people, f"{number} <= ? < {number + 1}"),
            (kind, f'? in ["k{number % 7}", "other"]'),
        ):
            cell = InputEntry("", column)
            cell.lhs.append(test)
            row.inputEntries.append(cell)
        output = OutputEntry("", out)
        output.text = str(number)
        row.outputEntries.append(output)
        table.rules.append(row)
    workflow = SimpleNamespace(script_engine=PythonScriptEngine())
    return DMNEngine(table), SimpleNamespace(data=dict(names), workflow=workflow)


if __name__ == "__main__":
    main()
