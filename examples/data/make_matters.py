"""Writes the incoming matters of the demo: invented, with the mixes of real statistics.

Run it as ``python examples/data/make_matters.py``; it always writes the same files.

Dispute kinds follow one county's dispute mix of 2023 (n = 1,657): contract and debt 40.3 %,
family 23.1, neighbours 21.4, land and other resources 5.7, labour 4.7, medical 1.1, property
and demolition 1.0, other 2.8. Whistles and emergencies are more frequent than in reality, so
that a few hundred matters show all of their paths. Names, places and figures are made up.
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
DISPUTES, WHISTLES, EMERGENCIES = 190, 54, 16

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


def main() -> None:
    """Write both files."""
    chance = random.Random(2026)  # noqa: S311 - invented data, nothing secret
    rows = [_dispute(chance) for _ in range(DISPUTES)] + [
        _whistle(chance) for _ in range(WHISTLES)
    ]
    rows.sort(key=lambda row: row["received_at"])
    with (FOLDER / "matters.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=["number", *rows[0]], lineterminator="\n")
        writer.writeheader()
        for count, row in enumerate(rows, start=1):
            writer.writerow({"number": f"2026-{count:04d}", **row})
    lines = sorted(
        (_emergency(chance) for _ in range(EMERGENCIES)), key=lambda line: str(line["received_at"])
    )
    with (FOLDER / "matters.jsonl").open("w", encoding="utf-8") as file:
        for count, line in enumerate(lines, start=1):
            record = {"number": f"2026-E{count:03d}", **line}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _received(chance: random.Random, *, at_night: bool) -> str:
    hour = chance.uniform(0, 24) if at_night else chance.uniform(8.5, 18)
    moment = FIRST_DAY + timedelta(days=chance.randrange(DAYS), hours=hour)
    return moment.replace(microsecond=0).isoformat()


def _common(chance: random.Random, category: str, title: str, *, at_night: bool) -> dict[str, str]:
    return {
        "received_at": _received(chance, at_night=at_night),
        "category": category,
        "unit": chance.choice(UNITS),
        "title": title,
        "location": f"{chance.randrange(1, 12)}组 {chance.randrange(1, 80)}号",
    }


def _dispute(chance: random.Random) -> dict[str, str]:
    kind, _, titles = chance.choices(KINDS, weights=[weight for _, weight, _ in KINDS])[0]
    return {
        **_common(chance, "dispute", chance.choice(titles), at_night=False),
        "kind": kind,
        "departments": "",
        "emergency": "",
        "age_days": "",
        "repeat": "",
    }


def _whistle(chance: random.Random) -> dict[str, str]:
    variant = chance.choices(("daily", "key_issue", "emergency"), weights=(66, 22, 12))[0]
    count = chance.choice((1, 2)) if variant == "daily" else chance.choice((2, 3, 4))
    return {
        **_common(
            chance, "whistle", chance.choice(WHISTLE_TOPICS), at_night=variant == "emergency"
        ),
        "kind": "",
        "departments": " ".join(sorted(chance.sample(DEPARTMENTS, count))),
        "emergency": "yes" if variant == "emergency" else "no",
        "age_days": str(
            chance.randrange(31, 400) if variant == "key_issue" else chance.randrange(20)
        ),
        "repeat": str(chance.randrange(3, 9) if variant == "key_issue" else chance.randrange(2)),
    }


def _emergency(chance: random.Random) -> dict[str, object]:
    group, kind, title = chance.choice(INCIDENTS)
    severe = chance.random() < 0.25  # noqa: PLR2004 - a quarter of them
    return {
        **_common(chance, "emergency", title, at_night=True),
        "facts": {
            "event_class": group,
            "event_kind": kind,
            "is_real": chance.random() > 0.12,  # noqa: PLR2004 - an eighth are false alarms
            "deaths": chance.randrange(1, 5) if severe and group != "social" else 0,
            "serious_injuries": chance.randrange(12) if severe else chance.randrange(2),
            "injured": chance.randrange(15) if severe else chance.randrange(4),
            "people": chance.randrange(60, 300) if severe else chance.randrange(5, 60),
            "loss": chance.randrange(50, 900) * 10_000
            if severe
            else chance.randrange(50) * 10_000,
        },
    }


if __name__ == "__main__":
    main()
