"""Reads the extensions of one element by the tables of all vendors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NamedTuple

from caseflow.bpmn.elements import Element
from caseflow.bpmn.extensions.camunda7 import CAMUNDA7
from caseflow.bpmn.extensions.flowable import FLOWABLE
from caseflow.bpmn.extensions.jbpm import JBPM
from caseflow.bpmn.extensions.own import OWN
from caseflow.bpmn.extensions.spiff import SPIFF
from caseflow.bpmn.extensions.tables import Extension, Row, Slot, Structured, Vendor
from caseflow.bpmn.extensions.values import formulas_of, is_text, name_of
from caseflow.bpmn.extensions.zeebe import ZEEBE
from caseflow.bpmn.findings import Findings, Place
from caseflow.bpmn.rules import Rule
from caseflow.model import DataMapping, Formula

VENDORS = (OWN, ZEEBE, CAMUNDA7, FLOWABLE, JBPM, SPIFF)
"""The vendors that are read; where two fill one slot, the first of them wins."""

_NO_EXTENSION = Extension()


class _Said(NamedTuple):
    """One text of an extension: the path of its row, and where it stands."""

    path: str
    text: str
    place: Place

    @property
    def parent(self) -> str:
        return self.path.partition("/")[0]


@dataclass(slots=True)
class _Draft:
    """An extension that is being put together."""

    formulas: dict[Slot, tuple[Formula, ...]] = field(default_factory=dict)
    names: dict[Slot, str] = field(default_factory=dict)
    structured: Structured = field(default_factory=Structured)

    def done(self) -> Extension:
        return Extension(formulas=self.formulas, names=self.names, structured=self.structured)


def extension_of(element: Element, findings: Findings) -> Extension:
    """Return what the extensions of an element say, and report what is not read."""
    vendors = _vendors_of(element)
    if not vendors:
        return _NO_EXTENSION
    draft = _Draft()
    for vendor in vendors:
        _read(vendor, element, draft, findings)
    return draft.done()


def vendors_in(root: Element) -> list[Vendor]:
    """Return the vendors whose extensions stand anywhere in a file, in the order of VENDORS."""
    names = (name for each in root.walk() for name in (each.name, *each.attributes))
    spaces = {_space(name) for name in names}
    return [vendor for vendor in VENDORS if not spaces.isdisjoint(vendor.namespaces)]


def _vendors_of(element: Element) -> list[Vendor]:
    inner = element.first("extensionElements")
    children = inner.children if inner is not None else ()
    spaces = {_space(name) for name in (*element.attributes, *(each.name for each in children))}
    return [vendor for vendor in VENDORS if not spaces.isdisjoint(vendor.namespaces)]


def _read(vendor: Vendor, element: Element, draft: _Draft, findings: Findings) -> None:
    rows = {row.path: row for row in vendor.rows if element.name in row.on}
    structures = [each for each in vendor.structures if element.name in each.on]
    structured = {name for each in structures for name in each.names}
    said = {each.path: each for each in _texts(vendor, element)}
    for row in rows.values():  # the order of the table decides which of two paths wins
        if row.path in said and said[row.path].text:
            _fill(row, said[row.path], vendor, draft, findings)
    for each in structures:
        children = tuple(
            child for child in _children(vendor, element) if _bare(child.name) in each.names
        )
        if children:
            draft.structured = _merged(draft.structured, each.read(children, findings))
    for path, text in said.items():
        if path not in rows and text.parent not in structured:
            _unread(vendor, element, text, draft, findings)


def _fill(row: Row, said: _Said, vendor: Vendor, draft: _Draft, findings: Findings) -> None:
    if is_text(row.kind):
        if row.slot not in draft.names and (
            name := name_of(row.kind, said.text, said.place, findings)
        ):
            draft.names[row.slot] = name
    elif row.slot not in draft.formulas:
        draft.formulas[row.slot] = formulas_of(
            row.kind, said.text, said.place, dialect=vendor.dialect, findings=findings
        )


def _texts(vendor: Vendor, element: Element) -> Iterator[_Said]:
    for key, text in element.attributes.items():
        if key.startswith("{") and _space(key) in vendor.namespaces:
            yield _Said(f"@{_bare(key)}", text.strip(), element.place)
    for child in _children(vendor, element):
        name = _bare(child.name)
        if name in vendor.refused and not (
            child.text.strip() or child.attributes or child.children
        ):
            continue  # an empty script changes nothing
        named = [each for each in child.children if _bare(each.name) == "property"]
        if not (child.attributes or named):
            yield _Said(name, child.text.strip(), child.place)
        for key, text in child.attributes.items():
            yield _Said(f"{name}/@{_bare(key)}", text.strip(), child.place)
        for each in named:
            yield _Said(f"{name}/{each.get('name')}", each.get("value"), each.place)


def _children(vendor: Vendor, element: Element) -> Iterator[Element]:
    inner = element.first("extensionElements")
    for child in inner.children if inner is not None else ():
        if _space(child.name) in vendor.namespaces:
            yield child


def _unread(
    vendor: Vendor, element: Element, said: _Said, draft: _Draft, findings: Findings
) -> None:
    """Report a text that no row reads, unless its vendor's table says why it does not matter."""
    subject = _subject(vendor, said)
    if remedy := vendor.refused.get(subject):
        findings.add(
            Rule.UNSUPPORTED_EXTENSION,
            said.place,
            f"{spelled(vendor, subject)} of {element.name} would change what happens, "
            "but is not run",
            remedy,
        )
    elif subject in vendor.ignored:
        return
    elif said.parent == "properties":
        own = Structured(properties=((said.path.partition("/")[2], said.text),))
        draft.structured = _merged(draft.structured, own)
    elif vendor.is_own:
        _unknown(vendor, element, said, findings)
    else:
        findings.add(
            Rule.UNREAD_EXTENSION,
            said.place,
            f"{spelled(vendor, subject)} of {element.name} is not read ({vendor.name})",
            "say it in caseflow's own attributes, or remove it",
        )


