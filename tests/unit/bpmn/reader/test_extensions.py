"""Extensions one by one: every row of every table, and what no table knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from caseflow.bpmn import Reading
from caseflow.bpmn.elements import Element
from caseflow.bpmn.extensions import VENDORS, Slot, Vendor, extension_of
from caseflow.bpmn.extensions.reference import tables
from caseflow.bpmn.extensions.tables import Kind, Row
from caseflow.bpmn.findings import Findings, Place
from caseflow.errors import Finding, Severity
from caseflow.model import DataFlow, Formula, Process, ServiceTask

TEXT_OF = {
    Kind.BINDING: "latest",
    Kind.CODE: "org.example.Code",
    Kind.FLAG: "true",
    Kind.HAND: "escalate",
    Kind.MOMENT: "P1D",
    Kind.NUMBER: "3",
    Kind.TRIES: "R3/PT1M",
}
ROWS = [
    (space, row, element)
    for vendor in VENDORS
    for space in vendor.namespaces
    for row in vendor.rows
    for element in sorted(row.on)
]


def element(
    name: str, *, attributes: dict[str, str] | None = None, children: tuple[Element, ...] = ()
) -> Element:
    return Element(
        name=name, place=Place(7, "a"), attributes=attributes or {}, text="", children=children
    )


def saying(space: str, path: str, text: str, *, at: str) -> Element:
    """Write one text where its row says that it stands."""
    head, _, tail = path.partition("/")
    if head.startswith("@"):
        return element(at, attributes={f"{{{space}}}{head[1:]}": text})
    name = f"{{{space}}}{head}"
    if tail.startswith("@"):
        child = element(name, attributes={tail[1:]: text})
    elif tail:
        named = element(f"{{{space}}}property", attributes={"name": tail, "value": text})
        child = element(name, children=(named,))
    else:
        child = Element(name=name, place=Place(7, "a"), attributes={}, text=text, children=())
    return element(at, children=(element("extensionElements", children=(child,)),))


@pytest.mark.parametrize(
    ("space", "row", "at"),
    ROWS,
    ids=[f"{row.path} {at} {number}" for number, (_, row, at) in enumerate(ROWS)],
)
def test_every_row_fills_its_slot(space: str, row: Row, at: str) -> None:
    findings = Findings("t.bpmn")

    text = TEXT_OF.get(row.kind, "word")
    extension = extension_of(saying(space, row.path, text, at=at), findings)

    assert row.slot in extension.formulas or extension.name(row.slot)
    assert {each.rule for each in findings} <= {"handler-from-code"}


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.prefix)
def test_what_has_no_meaning_is_passed_over(vendor: Vendor) -> None:
    for path in vendor.ignored:
        findings = Findings("t.bpmn")

        spoken = saying(vendor.namespaces[0], path, "word", at="inclusiveGateway")
        extension_of(spoken, findings)

        assert list(findings) == [], path


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.prefix)
def test_what_would_change_the_course_is_refused(vendor: Vendor) -> None:
    for path, remedy in vendor.refused.items():
        findings = Findings("t.bpmn")

        spoken = saying(vendor.namespaces[0], path, "word", at="inclusiveGateway")
        extension_of(spoken, findings)

        assert [(each.rule, each.remedy) for each in findings] == [
            ("unsupported-extension", remedy)
        ], path


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.prefix)
def test_what_no_table_knows_is_reported(vendor: Vendor) -> None:
    for path in ("@novelty", "novelty", "novelty/@of"):
        findings = Findings("t.bpmn")

        spoken = saying(vendor.namespaces[0], path, "word", at="userTask")
        extension_of(spoken, findings)

        rule = "unknown-extension" if vendor.is_own else "unread-extension"
        assert [each.rule for each in findings] == [rule], path


def test_a_slip_in_an_own_attribute_gets_a_hint(examined: Callable[..., Reading]) -> None:
    reading = examined(
        '<process id="p" isExecutable="true">'
        '<userTask id="a" name="Hear" caseflow:asignee="li"/></process>'
    )

    assert reading.findings == (
        Finding(
            rule="unknown-extension",
            severity=Severity.ERROR,
            file="t.bpmn",
            line=2,
            element="a",
            name="Hear",
            message="userTask has no caseflow:asignee",
            remedy="write caseflow:assignee, if that is meant",
        ),
    )


def test_an_own_attribute_at_the_wrong_place_gets_the_right_one(
    examined: Callable[..., Reading],
) -> None:
    reading = examined(
        '<process id="p" isExecutable="true"><task id="a" caseflow:decision="d"/></process>'
    )

    assert [(each.message, each.remedy) for each in reading.findings] == [
        ("task has no caseflow:decision", "it belongs to businessRuleTask")
    ]


def test_where_vendors_disagree_the_own_attribute_wins(
    process_of: Callable[..., Process],
) -> None:
    process = process_of(
        '<serviceTask id="a" camunda:topic="theirs" caseflow:topic="ours" camunda:type="external">'
        '<extensionElements><zeebe:taskDefinition type="also theirs" retries="4"/>'
        "</extensionElements></serviceTask>"
    )

    (node,) = process.scope.nodes.values()
    assert isinstance(node.behaviour, ServiceTask)
    assert node.behaviour.topic == "ours"
    assert node.behaviour.retries is not None
    assert node.behaviour.retries.text == "4"


@pytest.mark.parametrize(
    ("cycle", "tries"), [("R5/PT7M", "5"), ("PT1M,PT5M", "2"), ("${tries}", "tries")]
)
def test_a_retry_cycle_is_so_many_tries(
    cycle: str, tries: str, process_of: Callable[..., Process]
) -> None:
    process = process_of(
        '<serviceTask id="a"><extensionElements><camunda:failedJobRetryTimeCycle>'
        f"{cycle}</camunda:failedJobRetryTimeCycle></extensionElements></serviceTask>"
    )

    (node,) = process.scope.nodes.values()
    assert node.behaviour == ServiceTask(retries=Formula(text=tries, line=2))


def test_a_call_of_camunda_8_may_hand_nothing_in(process_of: Callable[..., Process]) -> None:
    process = process_of(
        '<callActivity id="a"><extensionElements><zeebe:calledElement processId="q" '
        'propagateAllParentVariables="false"/></extensionElements></callActivity>'
    )

    (node,) = process.scope.nodes.values()
    assert node.data == DataFlow(inputs=())


def test_metadata_of_spiffarena_are_properties(process_of: Callable[..., Process]) -> None:
    process = process_of(
        '<userTask id="a"><extensionElements><spiffworkflow:taskMetadataValues>'
        '<spiffworkflow:taskMetadataValue name="kind" value="7"/>'
        "</spiffworkflow:taskMetadataValues></extensionElements></userTask>"
    )

    (node,) = process.scope.nodes.values()
    assert node.properties == (("kind", "7"),)


def test_properties_of_any_vendor_are_kept(process_of: Callable[..., Process]) -> None:
    prefixes = ("caseflow", "camunda", "zeebe", "flowable", "spiffworkflow")
    process = process_of(
        '<task id="a"><extensionElements>'
        + "".join(
            f'<{each}:properties><{each}:property name="of" value="{each}"/></{each}:properties>'
            for each in prefixes
        )
        + "</extensionElements></task>"
    )

    (node,) = process.scope.nodes.values()
    assert sorted(node.properties) == sorted(("of", each) for each in prefixes)


def test_every_slot_is_filled_by_caseflow_itself_or_for_others_only() -> None:
    own = {row.slot for row in VENDORS[0].rows}

    assert set(Slot) - own == {Slot.CALLED, Slot.SCRIPT}


def test_the_reference_says_what_the_tables_say(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "extensions.md").read_text(encoding="utf-8")

    # To renew it: print caseflow.bpmn.extensions.reference.tables() below the mark.
    _, mark, written = page.partition("<!-- tables -->\n\n")
    assert mark
    assert written == tables()
