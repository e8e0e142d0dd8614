"""What a part of the reader knows about the file around the element that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from caseflow.bpmn.elements import Element
from caseflow.bpmn.findings import Findings, Place
from caseflow.bpmn.rules import Rule
from caseflow.model import CorrelationKey, CorrelationValue, ElementId, Notation


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file on its way into the model.

    ``plain`` is the notation of an expression that names no language, ``marked`` that of
    one that begins with ``=``; both are the Python subset unless the file says otherwise.
    ``keys`` are the correlation keys by the id of the message that they are read from,
    ``bindings`` what the process that is being read binds them to, by the key's name, and
    ``handlers`` the activities that are associated with a boundary event, by its id, each
    with the id of the association. ``lane_is_role`` says that lanes are called like the
    roles that work in them.
    """

    findings: Findings
    by_id: Mapping[str, Element]
    plain: Notation = Notation.PYTHON
    marked: Notation = Notation.PYTHON
    lane_is_role: bool = False
    keys: Mapping[str, tuple[CorrelationKey, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    bindings: Mapping[str, tuple[CorrelationValue, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    handlers: Mapping[str, tuple[tuple[str, ElementId | None], ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def resolve(self, reference: str, place: Place, *, to: frozenset[str]) -> Element | None:
        """Return the element that a reference names, or None with a finding.

        Args:
            reference: the id; where it is empty the answer is None without a finding.
            place: who refers to it.
            to: the names of the elements that may be referred to.
        """
        if not reference:
            return None
        found = self.by_id.get(reference)
        if found is not None and found.name in to:
            return found
        is_what = "does not exist" if found is None else f"is a {found.name}"
        self.findings.add(
            Rule.DANGLING_REFERENCE,
            place,
            f"refers to {reference}, which {is_what}",
            f"refer to the id of a {' or '.join(sorted(to))}",
        )
        return None
