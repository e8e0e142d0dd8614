"""What ``celery --app tests.faults.celery_app worker`` runs."""

from __future__ import annotations

from tests.faults.office import celery_app

app = celery_app()
