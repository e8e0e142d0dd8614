"""caseflow: BPMN 2.0 cases that live for months, inside the host's own database."""

from __future__ import annotations
