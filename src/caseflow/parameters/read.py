"""Reading a parameter file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NoReturn

from caseflow.errors import Finding, ParametersRefused, Severity
from caseflow.model import ParameterSet
from caseflow.parameters.entries import (
    Table,
    check_keys,
    check_name,
    read_limit,
    read_text,
    read_value,
)
from caseflow.parameters.inherit import RawSet, flattened
from caseflow.parameters.ladders import read_ladder
from caseflow.parameters.lines import Path
from caseflow.parameters.report import Report

_KEYS = frozenset({"extends", "ladders", "limits", "values"})
_SET_NAME = re.compile(r"[\w-]+")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def read_parameters(text: str, *, file: str) -> Mapping[str, ParameterSet]:
    """Return the sets of a parameter file by name, each with all that it inherits.

    Args:
        text: the file, as TOML.
        file: its name, for the findings.

    Raises:
        ParametersRefused: something is wrong; ``findings`` lists all of it.
    """
    document = read_toml(text, file=file)
    report = Report(file, text)
    check_keys(document, {"sets"}, (), report)
    tables = _tables(document, "sets", (), report)
    if not document.get("sets"):
        report.add("sets", (), "has no sets", "begin with [sets.<name>]")
    raw = {name: _set(table, ("sets", name), report) for name, table in tables.items()}
    sets = flattened(raw, report)
    if report.findings:
        raise ParametersRefused(report.findings)
    return MappingProxyType(sets)


def read_toml(text: str, *, file: str) -> Table:
    """Return the tables of a TOML text, its decimal numbers exact. Raises ParametersRefused."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        _refuse_text(error, text, file)


def _refuse_text(error: Exception, text: str, file: str) -> NoReturn:
    line = _AT_LINE.search(str(error))
    finding = Finding(
        rule="toml",
        severity=Severity.ERROR,
        file=file,
        line=int(line[1]) if line else text.count("\n") + 1,
        message=f"is not TOML: {str(error) or type(error).__name__}",
        remedy="correct it; a name with other than plain letters, digits, - and _ needs quotes",
    )
    raise ParametersRefused([finding]) from error


def _set(table: object, path: Path, report: Report) -> RawSet:
    if not isinstance(table, Mapping):
        report.add("sets", path, "is not a table", f"write [{'.'.join(path)}]")
        table = {}
    if not _SET_NAME.fullmatch(path[-1]):
        report.add("name", path, f"“{path[-1]}” is not a name", "use letters, digits, - and _")
    check_keys(table, _KEYS, path, report)
    extends = read_text(table, "extends", path, report) if "extends" in table else None
    kinds = ("limits", "values", "ladders")
    limits, values, ladders = (_tables(table, key, path, report) for key in kinds)
    for key, names in (("limits", limits), ("values", values), ("ladders", ladders)):
        for name in names:
            check_name((*path, key, name), report)
    return RawSet(
        path=path,
        extends=extends,
        limits={n: read_limit(t, (*path, "limits", n), report) for n, t in limits.items()},
        values={n: read_value(t, (*path, "values", n), report) for n, t in values.items()},
        ladders={n: read_ladder(t, (*path, "ladders", n), report) for n, t in ladders.items()},
    )


def _tables(table: Table, key: str, path: Path, report: Report) -> Table:
    """Return what stands under ``key``; nothing after noting that it is not a table."""
    inner = table.get(key, {})
    if isinstance(inner, Mapping):
        return inner
    report.add(key, (*path, key), "is not a table", f"write [{'.'.join((*path, key))}.<name>]")
    return {}