def _subject(vendor: Vendor, said: _Said) -> str:
    """Return the path, or its element where the table speaks of the element as a whole."""
    if said.path in vendor.ignored or said.path in vendor.refused:
        return said.path
    is_split = any(row.path.startswith(f"{said.parent}/") for row in vendor.rows)
    return said.path if is_split and said.parent not in vendor.ignored else said.parent


def _unknown(vendor: Vendor, element: Element, said: _Said, findings: Findings) -> None:
    elsewhere = sorted({name for row in vendor.rows if row.path == said.path for name in row.on})
    known = [spelled(vendor, row.path) for row in vendor.rows if element.name in row.on]
    wrong = spelled(vendor, said.path)
    close = get_close_matches(wrong, known, n=1)
    if elsewhere:
        remedy = f"it belongs to {', '.join(elsewhere)}"
    elif close:
        remedy = f"write {close[0]}, if that is meant"
    else:
        remedy = f"here may stand: {', '.join(known) or 'nothing of caseflow'}"
    findings.add(Rule.UNKNOWN_EXTENSION, said.place, f"{element.name} has no {wrong}", remedy)


def spelled(vendor: Vendor, path: str) -> str:
    """Return a path as an author knows it: ``camunda:assignee``, ``zeebe:script/@expression``."""
    return f"{vendor.prefix}:{path.removeprefix('@')}"


def _merged(first: Structured, second: Structured) -> Structured:
    return Structured(
        inputs=_joined(first.inputs, second.inputs),
        outputs=_joined(first.outputs, second.outputs),
        headers=first.headers + second.headers,
        properties=first.properties + second.properties,
        bindings=first.bindings + second.bindings,
    )


def _joined(
    first: tuple[DataMapping, ...] | None, second: tuple[DataMapping, ...] | None
) -> tuple[DataMapping, ...] | None:
    return second if first is None else first + (second or ())


def _space(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def _bare(name: str) -> str:
    return name.rpartition("}")[2]
