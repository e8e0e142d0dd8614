"""Scripts: lines that assign variables, with if, elif and else."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from caseflow.expressions.access import with_item
from caseflow.expressions.bounds import Work
from caseflow.expressions.closures import FAULTS, Code
from caseflow.expressions.compiler import Compiler, reason
from caseflow.expressions.loops import Local
from caseflow.expressions.parser import Parser
from caseflow.expressions.source import Source
from caseflow.expressions.tree import (
    Assign,
    Branch,
    Constant,
    Field,
    Node,
    Perform,
    Place,
    Statement,
    Subscript,
    Variable,
)

Step: TypeAlias = Callable[[Local, Work], None]

_REFUSED: dict[type[ast.stmt], str] = {
    ast.Import: "import is not allowed: date, datetime, timedelta, duration are built in",
    ast.ImportFrom: "import is not allowed: date, datetime, timedelta, duration are built in",
    ast.For: "for is not allowed: write [… for item in items]",
    ast.AsyncFor: "for is not allowed: write [… for item in items]",
    ast.While: "while is not allowed: draw a loop in the diagram",
    ast.FunctionDef: "def is not allowed: let the host offer a function",
    ast.AsyncFunctionDef: "def is not allowed: let the host offer a function",
    ast.ClassDef: "class is not allowed: write a map, {'key': value}",
    ast.Try: "try is not allowed: draw a boundary error event",
    ast.TryStar: "try is not allowed: draw a boundary error event",
    ast.Raise: "raise is not allowed: draw an error end event",
    ast.Assert: "assert is not allowed: draw a gateway",
    ast.With: "with is not allowed: a script opens nothing",
    ast.AsyncWith: "with is not allowed: a script opens nothing",
    ast.Match: "match is not allowed: write if, elif, else",
    ast.Delete: "del is not allowed: set the variable to None",
    ast.Global: "global is not allowed: every variable is one of the case",
    ast.Nonlocal: "nonlocal is not allowed: every variable is one of the case",
    ast.Return: "return is not allowed: assign a variable",
    ast.AnnAssign: "a type is not allowed: write name = value",
    ast.Break: "break is not allowed",
    ast.Continue: "continue is not allowed",
}


@dataclass(frozen=True, slots=True)
class ScriptParser:
    """Converts the statements of one source; refuses what is not listed here."""

    source: Source

    def statements(self, trees: Sequence[ast.stmt]) -> tuple[Statement, ...]:
        """Convert a block; its depth is bounded, because every level is indented further.

        Raises:
            ExpressionRefused: a statement is not allowed.
        """
        return tuple(self._statement(tree) for tree in trees if not isinstance(tree, ast.Pass))

    def _statement(self, tree: ast.stmt) -> Statement:
        place = self.source.place(tree)
        expressions = Parser(self.source)
        match tree:
            case ast.Assign(targets=[target]):
                name, path = self._target(target)
                value = expressions.node(tree.value)
                return Assign(name=name, path=path, value=value, place=place)
            case ast.Assign():
                raise self.source.refused("one = is allowed: assign line by line", place)
            case ast.AugAssign():
                name, path = self._target(tree.target)
                before = expressions.node(tree.target)
                added = expressions.node(tree.value)
                value = expressions.binary(tree.op, before, added, place)
                return Assign(name=name, path=path, value=value, place=place)
            case ast.If():
                return self._branch(tree)
            case ast.Expr():
                return Perform(expression=expressions.node(tree.value))
            case _:
                message = _REFUSED.get(type(tree), f"{type(tree).__name__} is not allowed")
                raise self.source.refused(message, place)

    def _branch(self, tree: ast.If) -> Branch:
        cases = []
        block: list[ast.stmt] = [tree]
        while len(block) == 1 and isinstance(block[0], ast.If):
            case = block[0]
            condition = Parser(self.source).node(case.test)
            cases.append((condition, self.statements(case.body)))
            block = case.orelse
        otherwise = self.statements(block)
        return Branch(cases=tuple(cases), otherwise=otherwise)

    def _target(self, tree: ast.expr) -> tuple[str, tuple[Node, ...]]:
        """Take ``name["a"].b`` apart into the name and the keys that lead down from it."""
        node = Parser(self.source).node(tree)
        path: list[Node] = []
        while not isinstance(node, Variable):
            match node:
                case Subscript():
                    path.append(node.index)
                case Field():
                    path.append(Constant(value=node.name, place=node.place))
                case _:
                    raise self.source.refused(
                        "write one name or key before =: a, a['key'] or a.key", node.place
                    )
            node = node.target
        return node.name, tuple(reversed(path))


@dataclass(slots=True)
class ScriptCompiler:
    """Compiles the statements of one source to steps."""

    compiler: Compiler
    assigned: dict[str, Place] = field(default_factory=dict)

    def block(
        self, statements: Sequence[Statement], known: frozenset[str]
    ) -> tuple[Step, frozenset[str]]:
        """Compile a block; ``known`` variables are surely assigned before, and returned after."""
        steps = []
        for statement in statements:
            step, known = self._statement(statement, known)
            steps.append(step)
        return _in_turn(steps), known

    def _statement(
        self, statement: Statement, known: frozenset[str]
    ) -> tuple[Step, frozenset[str]]:
        match statement:
            case Assign():
                return self._assign(statement, known), known | {statement.name}
            case Perform():
                return _performing(self.compiler.code(statement.expression, known)), known
            case Branch():
                return self._branch(statement, known)
            case _:
                assert_never(statement)

    def _assign(self, statement: Assign, known: frozenset[str]) -> Step:
        name, place, source = statement.name, statement.place, self.compiler.source
        value_code = self.compiler.code(statement.value, known)
        path_codes = [self.compiler.code(key, known) for key in statement.path]
        before_code = self.compiler.code(
            Variable(name=name, place=place) if path_codes else Constant(value=None, place=place),
            known,
        )
        self.assigned[name] = place

        def step(local: Local, work: Work) -> None:
            value = value_code(local, work)
            before = before_code(local, work)
            path = [code(local, work) for code in path_codes]
            try:
                local[name] = with_item(before, path, value, work)
            except FAULTS as fault:
                raise source.failed(reason(fault), place) from None

        return step

    def _branch(self, statement: Branch, known: frozenset[str]) -> tuple[Step, frozenset[str]]:
        cases = []
        after = []
        for condition, statements in statement.cases:
            condition_code = self.compiler.code(condition, known)
            step, assigned = self.block(statements, known)
            cases.append((condition_code, step))
            after.append(assigned)
        otherwise, assigned = self.block(statement.otherwise, known)
        return _choosing(cases, otherwise), assigned.intersection(*after)


def _in_turn(steps: Sequence[Step]) -> Step:
    def step(local: Local, work: Work) -> None:
        for each in steps:
            each(local, work)

    return step


def _performing(code: Code) -> Step:
    def step(local: Local, work: Work) -> None:
        code(local, work)

    return step


def _choosing(cases: Sequence[tuple[Code, Step]], otherwise: Step) -> Step:
    def step(local: Local, work: Work) -> None:
        for condition, then in cases:
            if condition(local, work):
                then(local, work)
                return
        otherwise(local, work)

    return step
