"""What caseflow does with each element is said once, for all of BPMN."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from caseflow.bpmn.meaning import ABSTRACT, IGNORED, READ, REFUSED

XSD = "{http://www.w3.org/2001/XMLSchema}"


def declared() -> set[str]:
    package = find_spec("SpiffWorkflow")
    assert package is not None
    assert package.submodule_search_locations is not None
    folder = Path(package.submodule_search_locations[0], "bpmn", "parser", "schema")
    return {
        element.get("name", "")
        for file in ("BPMN20.xsd", "Semantic.xsd")
        for element in etree.parse(str(folder / file)).getroot().findall(f"{XSD}element")
    }


def test_every_element_of_bpmn_has_one_meaning() -> None:
    table = [*READ, *IGNORED, *REFUSED, *ABSTRACT]

    assert sorted(table) == sorted(declared())


def test_what_is_ignored_is_ignored_for_a_reason() -> None:
    assert all(IGNORED.values())
    assert all(REFUSED.values())
