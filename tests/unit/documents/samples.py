"""What each form is filled with in the tests: one invented dispute and one invented matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone

from caseflow.documents import Particulars
from caseflow.model import Value

CHINA_TIME = timezone(timedelta(hours=8))


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of 2026, in China."""
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA_TIME)


COMMITTEE = "云溪县青山镇人民调解委员会"
CENTRE = "云溪县青山镇综治中心"
COUNTY = "云溪县社会治理中心"
APPLICANT: Mapping[str, Value] = {
    "role": "申请人",
    "name": "赵春生",
    "gender": "男",
    "nation": "汉族",
    "born_on": date(1968, 5, 12),
    "id_number": "530499196805120013",
    "address": "云溪县青山镇下坝村二组14号",
    "phone": "13800000001",
}
RESPONDENT: Mapping[str, Value] = {
    "role": "被申请人",
    "name": "钱玉兰",
    "gender": "女",
    "nation": "彝族",
    "born_on": date(1974, 11, 3),
    "id_number": "530499197411030028",
    "address": "云溪县青山镇下坝村二组15号",
    "phone": "13800000002",
}
PARTIES: Value = [APPLICANT, RESPONDENT]
MATTER = "邻里排水和院墙损坏纠纷"
FACTS = (
    "申请人与被申请人系相邻两户。2026年2月，被申请人翻修屋面后雨水直排至申请人院内，"
    "致申请人东侧院墙开裂、部分倒塌，双方多次争执未果。\n"
    "申请人认为院墙损坏系排水所致，要求修复；被申请人认为院墙年久失修，只愿承担部分费用。"
)
TERMS: Value = [
    "被申请人于2026年4月10日前在屋檐加装集水槽，将雨水引至村内公共排水沟。",
    "被申请人一次性补偿申请人院墙修复费用人民币12,500.50元。",
    "院墙由申请人自行修复，被申请人予以配合；双方今后不再因此事发生争执。",
]
CHANNELS: Value = [
    "就纠纷向有管辖权的人民法院提起诉讼；",
    "向云溪县综治中心申请其他方式的调解；",
    "有仲裁约定的，向约定的仲裁机构申请仲裁。",
]
MEDIATORS: Value = ["孙德明", "李秀英"]
RECORD = (
    "调解员：今天依法对你们双方的排水和院墙纠纷进行调解，双方是否申请回避？\n"
    "赵春生：不申请。\n钱玉兰：不申请。\n"
    "调解员：请申请人先说明情况。\n"
    "赵春生：今年二月她家翻修屋面，水都流到我家院里，墙裂了，东头塌了三米多。\n"
    "钱玉兰：屋面是我家翻修的，但那堵墙有二十多年了，不能全怪我。\n"
    "调解员：昨天到现场看过，集水槽确实没有装。建议装槽引水，修墙的费用协商分担。\n"
    "钱玉兰：我同意装槽，费用我出一万二千五百元五角。\n赵春生：同意。"
)
SUMMONS: Mapping[str, Value] = {
    "addressee": "县住房城乡建设局、县水务局、县自然资源局",
    "matter": "下坝村公共排水沟被占用、汛期内涝反复问题",
    "why": "群众反映突出，镇无执法权限，需要部门共同解决",
    "kind": "daily",
    "location": "青山镇下坝村第三网格，排水沟K0+120至K0+310段",
    "host": "县水务局",
    "departments": ["县住房城乡建设局", "县自然资源局"],
    "requested_action": "现场认定占用排水沟的建筑物、构筑物及其权属。\n"
    "商定清障、恢复过水断面的方案、分工和时限。",
    "legal_basis": "镇（街道）统筹协调职权；部门权责清单第37、52项",
    "sign_in_by": at(3, 9, 10),
    "report_in_by": at(3, 12, 18),
    "finish_by": at(3, 23, 18),
    "contact": "周立",
    "contact_phone": "0877-0000000",
    "copies": ["县社会治理中心"],
}
SUPERVISION: Mapping[str, Value] = {
    "addressee": "县水务局",
    "matter": "下坝村公共排水沟清障事项",
    "source_number": "云哨〔2026〕9号",
    "registered_on": date(2026, 3, 9),
    "due_at": at(3, 23, 18),
    "state": "尚未办结，已逾期3个工作日",
    "facts": "经核查，占用排水沟的3处构筑物已拆除1处，其余2处未动工；村民小组两次反映"
    "雨后仍有积水。",
    "level": "一般督办",
    "demands": [
        "明确责任人和完成时限，3月31日前完成其余2处清障；",
        "恢复过水断面后组织村民代表现场验收；",
        "说明逾期原因，并向诉求人反馈。",
    ],
    "answer_by": date(2026, 3, 31),
    "contact": "吴敏",
    "contact_phone": "0877-0000001",
    "copies": ["县水务局主要负责人", "青山镇人民政府"],
}

