"""The parameter set of an overlay: what it takes over, what it changes, what a law forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from caseflow.errors import ParametersRefused
from caseflow.model import Limit, ParameterSet
from caseflow.overlays.overlay import Overlay
from caseflow.overlays.toml import write_toml
from caseflow.parameters import Path, Report, Table, one_of, read_parameters, read_toml

_GROUPS = ("limits", "values", "ladders")
_LAW = re.compile(r"\[(?:F\*?: ?L-|K:)[^\]]*\]")
_TO_THE_BASE = "leave it to the base, or have that changed where the law has changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The parameter file of an overlaid process, its set, and the one that it began with."""

    text: str | None = None
    before: ParameterSet | None = None
    after: ParameterSet | None = None


def numbers_of(overlay: Overlay, text: str | None, *, file: str, report: Report) -> Numbers:
    """Return the parameters of an overlaid process, after noting what is wrong with them.

    Args:
        overlay: what changes them.
        text: the parameter file of the base, without errors; None where there is none.
        file: the name of that file.
        report: takes the findings.
    """
    before, raw = _begun(overlay, text, file=file, report=report)
    if overlay.parameters is None:
        return Numbers(text=text, before=before, after=before)
    own = {name: one for name, one in overlay.parameters.items() if name != "extends"}
    # What is no group or no table goes along, so that reading the whole finds fault with it.
    merged = {**raw, **{name: _over(raw.get(name), one) for name, one in own.items()}}
    # Processes that are called look for the set by its name, so it keeps that.
    name = overlay.name if before is None else before.name
    written = write_toml({"sets": {name: merged}})
    try:
        after = read_parameters(written, file=overlay.file)[name]
    except ParametersRefused as refusal:
        _readdress(refusal, name, report)
        return Numbers(text=written, before=before)
    _check_unknown(overlay, before, after, report)
    if before is not None:
        _check_law(before, after, raw, report)
    return Numbers(text=written, before=before, after=after)


def _begun(
    overlay: Overlay, text: str | None, *, file: str, report: Report
) -> tuple[ParameterSet | None, Table]:
    """Return the set of the base that an overlay extends, and its tables as they are written."""
    sets = {} if text is None else read_parameters(text, file=file)
    wanted = (overlay.parameters or {}).get("extends", next(iter(sets), None))
    if text is None or wanted is None:
        return None, {}
    if not isinstance(wanted, str) or wanted not in sets:
        path = ("parameters", "extends")
        report.add("extends", path, f"{file} has no set “{wanted}”", one_of(sets, str(wanted)))
        return None, {}
    document = read_toml(text, file=file)["sets"]
    merged: dict[str, dict[str, object]] = {group: {} for group in _GROUPS}
    for one in reversed(list(_lineage(document, wanted))):
        for group in _GROUPS:
            table = one.get(group, {})
            merged[group] |= table if isinstance(table, Mapping) else {}
    return sets[wanted], merged


def _over(inherited: object, own: object) -> object:
    """Return the entries of a group with those of the overlay in their place."""
    if isinstance(inherited, Mapping) and isinstance(own, Mapping):
        return {**inherited, **own}
    return own


def _lineage(sets: object, name: object) -> Iterator[Table]:
    """Yield the tables of a set and of all that it extends, from itself upwards."""
    while isinstance(sets, Mapping) and name in sets:
        yield sets[name]
        name = sets[name].get("extends")


def _readdress(refusal: ParametersRefused, name: str, report: Report) -> None:
    """Note findings on the set that was put together where the overlay says it."""
    for one in refusal.findings:
        inner = one.element.removeprefix(f"sets.{name}").strip(".")
        path: Path = ("parameters", *inner.split(".")) if inner else ("parameters",)
        report.add(one.rule, path, one.message, one.remedy)


def _check_unknown(
    overlay: Overlay, before: ParameterSet | None, after: ParameterSet, report: Report
) -> None:
    """Note entries that replace nothing and that nothing new speaks of: slips of the pen."""
    base = before or ParameterSet(name="")
    used = {one.due for one in overlay.additions} | {one.ladder for one in overlay.additions}
    used |= {name for one in after.limits.values() for name in (one.of, one.outside) if name}
    used |= {step.after for one in after.ladders.values() for step in one.steps if step.after}
    known = {"limits": base.limits, "values": base.values, "ladders": base.ladders}
    for group, names in known.items():
        table = (overlay.parameters or {}).get(group, {})
        for name in table if isinstance(table, Mapping) else ():
            if name not in names and name not in used:
                message = f"the base has no “{name}”, and no added step names it"
                path = ("parameters", group, name)
                report.add("overlay-unknown-parameter", path, message, one_of(names, name))


def _check_law(before: ParameterSet, after: ParameterSet, raw: Table, report: Report) -> None:
    for name, limit in before.limits.items():
        law = _law_of(limit, before)
        reason = _loosened(limit, after.limits[name]) if law else ""
        if reason:
            _refuse(("parameters", "limits", name), f"{reason}; {law} says so", report)
    for group, old, new in (
        ("values", before.values, after.values),
        ("ladders", before.ladders, after.ladders),
    ):
        for name, value in old.items():
            mark = _LAW.search(_source(raw, group, name))
            if mark and new[name] != value:
                path = ("parameters", group, name)
                _refuse(path, f"a law gives it, and it is changed; {mark[0]} says so", report)


def _law_of(limit: Limit, among: ParameterSet) -> str:
    """Return the law that a limit comes from, itself or as what holds outside office hours."""
    besides = [one.source for one in among.limits.values() if one.outside == limit.name]
    found = next(filter(None, map(_LAW.search, (limit.source, *besides))), None)
    return "" if found is None else found[0]


def _refuse(path: Path, message: str, report: Report) -> None:
    report.add("overlay-beyond-law", path, message, _TO_THE_BASE)


def _loosened(law: Limit, now: Limit) -> str:
    """Return in which way a limit grants more than the law does, or nothing."""
    if now.kind is not law.kind:
        return f"is counted as {now.kind} instead of {law.kind}"
    if now.outside != law.outside:
        return "has another limit outside office hours"
    if _length(now) > _length(law):
        return f"is longer than the law allows: {span_of(now)} instead of {span_of(law)}"
    return ""


def _length(limit: Limit) -> Decimal:
    return limit.amount * (limit.share or Decimal(1))


def _source(raw: Table, group: str, name: str) -> str:
    table = raw.get(group, {})
    row = table.get(name, {}) if isinstance(table, Mapping) else {}
    return str(row.get("source", "")) if isinstance(row, Mapping) else ""


_UNITS = {"CLK": "min", "WH": "min", "CD": "d", "WD": "d", "CM": "months", "CY": "years"}
_HOUR = 60


def span_of(limit: Limit) -> str:
    """Return a limit as people write it: ``1 h WH``, ``3 d WD, × 0.5``."""
    amount, unit = limit.amount, _UNITS[limit.kind]
    if unit == "min" and amount % _HOUR == 0:
        amount, unit = amount // _HOUR, "h"
    share = "" if limit.share is None else f" × {limit.share}"
    outside = "" if limit.outside is None else f" (outside office hours {limit.outside})"
    return f"{amount} {unit} {limit.kind}{share}{outside}"
