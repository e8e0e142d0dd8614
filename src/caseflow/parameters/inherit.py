"""Sets that extend each other, flattened: every set holds all its limits and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias, assert_never

from caseflow.model import Ladder, Limit, ParameterSet, Value
from caseflow.parameters.entries import Share
from caseflow.parameters.lines import Path
from caseflow.parameters.report import Report, one_of

Entry: TypeAlias = "Limit | Share | None"
"""None stands for an entry that was refused: its name is known, so nothing else complains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSet:
    """A set as it stands in the file: its own entries, and the set that it extends."""

    path: Path
    extends: str | None
    limits: Mapping[str, Entry]
    values: Mapping[str, Value]
    ladders: Mapping[str, Ladder | None]

    @property
    def name(self) -> str:
        """The name of the set."""
        return self.path[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """An entry, and where it was written: perhaps in a set further up."""

    entry: Entry
    path: Path


def flattened(sets: Mapping[str, RawSet], report: Report) -> dict[str, ParameterSet]:
    """Return every set with what it inherits, after noting what does not fit together."""
    lineages = {name: _lineage(raw, sets, report) for name, raw in sets.items()}
    return {name: _Flattening(line, report).run() for name, line in lineages.items() if line}


def _lineage(raw: RawSet, sets: Mapping[str, RawSet], report: Report) -> list[RawSet]:
    """Return the sets from the outermost one down to ``raw``; none if they do not fit."""
    line = [raw]
    while (parent := line[0].extends) is not None:
        if parent not in sets:
            remedy = one_of(sets, parent)
            report.add(
                "extends", (*line[0].path, "extends"), f"there is no set “{parent}”", remedy
            )
            return []
        if sets[parent] in line:
            if parent == raw.name == min(one.name for one in line):  # each circle once
                circle = " → ".join(one.name for one in (*reversed(line), raw))
                report.add(
                    "extends",
                    (*raw.path, "extends"),
                    f"extends itself: {circle}",
                    "remove one extends",
                )
            return []
        line.insert(0, sets[parent])
    return line


class _Flattening:
    """One set with all that it inherits."""

    def __init__(self, line: list[RawSet], report: Report) -> None:
        self._name = line[-1].name
        self._report = report
        self._limits = {
            name: _Placed(entry=entry, path=(*raw.path, "limits", name))
            for raw in line
            for name, entry in raw.limits.items()
        }
        self._values = {name: value for raw in line for name, value in raw.values.items()}
        self._ladders = {
            name: (ladder, (*raw.path, "ladders", name))
            for raw in line
            for name, ladder in raw.ladders.items()
            if ladder is not None
        }

    def run(self) -> ParameterSet:
        for ladder, path in self._ladders.values():
            self._check_steps(ladder, path)
        limits = {name: self._limit(placed) for name, placed in self._limits.items()}
        return ParameterSet(
            name=self._name,
            limits=MappingProxyType({name: limit for name, limit in limits.items() if limit}),
            values=MappingProxyType(self._values),
            ladders=MappingProxyType({name: one for name, (one, _) in self._ladders.items()}),
        )

    def _check_steps(self, ladder: Ladder, path: Path) -> None:
        """Note steps that come after a limit that there is not."""
        for step in ladder.steps:
            if step.after is not None:
                placed = _Placed(entry=None, path=(*path, "steps", step.light))
                self._named(step.after, "after", placed)

    def _limit(self, placed: _Placed) -> Limit | None:
        match placed.entry:
            case Share() as share:
                return self._share(share, placed)
            case Limit() as limit:
                self._check_outside(limit, placed)
                return limit
            case None:
                return None
            case _:
                assert_never(placed.entry)

    def _share(self, share: Share, placed: _Placed) -> Limit | None:
        whole = self._named(share.of, "of", placed)
        if whole is None:
            return None
        return Limit(
            name=share.name,
            kind=whole.kind,
            amount=whole.amount,
            of=share.of,
            share=share.share,
            outside=whole.outside,
            label=share.label,
            source=share.source,
        )

    def _check_outside(self, limit: Limit, placed: _Placed) -> None:
        if limit.outside is None:
            return
        other = self._named(limit.outside, "outside", placed)
        if other is not None and other.outside is not None:
            message = f"“{limit.outside}” itself depends on office hours"
            self._note("outside", placed, message, "name a limit without outside")

    def _named(self, name: str, key: str, placed: _Placed) -> Limit | None:
        """Return the whole limit that ``key`` names; None after noting that there is none."""
        if name not in self._limits:
            self._note(key, placed, f"there is no limit “{name}”", one_of(self._limits, name))
            return None
        entry = self._limits[name].entry
        if isinstance(entry, Share):
            remedy = f"name a whole limit, such as “{entry.of}”"
            self._note(key, placed, f"“{name}” is itself a share", remedy)
            return None
        return entry

    def _note(self, key: str, placed: _Placed, message: str, remedy: str) -> None:
        inherited = "" if placed.path[1] == self._name else f", in set “{self._name}”"
        self._report.add(key, (*placed.path, key), message + inherited, remedy)
