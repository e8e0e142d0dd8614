"""What the county does by its own plan: conferences, reception days, ratings, classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A case that somebody opens on a day of the plan."""

    at: datetime
    process: str
    number: str
    title: str
    unit: str = "county"
    variables: dict[str, object] = field(default_factory=dict)


OPENING = timedelta(hours=1)
"""The play's days begin at midnight of UTC, when it is eight in China; offices open at nine."""

RECEPTION_EVERY = 14


def appointments(first: datetime, *, days: int) -> Iterator[Appointment]:
    """Yield what the plan of the county opens within so many days."""
    for at, process, number, title, variables in _plan(first, days):
        if at < first + timedelta(days=days):
            yield Appointment(
                at=at + OPENING,
                process=process,
                number=number,
                title=title,
                variables=variables,
                unit="tonghai-xiushan" if process in _OF_TOWNS else "county",
            )


_OF_TOWNS = frozenset({"monthly_rates", "property_rating", "incubation", "invited_talk"})

Line = tuple[datetime, str, str, str, dict[str, object]]


def _plan(first: datetime, days: int) -> Iterator[Line]:
    def day(number: int) -> datetime:
        return first + timedelta(days=number)

    year = first.year
    for turn, number in enumerate((0, 30, 60), start=1):
        yield day(number), "joint_conference", f"{year}-J{turn}", "联席会议 Joint conference", {}
    for turn, number in enumerate(range(2, days, RECEPTION_EVERY), start=1):
        yield day(number), "reception", f"{year}-R{turn}", "领导接访 Reception day", {}
    for turn, number in enumerate((30, 60, 90), start=1):
        yield day(number), "monthly_rates", f"{year}-M{turn}", "月度考评 Monthly rates", {}
    for turn, number in enumerate((7, 28, 42), start=1):
        yield day(number), "invited_talk", f"{year}-I{turn}", "约访 Invited talk", {}
    for turn, number in enumerate((3, 10, 17), start=1):
        facts: dict[str, object] = {"company_unit": f"property-{turn}", "yellow_cards": 0}
        yield day(number), "property_rating", f"{year}-P{turn}", "物业评级 Property rating", facts
    for turn, number in enumerate((1, 8), start=1):
        yield day(number), "incubation", f"{year}-S{turn}", "和事佬服务队 Peacemakers", {}
        yield day(number), "talent_pool", f"{year}-G{turn}", "金种子 Talent pool", {}
    yield day(0), "lecture_forum", f"{year}-L1", "专题讲坛 Lecture forum", {}
    yield day(0), "training_year", f"{year}-T1", "年度培训 Training of the year", {}
