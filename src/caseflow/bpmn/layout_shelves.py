"""The rows of every band while they are filled: what is free, what is taken by which box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from caseflow.bpmn.layout_graph import Box, Sheet
from caseflow.bpmn.layout_ranks import Ranks
from caseflow.bpmn.layout_strips import Strip
from caseflow.model import ElementId

_BETWEEN_BANDS = 0.5


@dataclass(eq=False, slots=True)
class Row:
    """One row: which columns are taken by a box, and which are kept for a line of a strip."""

    taken: dict[int, ElementId] = field(default_factory=dict)
    kept: dict[int, Strip] = field(default_factory=dict)

    def is_free(self, first: int, last: int) -> bool:
        """Whether nothing stands or runs in these columns."""
        return not any(c in self.taken or c in self.kept for c in range(first, last + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place for a strip: a row that is there, or a new one before it."""

    index: int
    is_new: bool
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """For each box its row and the rows that it covers, counted through all bands."""

    main: Mapping[ElementId, int]
    covered: Mapping[ElementId, tuple[int, int]]
    in_band: tuple[int, ...]


class Shelves:
    """The rows of all bands; ``heights`` tells how far down each box stands."""

    def __init__(self, sheet: Sheet, ranks: Ranks) -> None:
        self._sheet = sheet
        self._ranks = ranks
        self._bands: list[list[Row]] = [[] for _ in sheet.gaps]
        self.home: dict[ElementId, Row] = {}
        self.heights: dict[ElementId, float] = {}

    def row(self, band: int, spot: Spot) -> Row | None:
        """Return the row of a spot, None for a new one."""
        return None if spot.is_new else self._bands[band][spot.index]

    def spots(self, strip: Strip) -> Iterator[Spot]:
        """Yield the places where a strip fits."""
        rows, base = self._bands[strip.band], self._base(strip.band)
        for index, row in enumerate(rows):
            if row.is_free(strip.first, strip.last):
                yield Spot(index=index, is_new=False, height=base + index)
        for index in range(len(rows), -1, -1):
            through = self._through(strip.band, index)
            if not any(strip.first <= column <= strip.last for column in through):
                yield Spot(index=index, is_new=True, height=base + index - 0.5)

    def main_height(self, band: int) -> float:
        """Return where the fullest row of a band is."""
        rows = self._bands[band]
        fullest = max(range(len(rows)), key=lambda i: len(rows[i].taken), default=0)
        return self._base(band) + fullest

    def settle(self, strip: Strip, spot: Spot) -> None:
        """Put a strip into its place."""
        rows = self._bands[strip.band]
        if spot.is_new:
            rows.insert(spot.index, Row(taken=self._through(strip.band, spot.index)))
        row = rows[spot.index]
        # The whole length is kept, so that the lines from box to box stay straight.
        row.kept |= dict.fromkeys(range(strip.first, strip.last + 1), strip)
        for box in strip.boxes:
            row.taken |= dict.fromkeys(self.columns(box), box.id)
            self.home[box.id] = row
        for box in strip.boxes:
            self._spread(box)
        self._measure()

    def remove(self, strip: Strip) -> None:
        """Take a strip away, with the rows that only it needed."""
        names = {box.id for box in strip.boxes}
        for row in self._bands[strip.band]:
            row.taken = {c: name for c, name in row.taken.items() if name not in names}
            row.kept = {c: other for c, other in row.kept.items() if other is not strip}
        for name in names:
            del self.home[name], self.heights[name]
        self._prune(strip.band)
        self._measure()

    def free_columns(self, band: int) -> list[int]:
        """Return the columns in which nothing stands or runs level in any row of a band."""
        rows = self._bands[band]
        columns = range(self._ranks.width if rows else 0)
        return [column for column in columns if all(row.is_free(column, column) for row in rows)]

    def stand(self, box: Box, columns: range) -> None:
        """Let a box take all rows of its band."""
        rows = self._bands[box.band]
        for row in rows:
            row.taken |= dict.fromkeys(columns, box.id)
        self.home[box.id] = rows[len(rows) // 2]

    def append(self, box: Box, columns: range, *, is_first: bool) -> None:
        """Put a box on the last row of its band, which it may begin."""
        rows = self._bands[box.band]
        if is_first:
            rows.append(Row())
        rows[-1].taken |= dict.fromkeys(columns, box.id)
        self.home[box.id] = rows[-1]

    def columns(self, box: Box) -> range:
        """Return the columns that a box covers."""
        first = self._ranks.first[box.id]
        return range(first, first + box.columns)

    def result(self) -> Rows:
        """Return what stands where, with an empty row in an empty band."""
        number: dict[Row, int] = {}
        covered: dict[ElementId, tuple[int, int]] = {}
        for band in self._bands:
            for row in band or [Row()]:
                number[row] = len(number)
                for name in row.taken.values():
                    top, _ = covered.get(name, (number[row], 0))
                    covered[name] = (top, number[row])
        return Rows(
            main={name: number[row] for name, row in self.home.items()},
            covered=covered,
            in_band=tuple(max(len(band), 1) for band in self._bands),
        )

    def _base(self, band: int) -> float:
        return sum(len(rows) for rows in self._bands[:band]) + band * _BETWEEN_BANDS

    def _measure(self) -> None:
        height: dict[Row, float] = {}
        for band, rows in enumerate(self._bands):
            base = self._base(band)
            height |= {row: base + index for index, row in enumerate(rows)}
        self.heights = {name: height[row] for name, row in self.home.items()}

    def _through(self, band: int, index: int) -> dict[int, ElementId]:
        """Return what a new row before this one would cut: boxes of several rows."""
        rows = self._bands[band]
        if not 0 < index < len(rows):
            return {}
        below = rows[index].taken
        return {c: name for c, name in rows[index - 1].taken.items() if below.get(c) == name}

    def _spread(self, box: Box) -> None:
        """Let a high box cover as many rows above and below its own as it reaches."""
        rows, columns = self._bands[box.band], self.columns(box)
        for step in (-1, 1):
            for distance in range(1, box.reach + 1):
                index = rows.index(self.home[box.id]) + step * distance
                if not (0 <= index < len(rows) and rows[index].is_free(columns[0], columns[-1])):
                    index += 1 if step < 0 else 0
                    rows.insert(index, Row(taken=self._through(box.band, index)))
                rows[index].taken |= dict.fromkeys(columns, box.id)

    def _prune(self, band: int) -> None:
        """Drop the rows that no box stands in and that no high box needs."""
        rows = self._bands[band]
        homes = set(self.home.values())
        for row in [row for row in rows if row not in homes]:
            if all(self._has_more(rows, row, name) for name in set(row.taken.values())):
                rows.remove(row)

    def _has_more(self, rows: list[Row], row: Row, name: ElementId) -> bool:
        """Whether a high box covers more rows on this side of its own than it reaches."""
        home, index = rows.index(self.home[name]), rows.index(row)
        side = rows[:home] if index < home else rows[home + 1 :]
        covered = sum(name in other.taken.values() for other in side)
        return covered > self._sheet.boxes[name].reach
