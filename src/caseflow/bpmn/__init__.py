"""Diagrams in and out: BPMN 2.0 files to the model and back."""

from __future__ import annotations
