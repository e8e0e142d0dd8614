"""``manage work_cases``: does the jobs, fires the timers, and hears what happened."""

from __future__ import annotations

import signal
from types import FrameType

from django.core.management.base import BaseCommand
from examples.django_app.petitions import cases

from caseflow.kernel import CaseCompleted


class Command(BaseCommand):
    """Runs until SIGTERM or Ctrl-C; start as many as you like."""

    help = "Do the jobs of cases, fire their timers and tell the application what happened"

    def handle(self, **_: object) -> None:
        """Work until somebody wants it to end."""
        engine = cases.engine()
        engine.events.subscribe("petitions", cases.follow, kinds=[CaseCompleted])
        signal.signal(signal.SIGTERM, _interrupt)
        with engine.worker():
            self.stdout.write("Working; Ctrl-C or SIGTERM stops")
            try:
                while True:
                    signal.pause()
            except KeyboardInterrupt:
                self.stdout.write("Finishing what was begun")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
