"""All checks of one diagram."""

from __future__ import annotations

from caseflow.bpmn.checks.compensation import check_compensation
from caseflow.bpmn.checks.events import check_events
from caseflow.bpmn.checks.flows import check_flows
from caseflow.bpmn.checks.gateways import check_event_gateways
from caseflow.bpmn.checks.links import check_links
from caseflow.bpmn.checks.walk import scopes_of
from caseflow.bpmn.findings import Findings
from caseflow.model import Diagram

_CHECKS = (check_flows, check_events, check_event_gateways, check_links, check_compensation)


def check_diagram(diagram: Diagram, findings: Findings) -> None:
    """Check every process of a diagram; of one that is not executable, errors are warnings."""
    for process in diagram.processes:
        own = Findings(findings.file, is_lenient=not process.is_executable)
        for standing in scopes_of(process):
            for check in _CHECKS:
                check(standing, own)
        findings.extend(own)
