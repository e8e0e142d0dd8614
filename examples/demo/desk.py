"""What lies before a person of the county who has to decide something."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from examples.demo.matters import Matter

from caseflow.engine import TaskView


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What lies before the person who works a task."""

    matter: Matter
    task: TaskView
    at: datetime
    file: Mapping[str, object]
    chance: random.Random

    def happens(self, share: float) -> bool:
        """Tell whether something that is true in this share of cases is true here."""
        return self.chance.random() < share

    def one_of(self, **shares: float) -> str:
        """Choose one of several answers by their shares."""
        return self.chance.choices(list(shares), weights=list(shares.values()))[0]

    def in_days(self, days: int) -> datetime:
        """Return the moment so many days from now."""
        return self.at + timedelta(days=days)

    @property
    def is_about(self) -> str:
        """What the matter turns out to be, such as a dispute, a whistle or a ticket."""
        return str(self.matter.facts.get("category", "matter"))

    @property
    def departments(self) -> list[str]:
        """The departments that the matter concerns."""
        named = self.matter.facts.get("departments", ["urban_management"])
        return [str(one) for one in named] if isinstance(named, list) else []

    @property
    def unit(self) -> str:
        """The department that the matter concerns in the first place."""
        return (self.departments or ["urban_management"])[0]

    def instalments(self) -> list[dict[str, object]]:
        """What the parties agree to perform, and by when."""
        count = self.chance.choice((1, 1, 2, 3))
        return [
            {"what": f"第{turn}期 instalment {turn}", "due_at": self.in_days(7 * turn)}
            for turn in range(1, count + 1)
        ]


Decision = Callable[[Desk], dict[str, object]]


def true(name: str, share: float) -> Decision:
    """Say yes to one question in this share of cases."""
    return lambda desk: {name: desk.happens(share)}


def fixed(**values: object) -> Decision:
    """Say always the same."""
    return lambda desk: dict(values)  # noqa: ARG005 - nobody has to look
