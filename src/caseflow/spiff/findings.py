"""Findings of this package: why SpiffWorkflow would not run a diagram as it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from caseflow.errors import Finding, Severity
from caseflow.model import Flow, Node, Process

ON_THE_KERNEL = "run this process on caseflow's own kernel, which executes it, or redraw it"


@dataclass(slots=True)
class Refusals:
    """Collects everything in one process that SpiffWorkflow would run wrong."""

    process: Process
    found: list[Finding] = field(default_factory=list)

    def refuse(
        self, rule: str, where: Node | Flow | Process, message: str, remedy: str = ON_THE_KERNEL
    ) -> None:
        """Note one reason, with the place and the way out."""
        self.found.append(
            Finding(
                rule=f"spiff-{rule}",
                severity=Severity.ERROR,
                file=self.process.file,
                line=where.line,
                element=where.id,
                name=where.name,
                message=message,
                remedy=remedy,
            )
        )
