"""Spans of real time, as a host writes them."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TypeAlias

from caseflow.errors import HandlerRefused

Span: TypeAlias = timedelta | float
"""A span of time, or so many seconds."""


def span_of(given: Span, *, name: str) -> timedelta:
    """Return a span as a timedelta. Raises HandlerRefused where it is not longer than nothing."""
    if isinstance(given, timedelta):
        span = given
    elif math.isfinite(given) and given < timedelta.max.total_seconds():
        span = timedelta(seconds=given)
    else:
        span = timedelta(0)
    if span <= timedelta(0):
        raise HandlerRefused(f"{name}: a span is longer than nothing and ends, not {given!r}")
    return span
