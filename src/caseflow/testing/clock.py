"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Tells the moment it was set to; never moves by itself, and never backwards."""

    def __init__(self, now: datetime) -> None:
        """Stand at ``now``, which needs a time zone."""
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment it stands at, in UTC."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Move forward to a moment. Raises ValueError where that lies in the past."""
        if moment < self._now:
            raise ValueError(
                f"the clock stands at {self._now.isoformat()}, so it cannot be moved to "
                f"{moment.isoformat()}"
            )
        self._now = moment.astimezone(UTC)

    def move(self, span: timedelta) -> None:
        """Move forward by a span."""
        self.move_to(self._now + span)
