"""Views as JSON documents: the keys that programs may rely on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from caseflow.cli.moments import iso
from caseflow.engine import CaseRow, CaseView, Deployed, Entry, IncidentView, Place, TaskView
from caseflow.errors import Finding
from caseflow.kernel import Incident, Timer, dump_event, dump_values
from caseflow.model import Values

Document: TypeAlias = dict[str, object]


def case_document(case: CaseView) -> Document:
    """Return everything about a case as it stands."""
    return {
        "id": case.id,
        "process": case.process,
        "process_version": case.process_version,
        "version": case.version,
        "state": case.state.value,
        "outcome": case.outcome,
        "business_key": case.business_key,
        "unit": case.unit,
        "tier": case.tier,
        "started_at": iso(case.started_at),
        "ended_at": iso(case.ended_at),
        "waiting_at": sorted(case.waiting_at),
        "timers": [_timer(timer) for timer in case.timers],
        "incidents": [_incident(case, incident) for incident in case.incidents],
        "variables": values_document(case.variables),
    }


def row_document(row: CaseRow) -> Document:
    """Return a case as a list shows it."""
    return {
        "id": row.id,
        "process": row.process,
        "process_version": row.process_version,
        "state": row.state,
        "outcome": row.outcome,
        "business_key": row.business_key,
        "unit": row.unit,
        "tier": row.tier,
        "started_at": iso(row.started_at),
        "ended_at": iso(row.ended_at),
    }


def task_document(task: TaskView) -> Document:
    """Return an open task."""
    return {
        "id": task.id,
        "case": task.case,
        "business_key": task.business_key,
        "process": task.process,
        "element": task.element,
        "name": task.name,
        "assignee": task.assignee,
        "roles": list(task.roles),
        "people": list(task.people),
        "unit": task.unit,
        "priority": task.priority,
        "created_at": iso(task.created_at),
        "due_at": iso(task.due_at),
        "limit": task.limit,
        "follow_up_at": iso(task.follow_up_at),
        "form": task.form,
    }


def place_document(place: Place) -> Document:
    """Return an element at which a case stands; activities around it have a place too."""
    return {
        "process": place.process.id,
        "process_version": place.process.version,
        "element": place.element,
    }


def incident_document(incident: IncidentView) -> Document:
    """Return an open incident."""
    return {
        "id": incident.id,
        "case": incident.case,
        "process": incident.process,
        "element": incident.element,
        "message": incident.message,
        "raised_at": iso(incident.raised_at),
    }


def entry_document(entry: Entry) -> Document:
    """Return one event of a history, with its body as it is stored."""
    body: object = json.loads(dump_event(entry.event))
    return {
        "sequence": entry.sequence,
        "version": entry.version,
        "at": iso(entry.at),
        "actor": entry.actor,
        "event": body,
    }


def deployed_document(deployed: Deployed) -> Document:
    """Return what became of one process."""
    return {
        "process": deployed.process,
        "version": deployed.version,
        "is_new": deployed.is_new,
        "name": deployed.name,
        "file": deployed.file,
    }


def finding_documents(findings: Iterable[Finding]) -> list[Document]:
    """Return findings."""
    return [
        {
            "file": finding.file,
            "line": finding.line,
            "severity": finding.severity.value,
            "rule": finding.rule,
            "element": finding.element,
            "name": finding.name,
            "message": finding.message,
            "remedy": finding.remedy,
        }
        for finding in findings
    ]


def values_document(values: Values) -> Mapping[str, object]:
    """Return the values of a case file; what JSON has no type for carries a tag."""
    document: object = json.loads(dump_values(values))
    return document if isinstance(document, dict) else {}


def _timer(timer: Timer) -> Document:
    return {
        "id": timer.id,
        "process": timer.process,
        "element": timer.element,
        "due_at": iso(timer.due_at),
        "limit": timer.limit,
    }


def _incident(case: CaseView, incident: Incident) -> Document:
    return {
        "id": f"{case.id}:{incident.id}",
        "process": incident.process,
        "element": incident.element,
        "message": incident.message,
        "raised_at": iso(incident.raised_at),
    }
