"""Cases told as stories, in Chinese and English."""

from __future__ import annotations

from caseflow.explain.phrases import Language
from caseflow.explain.story import Line, Story, explain

__all__ = [
    "Language",
    "Line",
    "Story",
    "explain",
]
