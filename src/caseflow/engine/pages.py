"""Pages of lists, and the keys that ask for the page behind one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from caseflow.errors import CommandRefused
from caseflow.kernel import CaseId
from caseflow.store import TaskRow

T = TypeVar("T")

MAX_LIMIT = 10_000
"""Items that one page can have."""

_SHOWN = 100  # characters of a wrong key that an error repeats
_KEY = re.compile(
    r"(?P<at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}\+00:00)\|(?P<case>[0-9a-f-]{36})"
    r"\|(?P<number>[0-9]{1,9})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list; ``next`` asks for the page behind it, None says that there is none."""

    items: tuple[T, ...]
    next: str | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> T:
        return self.items[index]

    def one(self) -> T:
        """Return the only item. Raises CommandRefused where there are none or several."""
        if len(self.items) != 1 or self.next is not None:
            count = f"more than {len(self.items)}" if self.next is not None else len(self.items)
            raise CommandRefused(f"one item was expected, there are {count}")
        return self.items[0]


def checked_limit(limit: int) -> int:
    """Return how many items a page may have. Raises CommandRefused."""
    if not 1 <= limit <= MAX_LIMIT:
        raise CommandRefused(f"a page has from 1 to {MAX_LIMIT} items, not {limit}")
    return limit


def key_of(row: TaskRow) -> str:
    """Return the key that asks for what is behind a task."""
    return f"{row.order_at.isoformat()}|{row.case}|{row.number}"


def parsed_key(text: str) -> tuple[datetime, CaseId, int]:
    """Return the place in the order of tasks that a key names. Raises CommandRefused."""
    parts = _KEY.fullmatch(text)
    try:
        if parts is None:
            raise ValueError("its form is another")  # noqa: TRY301 - refused like a 13th month
        at = datetime.fromisoformat(parts["at"])
    except ValueError as failure:
        raise CommandRefused(f"{text[:_SHOWN]!r} is not the key of a page") from failure
    return at, CaseId(parts["case"]), int(parts["number"])
