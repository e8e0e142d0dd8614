"""Who has what to do: a person's desk, with the rights that they have."""

from __future__ import annotations

from caseflow.worklist.access import Access
from caseflow.worklist.contributions import Visibility
from caseflow.worklist.desk import Desk
from caseflow.worklist.lists import Due

__all__ = ["Access", "Desk", "Due", "Visibility"]
