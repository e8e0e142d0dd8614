"""SpiffWorkflow as a second interpreter: existing diagrams on caseflow's store and worklist."""

from __future__ import annotations

from caseflow.spiff.interpreter import SpiffInterpreter

__all__ = ["SpiffInterpreter"]
