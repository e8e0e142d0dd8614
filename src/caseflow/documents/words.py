"""Filters of templates: values as Chinese documents write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from jinja2 import Undefined
from jinja2.exceptions import SecurityError

from caseflow.worktime import CHINA

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_MOST = Decimal(10) ** 16
_FEN = Decimal("0.01")
_ZONE: tzinfo = CHINA.zone


def day(value: object) -> str:
    """Return a day as 2026年3月2日; text stays as it is, nothing becomes a place to fill in."""
    match value:
        case datetime():
            return day(value.astimezone(_ZONE).date())
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case str() if value:
            return value
        case _:
            return "    年  月  日"


def moment(value: object) -> str:
    """Return a moment as 2026年3月2日9时30分, in local time."""
    if isinstance(value, datetime):
        local = value.astimezone(_ZONE)
        return f"{day(local)}{local.hour}时{local:%M}分"
    return day(value)


def yuan(value: object) -> str:
    """Return an amount of money as 12,000.50元. Raises SecurityError where it is none."""
    return f"{_amount(value):,.2f}元"


def capital_yuan(value: object) -> str:
    """Return an amount of money in the characters that nobody can change: 壹万贰仟元伍角整."""
    amount = _amount(value)
    sign = "负" if amount < 0 else ""
    whole, cents = divmod(int(abs(amount) * 100), 100)
    jiao, fen = divmod(cents, 10)
    text = f"{_capital(whole)}元" if whole else ""
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif fen and whole:
        text += "零"
    if fen:
        return f"{sign}{text}{_DIGITS[fen]}分"
    return f"{sign}{text or '零元'}整"


def checked_box(value: object, wanted: object = True) -> str:  # noqa: FBT002 - a filter's argument
    """Return a ticked box where a value is the wanted one, or an empty box."""
    return "☑" if value == wanted else "☐"


def join(value: object, separator: str = "、") -> str:
    """Return the items of a list one behind the other."""
    return separator.join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def default(value: object, instead: object = "") -> object:
    """Return a value, or another one where it is missing or empty."""
    return instead if value is None or isinstance(value, Undefined) or value == "" else value


def length(value: object) -> int:
    """Return how many items a list, map or text has."""
    return len(value) if isinstance(value, str | list | tuple | Mapping) else 0


def lines(value: object) -> list[str]:
    """Return a text as its lines, to be set as paragraphs."""
    return [line.strip() for line in str(value).splitlines() if line.strip()]


def items(value: object) -> list[tuple[object, object]]:
    """Return the entries of a map as pairs."""
    return list(value.items()) if isinstance(value, Mapping) else []


FILTERS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        "capital_yuan": capital_yuan,
        "box": checked_box,
        "day": day,
        "default": default,
        "items": items,
        "join": join,
        "length": length,
        "lines": lines,
        "moment": moment,
        "yuan": yuan,
    }
)
"""Every filter that a template may use."""


def _amount(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise SecurityError(f"{value!r} is no amount of money")
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise SecurityError(f"{value!r} is no amount of money") from None
    if not amount.is_finite() or abs(amount) >= _MOST:
        raise SecurityError(f"{value!r} is no amount of money that can be written out")
    return amount.quantize(_FEN)


def _capital(number: int) -> str:
    """Return a whole number in capital characters, group by group of four digits."""
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text, is_gap = "", False
    for index, group in reversed(tuple(enumerate(groups))):
        if not group:
            is_gap = bool(text)
            continue
        if text and (is_gap or group < 1_000):  # noqa: PLR2004 - the group begins with a zero
            text += _DIGITS[0]
        text, is_gap = text + _group(group) + _GROUPS[index], False
    return text


def _group(group: int) -> str:
    text = ""
    for place, digit in zip("3210", f"{group:04}", strict=True):
        if digit != "0":
            text += _DIGITS[int(digit)] + _PLACES[int(place)]
        elif text and not text.endswith(_DIGITS[0]):
            text += _DIGITS[0]
    return text.rstrip(_DIGITS[0])
