"""Countersigning: when the votes of those who were asked decide."""

from __future__ import annotations

import re
from collections.abc import Sequence

from caseflow.errors import CommandRefused
from caseflow.kernel.case import Participant, Vote

MAX_PARTICIPANTS = 1_000
MAX_WEIGHT = 1_000_000

_SHARE = re.compile(r"([0-9]{1,7})/([0-9]{1,7})")
_WEIGHT = re.compile(r"[0-9]{1,9}")


def decided(policy: str, participants: Sequence[Participant]) -> bool | None:
    """Tell whether people agreed, or None while that is open.

    Every policy asks for some weight of agreeing votes, and each person weighs 1 unless
    something else was said:

    - ``all``: everybody; an abstention is no agreement;
    - ``any``: one person;
    - ``2/3``, or another share: at least that share of the weight of all, abstentions
      included;
    - ``60``, or another whole number: at least that weight.

    It is decided as soon as that weight is reached, or cannot be reached any more.

    Raises:
        CommandRefused: the policy is none of these, or nobody could ever reach it.
    """
    total = sum(one.weight for one in participants)
    agreed = sum(one.weight for one in participants if one.vote is Vote.AGREE)
    open_yet = sum(one.weight for one in participants if one.vote is None)
    numerator, denominator = _share(policy, participants, total)
    if agreed * denominator >= numerator:
        return True
    return None if (agreed + open_yet) * denominator >= numerator else False


def _share(policy: str, participants: Sequence[Participant], total: int) -> tuple[int, int]:
    """Return the weight that is needed, as a fraction."""
    if policy == "all":
        return total, 1
    if policy == "any":
        return min((one.weight for one in participants), default=1), 1
    if (share := _SHARE.fullmatch(policy)) and 0 < int(share[1]) <= int(share[2]):
        return int(share[1]) * total, int(share[2])
    if _WEIGHT.fullmatch(policy) and int(policy) > 0:
        return int(policy), 1
    raise CommandRefused(
        f"{policy[:40]!r} is no policy for votes: write all, any, a share such as 2/3, or the "
        "weight that has to agree, such as 60"
    )


def check_participants(participants: Sequence[Participant], policy: str) -> None:
    """Refuse a vote that could not be held. Raises CommandRefused."""
    names = [one.person for one in participants]
    if len(names) > MAX_PARTICIPANTS:
        raise CommandRefused(f"more than {MAX_PARTICIPANTS} people cannot be asked")
    if len(set(names)) != len(names) or not all(names):
        raise CommandRefused("everybody who is asked is named once")
    if not all(0 < one.weight <= MAX_WEIGHT for one in participants):
        raise CommandRefused(f"a weight is a whole number from 1 to {MAX_WEIGHT}")
    if decided(policy, [one for one in participants if one.vote is None]) is False:
        raise CommandRefused(f"all together do not weigh {policy}")
