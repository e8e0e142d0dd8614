"""The app: when Django has migrated its tables, caseflow's tables and processes follow."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PetitionsConfig(AppConfig):
    """Petitions and their cases."""

    name = "examples.django_app.petitions"

    def ready(self) -> None:
        """Deploy after each migrate; what has not changed stays as it is."""
        post_migrate.connect(_deploy, sender=self)


def _deploy(**_: object) -> None:
    from examples.django_app.petitions import cases  # noqa: PLC0415 - the models are ready now

    cases.engine().deploy(cases.PROCESSES, actor="migrate")
