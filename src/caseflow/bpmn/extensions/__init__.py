"""What modelers write beyond BPMN: one table for each vendor, all read into one model."""

from __future__ import annotations

from caseflow.bpmn.extensions.reading import VENDORS, extension_of
from caseflow.bpmn.extensions.tables import Extension, Slot, Structured, Vendor

__all__ = [
    "VENDORS",
    "Extension",
    "Slot",
    "Structured",
    "Vendor",
    "extension_of",
]
