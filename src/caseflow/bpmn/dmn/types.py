"""The types of a DMN file: those of FEEL, and those that the file defines of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from caseflow.bpmn.dmn.notes import Notes
from caseflow.bpmn.dmn.texts import entry_of, text_of
from caseflow.bpmn.elements import Element, local
from caseflow.decisions import ANY_TYPE, Kind, Type

_WHOLE = Type(kind=Kind.NUMBER, is_whole=True)
_NUMBER = Type(kind=Kind.NUMBER)
_NAMED: Mapping[str, Type] = MappingProxyType(
    {
        "": ANY_TYPE,
        "Any": ANY_TYPE,
        "boolean": Type(kind=Kind.BOOLEAN),
        "date": Type(kind=Kind.DATE),
        "date and time": Type(kind=Kind.MOMENT),
        "dateTime": Type(kind=Kind.MOMENT),
        "dayTimeDuration": Type(kind=Kind.DAYS),
        "days and time duration": Type(kind=Kind.DAYS),
        "double": _NUMBER,
        "integer": _WHOLE,
        "long": _WHOLE,
        "number": _NUMBER,
        "string": Type(kind=Kind.TEXT),
        "yearMonthDuration": Type(kind=Kind.MONTHS),
        "years and months duration": Type(kind=Kind.MONTHS),
    }
)
_TIME = frozenset({"time"})


class Types:
    """Finds the type that an element of a file refers to."""

    def __init__(self, root: Element, notes: Notes) -> None:
        self._notes = notes
        self._defined = {
            one.get("name"): one for one in root.all("itemDefinition") if one.get("name")
        }
        self._found: dict[str, Type] = {}
        self._open: set[str] = set()
        for name in self._defined:
            self._named(name, self._defined[name])

    def of(self, element: Element) -> Type:
        """Return the type that an element names in ``typeRef``."""
        return self._named(_reference(element.get("typeRef")), element)

    def _named(self, name: str, where: Element) -> Type:
        if name in self._found:
            return self._found[name]
        defined = self._defined.get(name)
        if defined is not None:
            return self._definition(name, defined)
        if name not in _NAMED:
            self._refuse(name, where)
        return _NAMED.get(name, ANY_TYPE)

    def _definition(self, name: str, element: Element) -> Type:
        if name in self._open:
            self._notes.refuse(
                "decision-type",
                element,
                f"the type {name} is defined by itself",
                "let it refer to a type of FEEL, such as string or number",
            )
            return ANY_TYPE
        self._open.add(name)
        reference = element.first("typeRef")  # DMN 1.1 to 1.5 write an element here
        base = ANY_TYPE
        if reference is not None:
            base = self._named(_reference(reference.text.strip()), element)
        values = element.first("allowedValues")
        allowed = base.allowed
        if values is not None and text_of(values):
            allowed = entry_of(values, self._notes)
        found = replace(
            base,
            allowed=allowed,
            is_list=base.is_list or element.says("isCollection"),
            parts=frozenset(one.get("name") for one in element.all("itemComponent")),
        )
        self._open.discard(name)
        self._found[name] = found
        return found

    def _refuse(self, name: str, where: Element) -> None:
        known = ", ".join(filter(None, _NAMED))
        remedy = f"define it with an itemDefinition, or use one of {known}"
        if name in _TIME:
            remedy = "use a moment (date and time), or a text"
        self._notes.refuse("decision-type", where, f"there is no type {name} here", remedy)


def _reference(name: str) -> str:
    return local(name).strip()
