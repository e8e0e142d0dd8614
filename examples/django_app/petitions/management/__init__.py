"""What the app adds to Django's command line."""

from __future__ import annotations
