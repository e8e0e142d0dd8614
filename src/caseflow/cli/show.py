"""The command ``show``: everything about one case, in tables and on its diagrams."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from caseflow.cli.arguments import STANDARD, Arguments
from caseflow.cli.command import Command
from caseflow.cli.documents import Document, case_document, place_document, task_document
from caseflow.cli.failures import Exit, Misused
from caseflow.cli.moments import due_in_words, local
from caseflow.cli.names import Diagrams
from caseflow.cli.output import Cell, Column, Output, Style, Table
from caseflow.cli.pictures import Pictures
from caseflow.cli.references import add_case, find_case
from caseflow.cli.session import Session
from caseflow.cli.tasks import task_table
from caseflow.cli.whereabouts import PRESSURE, state_cell, tasks_of
from caseflow.cli.words import value_in_words
from caseflow.engine import CaseView, Place, TaskView, Work
from caseflow.kernel import Timer
from caseflow.model import ProcessId

_SHORT = 200  # characters of a value


def _configure_show(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument(
        "--svg", metavar="FILE", help="draw the diagram with the case on it; - for standard output"
    )
    parser.add_argument(
        "--process", metavar="PROCESS", help="draw a process that the case calls, not its own"
    )
    parser.add_argument(
        "--full", action="store_true", help="the whole outline and whole values, nothing cut"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """All that is shown of a case, read before anything is printed.

    Whoever reads the output slowly must not keep the database waiting.
    """

    case: CaseView
    tasks: tuple[TaskView, ...]
    places: tuple[Place, ...]
    facts: tuple[Cell, ...]
    tables: tuple[Table, ...]
    outlines: str
    svg: bytes

    def document(self) -> Document:
        """Return it for programs."""
        return {
            "case": case_document(self.case),
            "tasks": [task_document(task) for task in self.tasks],
            "places": [place_document(place) for place in self.places],
        }

    def print(self, out: Output) -> None:
        """Print it for people."""
        for fact in self.facts:
            out.line(fact.text, fact.style)
        for table in self.tables:
            out.line()
            out.table(table)
        out.line()
        out.text(self.outlines)


def _show(session: Session, arguments: Arguments) -> Exit:
    svg = arguments.maybe("svg", str)
    if session.out.is_json and svg == STANDARD:
        raise Misused("--json and --svg - both want standard output")
    with session.view() as work:
        shown = _look(work, arguments, now=session.clock.now())
    if svg == STANDARD:
        session.out.file(shown.svg)
        return Exit.OK
    if svg is not None:
        Path(svg).write_bytes(shown.svg)
    if session.out.is_json:
        session.out.document(shown.document())
    else:
        shown.print(session.out)
    return Exit.OK


def _look(work: Work, arguments: Arguments, *, now: datetime) -> _Shown:
    is_full = arguments.get("full", bool)
    case = work.case(find_case(work, arguments.get("case", str)))
    tasks = tasks_of(work, case)
    diagrams = Diagrams(work, case)
    pictures = Pictures(work, case, diagrams)
    process = _chosen(arguments.maybe("process", str), diagrams)
    is_drawn = arguments.maybe("svg", str) is not None
    listed = [task_table(tasks, now=now, title="Open tasks")] if tasks else []
    return _Shown(
        case=case,
        tasks=tasks,
        places=pictures.places,
        facts=tuple(_facts(case, diagrams)),
        tables=(*listed, *_tables(case, diagrams, now=now, is_full=is_full)),
        outlines=pictures.outlines(
            (process,) if process else pictures.standing_in(), is_full=is_full
        ),
        svg=pictures.svg(process or case.process, now=local(now)).encode() if is_drawn else b"",
    )


def _chosen(name: str | None, diagrams: Diagrams) -> ProcessId | None:
    """Return the process that is to be drawn, if one is named. Raises Misused."""
    if name is None:
        return None
    if name not in diagrams.known:
        raise Misused(f"the case does not run {name}: it runs {', '.join(diagrams.known)}")
    return ProcessId(name)


def _facts(case: CaseView, diagrams: Diagrams) -> Iterator[Cell]:
    named = diagrams.process(case.process).name or case.process
    yield Cell(text=f"{case.business_key}  {named}".strip(), style=Style.HEAD)
    yield Cell(text=f"case {case.id} of {case.process} version {case.process_version}")
    if case.unit or case.tier:
        yield Cell(text=" · ".join(filter(None, (case.unit, case.tier))))
    state = state_cell(case.state, case.outcome)
    until = f" until {local(case.ended_at)}" if case.ended_at else ""
    yield Cell(text=f"{state.text}, since {local(case.started_at)}{until}", style=state.style)


def _tables(
    case: CaseView, diagrams: Diagrams, *, now: datetime, is_full: bool
) -> Iterator[Table]:
    if case.timers:
        yield Table(
            title="Timers",
            columns=(
                Column(name="Fires", is_whole=True),
                Column(name="Left", is_whole=True),
                Column(name="At"),
                Column(name="Limit"),
            ),
            rows=[_timer_row(timer, diagrams, now=now) for timer in case.timers],
        )
    if case.incidents:
        yield Table(
            title="Incidents",
            columns=(
                Column(name="Incident", is_whole=True),
                Column(name="At"),
                Column(name="What happened"),
            ),
            rows=[
                (
                    f"{case.business_key or case.id}:{one.id}",
                    diagrams.title(one.process, one.element),
                    Cell(text=one.message, style=Style.BAD),
                )
                for one in case.incidents
            ],
        )
    if case.variables:
        most = None if is_full else _SHORT
        yield Table(
            title="Case file",
            columns=(Column(name="Name", is_whole=True), Column(name="Value")),
            rows=[
                (name, value_in_words(value, most=most))
                for name, value in sorted(case.variables.items())
            ],
        )


def _timer_row(timer: Timer, diagrams: Diagrams, *, now: datetime) -> tuple[str | Cell, ...]:
    due = due_in_words(timer.due_at, now=now)
    style = PRESSURE[due.pressure]
    return (
        Cell(text=due.at, style=style),
        Cell(text=due.left, style=style),
        diagrams.title(timer.process, timer.element),
        timer.limit or "",
    )


COMMANDS = (
    Command(
        name="show",
        help="show where a case stands: tasks, timers, incidents, case file, diagram",
        example="caseflow show 2026-0017 --svg case.svg",
        configure=_configure_show,
        run=_show,
        prints_tables=True,
    ),
)
