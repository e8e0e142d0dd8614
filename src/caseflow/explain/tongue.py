"""Phrases filled in: one language, and how it writes moments, values and names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from itertools import pairwise

from caseflow.explain.phrases import CODES, EVENTS, KINDS, OTHER, RELATIONS, STEPS, Language
from caseflow.model import CalendarKind, Limit, Value, Values

_PLACE = re.compile(r"\{(\w+)(\?([^}]*))?\}")
_BILINGUAL = re.compile(r"(.*[㐀-鿿][^A-Za-z]*?) +([A-Za-z].*)")
TRUE = "\0"
"""The word for what is only so, and has no words of its own."""

_LONG = 80
_MOST = 12
_ONE_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """Says things in one language, with times as they are in one zone."""

    language: Language
    zone: tzinfo

    def event(self, kind: str, words: Mapping[str, str]) -> str:
        """Say what happened."""
        return self._say(EVENTS[kind], words)

    def step(self, kind: str, words: Mapping[str, str]) -> str:
        """Say one step of a count."""
        return self._say(STEPS[kind], words)

    def other(self, phrase: str, /, **words: str) -> str:
        """Say anything else."""
        return self._say(OTHER[phrase], words)

    def _say(self, phrases: tuple[str, str], words: Mapping[str, str]) -> str:
        phrase = self._chosen(phrases)

        def fill(place: re.Match[str]) -> str:
            word = words.get(place[1], "")
            if place[2] is None:
                return word
            if not word:
                return ""
            text = place[3].removeprefix("!")
            return text if text != place[3] or word == TRUE else text + word

        return _PLACE.sub(fill, phrase)

    def _chosen(self, both: tuple[str, str]) -> str:
        return both[0] if self.language is Language.CHINESE else both[1]

    def name(self, text: str) -> str:
        """Return the part of a name in two languages that is in this one."""
        found = _BILINGUAL.fullmatch(text)
        return text if found is None else self._chosen((found[1], found[2]))

    def moment(self, at: datetime) -> str:
        """Return a moment to the minute; midnight is the 24:00 of the day that ends."""
        local = at.astimezone(self.zone)
        if (local.hour, local.minute, local.second) == (0, 0, 0):
            return f"{self.day((local - _ONE_DAY).date())} 24:00"
        return f"{self.day(local.date())} {local:%H:%M}"

    def day(self, on: date) -> str:
        """Return a day."""
        if self.language is Language.CHINESE:
            return f"{on.year}年{on.month}月{on.day}日"
        return on.isoformat()

    def days(self, days: Iterable[date]) -> str:
        """Return days, runs of them as first and last."""
        all_days = list(days)
        starts = [d for n, d in enumerate(all_days) if n == 0 or d - all_days[n - 1] > _ONE_DAY]
        ends = [a for a, b in pairwise(all_days) if b - a > _ONE_DAY] + all_days[-1:]
        to = self._chosen(("至", " to "))
        return self.several(
            self.day(a) if a == b else f"{self.day(a)}{to}{self.day(b)}"
            for a, b in zip(starts, ends, strict=True)
        )

    def span(self, length: timedelta) -> str:
        """Return a span in hours and minutes."""
        hours, minutes = divmod(length // _MINUTE, 60)
        parts = [self.other("hours", hours=str(hours))] if hours else []
        if minutes or not hours:
            parts.append(self.other("minutes", minutes=str(minutes)))
        return self._chosen(("", " ")).join(parts)

    def kind(self, kind: CalendarKind) -> str:
        """Return how a span is counted."""
        return self._chosen(KINDS[kind.name])

    def relation(self, relation: str) -> str:
        """Return what one case is to another."""
        return self._chosen(RELATIONS.get(relation, (relation, relation)))

    def code(self, field: str, code: str) -> str:
        """Return what a code means that stands in a field."""
        return self._chosen(CODES[field].get(code, (code, code)))

    def limit(self, limit: Limit) -> str:
        """Return the label of a limit, or its name."""
        return self.name(limit.label or limit.name)

    def several(self, words: Iterable[str]) -> str:
        """Return words one behind the other."""
        return self._chosen(("、", ", ")).join(words)

    def values(self, values: Values) -> str:
        """Return variables with their values; of very many, the first."""
        pairs = [f"{name} = {self.value(value)}" for name, value in values.items()]
        more = ["…"] if len(pairs) > _MOST else []
        return self._chosen(("，", ", ")).join(pairs[:_MOST] + more)

    def value(self, value: Value) -> str:
        """Return a value, cut where it is long."""
        text = self.word(value) if isinstance(value, str) else self._plain(value)
        return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"

    def word(self, value: str) -> str:
        """Return a text on one line."""
        return " ".join(value.split()) or '""'

    def _plain(self, value: object) -> str:
        match value:
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case timedelta():
                return self.span(value)
            case Decimal():
                return str(value)
            case _:
                return json.dumps(value, ensure_ascii=False, default=self._plain)
