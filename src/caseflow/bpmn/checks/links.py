"""Link events: every throw needs one catch of its name (BPMN 2.0.2, 10.5.6)."""

from __future__ import annotations

from collections import Counter

from caseflow.bpmn.checks.walk import Standing, place_of, triggers_of
from caseflow.bpmn.findings import Findings
from caseflow.bpmn.rules import Rule
from caseflow.model import CatchEvent, LinkTrigger, Node, ThrowEvent


def check_links(standing: Standing, findings: Findings) -> None:
    """Check the link events of one scope."""
    targets = _links(standing, CatchEvent)
    sources = _links(standing, ThrowEvent)
    counted = Counter(name for name, _ in targets)
    for name, node in targets:
        if counted[name] > 1:
            findings.add(
                Rule.DUPLICATE_LINK_TARGET,
                place_of(node),
                f"{counted[name]} catching links are called “{name}”",
                "keep one of them, or give them different names",
            )
    for name, node in sources:
        if name not in counted:
            findings.add(
                Rule.LINK_WITHOUT_TARGET,
                place_of(node),
                f"no catching link in the same scope is called “{name}”",
                "draw one, or mend the name",
            )
    for flows, node in (
        *((node.incoming, node) for _, node in targets),
        *((node.outgoing, node) for _, node in sources),
    ):
        if flows:
            findings.add(
                Rule.LINK_WITH_FLOW,
                place_of(node),
                f"the link and the flow {flows[0]} contradict each other",
                "remove the flow: a link takes its place",
            )


def _links(standing: Standing, kind: type[CatchEvent | ThrowEvent]) -> list[tuple[str, Node]]:
    return [
        (trigger.name, node)
        for node in standing.scope.nodes.values()
        if isinstance(node.behaviour, kind)
        for trigger in triggers_of(node)
        if isinstance(trigger, LinkTrigger)
    ]
