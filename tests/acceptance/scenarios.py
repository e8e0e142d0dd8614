"""Plays the scenarios that ship beside each diagram; processes/README.md tells their form."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from caseflow.kernel import MessageSent
from caseflow.testing import BEGINNING, Caseflow, RunningCase

FILE = "scenarios.toml"
KEYS = {
    *("name", "process", "at", "key", "unit", "parameters"),
    *("start", "message", "steps", "end", "without"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One course of events: how a case begins, what happens to it, and how it ends."""

    name: str
    process: str
    at: datetime
    key: str
    unit: str
    parameters: str
    start: Mapping[str, object]
    message: str | None
    steps: tuple[Mapping[str, object], ...]
    end: str | None


def scenarios_of(folder: Path) -> list[Scenario]:
    """Read the scenarios of a process folder."""
    file = folder / FILE
    if not file.is_file():
        return []
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    common = found.get("common", {})
    return [_scenario(folder, entry, common) for entry in found["scenario"]]


def _scenario(folder: Path, entry: Mapping[str, object], common: Mapping[str, object]) -> Scenario:
    strange = set(entry) - KEYS
    assert not strange, f"{folder.name}: {entry['name']}: unknown {strange}"
    at, start, steps = entry.get("at", BEGINNING), entry.get("start", {}), entry.get("steps", [])
    assert isinstance(at, datetime)
    assert isinstance(start, dict)
    assert isinstance(steps, list)
    process = str(entry.get("process", folder.name))
    shared = common.get(process, {})
    assert isinstance(shared, dict)
    return Scenario(
        name=str(entry["name"]),
        process=process,
        at=at,
        key=str(entry.get("key", "2026-1")),
        unit=str(entry.get("unit", "town-3")),
        parameters=str(entry.get("parameters", "")),
        start={**({} if "message" in entry else shared), **start},
        message=str(entry["message"]) if "message" in entry else None,
        steps=tuple(steps),
        end=str(entry["end"]) if "end" in entry else None,
    )


@dataclass(slots=True, kw_only=True)
class Play:
    """One scenario as it is played."""

    caseflow: Caseflow
    scenario: Scenario
    case: RunningCase = field(init=False)

    def __post_init__(self) -> None:
        """Open the case."""
        scenario = self.scenario
        if scenario.message is not None:
            payload = self._values(dict(scenario.start))
            self.case = self.caseflow.send(scenario.message, key=scenario.key, payload=payload)
            return
        variables = self._values(dict(scenario.start))
        assert isinstance(variables, dict)
        with self.caseflow.engine.begin(actor="test") as work:
            case = work.start(
                scenario.process,
                business_key=scenario.key,
                unit=scenario.unit,
                parameters=scenario.parameters,
                variables=variables,
            )
        self.caseflow.run_due()
        self.case = RunningCase(self.caseflow, case.id)

    def run(self) -> RunningCase:
        """Take all steps, and see that the case ends as told."""
        for number, step in enumerate(self.scenario.steps, start=1):
            try:
                self._take(step)
            except Exception as failure:
                failure.add_note(f"in step {number} of “{self.scenario.name}”: {dict(step)}")
                raise
        incidents = [one for case in self.caseflow.cases() for one in case.view.incidents]
        assert [(one.element, one.message) for one in incidents] == [], self.scenario.name
        if self.scenario.end is not None:
            found = (self.case.state.value, self.case.outcome)
            assert found == ("completed", self.scenario.end), (
                f"“{self.scenario.name}” ended as {found}, at {sorted(self.case.waiting_at)}"
            )
        return self.case

    def _take(self, step: Mapping[str, object]) -> None:
        values = self._values(step.get("with", {}))
        match step:
            case {"do": str(element)}:
                self._complete(element, values, unit=step.get("of"), times=step.get("times", 1))
            case {"send": str(name)}:
                key = str(step.get("key", self.scenario.key))
                self.caseflow.send(name, key=key, payload=values)
            case {"set": dict()}:
                changes = self._values(step["set"])
                assert isinstance(changes, dict)
                self.case.set(**changes)
            case {"follow": str(process)}:
                self.case = self.caseflow.cases(process)[-1]
            case _:
                if not self._wait(step):
                    self._look(step)

    def _wait(self, step: Mapping[str, object]) -> bool:
        """Let time pass where a step says so, and tell whether it did."""
        match step:
            case {"until": datetime() as moment}:
                self.caseflow.advance_to(moment)
            case {"working_days": int(amount)}:
                self.caseflow.advance(working_days=amount)
            case {"days": int(amount)}:
                self.caseflow.advance(days=amount)
            case {"hours": int(amount)}:
                self.caseflow.advance(hours=amount)
            case {"minutes": int(amount)}:
                self.caseflow.advance(minutes=amount)
            case _:
                return False
        return True

    def _look(self, step: Mapping[str, object]) -> None:
        """Compare what there is with what a step says."""
        match step:
            case {"waits_at": list(places)}:
                assert sorted(self.case.waiting_at) == sorted(str(one) for one in places)
            case {"due": dict(tasks)}:
                assert {task: self.case.task(task).due_at for task in tasks} == tasks
            case {"roles": dict(tasks)}:
                assert {task: list(self.case.task(task).roles) for task in tasks} == tasks
            case {"sent": dict(names)}:
                assert {name: len(sent(self.case, name)) for name in names} == names
            case {"file": dict(facts)}:
                found = self.case.variables
                assert {name: found.get(name) for name in facts} == self._values(facts)
            case {"cases": dict(processes)}:
                assert {one: len(self.caseflow.cases(one)) for one in processes} == processes
            case _:
                raise AssertionError(f"no such step: {dict(step)}")

    def _complete(self, element: str, values: object, *, unit: object, times: object) -> None:
        assert isinstance(values, dict)
        assert isinstance(times, int)
        for _ in range(times):
            found = [one for one in self.case.tasks(element) if unit in {None, one.unit}]
            task = found[0] if found else self.case.task(element)
            # each step has people of its own, as one that needs four eyes asks for
            with self.caseflow.engine.begin(actor=task.assignee or element) as work:
                work.complete(task, values)
            self.caseflow.run_due()

    def _values(self, found: object) -> object:
        return values_at(found, self.caseflow.clock.now())


def values_at(found: object, now: datetime) -> object:
    """Return values with moments told as days from now (``"+10 d"``) made moments."""
    match found:
        case str() if found.startswith("+") and found.endswith(" d"):
            return now + timedelta(days=int(found[1:-2]))
        case "(nothing)":
            return None
        case dict():
            return {name: values_at(value, now) for name, value in found.items()}
        case list():
            return [values_at(value, now) for value in found]
        case _:
            return found


def sent(case: RunningCase, name: str) -> list[object]:
    """Return what the messages of this name carried, in order."""
    return [
        entry.event.payload
        for entry in case.history
        if isinstance(entry.event, MessageSent) and entry.event.name == name
    ]


def deployed_copy(deployed: Path, folder: Path, *, at: datetime = BEGINNING) -> Caseflow:
    """Open an engine on a copy of a database in which everything is deployed."""
    database = shutil.copy(deployed, folder / "cases.db")
    return Caseflow(now=at, target=f"sqlite:///{database}")
