"""Compiles the decisions of a file, and says everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import assert_never

from caseflow.decisions.column import OPEN_CELL, Cell, Column, key_of, kinds_of, lies_in, shapes_of
from caseflow.decisions.decisions import CompiledDecision, CompiledKnowledge, Decisions
from caseflow.decisions.kinds import in_words, misfit, written
from caseflow.decisions.model import (
    Decision,
    DecisionModel,
    HitPolicy,
    InputClause,
    Kind,
    OutputClause,
    Rule,
    Table,
    Type,
)
from caseflow.decisions.syntax import compile_feel, declared_besides, parse_expression, parse_tests
from caseflow.decisions.table import CompiledTable
from caseflow.decisions.tokens import is_name, plain_name
from caseflow.decisions.unary import constant_of, node_of
from caseflow.errors import DiagramRefused, ExpressionRefused, Finding, Severity
from caseflow.expressions import (
    FEEL_FUNCTIONS,
    Expression,
    Function,
    Result,
    compile_tree,
    feel_source,
)
from caseflow.model import Formula

_NO_FUNCTIONS: Mapping[str, Function] = MappingProxyType({})
_SEE = "docs/reference/decisions.md says what can be written"
NULL = Formula(text="null")


def compile_decisions(
    model: DecisionModel, *, functions: Mapping[str, Function] = _NO_FUNCTIONS
) -> Decisions:
    """Compile the decisions of a file.

    Args:
        model: What was read from the file.
        functions: Functions beyond those of FEEL that each evaluation supplies.

    Raises:
        DiagramRefused: with everything that is wrong.
    """
    compilation = _Compilation(model=model, functions=functions)
    decisions = compilation.decisions()
    if compilation.findings:
        raise DiagramRefused(compilation.findings)
    return decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    """Whose text is compiled: the element, the place in it, and the names it may use."""

    element: str
    name: str
    place: str
    line: int
    names: frozenset[str]
    functions: Mapping[str, Function]

    def at(self, place: str, line: int = 0) -> _Where:
        """Return another place of the same element."""
        return _Where(
            element=self.element,
            name=self.name,
            place=place,
            line=line or self.line,
            names=self.names,
            functions=self.functions,
        )


@dataclass(slots=True, kw_only=True)
class _Compilation:
    """The findings on one file, and what was compiled of it."""

    model: DecisionModel
    functions: Mapping[str, Function]
    findings: list[Finding] = field(default_factory=list)
    _expressions: dict[tuple[str, frozenset[str]], tuple[Expression, tuple[Result] | None]] = (
        field(default_factory=dict)
    )
    _cells: dict[tuple[str, frozenset[str]], Cell] = field(default_factory=dict)

    def decisions(self) -> Decisions:
        """Compile everything; what is refused leaves findings."""
        self._check_names()
        order = self._order()
        knowledge = {
            one.id: CompiledKnowledge(
                name=plain_name(one.name),
                parameters=tuple(map(plain_name, one.parameters)),
                body=self._expression(
                    one.body,
                    self._where(one.id, one.name, "the body", one.line, one.knowledge).at(
                        "the body"
                    ),
                    own=frozenset(map(plain_name, one.parameters)),
                ),
            )
            for one in self.model.knowledge.values()
        }
        compiled = {one: self._decision(self.model.decisions[one]) for one in order}
        return Decisions(
            model=self.model,
            order=tuple(order),
            compiled={one: each for one, each in compiled.items() if each is not None},
            allowed=self._allowed_by_type(),
            knowledge=knowledge,
        )

    def _refuse(self, rule: str, where: _Where, message: str, remedy: str) -> None:
        self.findings.append(
            Finding(
                rule=rule,
                severity=Severity.ERROR,
                file=self.model.file,
                line=where.line,
                element=where.element,
                name=where.name,
                message=f"{where.place}: {message}" if where.place else message,
                remedy=remedy,
            )
        )

    # The requirement graph

    def _check_names(self) -> None:
        taken: dict[str, str] = {}
        model = self.model
        named = [
            *((one.id, one.name, one.variable, one.line) for one in model.inputs.values()),
            *((one.id, one.name, one.variable, one.line) for one in model.decisions.values()),
            *((one.id, one.name, one.name, one.line) for one in model.knowledge.values()),
        ]
        for element, name, variable, line in named:
            where = self._where(element, name, "", line, ())
            if not is_name(plain_name(variable)):
                self._refuse(
                    "decision-name",
                    where,
                    f"“{variable}” cannot be named in an expression",
                    "write letters, digits and spaces, beginning with a letter; the name of "
                    "its variable counts, so the name that is shown may stay",
                )
            if element in model.knowledge and plain_name(variable) in FEEL_FUNCTIONS:
                self._refuse(
                    "decision-name",
                    where,
                    f"{variable} is a function of FEEL already",
                    "choose another name for the knowledge model",
                )
            other = taken.setdefault(plain_name(variable), element)
            if other != element:
                self._refuse(
                    "decision-name",
                    where,
                    f"its variable is called {variable}, and so is that of {other}",
                    "give each input and decision a name of its own",
                )

    def _order(self) -> list[str]:
        """Return the decisions, what is needed before what needs it."""
        order: dict[str, None] = {}
        for start in self.model.decisions:
            stack: list[tuple[str, Iterator[str]]] = [(start, self._needs(start))]
            way = {start}
            while stack:
                here, needs = stack[-1]
                following = next(needs, None)
                if following is None:
                    stack.pop()
                    way.discard(here)
                    order.setdefault(here)
                elif following in way:
                    self._refuse_circle(following)
                elif following not in order:
                    way.add(following)
                    stack.append((following, self._needs(following)))
        for one in self.model.knowledge.values():
            if self._calls_itself(one.id):
                where = self._where(one.id, one.name, "", one.line, ())
                self._refuse(
                    "decision-circle",
                    where,
                    "it needs itself, by way of what it needs",
                    "knowledge models call each other in one direction only",
                )
        return list(order)

    def _needs(self, decision: str) -> Iterator[str]:
        return iter(
            [one for one in self.model.decisions[decision].needs if one in self.model.decisions]
        )

    def _refuse_circle(self, decision: str) -> None:
        one = self.model.decisions[decision]
        where = self._where(one.id, one.name, "", one.line, ())
        if any(found.rule == "decision-circle" for found in self.findings):
            return
        self._refuse(
            "decision-circle",
            where,
            "it needs itself, by way of what it needs",
            "remove one of the information requirements",
        )

    def _calls_itself(self, start: str) -> bool:
        seen: set[str] = set()
        todo = [*self.model.knowledge[start].knowledge]
        while todo:
            here = todo.pop()
            if here == start:
                return True
            if here in self.model.knowledge and here not in seen:
                seen.add(here)
                todo.extend(self.model.knowledge[here].knowledge)
        return False

    def _where(
        self, element: str, name: str, place: str, line: int, knowledge: Sequence[str]
    ) -> _Where:
        """Return what the texts of an element may speak of."""
        functions = declared_besides(self.functions)
        for one in knowledge:
            found = self.model.knowledge.get(one)
            if found is not None and plain_name(found.name) not in FEEL_FUNCTIONS:
                number = len(found.parameters)
                functions[plain_name(found.name)] = Function(least=number, most=number)
        names: set[str] = set()
        decision = self.model.decisions.get(element)
        for need in decision.needs if decision is not None else ():
            needed = self.model.decisions.get(need) or self.model.inputs.get(need)
            if needed is not None:
                names |= {plain_name(needed.variable), *needed.type.parts}
            logic = None if need not in self.model.decisions else self.model.decisions[need].logic
            if isinstance(logic, Table):
                names |= {clause.name for clause in logic.outputs}
        return _Where(
            element=element,
            name=name,
            place=place,
            line=line,
            names=frozenset(name for name in names if name),
            functions=functions,
        )

    # Logic

    def _decision(self, decision: Decision) -> CompiledDecision | None:
        where = self._where(decision.id, decision.name, "", decision.line, decision.knowledge)
        match decision.logic:
            case Formula() as formula:
                return CompiledDecision(
                    decision=decision, logic=self._expression(formula, where.at("the expression"))
                )
            case Table() as table:
                found = len(self.findings)
                compiled = self._table(decision, table, where)
                if len(self.findings) > found:
                    return None
                return CompiledDecision(decision=decision, logic=compiled)
            case _:
                assert_never(decision.logic)

    def _table(self, decision: Decision, table: Table, where: _Where) -> CompiledTable:
        self._check_hit_policy(table, where)
        columns = [
            self._column(index, clause, table, where) for index, clause in enumerate(table.inputs)
        ]
        values = [
            None
            if clause.type.allowed is None
            else self._allowed(clause.type.allowed, clause.type, where.at(clause.title))
            for clause in table.outputs
        ]
        self._check_priority(table, values, where)
        outputs = tuple(
            tuple(
                self._output(rule, clause, formula, allowed, where)
                for clause, formula, allowed in zip(
                    table.outputs, rule.outputs, values, strict=True
                )
            )
            for rule in table.rules
        )
        return CompiledTable(
            decision=decision.id,
            table=table,
            inputs=tuple(
                self._expression(clause.expression, where.at(clause.title, clause.line))
                for clause in table.inputs
            ),
            columns=tuple(columns),
            allowed=tuple(
                None
                if clause.type.allowed is None
                else self._allowed(clause.type.allowed, clause.type, where.at(clause.title))
                for clause in table.inputs
            ),
            outputs=outputs,
            values=tuple(values),
            defaults=tuple(
                None
                if clause.default is None
                else self._value(
                    clause.default, clause, allowed, where.at(f"default of {clause.title}")
                )
                for clause, allowed in zip(table.outputs, values, strict=True)
            ),
        )

    def _check_hit_policy(self, table: Table, where: _Where) -> None:
        if table.aggregation is not None and len(table.outputs) > 1:
            self._refuse(
                "decision-aggregation",
                where,
                f"COLLECT with {table.aggregation} needs one output, and there are "
                f"{len(table.outputs)}",
                "split the table, or leave out the aggregation",
            )
        names = [clause.name for clause in table.outputs]
        if len(names) > 1 and (len(set(names)) < len(names) or "" in names):
            self._refuse(
                "decision-outputs",
                where,
                "with several outputs, each of them needs a name of its own",
                "name every output",
            )

    def _check_priority(self, table: Table, values: Sequence[Cell | None], where: _Where) -> None:
        if table.hit_policy not in {HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER}:
            return
        if all(cell is None or not cell.shapes for cell in values):
            self._refuse(
                "decision-priority",
                where,
                f"{table.hit_policy} needs output values, whose order is the priority",
                "list the values of an output, the most important first",
            )

    def _column(self, index: int, clause: InputClause, table: Table, where: _Where) -> Column:
        cells: list[Cell] = []
        kinds: set[Kind] = set() if clause.type.kind is Kind.ANY else {clause.type.kind}
        for rule in table.rules:
            place = where.at(f"{rule.title}, {clause.title}", rule.line)
            cell = self._cell(rule.tests[index], place)
            named = kinds_of(cell.shapes) - {None}
            found = {kind for kind in named if kind is not None}
            if found - kinds and kinds:
                self._refuse(
                    "decision-type",
                    place,
                    f"{cell.text} is about {_listed(found - kinds)}, but the input is "
                    f"{_listed(kinds)}",
                    "write a test that fits the type of the input, or correct its typeRef",
                )
            kinds = kinds or found
            cells.append(cell)
        return Column(
            title=clause.title,
            declared=clause.type,
            kind=next(iter(kinds), Kind.ANY),
            cells=tuple(cells),
        )

    def _allowed(self, formula: Formula, declared: Type, where: _Where) -> Cell:
        cell = self._cell(formula, where.at(f"{where.place}, allowed values", formula.line))
        wrong = {kind for kind in kinds_of(cell.shapes) if kind is not None} - {declared.kind}
        if wrong and declared.kind is not Kind.ANY:
            self._refuse(
                "decision-type",
                where.at(f"{where.place}, allowed values", formula.line),
                f"{cell.text} is about {_listed(wrong)}, but the type is "
                f"{in_words(declared.kind)}",
                "write values of the type",
            )
        return cell

    def _allowed_by_type(self) -> dict[str, Cell]:
        """Return the values that the types of inputs and of single expressions allow."""
        decisions = self.model.decisions.values()
        typed = [
            *((one.id, one.name, one.line, one.type) for one in self.model.inputs.values()),
            *(
                (one.id, one.name, one.line, one.type)
                for one in decisions
                if isinstance(one.logic, Formula)
            ),
        ]
        return {
            element: self._allowed(
                declared.allowed, declared, self._where(element, name, "the type", line, ())
            )
            for element, name, line, declared in typed
            if declared.allowed is not None
        }

    def _output(
        self,
        rule: Rule,
        clause: OutputClause,
        formula: Formula,
        allowed: Cell | None,
        where: _Where,
    ) -> Expression:
        place = where.at(f"{rule.title}, {clause.title}", rule.line)
        return self._value(formula if formula.text.strip() else NULL, clause, allowed, place)

    def _value(
        self, formula: Formula, clause: OutputClause, allowed: Cell | None, where: _Where
    ) -> Expression:
        """Compile an output, and check its value where it is known already."""
        expression, known = self._text(formula, where)
        if known is None or known[0] is None:
            return expression
        value = known[0]
        problem = misfit(value, clause.type)
        if problem:
            self._refuse("decision-type", where, problem, "correct the value, or the typeRef")
        elif allowed is not None and not _is_listed(allowed, value):
            self._refuse(
                "decision-values",
                where,
                f"{written(value)} is not one of the allowed values: {allowed.text}",
                "add it to the output values, or correct it",
            )
        return expression

    # Texts

    def _expression(
        self, formula: Formula, where: _Where, *, own: frozenset[str] = frozenset()
    ) -> Expression:
        return self._text(formula, where, own)[0]

    def _text(
        self, formula: Formula, where: _Where, own: frozenset[str] = frozenset()
    ) -> tuple[Expression, tuple[Result] | None]:
        """Compile an expression; return it with its value, where that is written down in it."""
        names = where.names | own | frozenset(where.functions)
        key = formula.text, names
        if key not in self._expressions:
            try:
                source = feel_source(formula.text)
                node = parse_expression(source, names)
                compiled = compile_tree(source, node, functions=where.functions)
            except ExpressionRefused as refusal:
                self._refuse("decision-expression", where, str(refusal), _SEE)
                return _STAND_IN, None
            self._expressions[key] = compiled, constant_of(node)
        return self._expressions[key]

    def _cell(self, formula: Formula, where: _Where) -> Cell:
        key = formula.text, where.names | frozenset(where.functions)
        if key in self._cells:
            return self._cells[key]
        try:
            cell = self._compiled_cell(formula.text, where)
        except ExpressionRefused as refusal:
            self._refuse("decision-test", where, str(refusal), _SEE)
            return OPEN_CELL
        self._cells[key] = cell
        return cell

    def _compiled_cell(self, text: str, where: _Where) -> Cell:
        tests, source = parse_tests(text, where.names | frozenset(where.functions))
        if tests.tests is None:
            return OPEN_CELL
        condition = compile_tree(source, node_of(tests), functions=where.functions)
        shapes = shapes_of(tests)
        if shapes is None or None in kinds_of(shapes):
            return Cell(text=source.text, condition=condition)
        return Cell(text=source.text, shapes=shapes, is_negated=tests.is_negated)


def _listed(kinds: Iterable[Kind]) -> str:
    return " or ".join(sorted(map(in_words, kinds)))


def _is_listed(allowed: Cell, value: Result) -> bool:
    if allowed.condition is not None:
        return True  # only known with the case
    if isinstance(value, list | tuple):
        return all(_is_listed(allowed, each) for each in value)
    if not allowed.shapes:
        return True
    key = key_of(value)
    found = any(lies_in(key, shape) for shape in allowed.shapes)
    return found is not allowed.is_negated


_STAND_IN = compile_feel("null")
