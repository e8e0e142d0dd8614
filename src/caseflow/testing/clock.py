"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Tells the moment it was set to; never moves by itself, and never backwards."""

    def __init__(self, now: datetime) -> None:
        """Stand at ``now``. Raises ValueError where that has no time zone."""
        self._now = _in_utc(now)

    def now(self) -> datetime:
        """Return the moment it stands at, in UTC."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Move forward to a moment.

        Raises:
            ValueError: it lies in the past, or has no time zone.
        """
        following = _in_utc(moment)
        if following < self._now:
            raise ValueError(
                f"the clock stands at {self._now.isoformat()}, so it cannot be moved to "
                f"{moment.isoformat()}"
            )
        self._now = following

    def move(self, span: timedelta) -> None:
        """Move forward by a span."""
        self.move_to(self._now + span)


def _in_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)