SAMPLES: Mapping[str, Mapping[str, Value]] = {
    "mediation_application": {
        "parties": PARTIES,
        "facts": FACTS,
        "claims": "请求被申请人修复院墙，并停止向申请人院内排水。",
    },
    "acceptance_register": {
        "parties": PARTIES,
        "dispute_kind": "邻里纠纷",
        "source": "☑当事人申请　☐主动调解　☐委托移送",
        "facts": FACTS,
        "registrar": "李秀英",
        "accepted_at": at(3, 2, 10, 30),
    },
    "rights_notice": {"parties": PARTIES, "mediators": MEDIATORS},
    "identity_papers": {"parties": PARTIES},
    "power_of_attorney": {
        "principal": APPLICANT,
        "agent": {"name": "赵小龙", "gender": "男", "address": "同上", "phone": "13800000003"},
        "matter": MATTER,
        "authority": "代为陈述事实、参加调解、承认或者放弃调解请求、签署调解协议",
    },
    "inquiry_record": {
        "held_at": at(3, 5, 15),
        "place": "下坝村二组，当事人院墙处",
        "participants": ["孙德明", "村民小组长周国强"],
        "asked": {"name": "周国强", "gender": "男", "occupation": "下坝村二组组长"},
        "record": "问：院墙是什么时候开裂的？\n答：今年二月下雨以后，之前有小缝，没有塌。",
        "mediators": MEDIATORS,
        "recorder": "李秀英",
    },
    "evidence_list": {
        "matter": MATTER,
        "evidence": [
            {"name": "院墙损坏照片（6张）", "proves": "院墙开裂、倒塌的现状", "giver": "赵春生"},
            {"name": "修复费用报价单", "proves": "修复所需费用", "giver": "赵春生", "copies": 2},
            {"name": "屋面翻修收据", "proves": "翻修时间", "giver": "钱玉兰"},
        ],
    },
    "mediation_record": {
        "held_at": at(3, 12, 14, 30),
        "place": "青山镇综治中心第一调解室",
        "parties": PARTIES,
        "participants": ["村民小组长周国强"],
        "record": RECORD,
        "result": "agreed",
        "mediators": MEDIATORS,
        "recorder": "李秀英",
    },
    "mediation_agreement": {
        "parties": PARTIES,
        "facts": FACTS,
        "terms": TERMS,
        "amount": 12500.5,
        "performance": "补偿款于本协议签订之日当场付清；集水槽于2026年4月10日前安装完毕。",
        "mediators": MEDIATORS,
    },
    "oral_agreement_register": {
        "parties": PARTIES,
        "dispute_kind": "邻里纠纷",
        "facts": "被申请人晾晒谷物占用共用通道，双方发生口角。",
        "terms": ["共用通道每日8时至18时不得占用。", "双方互相道歉。"],
        "performance": "当场履行。",
        "mediators": MEDIATORS,
        "recorder": "李秀英",
    },
    "termination_notice": {
        "parties": PARTIES,
        "matter": MATTER,
        "accepted_on": date(2026, 3, 2),
        "ground": "（二）",
        "explanation": "经三次调解，双方对修复费用的分担差距较大，未能达成协议。",
        "channels": CHANNELS,
    },
    "performance_proof": {
        "agreement_number": "（2026）云调字第17号",
        "payer": "钱玉兰",
        "receiver": "赵春生",
        "performed_on": date(2026, 3, 12),
        "performed": "支付院墙修复补偿款。",
        "amount": 12500.5,
        "whole": True,
    },
    "revisit_record": {
        "agreement_number": "（2026）云调字第17号",
        "revisited_at": at(4, 13, 10),
        "revisited": "赵春生、钱玉兰",
        "way": "上门",
        "performed": "补偿款已付清，集水槽已安装，雨水不再流入申请人院内。",
        "opinion": "双方对调解结果表示满意。",
        "revisitor": "孙德明",
    },
    "confirmation_application": {
        "parties": [{**APPLICANT}, {**RESPONDENT, "role": "申请人"}],
        "committee": COMMITTEE,
        "agreed_on": date(2026, 3, 12),
        "effective_on": date(2026, 3, 12),
        "agreement_number": "（2026）云调字第17号",
        "facts": "申请人因排水和院墙损坏发生纠纷，经人民调解委员会主持调解，自愿达成协议。",
        "terms": TERMS,
        "court": "云溪县人民法院",
    },
    "file_cover": {
        "matter": MATTER,
        "parties_named": "赵春生、钱玉兰",
        "dispute_kind": "邻里纠纷",
        "mediators": MEDIATORS,
        "accepted_on": date(2026, 3, 2),
        "closed_on": date(2026, 4, 13),
        "outcome_named": "达成书面协议，已履行",
        "kept_for": "长期",
    },
    "file_contents": {
        "file_number": "（2026）云调卷字第17号",
        "entries": [
            {"title": "人民调解申请书", "on": date(2026, 3, 2), "pages": "1"},
            {"title": "人民调解权利义务告知书", "on": date(2026, 3, 3), "pages": "2—3"},
            {"title": "人民调解记录", "on": date(2026, 3, 12), "pages": "4—5"},
            {
                "title": "人民调解协议书",
                "number": "（2026）云调字第17号",
                "on": date(2026, 3, 12),
                "pages": "6—7",
            },
        ],
    },
    "file_note": {
        "file_number": "（2026）云调卷字第17号",
        "matter": MATTER,
        "situation": "本卷文书齐全，无缺页、损坏。院墙照片存于证物袋。",
        "filed_by": "李秀英",
        "checked_by": "孙德明",
        "filed_on": date(2026, 4, 15),
    },
    "file_back": {"pages": 18, "filed_by": "李秀英", "filed_on": date(2026, 4, 15)},
    "delegation_letter": {
        "addressee": COMMITTEE,
        "parties_named": "赵春生与钱玉兰",
        "matter": MATTER,
        "facts": "双方于2026年2月因排水问题发生争执，本所出警两次，未构成治安管理违法行为。",
        "answer_by": date(2026, 3, 6),
        "enclosures": ["接处警登记表", "当事人同意调解的书面意见"],
        "contact": "郑涛",
        "contact_phone": "0877-0000002",
    },
    "refusal_letter": {
        "addressee": "云溪县公安局青山派出所",
        "delegated_on": date(2026, 3, 3),
        "matter": MATTER,
        "reason": "被申请人明确表示不接受人民调解。",
    },
    "summons": SUMMONS,
    "sign_in_receipt": {
        "summons_number": "云哨〔2026〕9号",
        "matter": "下坝村公共排水沟被占用、汛期内涝反复问题",
        "department": "县水务局",
        "signed_by": "何建平",
        "signed_at": at(3, 9, 9, 40),
        "opinion": "☑接受　☐异议",
        "liaison": "何建平，0877-0000003",
        "planned_at": at(3, 11, 10),
    },
    "supervision_letter": SUPERVISION,
    "reminder_notice": {
        "addressee": "县水务局",
        "matter": "下坝村公共排水沟清障事项",
        "source_number": "云哨〔2026〕9号",
        "due_at": at(3, 23, 18),
        "state": "现距期限届满不足2个工作日，尚未收到办理结果",
        "answer_by": date(2026, 3, 23),
    },
    "notice_letter": {
        "addressee": "赵春生",
        "text": "你反映的村道扩建征地补偿问题属于行政争议，不属于人民调解受理范围。",
        "channels": [
            "自知道行政行为之日起六十日内向有权机关申请行政复议；",
            "依法向人民法院提起行政诉讼。",
        ],
    },
    "reminder_message": {
        "addressee": "县水务局联络员",
        "matter": "下坝村公共排水沟清障事项",
        "source_number": "云哨〔2026〕9号",
        "due_at": at(3, 23, 18),
        "state": "尚未收到办理结果",
    },
}
"""Values of every shipped form."""

ORGANS: Mapping[str, str] = {
    "summons": CENTRE,
    "supervision_letter": COUNTY,
    "reminder_notice": COUNTY,
    "reminder_message": COUNTY,
    "notice_letter": CENTRE,
    "sign_in_receipt": "云溪县水务局",
    "delegation_letter": "云溪县公安局青山派出所",
}
"""Who issues a form, where it is not the committee."""

ISSUED: Mapping[str, datetime] = {
    "summons": at(3, 9),
    "sign_in_receipt": at(3, 9, 10),
    "reminder_notice": at(3, 20),
    "supervision_letter": at(3, 26),
    "revisit_record": at(4, 13),
    "delegation_letter": at(3, 3),
    "refusal_letter": at(3, 6),
}
"""When a form is issued, where it is not the day of the agreement."""

NUMBERS: Mapping[str, int] = {"mediation_agreement": 17, "summons": 9, "supervision_letter": 3}


def particulars(form: str, number: str = "") -> Particulars:
    """Who issues a form, and when."""
    return Particulars(
        organ=ORGANS.get(form, COMMITTEE),
        issued_at=ISSUED.get(form, at(3, 12)),
        number=number,
        business_key="2026-17",
    )
