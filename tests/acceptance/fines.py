"""Replays the log of traffic fines on the kernel: what was recorded comes in as messages."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from caseflow.bpmn import read_diagram
from caseflow.kernel import (
    Case,
    CaseId,
    Command,
    DeliverMessage,
    FireTimer,
    Outcome,
    Program,
    Setting,
    StartCase,
    TimerFired,
    advance,
    compile_process,
)
from caseflow.model import Value
from caseflow.parameters import read_parameters

FOLDER = Path(__file__).parent / "data" / "traffic_fine"
LOG = "traffic_fines_10k_cases.csv"

CREATED = "Create Fine"
PENALTY = "Add penalty"
MESSAGES = {
    "Send for Credit Collection": "credit_collection",
    "Insert Date Appeal to Prefecture": "prefecture_appeal",
    "Send Appeal to Prefecture": "prefecture_sent",
    "Receive Result Appeal from Prefecture": "prefecture_result",
    "Notify Result Appeal to Offender": "prefecture_notified",
    "Appeal to Judge": "judge_appeal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One line of the log."""

    case: str
    activity: str
    on: date
    amount: Decimal
    expense: Decimal
    paid: Decimal

    @property
    def at(self) -> datetime:
        """The beginning of the day, which is all that the log knows."""
        return datetime(self.on.year, self.on.month, self.on.day, tzinfo=UTC)


@dataclass(slots=True)
class Replay:
    """What came of a replay."""

    cases: int = 0
    events: int = 0
    penalties: dict[str, date] = field(default_factory=dict)
    unexpected: list[Recorded] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)


def program() -> Program:
    """Compile the diagram of the fine procedure."""
    diagram = read_diagram((FOLDER / "traffic_fine.bpmn").read_bytes(), file="traffic_fine.bpmn")
    parameters = read_parameters(
        (FOLDER / "parameters.toml").read_text(encoding="utf-8"), file="parameters.toml"
    )
    return compile_process(diagram.processes[0], setting=Setting(parameters=parameters))


def read_log(path: Path) -> dict[str, list[Recorded]]:
    """Return the cases of the log with their lines, each in the order of the file."""
    cases: dict[str, list[Recorded]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            line = Recorded(
                case=row["case_id"],
                activity=row["activity"],
                on=date.fromisoformat(row["timestamp"]),
                amount=Decimal(row["amount"] or 0),
                expense=Decimal(row["expense"] or 0),
                paid=Decimal(row["totalpaymentamount"] or 0),
            )
            cases.setdefault(line.case, []).append(line)
    return cases


def replay(log: Path) -> Replay:
    """Replay every case of a log: timers fire when they are due, not when the log says so."""
    result = Replay()
    compiled = program()
    for name, lines in read_log(log).items():
        result.cases += 1
        _replay_case(compiled, name, lines, result)
    return result


def _replay_case(compiled: Program, name: str, lines: list[Recorded], result: Replay) -> None:
    created, *rest = lines
    case = _step(
        compiled,
        None,
        StartCase(
            at=created.at,
            case=CaseId(name),
            process=compiled.key,
            business_key=name,
            variables=opening(lines),
        ),
        result,
    )
    for line in rest:
        result.events += 1
        case = _fire_until(compiled, case, line.at, result)
        if line.activity != PENALTY:
            case = _deliver(compiled, case, line, result)
    last = lines[-1].at
    case = _fire_until(compiled, case, last + timedelta(days=365), result)
    result.states[case.outcome or case.state.value] += 1


def _fire_until(compiled: Program, case: Case, at: datetime, result: Replay) -> Case:
    """Fire what is due up to a moment, each timer at its own."""
    while not case.state.is_over and case.timers:
        timer = min(case.timers.values(), key=lambda one: (one.due_at, one.id))
        if timer.due_at > at:
            break
        case = _step(compiled, case, FireTimer(at=timer.due_at, timer=timer.id), result)
    return case


def _deliver(compiled: Program, case: Case, line: Recorded, result: Replay) -> Case:
    """Deliver a line as a message, or note that the procedure did not expect it now."""
    name, payload = message_of(line)
    waiting = [one for one in case.subscriptions.values() if one.name == name]
    if not waiting:
        result.unexpected.append(line)
        return case
    command = DeliverMessage(at=line.at, subscription=waiting[0].id, payload=payload)
    return _step(compiled, case, command, result)


def message_of(line: Recorded) -> tuple[str, dict[str, Value]]:
    """Return the message that a line comes in as, and what it carries."""
    match line.activity:
        case "Send Fine":
            return "fine_sent", {"expense": line.expense, "is_sent": True}
        case "Insert Fine Notification":
            return "fine_notified", {"is_notified": True}
        case "Payment":
            return "payment", {"paid": line.paid}
        case other:
            return MESSAGES[other], {}


def opening(lines: list[Recorded]) -> dict[str, Value]:
    """Return what a case file holds at the beginning: the fine, and the fine with penalty."""
    created = lines[0]
    penalised = next((line.amount for line in lines if line.activity == PENALTY), created.amount)
    return {"amount": created.amount, "amount_with_penalty": penalised}


def _step(compiled: Program, case: Case | None, command: Command, result: Replay) -> Case:
    outcome: Outcome = advance(compiled, case, command)
    for event in outcome.events:
        if isinstance(event, TimerFired):
            result.penalties[outcome.case.business_key] = command.at.date()
    return outcome.case
