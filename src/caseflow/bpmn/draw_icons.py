"""The small signs of BPMN as vector paths: triggers, task types, activity markers."""

from __future__ import annotations

from math import cos, pi, sin
from typing import assert_never

from caseflow.bpmn.draw_markup import PAPER, Markup, number, path, tag
from caseflow.model import (
    CancelTrigger,
    CompensationTrigger,
    ConditionTrigger,
    ErrorTrigger,
    EscalationTrigger,
    LinkTrigger,
    MessageTrigger,
    SignalTrigger,
    TerminateTrigger,
    TimerTrigger,
    Trigger,
)

_LINE = 1.4
_CROSS = "M-3-10H3V-3H10V3H3V10H-3V3H-10V-3H-3Z"
_SALTIRE = (
    "M-6.4-9.2 0-2.8 6.4-9.2 9.2-6.4 2.8 0 9.2 6.4 6.4 9.2 0 2.8-6.4 9.2-9.2 6.4-2.8 0-9.2-6.4Z"
)


def trigger_icon(triggers: tuple[Trigger, ...], *, parallel: bool, filled: bool) -> Markup:
    """Draw what an event waits for or throws (``filled``) in a ring of radius 18 at (0, 0)."""
    match triggers:
        case ():
            return Markup("")
        case (trigger,):
            return _single(trigger, filled=filled)
        case _:
            name = "parallel-multiple" if parallel else "multiple"
            return _outline(name, _CROSS if parallel else pentagon(10.5), filled=filled)


def pentagon(radius: float) -> str:
    """Return the path of the pentagon that stands for any of several events."""
    corners = [(turn * 2 * pi / 5 - pi / 2) for turn in range(5)]
    points = [part for a in corners for part in (radius * cos(a), radius * sin(a))]
    return path("M", *points, "Z")


def plus(radius: float) -> str:
    """Return the path of an outlined plus sign."""
    arm = radius * 0.3
    return path(
        *("M", -arm, -radius, "H", arm, "V", -arm, "H", radius, "V", arm, "H", arm),
        *("V", radius, "H", -arm, "V", arm, "H", -radius, "V", -arm, "H", -arm, "Z"),
    )


def envelope(*, width: float, height: float, filled: bool) -> Markup:
    """Draw a letter around (0, 0)."""
    x, y = width / 2, height / 2
    return tag(
        "g",
        _shape(path("M", -x, -y, "H", x, "V", y, "H", -x, "Z"), filled=filled),
        tag(
            "path",
            d=path("M", -x, -y, "L", 0, y * 0.15, "L", x, -y),
            stroke=PAPER if filled else None,
            stroke_width=_LINE,
            fill="none",
        ),
        class_="icon message",
    )


def _single(trigger: Trigger, *, filled: bool) -> Markup:  # noqa: C901, PLR0911, PLR0912 - one case a kind
    match trigger:
        case MessageTrigger():
            return envelope(width=18, height=12.5, filled=filled)
        case TimerTrigger():
            return _clock()
        case SignalTrigger():
            return _outline("signal", "M0-9.5 9.2 6.8H-9.2Z", filled=filled)
        case ErrorTrigger():
            return _outline("error", "M-9 8.6-5-7.6 1.4 1 8.6-9 4.8 7.2-1.8-1.2Z", filled=filled)
        case EscalationTrigger():
            return _outline("escalation", "M0-10 7.2 8.6 0 1.6-7.2 8.6Z", filled=filled)
        case ConditionTrigger():
            return _page_of_conditions()
        case LinkTrigger():
            return _outline("link", "M-9.5-3.6H1V-8.4L9.8 0 1 8.4V3.6H-9.5Z", filled=filled)
        case CompensationTrigger():
            return _outline("compensation", _rewind(9.5, 6.8), filled=filled)
        case CancelTrigger():
            return _outline("cancel", _SALTIRE, filled=filled)
        case TerminateTrigger():
            disc = tag("circle", r=10.5, fill="currentColor", stroke="none")
            return tag("g", disc, class_="icon terminate")
        case _:
            assert_never(trigger)


