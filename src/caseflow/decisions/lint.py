"""What is doubtful in decisions that compile: gaps, overlaps, rules that never count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from caseflow.decisions.column import Cell
from caseflow.decisions.decisions import CompiledDecision, Decisions
from caseflow.decisions.model import Decision, HitPolicy
from caseflow.decisions.pieces import ANY_VALUE, Input, input_of, is_exact
from caseflow.decisions.table import CompiledTable
from caseflow.decisions.tokens import plain_name
from caseflow.errors import Finding, Severity
from caseflow.expressions import Expression

MAX_SHOWN = 5  # gaps or overlaps of one table that are told one by one
MAX_STEPS = 500_000  # of the search through the combinations of one table


def lint_decisions(decisions: Decisions) -> tuple[Finding, ...]:
    """Say what is doubtful in compiled decisions: an overlap under UNIQUE is an error."""
    found: list[Finding] = []
    for each in decisions.compiled.values():
        lint = _Lint(file=decisions.model.file, decision=each.decision)
        lint.check(each, decisions)
        found.extend(lint.found)
    return tuple(found)


@dataclass(slots=True, kw_only=True)
class _Lint:
    """The findings on one decision."""

    file: str
    decision: Decision
    found: list[Finding] = field(default_factory=list)

    def check(self, compiled: CompiledDecision, decisions: Decisions) -> None:
        """Check one decision."""
        self._check_needs(compiled, decisions)
        if isinstance(compiled.logic, CompiledTable):
            self._check_columns(compiled.logic)
            self._check_rules(compiled.logic)

    def _note(
        self, rule: str, message: str, remedy: str, *, line: int = 0, is_error: bool = False
    ) -> None:
        self.found.append(
            Finding(
                rule=rule,
                severity=Severity.ERROR if is_error else Severity.WARNING,
                file=self.file,
                line=line or self.decision.line,
                element=self.decision.id,
                name=self.decision.name,
                message=message,
                remedy=remedy,
            )
        )

    def _check_needs(self, compiled: CompiledDecision, decisions: Decisions) -> None:
        used = {name for one in _expressions(compiled.logic) for name in one.names}
        model = decisions.model
        for need in self.decision.needs:
            needed = model.decisions.get(need) or model.inputs.get(need)
            if needed is not None and plain_name(needed.variable) not in used:
                self._note(
                    "decision-unused-need",
                    f"it needs {needed.variable}, but never speaks of it",
                    "remove the information requirement, or use it",
                )

    def _check_columns(self, compiled: CompiledTable) -> None:
        for clause, column in zip(compiled.table.inputs, compiled.columns, strict=True):
            if compiled.table.rules and all(cell.is_open for cell in column.cells):
                self._note(
                    "decision-unused-input",
                    f"no rule asks for {clause.title}",
                    "remove the column, or write a test into it",
                    line=clause.line,
                )

    def _check_rules(self, compiled: CompiledTable) -> None:
        inputs = _inputs(compiled)
        if inputs is None:
            self._note(
                "decision-not-checked",
                "some tests depend on more than constants, so nobody looked for gaps and overlaps",
                "write constants where you can, or test every case",
            )
            return
        search = _Search(inputs=inputs, rules=len(compiled.table.rules))
        if not search.run():
            self._note(
                "decision-not-checked",
                f"the table has too many combinations to look at: {MAX_STEPS:,} steps were "
                "not enough to find all gaps and overlaps",
                "split the table by one of its inputs",
            )
            return
        self._check_gaps(compiled, search)
        self._check_overlaps(compiled, search)
        self._check_reach(compiled, search)

    def _check_gaps(self, compiled: CompiledTable, search: _Search) -> None:
        has_default = any(default is not None for default in compiled.defaults)
        if not compiled.table.hit_policy.is_single or has_default:
            return
        gaps = search.gaps
        for example in gaps[:MAX_SHOWN]:
            self._note(
                "decision-gap",
                f"no rule fits {example}",
                "add a rule, or a default output",
            )
        self._tell_rest("decision-gap", len(gaps), "gap")

    def _check_overlaps(self, compiled: CompiledTable, search: _Search) -> None:
        policy = compiled.table.hit_policy
        if policy not in {HitPolicy.UNIQUE, HitPolicy.ANY}:
            return
        pairs: dict[tuple[int, int], str] = {}
        for mask, example in search.found.items():
            for pair in _pairs(mask):
                if policy is HitPolicy.UNIQUE or _differ(compiled, *pair):
                    pairs.setdefault(pair, example)
                    break
        rules = compiled.table.rules
        for (one, other), example in list(pairs.items())[:MAX_SHOWN]:
            differing = " and differ" if policy is HitPolicy.ANY else ""
            self._note(
                "decision-overlap",
                f"{rules[one].title} and {rules[other].title} both fit{differing}: {example}",
                f"narrow one of them, or choose another hit policy than {policy}",
                line=rules[other].line,
                is_error=True,
            )
        self._tell_rest("decision-overlap", len(pairs), "overlap")

    def _tell_rest(self, rule: str, number: int, what: str) -> None:
        if number > MAX_SHOWN:
            rest = number - MAX_SHOWN
            self._note(
                rule, f"{rest} more {what}{'s' if rest > 1 else ''}", "mend the ones above first"
            )

    def _check_reach(self, compiled: CompiledTable, search: _Search) -> None:
        is_first = compiled.table.hit_policy is HitPolicy.FIRST
        ever = counting = 0
        for mask in search.found:
            ever |= mask
            counting |= mask & -mask if is_first else mask
        for number, rule in enumerate(compiled.table.rules):
            if not ever >> number & 1:
                self._note(
                    "decision-dead-rule",
                    f"{rule.title} fits no value at all",
                    "correct its tests, or remove it",
                    line=rule.line,
                )
            elif not counting >> number & 1:
                self._note(
                    "decision-dead-rule",
                    f"{rule.title} never counts: rules before it take every case",
                    "move it up, or remove it",
                    line=rule.line,
                )


@dataclass(slots=True, kw_only=True)
class _Search:
    """Goes through the combinations of pieces; those that keep the same rules count once."""

    inputs: Sequence[Input]
    rules: int
    found: dict[int, str] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    _left: int = MAX_STEPS

    def run(self) -> bool:
        """Find every set of rules that fit at once, with an example; False if too much."""
        states: dict[int, tuple[str, ...]] = {(1 << self.rules) - 1: ()}
        for depth, each in enumerate(self.inputs):
            following: dict[int, tuple[str, ...]] = {}
            for mask, way in states.items():
                self._left -= len(each.pieces)
                if self._left < 0:
                    return False
                for piece in each.pieces:
                    rest = mask & piece.mask
                    if rest and rest not in following:
                        following[rest] = (*way, piece.example)
                    elif not rest:
                        self._keep_gap((*way, piece.example), depth)
            states = following
        self.found = {mask: self._example(way) for mask, way in states.items()}
        return True

    def _keep_gap(self, way: tuple[str, ...], depth: int) -> None:
        # What comes behind no longer matters, so a gap is told once for all of that.
        self.gaps.append(self._example((*way, *(ANY_VALUE,) * (len(self.inputs) - depth - 1))))

    def _example(self, way: Sequence[str]) -> str:
        known = [
            f"{each.title} = {example}"
            for each, example in zip(self.inputs, way, strict=True)
            if example != ANY_VALUE
        ]
        return ", ".join(known) or ANY_VALUE


def _inputs(compiled: CompiledTable) -> list[Input] | None:
    """Return what a table asks for; columns that test the same expression are one input."""
    groups: dict[str, list[int]] = {}
    for index, clause in enumerate(compiled.table.inputs):
        groups.setdefault(" ".join(clause.expression.text.split()), []).append(index)
    inputs: list[Input] = []
    for numbers in groups.values():
        columns = [compiled.columns[number] for number in numbers]
        allowed: list[Cell | None] = [compiled.allowed[number] for number in numbers]
        if not is_exact(columns):
            return None
        inputs.append(input_of(columns, allowed))
    return inputs


def _expressions(logic: CompiledTable | Expression) -> Iterator[Expression]:
    if isinstance(logic, Expression):
        yield logic
        return
    yield from logic.inputs
    for row in logic.outputs:
        yield from row
    yield from (one for one in logic.defaults if one is not None)
    for column in logic.columns:
        yield from (cell.condition for cell in column.cells if cell.condition is not None)


def _pairs(mask: int) -> Iterator[tuple[int, int]]:
    numbers = [number for number in range(mask.bit_length()) if mask >> number & 1]
    first = numbers[0] if numbers else 0
    for other in numbers[1:]:
        yield first, other


def _differ(compiled: CompiledTable, one: int, other: int) -> bool:
    """Tell whether two rules surely give different outputs: both are written down."""
    rows = compiled.outputs[one], compiled.outputs[other]
    return any(
        not (left.names or right.names or left.calls or right.calls)
        and left.evaluate({}) != right.evaluate({})
        for left, right in zip(*rows, strict=True)
    )
