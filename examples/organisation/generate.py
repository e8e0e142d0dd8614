"""Write the reference organisation: 1 city, 9 counties, 75 townships and 717 villages.

    python examples/organisation/generate.py > yuxi.toml

The counts are those of Yuxi's centres and of the staff of its townships; which township has how
many villages, and all names of people, are made up. The same text comes out every time.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from caseflow.org import (
    TIERS,
    Action,
    Organisation,
    Person,
    Post,
    Reach,
    Role,
    Substitute,
    Unit,
    write_organisation,
)

COUNTIES = (
    "红塔区",
    "江川区",
    "澄江市",
    "通海县",
    "华宁县",
    "易门县",
    "峨山县",
    "新平县",
    "元江县",
)
TOWNSHIPS, VILLAGES = 75, 717
CENTRE_STAFF = 261
"""Posts of the 75 township centres together."""

SEE, RETURN = Action.SEE, Action.RETURN
ROLES = (
    Role(code="grid_worker", name="网格员", tiers=("village",)),
    Role(code="grid_head", name="网格长", tiers=("village",), rights={SEE: Reach.UNIT}),
    Role(
        code="village_officer",
        name="村（社区）两委、综治专员",
        tiers=("village",),
        rights={SEE: Reach.UNIT, Action.ESCALATE: Reach.UNIT},
    ),
    Role(code="mediator", name="人民调解员", tiers=("village", "township")),
    Role(code="station_police", name="派出所民警", tiers=("township",)),
    Role(code="justice_office", name="司法所", tiers=("township",), rights={SEE: Reach.BELOW}),
    Role(
        code="town_center",
        name="乡镇（街道）综治中心",
        tiers=("township",),
        rights={
            Action.DISPATCH: Reach.BELOW,
            Action.SUPERVISE: Reach.BELOW,
            Action.ESCALATE: Reach.BELOW,
            Action.TRANSFER: Reach.BELOW,
            RETURN: Reach.BELOW,
        },
    ),
    Role(
        code="town_leader",
        name="党（工）委书记、镇长、政法委员",
        tiers=("township",),
        rights={SEE: Reach.BELOW},
    ),
    Role(code="dept_liaison", name="部门联络员", tiers=("county",)),
    Role(code="dept_handler", name="部门承办人", tiers=("county",)),
    Role(
        code="county_center",
        name="县级综治中心",
        tiers=("county",),
        rights={
            Action.DISPATCH: Reach.BELOW,
            Action.SUPERVISE: Reach.BELOW,
            Action.ESCALATE: Reach.BELOW,
            Action.TRANSFER: Reach.BELOW,
            Action.SKIP: Reach.BELOW,
            RETURN: Reach.BELOW,
        },
    ),
    Role(code="county_leader", name="县级领导", tiers=("county",), rights={SEE: Reach.BELOW}),
    Role(code="court_clerk", name="法院立案人员", tiers=("county",)),
    Role(code="judge", name="法官", tiers=("county",)),
    Role(
        code="supervision_office",
        name="督查（督办）机构",
        tiers=("county", "city"),
        rights={Action.SUPERVISE: Reach.BELOW},
    ),
    Role(
        code="emergency_cmd",
        name="应急指挥机构、值班室",
        tiers=("township", "county", "city"),
        rights={SEE: Reach.BELOW},
    ),
    Role(code="hotline_agent", name="12345 受理员", tiers=("city",)),
    Role(code="convener", name="联席会议召集人", tiers=("city",), rights={SEE: Reach.EVERYWHERE}),
    Role(
        code="administrator",
        name="系统管理员",
        tiers=("city",),
        rights={Action.ADMINISTER: Reach.EVERYWHERE},
    ),
)
_STAFF = {
    "village": ("village_officer", "grid_head", "grid_worker", "grid_worker", "mediator"),
    "township": ("town_leader", "justice_office", "station_police", "mediator", "emergency_cmd"),
    "county": (
        *["county_center"] * 10,
        *("county_leader", "dept_liaison", "dept_handler", "supervision_office"),
        *("court_clerk", "judge", "emergency_cmd"),
    ),
    "city": (
        *("convener", "convener", "administrator", "supervision_office", "emergency_cmd"),
        *["hotline_agent"] * 6,
    ),
}
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"


def reference_organisation() -> Organisation:
    """Return the organisation; it is the same every time."""
    units = tuple(_units())
    return Organisation(tiers=TIERS, units=units, roles=ROLES, people=_people(units))


def _units() -> Iterator[Unit]:
    yield Unit(id="yuxi", name="玉溪市", tier="city")
    for county, name in enumerate(COUNTIES, start=1):
        yield Unit(id=f"yuxi-{county}", name=name, tier="county", parent="yuxi")
    for number in range(TOWNSHIPS):
        county, town = number % len(COUNTIES) + 1, number // len(COUNTIES) + 1
        yield Unit(
            id=f"yuxi-{county}-{town}",
            name=f"{COUNTIES[county - 1]}第{town}乡镇",
            tier="township",
            parent=f"yuxi-{county}",
        )
    for number in range(VILLAGES):
        place, village = number % TOWNSHIPS, number // TOWNSHIPS + 1
        county, town = place % len(COUNTIES) + 1, place // len(COUNTIES) + 1
        parent = f"yuxi-{county}-{town}"
        name = f"{COUNTIES[county - 1]}第{town}乡镇第{village}村"
        yield Unit(id=f"{parent}-{village}", name=name, tier="village", parent=parent)


def _people(units: tuple[Unit, ...]) -> Iterator[Person]:
    number = 0
    centres = 0
    for unit in units:
        staff = list(_STAFF[unit.tier])
        if unit.tier == "township":
            share = CENTRE_STAFF * (centres + 1) // TOWNSHIPS - CENTRE_STAFF * centres // TOWNSHIPS
            staff += ["town_center"] * share
            centres += 1
        ids = [f"{role}{place}@{unit.id}" for place, role in enumerate(staff, start=1)]
        for place, role in enumerate(staff):
            # The heads of a unit act for each other while one of them is away.
            others = [one for one in ids[:2] if place < len(ids[:2]) and one != ids[place]]
            yield Person(
                id=ids[place],
                name=_FAMILY[number % 20] + _GIVEN[number // 20 % 20] + _GIVEN[number // 400 % 20],
                posts=(Post(role=role, unit=unit.id),),
                substitutes=tuple(Substitute(person=one, while_absent=True) for one in others),
            )
            number += 1


if __name__ == "__main__":
    sys.stdout.write(write_organisation(reference_organisation()))
