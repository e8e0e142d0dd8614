"""Writes the incoming matters of the demo: invented, with the mixes of real statistics.

Run it as ``python examples/data/make_matters.py``; it always writes the same files.

Dispute kinds follow one county's dispute mix of 2023 (n = 1,657): contract and debt 40.3 %,
family 23.1, neighbours 21.4, land and other resources 5.7, labour 4.7, medical 1.1, property
and demolition 1.0, other 2.8. Whistles and emergencies are more frequent than in reality, so
that a few hundred matters show all of their paths. Names, places and figures are made up.

``channel`` is how a matter comes in: found in the grid, called in, brought up by residents, or
a household to be visited. ``category`` is what it turns out to be once somebody looks at it.
"""

from __future__ import annotations

import csv
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent
FIRST_DAY = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)  # midnight of 2 March in China
DAYS = 62
DISPUTES, WHISTLES, EMERGENCIES = 150, 54, 16
AT_LEAST = 3
"""How often the rarest kinds of disputes occur, so that each is seen."""

ERRANDS, TICKETS, MAJOR, PUBLIC, TOPICS, VISITS = 50, 44, 5, 6, 8, 12

UNITS = (
    "hongta-yuxing",
    "hongta-zhoucheng",
    "jiangchuan-dajie",
    "chengjiang-fengli",
    "tonghai-xiushan",
    "huaning-ningzhou",
    "yimen-longquan",
    "eshan-shuangjiang",
    "xinping-guishan",
    "yuanjiang-lijiang",
)
KINDS = (
    ("small_debt", 40.3, ("借款逾期未还", "货款结算纠纷", "工程款拖欠")),
    ("family", 23.1, ("赡养费纠纷", "离婚财产分割", "分家析产")),
    ("neighbour", 21.4, ("宅基地通行", "屋檐滴水", "噪声扰邻", "排水沟堵塞")),
    ("land", 5.7, ("承包地界址不清", "土地流转租金")),
    ("labour", 4.7, ("拖欠工资", "工伤赔偿")),
    ("medical", 1.1, ("诊疗损害争议",)),
    ("property", 1.4, ("物业费争议", "停车位管理")),
    ("traffic", 1.2, ("交通事故赔偿",)),
    ("public_security", 1.1, ("殴打致轻微伤", "损毁财物")),
)
WHISTLE_TOPICS = (
    "占道经营反复回潮",
    "河道垃圾无人清理",
    "老旧小区消防通道被占",
    "违法搭建久拖不决",
    "夜市油烟扰民",
    "建筑垃圾偷倒",
    "路面塌陷存在隐患",
    "农贸市场周边拥堵",
)
DEPARTMENTS = (
    "urban_management",
    "housing",
    "water",
    "environment",
    "market_regulation",
    "traffic_police",
    "fire_rescue",
    "natural_resources",
)
INCIDENTS = (
    ("natural", "geological", "山体滑坡威胁村道"),
    ("natural", "flood", "强降雨内涝"),
    ("accident", "work_safety", "工地脚手架坍塌"),
    ("accident", "fire", "沿街商铺起火"),
    ("accident", "traffic", "客货车相撞"),
    ("health", "food_poisoning", "学校食堂疑似食物中毒"),
    ("social", "gathering", "村民聚集反映征地补偿"),
)
ERRAND_TOPICS = ("楼道小广告", "路灯不亮", "井盖松动", "垃圾未清运", "绿化带枯枝", "公厕漏水")
HOT = 7
TICKET_TOPICS = ("供水不稳", "占道施工", "物业收费", "公交改线", "广场舞噪声", "路面破损")
HOT_TOPIC = "农贸市场周边拥堵"
MAJOR_TOPICS = ("征地补偿集中反映", "企业欠薪群体投诉", "停工楼盘业主聚集")
PUBLIC_TOPICS = ("小区停车位划线", "村道硬化选线", "加装电梯", "老年食堂选址")
SCOPES = (
    "self_deep",
    "four_steps",
    "self_instant",
    "owners",
    "government",
    "rejected",
    "self_deep",
    "dispute",
)
HOUSEHOLDS = (
    "newcomer",
    "left_behind",
    "major_change",
    "hardship",
    "unemployed",
    "key_person",
)


