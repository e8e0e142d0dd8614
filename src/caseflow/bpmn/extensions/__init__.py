"""What modelers write beyond BPMN: one table for each vendor, all read into one model."""

from __future__ import annotations

from caseflow.bpmn.extensions.reading import VENDORS, extension_of, vendors_in
from caseflow.bpmn.extensions.spiff import SPIFF
from caseflow.bpmn.extensions.tables import Extension, Slot, Structured, Vendor
from caseflow.bpmn.extensions.zeebe import ZEEBE

__all__ = [
    "SPIFF",
    "VENDORS",
    "ZEEBE",
    "Extension",
    "Slot",
    "Structured",
    "Vendor",
    "extension_of",
    "vendors_in",
]
