"""Units in a tree, each on a tier."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A level of the organisation; of two tiers the one with the greater rank is higher."""

    code: str
    rank: int
    name: str = ""


TIERS = (
    Tier(code="village", rank=1, name="村（社区）"),
    Tier(code="township", rank=2, name="乡镇（街道）"),
    Tier(code="county", rank=3, name="县（市、区）"),
    Tier(code="city", rank=4, name="市"),
)
"""The four tiers, where an organisation says nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A node of the tree: a village, a department, a county; the top has no parent."""

    id: str
    name: str = ""
    tier: str
    parent: str | None = None


class Units:
    """The tree, for reading: what stands above a unit, and what below."""

    def __init__(self, tiers: Iterable[Tier], units: Iterable[Unit]) -> None:
        """Put units together whose parents are all there, and none above itself."""
        self.tiers: Mapping[str, Tier] = MappingProxyType({one.code: one for one in tiers})
        self.all: Mapping[str, Unit] = MappingProxyType({one.id: one for one in units})
        self._children: dict[str | None, list[str]] = {}
        for unit in self.all.values():
            self._children.setdefault(unit.parent, []).append(unit.id)

    def get(self, unit: str) -> Unit | None:
        """Return a unit, or None where there is none of this id."""
        return self.all.get(unit)

    def children(self, unit: str) -> tuple[str, ...]:
        """Return the units right below one."""
        return tuple(self._children.get(unit, ()))

    def above(self, unit: str) -> tuple[str, ...]:
        """Return a unit, its parent, and so on to the top; nothing for an unknown unit."""
        path: list[str] = []
        found = self.all.get(unit)
        while found is not None:
            path.append(found.id)
            found = None if found.parent is None else self.all.get(found.parent)
        return tuple(path)

    def below(self, unit: str) -> tuple[str, ...]:
        """Return a unit and all units under it; nothing for an unknown unit."""
        if unit not in self.all:
            return ()
        return self._down(unit, stop=frozenset())

    def on_tier(self, tier: str) -> tuple[str, ...]:
        """Return the units of a tier."""
        return tuple(one.id for one in self.all.values() if one.tier == tier)

    def seat(self, unit: str, tiers: Collection[str]) -> str | None:
        """Return where a role of these tiers sits for the matters of a unit.

        That is the unit itself or the nearest one above it on such a tier; for a role
        that names no tier, the unit itself.
        """
        if not tiers:
            return unit
        return next((one for one in self.above(unit) if self.all[one].tier in tiers), None)

    def served_from(self, seat: str, tiers: Collection[str]) -> tuple[str, ...]:
        """Return the units for whose matters a role of these tiers sits in ``seat``."""
        if not tiers:
            return (seat,)
        unit = self.all.get(seat)
        if unit is None or unit.tier not in tiers:
            return ()
        return self._down(seat, stop=tiers)

    def _down(self, top: str, *, stop: Collection[str]) -> tuple[str, ...]:
        """Return a unit and those under it, but for what is on a tier of ``stop`` and below."""
        found = [top]
        for unit in found:  # grows while it is walked
            inner = self._children.get(unit, ())
            found.extend(one for one in inner if self.all[one].tier not in stop)
        return tuple(found)
