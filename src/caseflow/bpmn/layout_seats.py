"""Where boundary events sit on the border of their host, so that their lines do not cross."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from caseflow.bpmn.layout_graph import Box, Guest, Sheet
from caseflow.bpmn.layout_ranks import Ranks
from caseflow.bpmn.layout_shelves import Rows
from caseflow.bpmn.layout_sizes import EVENT, Kind
from caseflow.model import ElementId

GUEST_OFFSET = 30  # from the middle of a task, for its first two guests

_BESIDE_MARKERS = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A place on the upper or lower border.

    ``column`` counts from the first column of the host; ``offset`` is the distance from
    the middle of that column. ``leans_left`` says that the label goes to the left.
    """

    below: bool
    column: int = 0
    offset: int = 0
    leans_left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """Where the line of a guest leads: 0 rows where there is none."""

    guest: Guest
    rows: int
    leads_back: bool


def seated(sheet: Sheet, ranks: Ranks, rows: Rows) -> Mapping[ElementId, Seat]:
    """Give every boundary event its seat."""
    seats: dict[ElementId, Seat] = {}
    for box in sheet.boxes.values():
        wishes = [_wish(guest, box, sheet, (ranks, rows)) for guest in box.guests]
        for below in (True, False):
            side = [wish for wish in wishes if (wish.rows >= 0) is below]
            # The line that goes farthest begins farthest from where it leads to.
            side.sort(key=lambda wish: (not wish.leads_back, _depth(wish)))
            guests = [wish.guest for wish in side]
            seats |= zip(
                (guest.id for guest in guests), _seats(box, guests, below=below), strict=True
            )
    return seats


def _wish(guest: Guest, box: Box, sheet: Sheet, place: tuple[Ranks, Rows]) -> _Wish:
    ranks, rows = place
    link = next((link for link in sheet.links if link.source_guest == guest.id), None)
    if link is None:
        return _Wish(guest=guest, rows=0, leads_back=False)
    return _Wish(
        guest=guest,
        rows=rows.main[link.target] - rows.main[box.id],
        leads_back=ranks.first[link.target] <= ranks.first[box.id],
    )


def _depth(wish: _Wish) -> int:
    return abs(wish.rows) if wish.leads_back else -abs(wish.rows)


def _seats(box: Box, guests: Sequence[Guest], *, below: bool) -> Iterator[Seat]:
    count = len(guests)
    if box.kind is Kind.FRAME:
        for index in range(count):
            column = (2 * index + 1) * box.columns // (2 * count)
            if not below:  # in the middle of the upper border stands the name
                column = box.columns - count + index
            # In the middle of the lower one stand the markers.
            in_the_middle = 2 * column + 1 == box.columns
            yield Seat(below=below, column=column, offset=_BESIDE_MARKERS if in_the_middle else 0)
    elif count == 1:
        yield Seat(below=below, offset=GUEST_OFFSET)
    elif count == 2:  # noqa: PLR2004
        yield Seat(below=below, offset=-GUEST_OFFSET, leans_left=True)
        yield Seat(below=below, offset=GUEST_OFFSET)
    else:
        slot = box.size.width // count if count else 0
        for index in range(count):
            left = slot * index - box.size.width // 2
            yield Seat(below=below, offset=left + EVENT // 2 + 6)
