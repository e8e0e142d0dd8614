"""Random walks through the shipped processes: any staff, any delay, any answer on a form.

A walk uses the kernel alone, so what a case sends reaches nobody, and what it waits for
comes whenever the walk likes. In its second half people cooperate: they give the first
answer of a form, so that a case that can end does.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from random import Random

from examples.demo.matters import Matter
from examples.demo.staff import Desk, decide
from tests.acceptance.scenarios import Scenario, scenarios_of, values_at

from caseflow.bpmn import read_decisions, read_diagram
from caseflow.decisions import DecisionModel
from caseflow.engine import TaskId, TaskView
from caseflow.kernel import (
    Case,
    CaseId,
    Command,
    CompleteTask,
    DeliverMessage,
    Event,
    FireTimer,
    Kernel,
    Outcome,
    Program,
    Setting,
    StartCase,
    Task,
    starting_triggers,
)
from caseflow.library import process_library
from caseflow.model import (
    AdHocSubProcess,
    BusinessRuleTask,
    CallActivity,
    EndEvent,
    ParameterSet,
    Process,
    ProcessId,
    Scope,
    SubProcess,
    Transaction,
    Value,
)
from caseflow.parameters import read_parameters
from caseflow.testing import BEGINNING

RANDOM_STEPS = 60
"""Commands after which people begin to cooperate."""

MOST_STEPS = 600
CONTRARY = 0.25
"""How often somebody without a form decides otherwise than the staff of the demo would."""

NUMBERS = (0, 1, 2, 3, 5, 30, 60, 75, 100, 1000)
KINDS = ("neighbour", "property", "labour", "public_security", "traffic", "land", "medical")
MEDIATED: Mapping[str, tuple[object, ...]] = {
    "handling_unit": ("",),
    "both_consent": (True, False),
    "major": (True, False),
}
STARTS: Mapping[str, Mapping[str, tuple[object, ...]]] = {
    "dispute_mediation": {"kind": KINDS},
    "peoples_mediation": MEDIATED,
    "administrative_mediation": {
        **MEDIATED,
        "variant": tuple(
            f"administrative_{one}" for one in ("general", "police", "traffic", "labour")
        ),
        "after_peoples_mediation": (True, False),
        "application_counts_from": (BEGINNING, BEGINNING - timedelta(days=60)),
    },
    "judicial_mediation": {
        **MEDIATED,
        "stage": ("before_filing", "after_filing"),
        "procedure": ("ordinary", "summary"),
    },
    "judicial_confirmation": {
        "handling_unit": ("",),
        "agreement_effective_at": (BEGINNING, BEGINNING - timedelta(days=60)),
    },
    "agreement_follow_up": {
        "handling_unit": ("",),
        "court_unit": ("",),
        "perform_mode": ("instant", "later"),
        "instalments": ([{"what": "首期", "due_at": BEGINNING + timedelta(days=9)}],),
        "agreement_effective_at": (BEGINNING,),
        "may_be_confirmed": (True, False),
        "is_enforceable": (True, False),
    },
}
"""How processes begin that have no scenario file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All shipped processes, compiled, with the end states that each declares."""

    programs: Mapping[str, Program]
    outcomes: Mapping[str, frozenset[str]]
    folders: Mapping[str, str]


@cache
def library() -> Library:
    """Read and compile all shipped processes."""
    processes: dict[str, tuple[Process, Mapping[str, ParameterSet]]] = {}
    decisions: dict[str, DecisionModel] = {}
    for file in sorted(process_library().glob("*/*.dmn")):
        model = read_decisions(file.read_bytes(), file=file.name)
        decisions |= {decision.id: model for decision in model.decisions.values()}
    for file in sorted(process_library().glob("*/*.bpmn")):
        text = (file.parent / "parameters.toml").read_text(encoding="utf-8")
        sets = read_parameters(text, file="parameters.toml")
        for process in read_diagram(file.read_bytes(), file=str(file)).processes:
            processes[process.id] = (process, sets)
    programs: dict[str, Program] = {}

    def compiled(name: str) -> Program:
        if name not in programs:
            process, sets = processes[name]
            called = {one: compiled(one) for one in _called(process.scope)}
            asked = {one: decisions[one] for one in _asked(process.scope)}
            setting = Setting(called=called, parameters=sets, decisions=asked)
            programs[name] = Kernel().compile(process, version=1, setting=setting)
        return programs[name]

    for name in processes:
        compiled(name)
    return Library(
        programs=programs,
        outcomes={name: frozenset(_outcomes(one.scope)) for name, (one, _) in processes.items()},
        folders={name: Path(one.file).parent.name for name, (one, _) in processes.items()},
    )


@cache
def starts() -> Mapping[str, tuple[Scenario, ...]]:
    """Return how each process can begin, as its scenarios do."""
    found: dict[str, tuple[Scenario, ...]] = {}
    for folder in sorted(process_library().iterdir()):
        for scenario in scenarios_of(folder):
            found[scenario.process] = (*found.get(scenario.process, ()), scenario)
    return found


@dataclass(slots=True)
class Walk:
    """One case under way; ``events`` is all that happened."""

    chance: Random
    process: str
    at: datetime = BEGINNING
    steps: int = 0
    events: list[Event] = field(default_factory=list)
    case: Case = field(init=False)

    def __post_init__(self) -> None:
        """Open the case."""
        program = self._program
        scenarios = starts().get(self.process, ())
        scenario = self.chance.choice(scenarios) if scenarios else None
        facts = values_at(
            dict(scenario.start)
            if scenario
            else {name: self.chance.choice(one) for name, one in STARTS[self.process].items()},
            self.at,
        )
        asked = [name for name, one in program.starts.items() if starting_triggers(one.node)]
        is_asked = bool(asked) and self.chance.random() < 0.3
        message = is_asked if scenario is None else scenario.message is not None
        start = asked[0] if message else None
        assert isinstance(facts, dict)
        command = StartCase(
            at=self.at,
            case=CaseId("walk"),
            process=program.key,
            business_key="W-1",
            unit="town-3",
            parameters="yuxi-default",
            variables={} if message else facts,
            start=start,
            payload=facts if message else None,
        )
        self._took(Kernel().advance(program, None, command))

    @property
    def _program(self) -> Program:
        return library().programs[self.process]

    @property
    def cooperates(self) -> bool:
        """Whether people try to come to an end by now."""
        return self.steps > RANDOM_STEPS

    def run(self) -> Case:
        """Walk until the case is over, and check at each step that it is well."""
        while not self.case.state.is_over:
            self.steps += 1
            assert self.steps < MOST_STEPS, f"never ends: waits at {self._places()}"
            self._take(self._next())
            self._check()
        assert self.case.outcome in library().outcomes[self.process]
        return self.case

    def _next(self) -> Command:
        """Choose what happens next; a timer that is due comes first."""
        case = self.case
        timers = sorted(case.timers.values(), key=lambda one: (one.due_at, one.id))
        tasks = [case.tasks[number] for number in sorted(case.tasks)]
        messages = sorted(case.subscriptions)
        assert timers or tasks or messages, f"stuck at {self._places()}"
        kinds = "task " * 16 * bool(tasks) + "timer " * 6 * bool(timers)
        if not self.cooperates or not kinds:
            kinds += "message " * bool(messages)
        match self.chance.choice(kinds.split()):
            case "task":
                later = self.at + timedelta(minutes=self.chance.choice((1, 30, 600, 3000)))
                if timers and timers[0].due_at <= later:
                    return self._fire(timers[0].id, timers[0].due_at)
                self.at = later
                return self._complete(self.chance.choice(tasks))
            case "timer":
                return self._fire(timers[0].id, timers[0].due_at)
            case _:
                number = self.chance.choice(messages)
                return DeliverMessage(
                    at=self.at, subscription=number, payload=self._payload(number)
                )

    def _fire(self, timer: int, due_at: datetime) -> Command:
        self.at = max(self.at, due_at)
        return FireTimer(at=self.at, timer=timer)

    def _payload(self, number: int) -> Value:
        match self.case.subscriptions[number].name:
            case "risk_colour_changed":
                return self.chance.choice(("red", "yellow", "blue"))
            case "matter_incident" | "secondary_event":
                return {"title": "险情", "location": "路口"}
            case "casualties_changed":
                return {"deaths": self.chance.choice(NUMBERS)}
            case "extension_agreed":
                return self.at + timedelta(days=20)
            case "risk_up":
                return {"risk_colour": "red", "violence": self.chance.random() < 0.5}
            case _:
                return {"text": "…"}

    def _complete(self, task: Task) -> Command:
        fields = form_of(library().folders[task.process], task.form)
        answers = (
            self._by_hand(task) if fields is None else {k: self._answer(v) for k, v in fields}
        )
        return CompleteTask(at=self.at, actor=task.element, task=task.id, variables=answers)

    def _answer(self, question: Mapping[str, object]) -> Value:
        """Answer one question of a form: the first answer of all, or any that fits."""
        answer: Value
        match question:
            case {"values": list(options)}:
                named = [str(one["value"]) for one in options]
                answer = named[0] if self.cooperates else self.chance.choice(named)
                if question["type"] == "taglist":
                    answer = [answer]
            case {"type": "checkbox"}:
                answer = self.cooperates or self.chance.random() < 0.5
            case {"type": "number"}:
                answer = NUMBERS[-1] if self.cooperates else self.chance.choice(NUMBERS)
            case {"type": "datetime"}:
                span = 30 if self.cooperates else self.chance.randint(-2, 30)
                answer = self.at + timedelta(days=span)
            case {"type": "taglist"}:
                answer = ["甲", "乙"][: self.chance.randint(0, 2)]
            case {"type": "dynamiclist", "components": list(parts)}:
                count = self.chance.randint(0, 2)
                answer = [{one["key"]: self._answer(one) for one in parts} for _ in range(count)]
            case _:
                answer = "甲" if self.cooperates else self.chance.choice(("", "甲"))
        return answer

    def _by_hand(self, task: Task) -> Mapping[str, Value]:
        """Return what the scripted staff of the demo would say, where there is no form."""
        matter = Matter(
            number="W-1",
            received_at=self.at,
            process=self.process,
            unit="town-3",
            title="事项",
            location="路口",
            facts={
                "departments": ["water", "power", "gas"][: self.chance.randint(1, 3)],
                "emergency": self.chance.random() < 0.3,
                "age_days": self.chance.choice(NUMBERS),
                "repeat": self.chance.randint(0, 4),
            },
        )
        desk = Desk(
            matter=matter, task=_view(task), at=self.at, file=self._file(), chance=self.chance
        )
        answers = {name: _value(value) for name, value in decide(desk).items()}
        return answers if self.cooperates else self._contrary(task, answers)

    def _contrary(self, task: Task, answers: Mapping[str, Value]) -> Mapping[str, Value]:
        """Change half of the answers, and give some that the staff would not think of."""
        changed = dict(answers)
        for name, options in told(library().folders[task.process], task.element).items():
            is_alike = name not in answers or type(answers[name]) is type(options[0])
            if is_alike and self.chance.random() < CONTRARY:
                changed[name] = self.chance.choice(options)
        return changed

    def _file(self) -> Mapping[str, object]:
        return self.case.variables

    def _take(self, command: Command) -> None:
        self._took(Kernel().advance(self._program, self.case, command))

    def _took(self, outcome: Outcome) -> None:
        self.case = outcome.case
        self.events.extend(outcome.events)

    def _check(self) -> None:
        """See that nothing failed, and that no duty has two clocks."""
        problems = [(one.element, one.message) for one in self.case.incidents.values()]
        assert problems == [], problems
        clocks = Counter((one.frame, one.token, one.element) for one in self.case.timers.values())
        assert max(clocks.values(), default=1) == 1, f"two clocks: {clocks}"
        duties = Counter(
            (self.case.tokens[task.id].frame, task.element) for task in self.case.tasks.values()
        )
        assert max(duties.values(), default=1) == 1, f"the same duty twice: {duties}"

    def _places(self) -> list[str]:
        return sorted(task.element for task in self.case.tasks.values())


@cache
def form_of(folder: str, name: str | None) -> tuple[tuple[str, Mapping[str, object]], ...] | None:
    """Return the questions of a form by their keys; None where there is no form."""
    if name is None:
        return None
    file = process_library() / folder / "forms" / f"{name}.form"
    form = json.loads(file.read_text(encoding="utf-8"))
    return tuple(
        (str(one.get("key") or one["path"]), one)
        for one in form["components"]
        if one["type"] != "text"
    )


@cache
def told(folder: str, element: str) -> Mapping[str, tuple[Value, ...]]:
    """Return what a README says a task decides: its choices, and else true and false."""
    readme = (process_library() / folder / "README.md").read_text(encoding="utf-8")
    diagrams = "".join(
        unescape(one.read_text(encoding="utf-8"))
        for one in (process_library() / folder).glob("*.bpmn")
    )
    row = next((line for line in readme.splitlines() if line.startswith(f"| `{element}`")), "")
    found: dict[str, tuple[Value, ...]] = {}
    for name in re.findall(r"`(\w+)`", row.rpartition(" | ")[2]):
        options = re.findall(rf'\b{name} == "(\w+)"', diagrams)
        if options:
            found[name] = tuple(dict.fromkeys(options))
        elif re.search(rf"(?:not |and |or |>)\s*{name}\b(?! *(?:[=>\[.]|<[^/]))", diagrams):
            found[name] = (True, False)
    return found


def _view(task: Task) -> TaskView:
    return TaskView(
        id=TaskId(f"walk:{task.id}"),
        case=CaseId("walk"),
        process=task.process,
        element=task.element,
        name=task.name,
        assignee=task.assignee,
        roles=task.roles,
        people=task.people,
        unit=task.unit,
        priority=task.priority,
        created_at=task.created_at,
        due_at=task.due_at,
        limit=task.limit,
        follow_up_at=task.follow_up_at,
        form=task.form,
        business_key="W-1",
    )


def _value(found: object) -> Value:
    match found:
        case None | bool() | int() | str() | float() | date():
            return found
        case list():
            return [_value(one) for one in found]
        case dict():
            return {str(name): _value(one) for name, one in found.items()}
        case _:
            raise TypeError(f"no value for a case file: {found!r}")


def _inner(scope: Scope) -> list[Scope]:
    """Return a scope and all below it."""
    found = [scope]
    for node in scope.nodes.values():
        match node.behaviour:
            case SubProcess() | Transaction() | AdHocSubProcess() as sub:
                found.extend(_inner(sub.scope))
            case _:
                pass
    return found


def _called(scope: Scope) -> list[ProcessId]:
    nodes = [node for one in _inner(scope) for node in one.nodes.values()]
    return [node.behaviour.called for node in nodes if isinstance(node.behaviour, CallActivity)]


def _asked(scope: Scope) -> list[str]:
    nodes = [node for one in _inner(scope) for node in one.nodes.values()]
    found = [node.behaviour for node in nodes if isinstance(node.behaviour, BusinessRuleTask)]
    return [one.decision for one in found if one.decision]


def _outcomes(scope: Scope) -> list[str]:
    nodes = [node for one in _inner(scope) for node in one.nodes.values()]
    found = [node.behaviour for node in nodes if isinstance(node.behaviour, EndEvent)]
    return [one.outcome for one in found if one.outcome]
