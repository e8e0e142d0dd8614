"""What tests of processes need: a clock to move, and a whole engine in memory."""

from __future__ import annotations

from caseflow.testing.caseflow import BEGINNING, Caseflow, RunningCase
from caseflow.testing.clock import FakeClock
from caseflow.testing.coverage import FlowCoverage

__all__ = ["BEGINNING", "Caseflow", "FakeClock", "FlowCoverage", "RunningCase"]
