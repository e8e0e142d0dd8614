"""The command ``show``: everything about one case, in tables and on its diagrams."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from caseflow.cli.arguments import STANDARD, Arguments
from caseflow.cli.command import Command
from caseflow.cli.documents import case_document, place_document, task_document
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
from caseflow.engine import CaseView
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


def _show(session: Session, arguments: Arguments) -> Exit:
    svg, is_full = arguments.maybe("svg", str), arguments.get("full", bool)
    if session.out.is_json and svg == STANDARD:
        raise Misused("--json and --svg - both want standard output")
    now = session.clock.now()
    with session.view() as work:
        case = work.case(find_case(work, arguments.get("case", str)))
        tasks = tasks_of(work, case)
        diagrams = Diagrams(work, case)
        pictures = Pictures(work, case, diagrams)
        process = _chosen(arguments.maybe("process", str), diagrams)
        if svg is not None:
            drawn = pictures.svg(process or case.process, now=local(now)).encode()
            if svg == STANDARD:
                session.out.file(drawn)
                return Exit.OK
            Path(svg).write_bytes(drawn)
        if session.out.is_json:
            session.out.document(
                {
                    "case": case_document(case),
                    "tasks": [task_document(task) for task in tasks],
                    "places": [place_document(place) for place in pictures.places],
                }
            )
            return Exit.OK
        _print_facts(case, diagrams, session.out)
        if tasks:
            session.out.table(task_table(tasks, now=now, title="Open tasks"))
            session.out.line()
        for table in _tables(case, diagrams, now=now, is_full=is_full):
            session.out.table(table)
            session.out.line()
        drawn_of = (process,) if process else pictures.standing_in()
        session.out.text(pictures.outlines(drawn_of, is_full=is_full))
    return Exit.OK


def _chosen(name: str | None, diagrams: Diagrams) -> ProcessId | None:
    """Return the process that is to be drawn, if one is named. Raises Misused."""
    if name is None:
        return None
    if name not in diagrams.known:
        raise Misused(f"the case does not run {name}: it runs {', '.join(diagrams.known)}")
    return ProcessId(name)


def _print_facts(case: CaseView, diagrams: Diagrams, out: Output) -> None:
    named = diagrams.process(case.process).name or case.process
    out.line(f"{case.business_key}  {named}".strip(), Style.HEAD)
    out.line(f"case {case.id} of {case.process} version {case.process_version}")
    if case.unit or case.tier:
        out.line(" · ".join(filter(None, (case.unit, case.tier))))
    state = state_cell(case.state, case.outcome)
    until = f" until {local(case.ended_at)}" if case.ended_at else ""
    out.line(f"{state.text}, since {local(case.started_at)}{until}", state.style)
    out.line()


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
