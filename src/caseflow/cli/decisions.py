"""The command on decisions: ``decide``, which makes one and tells how it came about."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from caseflow.bpmn import read_decisions
from caseflow.cli.arguments import Arguments, value_of
from caseflow.cli.command import Command
from caseflow.cli.failures import Exit, Misused
from caseflow.cli.output import Output, Style
from caseflow.cli.session import Session
from caseflow.decisions import Answer, Row, Step, compile_decisions, compile_feel, written
from caseflow.expressions import Period, Result
from caseflow.kernel import dump_values
from caseflow.model import Limit, Value

_VERDICTS = {True: "yes", False: "no", None: "null"}


def _configure_decide(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a DMN file")
    parser.add_argument("decision", metavar="DECISION", help="the id of a decision in it")
    parser.add_argument(
        "--with",
        action="append",
        dest="values",
        metavar="NAME=VALUE",
        help="a variable: JSON where it is JSON, FEEL behind a second =, else text; repeatable",
    )
    parser.add_argument(
        "--rules", action="store_true", help="show every rule with the verdict on each test"
    )


def _decide(session: Session, arguments: Arguments) -> Exit:
    file, decision = arguments.get("file", str), arguments.get("decision", str)
    decisions = compile_decisions(read_decisions(Path(file).read_bytes(), file=file))
    if decision not in decisions.compiled:
        known = ", ".join(decisions.compiled)
        raise Misused(f"{file} has no decision {decision}; it has {known}")
    values = dict(_value(pair) for pair in arguments.many("values", str))
    answer = decisions.decide(decision, values, has_rows=arguments.get("rules", bool))
    if session.out.is_json:
        session.out.document(_document(decision, answer))
    else:
        _print(answer, session.out)
    return Exit.OK


def _value(pair: str) -> tuple[str, Value]:
    name, equals, text = pair.partition("=")
    if not equals or not name.strip():
        raise Misused(f"--with {pair}: write --with name=value")
    if not text.startswith("="):
        return name.strip(), value_of(text, option=f"--with {name}")
    found = compile_feel(text[1:]).evaluate({})
    if isinstance(found, Limit | Period):
        raise Misused(f"--with {pair}: a period of months is no value of a case file")
    return name.strip(), found


def _print(answer: Answer, out: Output) -> None:
    for step in answer.steps:
        out.line(f"{step.decision} {step.name}".rstrip(), Style.HEAD)
        for seen in step.seen:
            out.line(f"  {seen.title} = {written(seen.value)}")
        for hit in step.hits:
            rule = f"rule {hit.number}" + (f" ({hit.rule})" if hit.rule else "")
            out.line(f"  {rule} fits: {hit.reason}", Style.GOOD)
        if step.is_default:
            out.line("  no rule fits: the default outputs count", Style.SOON)
        elif not step.hits and _has_table(step):
            out.line("  no rule fits", Style.SOON)
        for row in step.rows:
            out.line(f"    {_told(row)}", Style.PLAIN if row.fits else Style.ASIDE)
        out.line(f"  gives {written(step.result)}")
    out.line(f"result: {written(answer.result)}")


def _has_table(step: Step) -> bool:
    return bool(step.rows) or step.result in (None, [], 0)


def _told(row: Row) -> str:
    cells = ", ".join(
        f"{test}: {_VERDICTS[verdict]}"
        for test, verdict in zip(row.tests, row.verdicts, strict=True)
    )
    return f"rule {row.number}: {cells}"


def _document(decision: str, answer: Answer) -> Mapping[str, object]:
    return {
        "decision": decision,
        "result": _plain(answer.result),
        "steps": [_step_document(step) for step in answer.steps],
    }


def _step_document(step: Step) -> Mapping[str, object]:
    return {
        "decision": step.decision,
        "name": step.name,
        "seen": [{"title": one.title, "value": _plain(one.value)} for one in step.seen],
        "hits": [
            {
                "rule": hit.rule,
                "number": hit.number,
                "reason": hit.reason,
                "outputs": [_plain(output) for output in hit.outputs],
            }
            for hit in step.hits
        ],
        "is_default": step.is_default,
        "rules": [
            {
                "rule": row.rule,
                "number": row.number,
                "tests": list(row.tests),
                "verdicts": list(row.verdicts),
            }
            for row in step.rows
        ],
        "result": _plain(step.result),
    }


def _plain(value: Result) -> object:
    """Return a value as JSON has it; what JSON has no type for carries a tag."""
    if isinstance(value, Limit | Period):
        return written(value)
    document: object = json.loads(dump_values({"value": value}))["value"]
    return document


COMMANDS = (
    Command(
        name="decide",
        help="make a decision of a DMN file, and tell which rules fit and why",
        example='caseflow decide grading.dmn level --with people=5 --with "risk=blue"',
        run=_decide,
        configure=_configure_decide,
    ),
)
