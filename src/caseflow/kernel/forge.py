"""What compiling needs everywhere: expressions, triggers, and findings on what is refused."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass, field

from caseflow.errors import ExpressionRefused, Finding, Severity
from caseflow.expressions import Expression, Script, compile_expression, compile_script
from caseflow.expressions import Function as FunctionDeclared
from caseflow.kernel.activity import Transfer
from caseflow.kernel.case import ProcessKey, SubscriptionKind
from caseflow.kernel.listener import Listener, Listening, TimerRule
from caseflow.kernel.run import Function, Setting
from caseflow.kernel.throwing import OutgoingMessage, OutgoingSignal
from caseflow.model import (
    CallActivity,
    DataMapping,
    Formula,
    MessageTrigger,
    Node,
    Notation,
    Process,
    SignalTrigger,
    TimerTrigger,
    Trigger,
)

KERNEL_FUNCTIONS = {
    "limit": FunctionDeclared(least=1, most=1),
    "param": FunctionDeclared(least=1, most=1),
    "due": FunctionDeclared(least=1, most=2),
    "extended": FunctionDeclared(least=2, most=2),
    "now": FunctionDeclared(),
    "today": FunctionDeclared(),
}
"""What every expression of a diagram can call besides the functions of the language."""


MAX_ARGUMENTS = 20
"""Of a function of the host that takes any number."""


@dataclass(slots=True, kw_only=True)
class Forge:
    """Compiles the parts of one process and collects every finding on the way."""

    process: Process
    setting: Setting
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, rule: str, node: Node, message: str, remedy: str, *, line: int = 0) -> None:
        """Note why this diagram cannot be executed."""
        self.findings.append(
            Finding(
                rule=rule,
                severity=Severity.ERROR,
                file=self.process.file,
                line=line or node.line,
                element=node.id,
                name=node.name,
                message=message,
                remedy=remedy,
            )
        )

    def expression(self, formula: Formula, node: Node) -> Expression:
        """Compile a formula; one that is refused leaves a finding and a stand-in."""
        if formula.notation is not Notation.PYTHON:
            self.refuse(
                "expression-language",
                node,
                f"the {formula.notation} expression {formula.text!r} cannot be executed",
                "write it in the Python subset, without the leading =",
                line=formula.line,
            )
            return _STAND_IN
        try:
            compiled = compile_expression(formula.text, functions=self._declared())
        except ExpressionRefused as refusal:
            self._refuse_expression(refusal, formula, node)
            return _STAND_IN
        self._check_names(compiled, formula, node)
        return compiled

    def optional(self, formula: Formula | None, node: Node) -> Expression | None:
        """Compile a formula that may be missing."""
        return None if formula is None else self.expression(formula, node)

    def script(self, formula: Formula, node: Node) -> Script:
        """Compile a script; one that is refused leaves a finding and a stand-in."""
        try:
            compiled = compile_script(formula.text, functions=self._declared())
        except ExpressionRefused as refusal:
            self._refuse_expression(refusal, formula, node)
            return compile_script("")
        self._check_names(compiled, formula, node)
        return compiled

    def listener(self, triggers: Iterable[Trigger], node: Node) -> Listener:
        """Compile what an event waits for: its timers, messages and signals."""
        timers: list[TimerRule] = []
        wanted: list[Listening] = []
        for trigger in triggers:
            match trigger:
                case TimerTrigger():
                    timers.append(
                        TimerRule(
                            date=self.optional(trigger.date, node),
                            duration=self.optional(trigger.duration, node),
                            cycle=self.optional(trigger.cycle, node),
                        )
                    )
                case MessageTrigger():
                    wanted.append(
                        Listening(
                            kind=SubscriptionKind.MESSAGE,
                            name=trigger.name,
                            correlation=self.optional(trigger.correlation, node),
                            into=trigger.into,
                        )
                    )
                case SignalTrigger():
                    wanted.append(
                        Listening(
                            kind=SubscriptionKind.SIGNAL, name=trigger.name, into=trigger.into
                        )
                    )
                case _:
                    pass
        return Listener(timers=tuple(timers), subscriptions=tuple(wanted))

    def messages(self, triggers: Iterable[Trigger], node: Node) -> tuple[OutgoingMessage, ...]:
        """Compile the messages that an event throws."""
        return tuple(
            OutgoingMessage(
                name=trigger.name,
                correlation=self.optional(trigger.correlation, node),
                payload=self.optional(trigger.payload, node),
                time_to_live=self.optional(trigger.time_to_live, node),
            )
            for trigger in triggers
            if isinstance(trigger, MessageTrigger)
        )

    def signals(self, triggers: Iterable[Trigger], node: Node) -> tuple[OutgoingSignal, ...]:
        """Compile the signals that an event throws."""
        return tuple(
            OutgoingSignal(name=trigger.name, payload=self.optional(trigger.payload, node))
            for trigger in triggers
            if isinstance(trigger, SignalTrigger)
        )

    def transfers(
        self, mappings: tuple[DataMapping, ...] | None, node: Node
    ) -> tuple[Transfer, ...] | None:
        """Compile the data that an activity takes in or gives out."""
        if mappings is None:
            return None
        return tuple(
            Transfer(source=self.expression(one.source, node), target=one.target)
            for one in mappings
        )

    def called_process(self, activity: CallActivity, node: Node) -> ProcessKey:
        """Return the version of a called process that runs."""
        program = self.setting.called.get(activity.called)
        if program is None:
            self.refuse(
                "unknown-called-process",
                node,
                f"process {activity.called} is called, but not deployed",
                "deploy it together with this one, or before it",
            )
            return ProcessKey(id=activity.called, version=0)
        return program.key

    def _declared(self) -> dict[str, FunctionDeclared]:
        own = {name: _arity(function) for name, function in self.setting.functions.items()}
        return {**own, **KERNEL_FUNCTIONS}

    def _refuse_expression(self, refusal: ExpressionRefused, formula: Formula, node: Node) -> None:
        self.refuse(
            "expression-refused",
            node,
            str(refusal),
            "see docs/reference/expressions.md for what can be written",
            line=formula.line,
        )

    def _check_names(self, compiled: Expression | Script, formula: Formula, node: Node) -> None:
        """Find limits and values that no parameter set has before a case stumbles on them."""
        for call in compiled.calls:
            name = call.arguments[0] if call.arguments else None
            if call.function not in {"limit", "param", "due", "extended"} or not isinstance(
                name, str
            ):
                continue
            for parameters in self.setting.parameters.values():
                known = parameters.values if call.function == "param" else parameters.limits
                if name not in known:
                    self.refuse(
                        "unknown-parameter",
                        node,
                        f"parameter set {parameters.name} has no {call.function} {name!r}",
                        "name it in the parameter file, or correct the name here",
                        line=formula.line,
                    )
            if not self.setting.parameters:
                self.refuse(
                    "unknown-parameter",
                    node,
                    f"{call.function}({name!r}) is used, but there is no parameter file",
                    "put a parameters.toml beside the diagram",
                    line=formula.line,
                )


def _arity(function: Function) -> FunctionDeclared:
    """Return how many arguments a function of the host takes."""
    taken = inspect.signature(function).parameters.values()
    if any(one.kind is inspect.Parameter.VAR_POSITIONAL for one in taken):
        return FunctionDeclared(most=MAX_ARGUMENTS)
    needed = sum(one.default is inspect.Parameter.empty for one in taken)
    return FunctionDeclared(least=needed, most=len(taken))


_STAND_IN = compile_expression("None")
