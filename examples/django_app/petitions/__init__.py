"""Petitions and how they are handled."""

from __future__ import annotations
