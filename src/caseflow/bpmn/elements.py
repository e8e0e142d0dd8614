"""The elements of a diagram as plain values, so that nothing else has to know lxml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from caseflow.bpmn.findings import Place
from caseflow.bpmn.xml import MODEL, line_of

_TRUE = frozenset({"true", "1"})
_FALSE = frozenset({"false", "0"})
_MARKED_UP = frozenset({"documentation", "script", "text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One XML element; ``place`` names the nearest BPMN element around it that has an id.

    ``name`` is the local name for BPMN's own elements and ``{namespace}local`` for all
    others; so are the keys of ``attributes``, where BPMN's own have no namespace.
    """

    name: str
    place: Place
    attributes: Mapping[str, str]
    text: str
    children: tuple[Element, ...]

    @property
    def id(self) -> str:
        """The id, or nothing where there is none."""
        return self.attributes.get("id", "").strip()

    @property
    def line(self) -> int:
        """The line of the file on which the element begins."""
        return self.place.line

    def get(self, attribute: str) -> str:
        """Return an attribute without the spaces around it, or nothing."""
        return self.attributes.get(attribute, "").strip()

    def says(self, attribute: str, *, default: bool = False) -> bool:
        """Return an attribute of type xsd:boolean."""
        value = self.get(attribute)
        return value in _TRUE or (default and value not in _FALSE)

    def reference(self, attribute: str) -> str:
        """Return the id that an attribute of type xsd:QName refers to."""
        return local(self.get(attribute))

    def all(self, *names: str) -> Iterator[Element]:
        """Yield the children of these names, in the order of the file."""
        return (child for child in self.children if child.name in names)

    def first(self, *names: str) -> Element | None:
        """Return the first child of these names, if there is one."""
        return next(self.all(*names), None)

    def references(self, name: str) -> tuple[str, ...]:
        """Return the ids that the children of this name refer to."""
        return tuple(local(child.text.strip()) for child in self.all(name))

    def walk(self) -> Iterator[Element]:
        """Yield the element and everything in it, in the order of the file."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


def elements(root: etree._Element, *, model: str = MODEL) -> Element:
    """Return the tree of values for a parsed file, which must not be nested too deep.

    Args:
        root: the root of the file.
        model: the namespace whose names need no mark.
    """
    return _element(root, Place(), model)


def local(name: str) -> str:
    """Return a qualified name without its prefix; an id never holds a colon."""
    return name.rpartition(":")[2]


def _element(raw: etree._Element, around: Place, model: str) -> Element:
    line = line_of(raw)
    name = _name(raw.tag, model)
    identity = "" if name.startswith("{") else raw.get("id", "").strip()
    place = (
        Place(line, identity, raw.get("name", "").strip())
        if identity
        else Place(line, around.element, around.name)
    )
    children = tuple(_element(child, place, model) for child in raw)
    return Element(
        name=name,
        place=place,
        attributes={str(key): str(value) for key, value in raw.attrib.items()},
        text=_text(raw, name),
        children=children,
    )


def _text(raw: etree._Element, name: str) -> str:
    """Return the text that stands in an element, and not in an element inside it.

    Only prose and scripts may be marked up, by elements that are part of the text.
    """
    if name in _MARKED_UP:
        return "".join(str(part) for part in raw.itertext())
    return (raw.text or "") + "".join(child.tail or "" for child in raw)


def _name(tag: str, model: str) -> str:
    return tag.removeprefix(f"{{{model}}}") if tag.startswith("{") else f"{{}}{tag}"
