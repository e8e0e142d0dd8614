"""Validates a diagram against the OMG's schema and says in plain words what it found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Protocol

from lxml import etree

from caseflow.bpmn.findings import Findings, Place
from caseflow.bpmn.rules import Rule

MAX_FINDINGS = 100  # of the schema; a file with more of them is no diagram at all

_TOO_MANY = 7  # possible elements are no help any more
_SCHEMA = ("bpmn", "parser", "schema", "BPMN20.xsd")
_LOCK = Lock()  # one schema object keeps one error log
_NAMESPACE = re.compile(r"\{[^{}' ]*\}")
_PREFIXED = re.compile(r"([^/:\[\]]+):([^/:\[\]]+)")
_VALUE = re.compile(r"'([^']*)' is not a valid value of the (?:atomic|union|local) type '([^']*)'")
_ENUMERATION = re.compile(r"The value '(.*)' is not an element of the set \{(.*)\}")
_QUOTED = re.compile(r"'([^']*)'")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.*) \)")
_PLAIN_TYPES = {
    "xs:boolean": "true or false",
    "xs:integer": "a whole number",
    "xs:int": "a whole number",
    "xs:double": "a number",
    "xs:QName": "the id of an element",
    "xs:IDREF": "the id of an element",
    "xs:ID": "an id: a letter or _, then letters, digits, - _ .",
    "xs:anyURI": "a URI",
}
_FAMILIES = {
    "##other*": "elements of a tool, with its namespace",
    "artifact": "associations, annotations",
    "eventDefinition": "event definitions",
    "flowElement": "events, activities, gateways, sequence flows, data",
    "loopCharacteristics": "a loop",
    "resourceRole": "potential owners",
    "rootElement": "processes, collaborations, messages, signals, errors",
}


class _Entry(Protocol):
    line: int
    message: str
    path: str | None
    type_name: str


def check_schema(root: etree._Element, findings: Findings) -> None:
    """Note every difference between a diagram and the schema of BPMN 2.0."""
    with _LOCK:
        schema = _schema()
        schema.validate(root)
        log: Iterable[_Entry] = schema.error_log  # type: ignore[assignment]  # stubs: opaque
        entries = list(log)
    for entry in entries[:MAX_FINDINGS]:
        element = _element_at(root, entry.path or "")
        rule, message, remedy = _in_plain_words(entry.type_name, entry.message, element)
        findings.add(rule, _place(element, entry.line), message, remedy)
    if len(entries) > MAX_FINDINGS:
        findings.add(
            Rule.AGAINST_SCHEMA,
            Place(entries[MAX_FINDINGS].line),
            f"{len(entries) - MAX_FINDINGS} more differences from the schema of BPMN 2.0",
            "mend the ones above first",
        )


@cache
def _schema() -> etree.XMLSchema:
    # The schema files are data of the SpiffWorkflow distribution; its code is not imported.
    package = find_spec("SpiffWorkflow")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError(
            "caseflow reads the schema of BPMN 2.0 from the package SpiffWorkflow; install it"
        )
    path = Path(package.submodule_search_locations[0], *_SCHEMA)
    return etree.XMLSchema(etree.parse(str(path), etree.XMLParser(no_network=True)))


def _element_at(root: etree._Element, path: str) -> etree._Element | None:
    # A prefix may be declared anywhere, and so means nothing to an XPath outside of its place.
    anywhere = _PREFIXED.sub(r"*[name()='\1:\2']", path)
    found = root.getroottree().xpath(anywhere) if path else []
    if not isinstance(found, list):
        return None
    return next((node for node in found if etree.iselement(node)), None)


def _place(element: etree._Element | None, line: int) -> Place:
    while element is not None:
        if identity := element.get("id"):
            return Place(line, identity, element.get("name", ""))
        element = element.getparent()
    return Place(line)


def _in_plain_words(kind: str, raw: str, element: etree._Element | None) -> tuple[Rule, str, str]:
    """Return rule, message and remedy for one entry of the validator's log."""
    text = _NAMESPACE.sub("", raw)
    subject, _, complaint = text.partition(": ")
    names = _QUOTED.findall(subject)
    tag = names[0] if names else "?"
    attribute = names[1] if len(names) > 1 else ""
    match kind:
        case "SCHEMAV_CVC_COMPLEX_TYPE_4":
            missing = "".join(_QUOTED.findall(complaint)[:1])
            return (
                Rule.MISSING_ATTRIBUTE,
                f"{tag} has no attribute {missing}",
                f"add {missing}",
            )
        case "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1" | "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2":
            return (
                Rule.UNKNOWN_ATTRIBUTE,
                f"BPMN 2.0 knows no attribute {attribute} of {tag}",
                "remove it or mend its name; attributes of a tool need its namespace prefix",
            )
        case "SCHEMAV_CVC_COMPLEX_TYPE_2_3" | "SCHEMAV_CVC_COMPLEX_TYPE_2_1":
            return (
                Rule.STRAY_TEXT,
                f"text stands directly in {tag}",
                "remove it, or put it into documentation",
            )
        case "SCHEMAV_ELEMENT_CONTENT":
            return _about_content(tag, complaint)
        case _:
            return _about_value(tag, attribute, complaint, element)


def _about_content(tag: str, complaint: str) -> tuple[Rule, str, str]:
    expected = _EXPECTED.search(complaint)
    names = expected[1].split(", ") if expected else []
    choice = ", ".join(_FAMILIES.get(name, name) for name in names[:_TOO_MANY])
    if complaint.startswith("Missing"):
        return (
            Rule.MISSING_ELEMENT,
            f"{tag} is not complete",
            f"add one of: {choice}",
        )
    return (
        Rule.UNKNOWN_ELEMENT,
        f"{tag} must not stand here",
        f"remove or move it; here may stand: {choice}"
        if 0 < len(names) < _TOO_MANY
        else "remove or move it",
    )


def _about_value(
    tag: str, attribute: str, complaint: str, element: etree._Element | None
) -> tuple[Rule, str, str]:
    where = f"{attribute} of {tag}" if attribute else tag
    if allowed := _ENUMERATION.search(complaint):
        choice = ", ".join(_QUOTED.findall(f"{{{allowed[2]}}}"))
        return Rule.BAD_VALUE, f"{where} is “{allowed[1]}”", f"write one of: {choice}"
    value = _VALUE.search(complaint)
    if value is None:
        return (
            Rule.AGAINST_SCHEMA,
            f"{where}: {complaint}",
            "compare the element with the BPMN 2.0 schema",
        )
    if value[2] == "xs:ID" and element is not None and _stands_twice(element, value[1]):
        return (
            Rule.DUPLICATE_ID,
            f"the id {value[1]} is given twice",
            "give each element an id of its own",
        )
    wanted = _PLAIN_TYPES.get(value[2], f"a value of type {value[2].removeprefix('xs:')}")
    return Rule.BAD_VALUE, f"{where} is “{value[1]}”", f"write {wanted}"


def _stands_twice(element: etree._Element, identity: str) -> bool:
    root = element.getroottree().getroot()
    return sum(1 for other in root.iter() if other.get("id") == identity) > 1
