"""What compiling needs everywhere: expressions, triggers, and findings on what is refused."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass, field

from caseflow.decisions import Decisions, compile_decisions, compile_feel
from caseflow.errors import DiagramRefused, ExpressionRefused, Finding, Severity
from caseflow.expressions import Expression, Script, compile_expression, compile_script
from caseflow.expressions import Function as FunctionDeclared
from caseflow.kernel.activity import Transfer
from caseflow.kernel.case import ProcessKey, SubscriptionKind
from caseflow.kernel.functions import KERNEL_FUNCTIONS
from caseflow.kernel.keyed import Keyed
from caseflow.kernel.listener import Listener, Listening, TimerRule
from caseflow.kernel.run import Function, Program, Setting, Wish
from caseflow.kernel.throwing import OutgoingFault, OutgoingMessage, OutgoingSignal, Throwing
from caseflow.model import (
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    CatchEvent,
    ConditionTrigger,
    DataMapping,
    EndEvent,
    ErrorTrigger,
    EscalationTrigger,
    Formula,
    Hand,
    MessageTrigger,
    Node,
    Notation,
    Process,
    SignalTrigger,
    StartEvent,
    ThrowEvent,
    TimerTrigger,
    Trigger,
)

MAX_ARGUMENTS = 20
"""Of a function of the host that takes any number."""


@dataclass(slots=True, kw_only=True)
class Forge:
    """Compiles the parts of one process and collects every finding on the way."""

    process: Process
    key: ProcessKey
    setting: Setting
    findings: list[Finding] = field(default_factory=list)
    has_keys: bool = False

    def refuse(
        self, rule: str, node: Node | Process, message: str, remedy: str, *, line: int = 0
    ) -> None:
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

    def refuse_element(self, node: Node, what: str) -> None:
        """Note that this kind of element cannot be executed."""
        self.refuse("not-executable", node, f"{what} cannot be executed yet", _OTHERWISE)

    def expression(self, formula: Formula, node: Node | Process) -> Expression:
        """Compile a formula; one that is refused leaves a finding and a stand-in."""
        compile_text = compile_feel if formula.notation is Notation.FEEL else compile_expression
        try:
            compiled = compile_text(formula.text, functions=self._declared())
        except ExpressionRefused as refusal:
            self._refuse_expression(refusal, formula, node)
            return _STAND_IN
        self._check_names(compiled, formula, node)
        return compiled

    def optional(self, formula: Formula | None, node: Node | Process) -> Expression | None:
        """Compile a formula that may be missing."""
        return None if formula is None else self.expression(formula, node)

    def script(self, formula: Formula, node: Node) -> Script:
        """Compile a script; one that is refused leaves a finding and a stand-in."""
        if formula.notation is not Notation.PYTHON:
            self.refuse(
                "expression-language",
                node,
                f"a script in {formula.notation} names no variable for its value",
                "name one as the result, or write the script in the Python subset",
                line=formula.line,
            )
            return _EMPTY
        try:
            compiled = compile_script(formula.text, functions=self._declared())
        except ExpressionRefused as refusal:
            self._refuse_expression(refusal, formula, node)
            return _EMPTY
        self._check_names(compiled, formula, node)
        return compiled

    def listener(
        self, triggers: Iterable[Trigger], node: Node, *, is_parallel: bool = False
    ) -> Listener:
        """Compile what an event waits for: its timers, messages, signals and condition."""
        timers: list[TimerRule] = []
        wanted: list[Listening] = []
        conditions: list[Expression] = []
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
                case ConditionTrigger():
                    conditions.append(self.expression(trigger.condition, node))
                case MessageTrigger():
                    wanted.append(
                        Listening(
                            kind=SubscriptionKind.MESSAGE,
                            name=trigger.name,
                            correlation=self.optional(trigger.correlation, node),
                            keyed=self.keyed(trigger, node),
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
        return Listener(
            timers=tuple(timers),
            subscriptions=tuple(wanted),
            conditions=tuple(conditions),
            is_parallel=is_parallel and len(timers) + len(wanted) + len(conditions) > 1,
            outputs=self.outputs(node),
        )

    def throwing(self, triggers: Iterable[Trigger], node: Node) -> Throwing:
        """Compile everything that an event throws."""
        messages: list[OutgoingMessage] = []
        signals: list[OutgoingSignal] = []
        faults: list[OutgoingFault] = []
        for trigger in triggers:
            match trigger:
                case MessageTrigger():
                    messages.append(self._message(trigger, node))
                case SignalTrigger():
                    payload = self.optional(trigger.payload, node)
                    signals.append(OutgoingSignal(name=trigger.name, payload=payload))
                case ErrorTrigger() | EscalationTrigger():
                    faults.append(
                        OutgoingFault(
                            code=trigger.code or trigger.name,
                            payload=self.optional(trigger.payload, node),
                            is_escalation=isinstance(trigger, EscalationTrigger),
                        )
                    )
                case _:
                    pass
        faults.sort(key=lambda fault: not fault.is_escalation)  # an error ends the scope: last
        return Throwing(
            messages=tuple(messages),
            signals=tuple(signals),
            faults=tuple(faults),
            inputs=None if _is_activity(node) else self.transfers(node.data.inputs, node),
        )

    def outputs(self, node: Node) -> tuple[Transfer, ...] | None:
        """Compile what an event gives to the case file; an activity does that by itself."""
        return None if _is_activity(node) else self.transfers(node.data.outputs, node)

    def _message(self, trigger: MessageTrigger, node: Node) -> OutgoingMessage:
        return OutgoingMessage(
            name=trigger.name,
            correlation=self.optional(trigger.correlation, node),
            keyed=self.keyed(trigger, node),
            payload=self.optional(trigger.payload, node),
            time_to_live=self.optional(trigger.time_to_live, node),
        )

    def keyed(self, trigger: MessageTrigger, node: Node) -> Keyed | None:
        """Compile the correlation key of a message, unless the shorthand stands in its place."""
        if not trigger.keys or trigger.correlation is not None:
            return None
        if len(trigger.keys) > 1:
            names = ", ".join(key.name for key in trigger.keys)
            self.refuse(
                "correlation-keys",
                node,
                f"message {trigger.name} is told apart by several correlation keys ({names}), "
                "of which a subscription can have one",
                "leave one key that reads from this message, or give the message "
                "caseflow:correlation, one expression for both sides",
            )
        key = trigger.keys[0]
        self.has_keys = True
        return Keyed(
            name=key.name,
            retrieval=tuple(
                (one.property, self.expression(one.path, node)) for one in key.retrieval
            ),
            binding={one.property: self.expression(one.path, node) for one in key.binding},
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

    def decisions(self, task: BusinessRuleTask, node: Node) -> Decisions | None:
        """Compile the decision that a task asks, or leave a finding."""
        model = self.setting.decisions.get(task.decision)
        if model is None:
            self.refuse(
                "unknown-decision",
                node,
                f"decision {task.decision} is asked, but not deployed",
                "deploy its .dmn file together with this one, or before it; or name a "
                "caseflow:topic, so that a handler decides",
            )
            return None
        try:
            compiled = compile_decisions(model, functions=self._declared())
        except DiagramRefused as refusal:
            self.findings.extend(refusal.findings)
            return None
        if task.result is None and not compiled.gives_variables(task.decision):
            self.refuse(
                "decision-result",
                node,
                f"decision {task.decision} gives one value, and no variable takes it",
                "name the variable in caseflow:result",
            )
        self._check_names(compiled, Formula(text="", line=node.line), node)
        return compiled

    def called_process(self, activity: CallActivity, node: Node) -> ProcessKey:
        """Return the version of a called process that runs; its own, where it calls itself."""
        if activity.called == self.process.id:
            return self.key
        program = self.setting.called.get(activity.called)
        if program is None:
            self.refuse(
                "unknown-called-process",
                node,
                f"process {activity.called} is called, but not deployed",
                "deploy it together with this one, or before it",
            )
            return ProcessKey(id=activity.called, version=0)
        self._check_called(program, node)
        return program.key

    def _check_called(self, program: Program, node: Node) -> None:
        if program.starts and sum(not one.triggers for one in _starts(program)) != 1:
            self.refuse(
                "called-process-start",
                node,
                f"process {program.key.id} is called, but has not exactly one plain start event",
                "give it one start event without a trigger",
            )
        missing = self.setting.parameters.keys() - program.setting.parameters.keys()
        if missing and program.setting.parameters:
            self.refuse(
                "unknown-parameter-set",
                node,
                f"process {program.key.id} is called, but has no parameter set "
                f"{', '.join(sorted(missing))}, which a case of this process can be started with",
                "add the set to its parameter file, or call it from a process without that set",
            )

    def ladder(self, name: str | None, node: Node) -> str | None:
        """Check that every parameter set has a ladder."""
        sets = self.setting.parameters.values()
        missing = [one.name for one in sets if name is not None and name not in one.ladders]
        if missing or (name is not None and not sets):
            where = f"parameter set {', '.join(missing)} has" if missing else "there is"
            self.refuse(
                "unknown-parameter",
                node,
                f"{where} no ladder {name!r}",
                "name it in the parameter file, or correct the name here",
            )
        return name

    def wish(self, node: Node) -> Wish | None:
        """Compile how an element hands the case on; one that cannot be leaves a finding."""
        asked = node.handing
        if asked is None:
            return None
        if node.start_quantity > 1 or getattr(node.behaviour, "triggered_by_event", False):
            self.refuse_element(node, "an activity that no single token enters, with a handing,")
        if asked.to is None and asked.hand in _NAMING_A_UNIT:
            self.refuse(
                "handing-without-unit",
                node,
                f"it hands the case on ({asked.hand}), but not to which unit",
                "name the unit in caseflow:to",
            )
        if asked.reason is None and asked.hand is Hand.RETURN:
            self.refuse(
                "handing-without-basis",
                node,
                "it asks to return the case without a basis",
                "write the basis in caseflow:reason",
            )
        return Wish(
            hand=asked.hand,
            to=self.optional(asked.to, node),
            reason=self.optional(asked.reason, node),
            ground=asked.ground,
        )

    def _declared(self) -> dict[str, FunctionDeclared]:
        return declared_functions(self.setting)

    def _refuse_expression(
        self, refusal: ExpressionRefused, formula: Formula, node: Node | Process
    ) -> None:
        self.refuse(
            "expression-refused",
            node,
            str(refusal),
            "see docs/reference/expressions.md for what can be written",
            line=formula.line,
        )

    def _check_names(
        self, compiled: Expression | Script | Decisions, formula: Formula, node: Node | Process
    ) -> None:
        """Find limits and values that no parameter set has before a case stumbles on them."""
        for call in compiled.calls:
            name = call.arguments[0] if call.arguments else None
            if call.function not in _NAMING or not isinstance(name, str):
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


def declared_functions(setting: Setting) -> dict[str, FunctionDeclared]:
    """Return what expressions may call besides the functions of their language."""
    own = {name: _arity(function) for name, function in setting.functions.items()}
    return {**own, **KERNEL_FUNCTIONS}


def _is_activity(node: Node) -> bool:
    events = StartEvent | CatchEvent | ThrowEvent | BoundaryEvent | EndEvent
    return not isinstance(node.behaviour, events)


def _starts(program: Program) -> list[StartEvent]:
    behaviours = [vertex.node.behaviour for vertex in program.starts.values()]
    return [one for one in behaviours if isinstance(one, StartEvent)]


def _arity(function: Function) -> FunctionDeclared:
    """Return how many arguments a function of the host takes."""
    taken = inspect.signature(function).parameters.values()
    if any(one.kind is inspect.Parameter.VAR_POSITIONAL for one in taken):
        return FunctionDeclared(most=MAX_ARGUMENTS)
    needed = sum(one.default is inspect.Parameter.empty for one in taken)
    return FunctionDeclared(least=needed, most=len(taken))


_STAND_IN = compile_expression("None")
_EMPTY = compile_script("")
_NAMING_A_UNIT = frozenset({Hand.DISPATCH, Hand.TRANSFER, Hand.RETURN, Hand.DESIGNATE})
_NAMING = frozenset({"limit", "param", "due", "extended"})
_OTHERWISE = "draw it with elements that are executed: docs/reference/bpmn.md lists them"
