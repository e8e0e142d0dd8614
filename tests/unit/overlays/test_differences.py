"""What an overlay changes, in words."""

from __future__ import annotations

import pytest
from tests.unit.overlays.permit import overlaid

from caseflow.overlays import Aspect, Difference, differences

LIGHTS = """
[parameters.ladders.lights]
label = "L"
source = "[D]"
[parameters.ladders.lights.steps]
yellow = { share = "0.5" }
red = { after = "check" }
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ('leave_out = ["check"]', ["step left out check (Check)"]),
        (
            '[add.review]\nat = "after_check"\nname = "Review"\nrole = "head"\ndue = "check"',
            ['step added review.east (Review): head; due limit("check")'],
        ),
        ('[labels]\nsign = "Seal"', ["label sign: Sign → Seal"]),
        ('[labels]\nf7 = "granted"', ["label f7: yes → granted"]),
        ('[labels]\ntop = "Chiefs"', ["label top: Heads → Chiefs"]),
        (
            '[roles]\nclerk = "officer"',
            [
                "role check (Check): clerk, helper → officer, helper",
                "role office (Office): clerk → officer",
            ],
        ),
        ('[forms]\ncheck = "check_east"', ["form check (Check): check → check_east"]),
        ('[decisions]\ngrade = "grade_east"', ["decision grade (Grade): grade → grade_east"]),
        (
            '[documents]\nalways = ["photo"]',
            ["documents permit: application → application, photo"],
        ),
        (
            '[documents.outcomes]\ngranted = ["receipt"]',
            ["documents granted (Granted): — → receipt"],
        ),
        (
            '[parameters.limits.decide]\nspan = "6 d"\nkind = "WD"\nlabel = "D"\nsource = "[D] e"',
            [
                "limit decide (D): 10 d WD → 6 d WD  [D] e",
                "limit remind (Remind): 10 d WD × 0.5 → 6 d WD × 0.5  [D]",
            ],
        ),
        (
            '[parameters.values]\ncopies = { value = 3, label = "c", source = "[D]" }',
            ["value copies: 2 → 3"],
        ),
        (
            LIGHTS,
            ["ladder lights (L): red at 1 → yellow at 0.5, red after check  [D]"],
        ),
    ],
)
def test_every_change_is_told_and_nothing_else(text: str, lines: list[str]) -> None:
    assert [str(one) for one in differences(overlaid(text))] == lines


def test_a_difference_is_plain_values() -> None:
    assert differences(overlaid('label = "East"')) == (
        Difference(aspect=Aspect.LABEL, element="permit", was="Permit", becomes="Permit · East"),
    )
