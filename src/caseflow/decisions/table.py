"""A compiled decision table: which rules fit, and what the hit policy makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from caseflow.decisions.answer import Hit, Row, Seen
from caseflow.decisions.column import Cell, Column, is_allowed, key_of, lies_in, verdict
from caseflow.decisions.kinds import misfit, written
from caseflow.decisions.model import Aggregation, HitPolicy, Table
from caseflow.errors import DecisionFailed, ExpressionFailed
from caseflow.expressions import (
    FEEL_FUNCTIONS,
    Expression,
    Names,
    Period,
    Result,
    Work,
    equals,
)
from caseflow.model import Limit, Value

NO_PERIOD = "a period of months, or a limit, is no value of a case file: hand on its parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a table made of its inputs."""

    seen: tuple[Seen, ...]
    hits: tuple[Hit, ...]
    result: Value
    is_default: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledTable:
    """A table whose cells are compiled; ``values`` are the allowed ones of each output."""

    decision: str
    table: Table
    inputs: tuple[Expression, ...]
    columns: tuple[Column, ...]
    allowed: tuple[Cell | None, ...]
    outputs: tuple[tuple[Expression, ...], ...]
    values: tuple[Cell | None, ...]
    defaults: tuple[Expression | None, ...]

    def decide(self, names: Names, work: Work, *, has_rows: bool) -> Made:
        """Evaluate the table.

        Raises:
            DecisionFailed: an input is missing, of a wrong type or not allowed, an expression
                failed, or the rules that fit contradict the hit policy.
        """
        values = self._inputs(names, work)
        mask = self._fitting(values, names, work)
        numbers = list(_bits(mask))
        seen = tuple(
            Seen(title=column.title, value=value)
            for column, value in zip(self.columns, values, strict=True)
        )
        self._check_unique(numbers, values)
        if self.table.hit_policy is HitPolicy.FIRST:
            numbers = numbers[:1]
        hits = [self._hit(number, values, names, work) for number in numbers]
        chosen, is_default = self._chosen(hits), False
        if not hits and any(default is not None for default in self.defaults):
            result, is_default = self._default(names, work), True
        else:
            result = self._result(chosen, work)
        return Made(
            seen=seen,
            hits=tuple(chosen),
            result=result,
            is_default=is_default,
            rows=tuple(self._rows(values, names, work)) if has_rows else (),
        )

    def _inputs(self, names: Names, work: Work) -> list[Result]:
        values: list[Result] = []
        for column, expression, allowed in zip(
            self.columns, self.inputs, self.allowed, strict=True
        ):
            try:
                value = expression.evaluate_within(names, work)
            except ExpressionFailed as failure:
                raise self._failed(str(failure), clause=column.title) from failure
            problem = column.problem(value)
            if problem:
                raise self._failed(problem, clause=column.title)
            if allowed is not None and not is_allowed(allowed, value, names, work):
                raise self._failed(
                    f"{written(value)} is not one of the allowed values: {allowed.text}",
                    clause=column.title,
                )
            values.append(value)
        return values

    def _fitting(self, values: Sequence[Result], names: Names, work: Work) -> int:
        mask = (1 << len(self.table.rules)) - 1
        for column, value in zip(self.columns, values, strict=True):
            try:
                mask &= column.mask(value, names, work)
            except ExpressionFailed as failure:
                raise self._failed(str(failure), clause=column.title) from failure
            except ValueError as failure:  # more work than a decision may do
                raise self._failed(str(failure), clause=column.title) from failure
        return mask

    def _check_unique(self, numbers: Sequence[int], values: Sequence[Result]) -> None:
        if self.table.hit_policy is HitPolicy.UNIQUE and len(numbers) > 1:
            titles = " and ".join(self.table.rules[number].title for number in numbers)
            raise self._failed(
                f"{titles} fit at once, but the hit policy is UNIQUE: {self._situation(values)}"
            )

    def _hit(self, number: int, values: Sequence[Result], names: Names, work: Work) -> Hit:
        rule = self.table.rules[number]
        outputs = tuple(
            self._output(number, index, expression, names, work)
            for index, expression in enumerate(self.outputs[number])
        )
        reasons = [
            f"{column.title} = {written(value)} fits {column.cells[number].text}"
            for column, value in zip(self.columns, values, strict=True)
            if not column.cells[number].is_open
        ]
        reason = "; ".join(reasons) or "it asks for nothing"
        return Hit(rule=rule.id, number=rule.number, reason=reason, outputs=outputs)

    def _output(
        self, number: int, index: int, expression: Expression, names: Names, work: Work
    ) -> Value:
        clause, rule = self.table.outputs[index], self.table.rules[number]
        try:
            value = expression.evaluate_within(names, work)
        except ExpressionFailed as failure:
            raise self._failed(str(failure), rule=rule.title, clause=clause.title) from failure
        problem = self._output_problem(index, value, names, work)
        if problem or isinstance(value, Limit | Period):
            problem = problem or NO_PERIOD
            raise self._failed(problem, rule=rule.title, clause=clause.title)
        return value

    def _output_problem(self, index: int, value: Result, names: Names, work: Work) -> str:
        problem = misfit(value, self.table.outputs[index].type)
        allowed = self.values[index]
        if problem or allowed is None or value is None:
            return problem
        if is_allowed(allowed, value, names, work):
            return ""
        return f"{written(value)} is not one of the allowed values: {allowed.text}"

    # The hit policy

    def _chosen(self, hits: list[Hit]) -> list[Hit]:
        """Return the rules that count, in the order in which they do."""
        match self.table.hit_policy:
            case HitPolicy.ANY:
                self._check_same(hits)
                return hits[:1]
            case HitPolicy.PRIORITY:
                return sorted(hits, key=self._rank)[:1]
            case HitPolicy.OUTPUT_ORDER:
                return sorted(hits, key=self._rank)
            case _:
                return hits

    def _check_same(self, hits: Sequence[Hit]) -> None:
        work = Work({})
        for other in hits[1:]:
            first = hits[0]
            if not equals(list(first.outputs), list(other.outputs), work):
                raise self._failed(
                    f"rules {first.number} and {other.number} fit at once and give different "
                    "outputs, but the hit policy is ANY"
                )

    def _rank(self, hit: Hit) -> tuple[int, ...]:
        """Return the place of the outputs in the lists of output values, left to right."""
        return tuple(
            next(
                (
                    place
                    for place, shape in enumerate(cell.shapes)
                    if lies_in(key_of(value), shape)
                ),
                len(cell.shapes),
            )
            for cell, value in zip(self.values, hit.outputs, strict=True)
            if cell is not None
        )

    def _result(self, hits: Sequence[Hit], work: Work) -> Value:
        if self.table.hit_policy.is_single:
            return self._value(hits[0].outputs) if hits else None
        if self.table.aggregation is not None:
            return self._aggregated([hit.outputs[0] for hit in hits], work)
        return [self._value(hit.outputs) for hit in hits]

    def _aggregated(self, values: list[Value], work: Work) -> Value:
        if self.table.aggregation is Aggregation.COUNT:
            return len(values)
        if not values:
            return None
        function = FEEL_FUNCTIONS[str(self.table.aggregation).lower()]
        try:
            found = function.call(work, values)
        except (TypeError, ValueError, ArithmeticError) as failure:
            raise self._failed(f"{self.table.aggregation}: {failure}") from failure
        if isinstance(found, Limit | Period):
            raise self._failed(NO_PERIOD)
        return found

    def _default(self, names: Names, work: Work) -> Value:
        values = tuple(
            None if expression is None else self._default_of(index, expression, names, work)
            for index, expression in enumerate(self.defaults)
        )
        result = self._value(values)
        return result if self.table.hit_policy.is_single else [result]

    def _default_of(self, index: int, expression: Expression, names: Names, work: Work) -> Value:
        clause = self.table.outputs[index]
        try:
            value = expression.evaluate_within(names, work)
        except ExpressionFailed as failure:
            raise self._failed(str(failure), clause=clause.title) from failure
        problem = self._output_problem(index, value, names, work)
        if problem or isinstance(value, Limit | Period):
            problem = problem or NO_PERIOD
            raise self._failed(f"the default: {problem}", clause=clause.title)
        return value

    def _value(self, outputs: tuple[Value, ...]) -> Value:
        if len(self.table.outputs) == 1:
            return outputs[0]
        clauses = self.table.outputs
        return {clause.name: value for clause, value in zip(clauses, outputs, strict=True)}

    # Telling

    def _rows(self, values: Sequence[Result], names: Names, work: Work) -> Iterator[Row]:
        for number, rule in enumerate(self.table.rules):
            cells = [column.cells[number] for column in self.columns]
            yield Row(
                rule=rule.id,
                number=rule.number,
                tests=tuple(cell.text for cell in cells),
                verdicts=tuple(
                    verdict(cell, value, key_of(value), names, work)
                    for cell, value in zip(cells, values, strict=True)
                ),
            )

    def _situation(self, values: Sequence[Result]) -> str:
        return ", ".join(
            f"{column.title} = {written(value)}"
            for column, value in zip(self.columns, values, strict=True)
        )

    def _failed(self, message: str, *, rule: str = "", clause: str = "") -> DecisionFailed:
        return DecisionFailed(message, decision=self.decision, rule=rule, clause=clause)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
