"""What caseflow does with each element is said once, for all of BPMN."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from caseflow.bpmn.attributes import IGNORED_ATTRIBUTES, READ_ATTRIBUTES
from caseflow.bpmn.meaning import ABSTRACT, IGNORED, READ, REFUSED

XSD = "{http://www.w3.org/2001/XMLSchema}"


def schema() -> list[etree._Element]:
    """The roots of the OMG's schema of BPMN."""
    package = find_spec("SpiffWorkflow")
    assert package is not None
    assert package.submodule_search_locations is not None
    folder = Path(package.submodule_search_locations[0], "bpmn", "parser", "schema")
    return [etree.parse(str(folder / file)).getroot() for file in ("BPMN20.xsd", "Semantic.xsd")]


def declared() -> set[str]:
    return {
        element.get("name", "") for root in schema() for element in root.findall(f"{XSD}element")
    }


def declared_attributes() -> set[str]:
    """Each attribute with the type that declares it, as ``startEvent@isInterrupting``."""
    found = set()
    for root in schema():
        for kind in root.iter(f"{XSD}complexType"):
            around = kind.getparent()
            name = kind.get("name") or ("" if around is None else around.get("name", ""))
            assert name
            for attribute in kind.iter(f"{XSD}attribute"):
                found.add(f"{name[1].lower()}{name[2:]}@{attribute.get('name')}")
    return found


def test_every_element_of_bpmn_has_one_meaning() -> None:
    table = [*READ, *IGNORED, *REFUSED, *ABSTRACT]

    assert sorted(table) == sorted(declared())


def test_every_attribute_of_bpmn_has_one_meaning() -> None:
    table = [*READ_ATTRIBUTES, *IGNORED_ATTRIBUTES]

    assert len(table) > 150
    assert sorted(table) == sorted(declared_attributes())


def test_what_is_ignored_is_ignored_for_a_reason() -> None:
    assert all(IGNORED.values())
    assert all(IGNORED_ATTRIBUTES.values())
    assert all(REFUSED.values())