def main(folder: Path = FOLDER) -> None:
    """Write both files into a folder."""
    chance = random.Random(2026)  # noqa: S311 - invented data, nothing secret
    rows = [
        _dispute(chance, kind, titles)
        for kind, share, titles in KINDS
        for _ in range(max(AT_LEAST, round(DISPUTES * share / 100)))
    ]
    rows += [_whistle(chance) for _ in range(WHISTLES)]
    rows += [_errand(chance) for _ in range(ERRANDS)]
    rows += [_ticket(chance, is_hot=turn < HOT) for turn in range(TICKETS)]
    rows += [_major(chance) for _ in range(MAJOR)]
    rows += [_public(chance, "grid", SCOPES[turn]) for turn in range(PUBLIC)]
    rows += [_public(chance, "residents", SCOPES[turn]) for turn in range(TOPICS)]
    rows += [_visit(chance, HOUSEHOLDS[turn % len(HOUSEHOLDS)]) for turn in range(VISITS)]
    rows.sort(key=lambda row: row["received_at"])
    with (folder / "matters.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=["number", *rows[0]], lineterminator="\n")
        writer.writeheader()
        for count, row in enumerate(rows, start=1):
            writer.writerow({"number": f"2026-{count:04d}", **row})
    lines = sorted(
        (_emergency(chance) for _ in range(EMERGENCIES)), key=lambda line: str(line["received_at"])
    )
    with (folder / "matters.jsonl").open("w", encoding="utf-8") as file:
        for count, line in enumerate(lines, start=1):
            record = {"number": f"2026-E{count:03d}", **line}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _received(chance: random.Random, *, at_night: bool, days: range = range(DAYS)) -> str:
    hour = chance.uniform(0, 24) if at_night else chance.uniform(8.5, 18)
    moment = FIRST_DAY + timedelta(days=chance.choice(days), hours=hour)
    return moment.replace(microsecond=0).isoformat()


def _row(  # noqa: PLR0913 - the columns of the file
    chance: random.Random,
    category: str,
    title: str,
    *,
    channel: str = "grid",
    at_night: bool = False,
    days: range = range(DAYS),
    kind: str = "",
    departments: str = "",
    age_days: int = 0,
    repeat: int = 0,
    people: int = 2,
    power: str = "village",
    is_urgent: bool = False,
) -> dict[str, str]:
    return {
        "received_at": _received(chance, at_night=at_night, days=days),
        "channel": channel,
        "category": category,
        "unit": chance.choice(UNITS),
        "title": title,
        "location": f"{chance.randrange(1, 12)}组 {chance.randrange(1, 80)}号",
        "kind": kind,
        "departments": departments,
        "emergency": "yes" if is_urgent else "no",
        "age_days": str(age_days),
        "repeat": str(repeat),
        "people": str(people),
        "power": power,
    }


def _dispute(chance: random.Random, kind: str, titles: tuple[str, ...]) -> dict[str, str]:
    return _row(chance, "dispute", chance.choice(titles), kind=kind, departments="justice")


def _whistle(chance: random.Random) -> dict[str, str]:
    variant = chance.choices(("daily", "key_issue", "emergency"), weights=(66, 22, 12))[0]
    count = chance.choice((1, 2)) if variant == "daily" else chance.choice((2, 3, 4))
    is_key, is_urgent = variant == "key_issue", variant == "emergency"
    return _row(
        chance,
        "whistle",
        chance.choice(WHISTLE_TOPICS),
        channel="grid" if is_urgent else chance.choices(("grid", "hotline"), (3, 1))[0],
        at_night=is_urgent,
        departments=" ".join(sorted(chance.sample(DEPARTMENTS, count))),
        age_days=chance.randrange(31, 400) if is_key else chance.randrange(20),
        repeat=chance.randrange(3, 9) if is_key else chance.randrange(2),
        power="county",
        is_urgent=is_urgent,
    )


def _errand(chance: random.Random) -> dict[str, str]:
    """Something small, which the grid itself or one department puts right."""
    power = chance.choices(("worker", "village", "town", "county"), (40, 25, 20, 15))[0]
    return _row(
        chance,
        "ticket" if power == "county" else "matter",
        chance.choice(ERRAND_TOPICS),
        departments=chance.choice(DEPARTMENTS),
        power=power,
    )


def _ticket(chance: random.Random, *, is_hot: bool) -> dict[str, str]:
    """A call to the hotline; several within one week are about the same."""
    kind = chance.choices(
        ("consult", "help", "complaint", "report", "suggestion"), (20, 40, 25, 8, 7)
    )[0]
    return _row(
        chance,
        "ticket",
        HOT_TOPIC if is_hot else chance.choice(TICKET_TOPICS),
        channel="hotline",
        days=range(21, 26) if is_hot else range(DAYS),
        kind="complaint" if is_hot else kind,
        departments=chance.choice(DEPARTMENTS),
        power="county",
    )


def _major(chance: random.Random) -> dict[str, str]:
    return _row(
        chance,
        "major",
        chance.choice(MAJOR_TOPICS),
        days=range(DAYS // 2),
        departments=chance.choice(DEPARTMENTS),
        people=chance.randrange(32, 90),
        power="county",
    )


def _public(chance: random.Random, channel: str, scope: str) -> dict[str, str]:
    """Something for all residents to talk over."""
    title = chance.choice(PUBLIC_TOPICS)
    return _row(chance, "public", title, channel=channel, days=range(20), kind=scope, people=12)


def _visit(chance: random.Random, household: str) -> dict[str, str]:
    return _row(
        chance, "visit", "走访 Home visit", channel="visit", days=range(40), kind=household
    )


def _emergency(chance: random.Random) -> dict[str, object]:
    group, kind, title = chance.choice(INCIDENTS)
    severe = chance.random() < 0.25  # noqa: PLR2004 - a quarter of them
    row = _row(chance, "emergency", title, at_night=True, days=range(50))
    return {
        **{name: row[name] for name in ("received_at", "channel", "category", "unit")},
        "title": title,
        "location": row["location"],
        "facts": {
            "event_class": group,
            "event_kind": kind,
            "is_real": chance.random() > 0.12,  # noqa: PLR2004 - an eighth are false alarms
            "deaths": chance.randrange(1, 5) if severe and group != "social" else 0,
            "serious_injuries": chance.randrange(12) if severe else chance.randrange(2),
            "injured": chance.randrange(15) if severe else chance.randrange(4),
            "departments": ["emergency_bureau", "fire_rescue"],
            "people": chance.randrange(60, 300) if severe else chance.randrange(5, 60),
            "loss": chance.randrange(50, 900) * 10_000
            if severe
            else chance.randrange(50) * 10_000,
        },
    }


if __name__ == "__main__":
    main()
