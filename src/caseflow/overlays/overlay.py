"""What an overlay says: how one unit's process differs from the one that all share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from caseflow.model import ElementId, ProcessId
from caseflow.parameters import Table


def _none() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A step that an overlay puts at an extension point.

    ``kind`` is the BPMN element, ``calls`` the process that a call activity calls; the other
    texts are those of the attributes of the same name, empty where nothing is said.
    """

    id: str
    at: str
    kind: str
    name: str
    role: str = ""
    due: str = ""
    ladder: str = ""
    form: str = ""
    calls: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """Forms of documents that the file of a case must hold besides: always, or by outcome."""

    always: tuple[str, ...] = ()
    by_outcome: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """One overlay as its file says it; ``text`` is that file.

    ``name`` is the id of the unit that it is for, ``base`` the process that it lies over,
    ``written_for`` the beginning of the digest of the diagram that its author had before
    them. ``roles`` and ``labels`` give new names, ``forms`` and ``decisions`` go by element.
    """

    file: str
    text: str
    name: str
    base: ProcessId
    label: str = ""
    written_for: str = ""
    leave_out: tuple[ElementId, ...] = ()
    additions: tuple[Addition, ...] = ()
    new_roles: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=_none)
    labels: Mapping[str, str] = field(default_factory=_none)
    forms: Mapping[str, str] = field(default_factory=_none)
    decisions: Mapping[str, str] = field(default_factory=_none)
    documents: Documents = Documents()
    parameters: Table | None = None

    def named(self, base: str) -> str:
        """Return the id that something of the base, or something new, has in this overlay."""
        return f"{base}.{self.name}"