def _shape(data: str, *, filled: bool) -> Markup:
    return tag("path", d=data, fill="currentColor" if filled else "none", stroke_width=_LINE)


def _outline(name: str, data: str, *, filled: bool) -> Markup:
    return tag("g", _shape(data, filled=filled), class_=f"icon {name}")


def _clock() -> Markup:
    ticks = [
        part
        for angle in (hour * pi / 6 for hour in range(12))
        for part in (
            *("M", 8.4 * sin(angle), 8.4 * cos(angle)),
            *("L", 10.6 * sin(angle), 10.6 * cos(angle)),
        )
    ]
    return tag(
        "g",
        tag("circle", r=10.6, stroke_width=_LINE, fill="none"),
        tag("path", d=path(*ticks), stroke_width=1, fill="none"),
        tag("path", d="M1.6-7.6 0 0 5 1.4", stroke_width=_LINE, fill="none"),
        class_="icon timer",
    )


def _page_of_conditions() -> Markup:
    lines = "M-4.5-5.6H4.5M-4.5-1.9H4.5M-4.5 1.9H4.5M-4.5 5.6H4.5"
    return tag(
        "g",
        _shape("M-7-9H7V9H-7Z", filled=False),
        tag("path", d=lines, stroke_width=1.2, fill="none"),
        class_="icon conditional",
    )


def _rewind(reach: float, rise: float) -> str:
    return path(
        *("M", 0, -rise, "V", rise, "L", -reach, 0, "Z"),
        *("M", reach, -rise, "V", rise, "L", 0, 0, "Z"),
    )


def user_icon() -> Markup:
    """Draw a person, 18 wide, from (0, 0)."""
    return _type_icon(
        "user",
        _shape(
            "M1.2 17V14.6C1.2 11.4 3.6 9.6 6 9.3L9 11.4 12 9.3C14.4 9.6 16.8 11.4 16.8 14.6V17Z",
            filled=False,
        ),
        tag("circle", cx=9, cy=5.2, r=4.1, stroke_width=_LINE, fill="none"),
        tag("path", d="M4.8 17V14M13.2 17V14", stroke_width=1.1, fill="none"),
        tag(
            "path",
            d="M4.9 5.2C5.6 2 12.4 2 13.1 5.2 11 5.4 9.8 4.6 9.2 3.9 8.2 4.9 6.6 5.4 4.9 5.2Z",
            fill="currentColor",
            stroke="none",
        ),
    )


def manual_icon() -> Markup:
    """Draw a hand, 18 wide, from (0, 0)."""
    hand = (
        "M1 8.2C1 6.6 1.6 6 2.6 5L6.2 1.5C7.5.4 9 1.9 8 3.2L6.2 5.5H15.4C17.4 5.5 17.4 8.2"
        " 15.4 8.2H16.2C18 8.2 18 10.8 16.2 10.8H15.6C17.2 10.8 17.2 13.3 15.6 13.3H14.4"
        "C15.8 13.3 15.8 15.7 14.2 15.7H5.4C2.8 15.7 1 14 1 11.4Z"
    )
    return _type_icon(
        "manual",
        _shape(hand, filled=False),
        tag(
            "path",
            d="M15.4 8.2H10.4M15.6 10.8H10.4M14.4 13.3H10.4",
            stroke_width=1.1,
            fill="none",
        ),
    )


def service_icon() -> Markup:
    """Draw two gears, 18 wide, from (0, 0)."""
    return _type_icon("service", _gear(7, 7, 6.6), _gear(12.4, 12.4, 5.6))


def script_icon() -> Markup:
    """Draw a scroll, 18 wide, from (0, 0)."""
    return _type_icon(
        "script",
        _shape(
            "M6 1H16.4C12.2 4.4 12.6 6.4 14.2 9.2S15.6 14.6 12.2 17H1.6C5.8 13.6 5.2 11.6"
            " 3.8 8.8S2.6 3.4 6 1Z",
            filled=False,
        ),
        tag(
            "path",
            d="M5.4 4.6H10.8M5.8 7.6H11.2M7.4 10.6H12.8M7.4 13.6H12.4",
            stroke_width=1.1,
            fill="none",
        ),
    )


