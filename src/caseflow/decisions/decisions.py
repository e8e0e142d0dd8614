"""The compiled decisions of a file: asked by id, they answer with every step of the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from caseflow.decisions.answer import Answer, Seen, Step
from caseflow.decisions.column import NOTHING, Around, Cell, is_allowed
from caseflow.decisions.kinds import misfit, written
from caseflow.decisions.model import Decision, DecisionModel, InputData
from caseflow.decisions.table import NO_PERIOD, CompiledTable
from caseflow.decisions.tokens import plain_name
from caseflow.errors import DecisionFailed, ExpressionFailed
from caseflow.expressions import (
    NO_FUNCTIONS,
    Expression,
    FunctionCall,
    Functions,
    Names,
    Period,
    Result,
    Work,
)
from caseflow.model import Limit, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledDecision:
    """A decision with its logic compiled: a table, or one expression."""

    decision: Decision
    logic: CompiledTable | Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledKnowledge:
    """A function that expressions call."""

    name: str
    parameters: tuple[str, ...]
    body: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """The decisions of one file, compiled; may be asked any number of times."""

    model: DecisionModel
    order: tuple[str, ...]
    compiled: Mapping[str, CompiledDecision]
    knowledge: Mapping[str, CompiledKnowledge]
    allowed: Mapping[str, Cell]
    """By the id of an input or decision, the values that its type allows."""

    @property
    def calls(self) -> tuple[FunctionCall, ...]:
        """All functions that are called anywhere in the file."""
        found = [one.body for one in self.knowledge.values()]
        for each in self.compiled.values():
            if isinstance(each.logic, Expression):
                found.append(each.logic)
            else:
                found.extend(each.logic.inputs)
                found.extend(output for row in each.logic.outputs for output in row)
                found.extend(one for one in each.logic.defaults if one is not None)
                found.extend(
                    cell.condition
                    for column in each.logic.columns
                    for cell in column.cells
                    if cell.condition is not None
                )
        return tuple(dict.fromkeys(call for one in found for call in one.calls))

    def gives_variables(self, decision: str) -> bool:
        """Tell whether the result has a name for each of its parts: several outputs, one rule."""
        found = self.compiled.get(decision)
        if found is None or isinstance(found.logic, Expression):
            return False
        table = found.logic.table
        return table.hit_policy.is_single and len(table.outputs) > 1

    def decide(
        self,
        decision: str,
        names: Names,
        functions: Functions = NO_FUNCTIONS,
        *,
        has_rows: bool = False,
    ) -> Answer:
        """Make a decision, and those before it that it needs.

        Args:
            decision: its id.
            names: the variables of the case.
            functions: those that were declared when the decisions were compiled.
            has_rows: let each step tell every rule with the verdict on each of its tests.

        Raises:
            DecisionFailed: a value is missing or does not fit, or rules contradict each other.
        """
        wanted = self._needed(decision)
        work = Work(functions)
        work.functions = {**functions, **self._callable(work)}
        steps: dict[str, Step] = {}
        for each in self.order:
            if each in wanted:
                steps[each] = self._step(self.compiled[each], names, steps, work, has_rows)
        return Answer(result=steps[decision].result, steps=tuple(steps.values()))

    def _needed(self, decision: str) -> set[str]:
        if decision not in self.compiled:
            raise DecisionFailed(f"{self.model.file} has no such decision", decision=decision)
        needed: set[str] = set()
        todo = [decision]
        while todo:
            here = todo.pop()
            if here in self.compiled and here not in needed:
                needed.add(here)
                todo.extend(self.compiled[here].decision.needs)
        return needed

    def _callable(self, work: Work) -> dict[str, Callable[..., Result]]:
        return {one.name: _function(one, work) for one in self.knowledge.values()}

    def _step(
        self,
        compiled: CompiledDecision,
        names: Names,
        steps: Mapping[str, Step],
        work: Work,
        has_rows: bool,  # noqa: FBT001 - handed on
    ) -> Step:
        decision = compiled.decision
        own = self._own(decision, names, steps, work)
        around = Around(own, names)
        if isinstance(compiled.logic, CompiledTable):
            made = compiled.logic.decide(around, work, has_rows=has_rows)
            self._check(decision, made.result)
            return Step(
                decision=decision.id,
                name=decision.name,
                seen=made.seen,
                result=made.result,
                hits=made.hits,
                is_default=made.is_default,
                rows=made.rows,
            )
        try:
            result = compiled.logic.evaluate_within(around, work)
        except ExpressionFailed as failure:
            raise DecisionFailed(str(failure), decision=decision.id) from failure
        if isinstance(result, Limit | Period):
            raise DecisionFailed(NO_PERIOD, decision=decision.id)
        self._check(decision, result)
        self._check_allowed(decision.id, result, work, decision=decision.id, clause="the result")
        seen = tuple(Seen(title=name, value=value) for name, value in own.items())
        return Step(decision=decision.id, name=decision.name, seen=seen, result=result)

    def _check(self, decision: Decision, result: Value) -> None:
        problem = misfit(result, decision.type)
        if problem:
            raise DecisionFailed(f"the result: {problem}", decision=decision.id)

    def _own(
        self, decision: Decision, names: Names, steps: Mapping[str, Step], work: Work
    ) -> dict[str, Result]:
        """Return what a decision needs, by the names of the variables."""
        own: dict[str, Result] = {}
        missing: list[str] = []
        for need in decision.needs:
            needed = self.model.inputs.get(need)
            if need in steps:
                own[plain_name(self.model.decisions[need].variable)] = steps[need].result
            elif needed is not None:
                name = plain_name(needed.variable)
                try:
                    own[name] = names[name]
                except KeyError:
                    missing.append(name)
                else:
                    self._check_input(decision, needed, own[name], work)
        if missing:
            raise DecisionFailed(
                f"the case has no {' and no '.join(missing)}", decision=decision.id
            )
        return own

    def _check_input(
        self, decision: Decision, needed: InputData, value: Result, work: Work
    ) -> None:
        problem = misfit(value, needed.type)
        if problem:
            raise DecisionFailed(problem, decision=decision.id, clause=needed.name)
        self._check_allowed(needed.id, value, work, decision=decision.id, clause=needed.name)

    def _check_allowed(
        self, element: str, value: Result, work: Work, *, decision: str, clause: str
    ) -> None:
        allowed = self.allowed.get(element)
        if allowed is not None and not is_allowed(allowed, value, NOTHING, work):
            raise DecisionFailed(
                f"{written(value)} is not one of the allowed values: {allowed.text}",
                decision=decision,
                clause=clause,
            )


def _function(knowledge: CompiledKnowledge, work: Work) -> Callable[..., Result]:
    def call(*values: Result) -> Result:
        names = dict(zip(knowledge.parameters, values, strict=True))
        work.spend(1)
        return knowledge.body.evaluate_within(Around(names, NOTHING), work)

    return call
