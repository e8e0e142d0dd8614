"""What a place for a strip costs: long, bent, blocked and crossing lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from caseflow.bpmn.layout_shelves import Row

# In heights of a row.
_BEND = 0.8
_BLOCKED = 1.2  # a line that must go round a box
_CROSSING = 1.6
_PIERCED = 2.5  # a level line of others that must go round a box of this strip
_UPWARDS = 1.2  # a boundary event hangs below its host, so its line should go down
_DOWN_AND_UP = 4.0  # the line of a boundary event that ends level with its host
_NEW_ROW = 1.0
_AWAY = 0.12  # each row away from the main one of the band
_UNEVEN = 0.6  # a box of the same chain that is not level


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A settled line from left to right, in columns and rows, as if it were drawn straight.

    ``weight`` is how much it matters, ``pull`` how much each row matters that it gets longer.
    """

    left: float
    left_height: float
    right: float
    right_height: float
    weight: float
    pull: float
    is_forward: bool

    def crosses(self, left: float, right: float, heights: tuple[float, float]) -> bool:
        """Whether it changes sides with a line between two columns, at these heights there."""
        low, high = max(self.left, left), min(self.right, right)
        if low >= high:
            return False
        slope = (self.right_height - self.left_height) / (self.right - self.left)
        other = (heights[1] - heights[0]) / (right - left)
        before = self.left_height + slope * (low - self.left) - heights[0] - other * (low - left)
        return before * (before + (slope - other) * (high - low)) < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A line from the strip to a settled box.

    ``begins`` says that its left end is at the strip. ``below`` is 1 where the strip should
    stand below the other end, -1 where above it, and 0 where it does not matter.
    """

    weight: float
    slope: float
    begins: bool
    left: float
    right: float
    far: float  # the height of the other end
    row: Row
    rivals: Sequence[Line]
    below: int

    def strain(self, height: float, row: Row | None) -> float:
        """Return what the line costs if the strip stands there."""
        gap = int(self.left) + 1, int(self.right)
        is_open = self.row.is_free(*gap)
        if height == self.far:
            cost = 0.0 if is_open else _BLOCKED + _BEND
            cost += _DOWN_AND_UP if self.below else 0.0
        else:
            is_open = is_open or row is None or row.is_free(*gap)
            # A new row stands half a row from where it is inserted.
            apart = abs(height - self.far) + (0.5 if row is None else 0.0)
            cost = self.slope * apart + _BEND + (0.0 if is_open else _BLOCKED)
        if self.below * (height - self.far) < 0:
            cost += _UPWARDS
        heights = (height, self.far) if self.begins else (self.far, height)
        return self.weight * cost + crossed(self.rivals, self.left, self.right, heights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A line from box to box within the strip."""

    left: float
    right: float
    rivals: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """All that matters for the place of one strip."""

    pulls: Sequence[Pull]
    inner: Sequence[Inner]
    lines: Sequence[Line]
    mates: Sequence[float]  # the heights of the boxes of the same chain and band
    main: float  # the height of the main row of the band
    columns: Sequence[int]

    def cost(self, height: float, row: Row | None) -> float:
        """Return what it costs to put the strip on a row; on a new one where there is none."""
        cost = sum(pull.strain(height, row) for pull in self.pulls)
        cost += sum(
            crossed(line.rivals, line.left, line.right, (height, height)) for line in self.inner
        )
        cost += _AWAY * abs(height - self.main)
        cost += _UNEVEN * sum(min(abs(height - mate), 1) for mate in self.mates)
        return cost + (
            _NEW_ROW + self._stretched(height) if row is None else self._pierced(height)
        )

    def _stretched(self, height: float) -> float:
        """Return what it costs the others that a new row moves them apart."""
        return sum(
            line.pull
            for line in self.lines
            if min(line.left_height, line.right_height)
            < height
            < max(line.left_height, line.right_height)
        )

    def _pierced(self, height: float) -> float:
        """Return what it costs to stand in the way of the level lines of a row."""
        return _PIERCED * sum(
            line.weight
            for line in self.lines
            if line.is_forward
            and line.left_height == line.right_height == height
            and any(line.left < column < line.right for column in self.columns)
        )


def crossed(
    rivals: Sequence[Line], left: float, right: float, heights: tuple[float, float]
) -> float:
    """Return what the crossings of a line cost."""
    return _CROSSING * sum(rival.crosses(left, right, heights) for rival in rivals)