def rule_icon() -> Markup:
    """Draw a table, 18 wide, from (0, 0)."""
    return _type_icon(
        "rule",
        tag("path", d="M1 2.5H17V6.5H1Z", fill="currentColor", stroke="none", opacity=0.35),
        _shape("M1 2.5H17V15.5H1Z", filled=False),
        tag("path", d="M1 6.5H17M1 11H17M6 6.5V15.5", stroke_width=1.1, fill="none"),
    )


def letter_icon(*, filled: bool, ringed: bool) -> Markup:
    """Draw a letter, 18 wide, from (0, 0); in a ring where it starts the process."""
    if not ringed:
        letter = envelope(width=17, height=11.5, filled=filled)
        return _type_icon("letter", tag("g", letter, transform="translate(9 7.5)"))
    letter = envelope(width=11, height=7.5, filled=filled)
    return _type_icon(
        "letter",
        tag("circle", cx=9, cy=9, r=8.6, stroke_width=1.2, fill="none"),
        tag("g", letter, transform="translate(9 9)"),
    )


def _type_icon(name: str, *parts: Markup) -> Markup:
    return tag("g", *parts, class_=f"icon {name}")


def _gear(x: float, y: float, radius: float) -> Markup:
    """Draw a gear of eight teeth; the filling of the task hides what is behind it."""
    points: list[float] = []
    for turn in range(32):
        angle = (turn - 0.5) * pi / 16
        reach = radius if turn % 4 < 2 else radius * 0.76  # noqa: PLR2004 - half of a tooth
        points += (x + reach * sin(angle), y - reach * cos(angle))
    return tag(
        "g",
        tag("path", d=path("M", *points, "Z"), stroke_width=1.1),
        tag("circle", cx=x, cy=y, r=radius * 0.36, stroke_width=1.1),
    )


def loop_marker() -> Markup:
    """Draw the circling arrow of a standard loop, 14 wide, around (0, 0)."""
    return _type_icon(
        "loop",
        tag("path", d="M2.4 5.6A6 6 0 1 0-4.2 4.2", stroke_width=1.6, fill="none"),
        tag("path", d="M-7.4 5.2-3.6 5-3.8 1.2", stroke_width=1.6, fill="none"),
    )


def instances_marker(*, is_sequential: bool) -> Markup:
    """Draw the three bars of a multi-instance activity: lying if one after the other."""
    bars = "M-6-5H6M-6 0H6M-6 5H6" if is_sequential else "M-5-6V6M0-6V6M5-6V6"
    name = "sequential-instances" if is_sequential else "parallel-instances"
    return _type_icon(name, tag("path", d=bars, stroke_width=2.4, stroke_linecap="butt"))


def compensation_marker() -> Markup:
    """Draw the sign of an activity that undoes another."""
    return _type_icon("compensation", _shape(_rewind(7, 5.4), filled=False))


def collapsed_marker() -> Markup:
    """Draw the plus sign of an activity whose content is drawn elsewhere."""
    return _type_icon(
        "collapsed",
        tag("path", d="M-7-7H7V7H-7Z", stroke_width=1.3, fill="none"),
        tag("path", d="M-4 0H4M0-4V4", stroke_width=1.5),
    )


def ad_hoc_marker() -> Markup:
    """Draw the tilde of activities without an order."""
    tilde = (
        "M-7 2.6C-6-3.4-2.6-3.6 0-.9 2.4 1.6 5.4 1.4 7-3.4V-.2"
        "C5.6 5 2.4 5.2 0 2.6-2.4 0-5.6.2-7 5.4Z"
    )
    return _type_icon("ad-hoc", tag("path", d=tilde, fill="currentColor", stroke="none"))


def at(x: float, y: float, icon: Markup, *, scale: float = 1.0) -> Markup:
    """Move an icon to its place."""
    moved = f"translate({number(x)} {number(y)})"
    if scale != 1.0:
        moved += f" scale({number(scale)})"
    return tag("g", icon, transform=moved) if icon else icon
