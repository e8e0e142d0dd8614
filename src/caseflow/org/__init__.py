"""The organisation: units, people, and who may do what."""

from __future__ import annotations

from caseflow.org.directory import Directory, Organisation
from caseflow.org.passages import Passage, may_decide, may_designate, may_send, passage
from caseflow.org.people import (
    Absence,
    Action,
    Person,
    Post,
    Reach,
    Role,
    Substitute,
)
from caseflow.org.reading import read_organisation
from caseflow.org.rights import Capacity, Rights, Sight, Subject, Verdict
from caseflow.org.units import TIERS, Tier, Unit, Units
from caseflow.org.writing import write_organisation

__all__ = [
    "TIERS",
    "Absence",
    "Action",
    "Capacity",
    "Directory",
    "Organisation",
    "Passage",
    "Person",
    "Post",
    "Reach",
    "Rights",
    "Role",
    "Sight",
    "Subject",
    "Substitute",
    "Tier",
    "Unit",
    "Units",
    "Verdict",
    "may_decide",
    "may_designate",
    "may_send",
    "passage",
    "read_organisation",
    "write_organisation",
]
