"""What is said about each kind of event and each step of a count, in Chinese and English.

A phrase has places for the fields of what it tells; ``{x?, because }`` shows a field with
words before it where there is one. Names of elements and tasks, moments and values come in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Language(StrEnum):
    """In which language a story is told."""

    CHINESE = "zh"
    ENGLISH = "en"


EVENTS: Mapping[str, tuple[str, str]] = {
    "CaseStarted": (
        "开始办理：{process}第{version}版{business_key?，编号}{variables?，登记：}",
        (
            "The case was opened: {process}, version {version}{business_key?, under }"
            "{variables?, with }"
        ),
    ),
    "CaseCompleted": ("办结{outcome?，结果：}", "The case is completed{outcome?: }"),
    "CaseFailed": ("异常结束：错误 {code} 无处理", "The case failed: nobody caught error {code}"),
    "CaseCancelled": ("撤销{reason?，原因：}", "The case was cancelled{reason?: }"),
    "CaseSuspended": ("中止{reason?，原因：}", "The case was suspended{reason?: }"),
    "CaseResumed": ("恢复办理{reason?，原因：}", "The case goes on{reason?: }"),
    "PathTaken": ("走向：{flows}", "On to {flows}"),
    "ScopeEntered": ("进入“{element}”", "“{element}” began"),
    "ScopeLeft": ("“{element}”结束{outcome?，结果：}", "“{element}” is done{outcome?: }"),
    "ActivityCancelled": ("“{element}”中断", "“{element}” was interrupted"),
    "TaskOpened": ("待办“{element}”{due_at?，限期}", "Task “{element}” was opened{due_at?, due }"),
    "TaskClaimed": ("{person}签收“{task}”", "{person} took “{task}”"),
    "TaskUnclaimed": ("“{task}”退回候选人", "“{task}” went back to its candidates"),
    "TaskAssigned": ("“{task}”交{person}办理", "“{task}” was given to {person}"),
    "TaskCompleted": (
        "完成“{element}”{is_late?（逾期）}{variables?，填写：}",
        "“{element}” was done{is_late? late}{variables?: }",
    ),
    "TaskDelegated": (
        "{owner}将“{task}”委派给{person}{reason?，原因：}",
        "{owner} delegated “{task}” to {person}{reason?: }",
    ),
    "TaskHandedBack": (
        "{person}将“{task}”交回{owner}{reason?，说明：}",
        "{person} handed “{task}” back to {owner}{reason?: }",
    ),
    "TaskTransferred": (
        "{giver}将“{task}”转给{person}办理{reason?，原因：}",
        "{giver} transferred “{task}” to {person}{reason?: }",
    ),
    "ParticipantsAdded": (
        "“{task}”增加会签人{reason?，原因：}",
        "Participants were added to “{task}”{reason?: }",
    ),
    "ParticipantsRemoved": (
        "“{task}”减去会签人：{people}{reason?，原因：}",
        "Participants were removed from “{task}”: {people}{reason?, because }",
    ),
    "VoteCast": (
        "{person}对“{task}”表示意见：{vote}{reason?，理由：}",
        "{person} voted on “{task}”: {vote}{reason?, because }",
    ),
    "VotesDecided": ("“{task}”会签结果：{approved}", "The votes on “{task}” decide: {approved}"),
    "TaskUrged": ("催办“{task}”{message?：}", "“{task}” was urged{message?: }"),
    "TaskPlanned": ("调整“{task}”的安排{reason?，原因：}", "“{task}” was planned anew{reason?: }"),
    "TaskReturned": (
        "“{task}”退回到“{to}”{reason?，原因：}",
        "“{task}” was returned to “{to}”{reason?: }",
    ),
    "TaskRecalled": (
        "{person}撤回“{task}”{reason?，原因：}",
        "{person} recalled “{task}”{reason?: }",
    ),
    "CommentAdded": ("添加意见", "A comment was added"),
    "FileAttached": ("添加附件：{name}", "A file was attached: {name}"),
    "CopySent": ("抄送：{people}{message?，}", "A copy was sent to {people}{message?: }"),
    "JobStarted": ("系统任务“{element}”待执行", "Machine work “{element}” waits"),
    "JobCompleted": ("系统完成“{element}”{variables?：}", "“{element}” was done{variables?: }"),
    "JobFailed": (
        "系统任务“{element}”失败：{message}（还可试{tries_left}次）",
        "“{element}” failed: {message} (tries left: {tries_left})",
    ),
    "DecisionMade": (
        "按规则决定“{element}”：{result}",
        "“{element}” was decided by rules: {result}",
    ),
    "TimerFired": ("到期：“{element}”（{due_at}）", "Time is up: “{element}” ({due_at})"),
    "ConditionMet": ("条件成立：“{element}”", "The condition of “{element}” came true"),
    "MessageSent": ("发出消息{name}", "Message {name} was sent"),
    "MessageReceived": ("收到消息{name}{payload?：}", "Message {name} came{payload?: }"),
    "SignalThrown": ("发出信号{name}", "Signal {name} was thrown"),
    "SignalReceived": ("收到信号{name}{payload?：}", "Signal {name} came{payload?: }"),
    "ErrorThrown": (
        "“{element}”出错：{code}{caught_by?，转到}",
        "“{element}” threw error {code}{caught_by?, caught by }",
    ),
    "EscalationThrown": (
        "“{element}”上报：{code}{caught_by?，转到}",
        "“{element}” escalated {code}{caught_by?, caught by }",
    ),
    "CompensationThrown": (
        "撤销已完成的事项：{activities}",
        "What was done is undone: {activities}",
    ),
    "CompensationStarted": ("“{handler}”撤销“{element}”", "“{handler}” undoes “{element}”"),
    "TransactionCancelled": ("“{element}”撤销", "“{element}” was cancelled"),
    "VariablesSet": ("记录：{variables}", "Noted: {variables}"),
    "IncidentRaised": ("卡在“{element}”：{message}", "Stuck at “{element}”: {message}"),
    "IncidentResolved": ("“{element}”恢复", "“{element}” was resolved"),
    "DeadlinesPaused": ("期限中止计算：{reason}", "Deadlines stand still: {reason}"),
    "DeadlinesResumed": ("期限恢复计算{reason?：}", "Deadlines run on{reason?: }"),
    "DeadlineMoved": (
        "“{element}”的期限{due_at?改为}",
        "The deadline of “{element}” moved{due_at? to }",
    ),
    "ExtensionAsked": (
        "“{task}”申请延期：{reason}",
        "An extension of “{task}” was asked: {reason}",
    ),
    "ExtensionDecided": (
        "“{task}”的延期申请：{approved}{reason?，}",
        "The extension of “{task}”: {approved}{reason?, }",
    ),
    "DeadlinesRecounted": ("重新计算期限：{reason}", "Deadlines were counted again: {reason}"),
    "DeadlineWarned": (
        "“{element}”期限预警：{light}，限期{due_at}",
        "Warning for “{element}”: {light}, due {due_at}",
    ),
    "DocumentIssued": ("出具文书{number}（{form}）", "Document {number} was issued ({form})"),
    "DocumentWithdrawn": (
        "文书{number}作废：{reason}",
        "Document {number} was withdrawn: {reason}",
    ),
    "CaseRelated": (
        "关联案件{other}（{relation}）{reason?：}",
        "Case {other} belongs to it ({relation}){reason?: }",
    ),
    "CaseArchived": (
        "归档{papers?，文书：}{retention?，保管期限：}",
        "The file was closed{papers?, with }{retention?, kept for }",
    ),
    "CaseHanded": (
        (
            "{hand}：由{source}至{target}{skipped?，越过}{reason?，理由：}{ground?，代码：}"
            "{decision?，依据规则}"
        ),
        (
            "{hand} from {source} to {target}{skipped?, past }{reason?: }{ground?, code }"
            "{decision?, by decision }"
        ),
    ),
    "TaskHanded": (
        "{hand}“{task}”：由{source}至{target}{skipped?，越过}{reason?，理由：}",
        "“{task}” {hand} from {source} to {target}{skipped?, past }{reason?: }",
    ),
    "CaseTakenBack": (
        "{target}从{source}收回{reason?，理由：}",
        "{target} took it back from {source}{reason?: }",
    ),
    "ReturnAsked": (
        "{unit}向{giver}申请退单，建议由{suggested}承办{basis?，依据：}",
        "{unit} asked {giver} to return it, suggesting {suggested}{basis?: }",
    ),
    "ReturnRuled": (
        "对{unit}退单的裁定：{ruling}，由{target}承办{reason?，理由：}",
        "The return of {unit} was ruled on: {ruling}, {target} has it{reason?: }",
    ),
    "CaseClaimed": (
        "{unit}主张管辖，与{against}有争议{basis?，依据：}",
        "{unit} claimed it, which {against} has{basis?: }",
    ),
    "ConflictArose": (
        "管辖冲突（{conflict}）：{units}，由上级指定",
        "Conflict ({conflict}) of {units}: a superior designates",
    ),
    "UnitDesignated": (
        "上级指定由{target}承办{reason?，理由：}",
        "{target} was designated by a superior{reason?: }",
    ),
    "ValuesRedacted": (
        "删除个人信息：{names}；{reason}",
        "Values were deleted: {names}; {reason}",
    ),
}
"""What is said about each kind of event."""

CODES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "hand": {
        "escalate": ("上报", "Escalated"),
        "dispatch": ("下派", "Dispatched"),
        "transfer": ("移送", "Transferred"),
        "take_back": ("收回", "Taken back"),
    },
    "ruling": {
        "stays": ("维持", "it stays"),
        "back": ("退回派出单位", "it goes back"),
        "reassigned": ("改派", "it is reassigned"),
    },
    "conflict": {
        "claimed": ("多家主张管辖", "claimed by several"),
        "refused": ("多家推诿", "refused by several"),
    },
}
"""What codes mean, by the fields in which they stand."""

STEPS: Mapping[str, tuple[str, str]] = {
    "Started": ("自{at}起算", "starts {at}"),
    "OutsideOfficeHours": (
        "起点在办公时间以外，适用“{limit}”",
        "the start lies outside office hours: “{limit}” holds",
    ),
    "DayNotCounted": ("{on}当日不计入", "{on} itself does not count"),
    "RestSkipped": ("休息日不计：{days}", "days of rest do not count: {days}"),
    "MadeUpCounted": ("调休上班日计入：{days}", "make-up working days count: {days}"),
    "DaysCounted": (
        "计{amount}个{kind}，最后一日为{last_on}",
        "{amount} {kind}: the last day is {last_on}",
    ),
    "TimeCounted": ("计{span}（{kind}），至{to}", "{span} {kind}: until {to}"),
    "MonthEnd": ("当月没有对应日，以月末日{on}为准", "that month has no such day: {on} holds"),
    "Paused": ("{paused_at}至{resumed_at}中止计算", "paused {paused_at}, resumed {resumed_at}"),
    "PausedTooLate": (
        "{paused_at}的中止在期满之后，不影响",
        "the pause from {paused_at} came too late",
    ),
    "LastDayMoved": (
        "{from_day}为休息日，顺延至{to_day}",
        "{from_day} is a day of rest: the last day moves to {to_day}",
    ),
    "Extended": ("延长“{by}”", "extended by “{by}”"),
    "ShareTaken": (
        "全期至{whole}，其{share}即{at}",
        "{share} of the time until {whole} is over at {at}",
    ),
    "Provisional": (
        "暂定：{years}年节假日安排尚未公布",
        "provisional: the days of rest of {years} are not published",
    ),
    "Ends": ("期满：{at}", "ends {at}"),
}
"""What is said about each step of a count."""

KINDS: Mapping[str, tuple[str, str]] = {
    "CLK": ("自然时间", "by the running clock"),
    "CD": ("自然日", "calendar days"),
    "CM": ("个月", "calendar months"),
    "CY": ("年", "calendar years"),
    "WD": ("工作日", "working days"),
    "WH": ("工作时间", "of office time"),
}
"""How a span is counted."""

RELATIONS: Mapping[str, tuple[str, str]] = {
    "linked": ("相关", "linked"),
    "reopens": ("重新办理原案", "reopens it"),
    "reopened_by": ("由该案重新办理", "reopened by it"),
    "took_in": ("并入本案", "took it in"),
    "merged_into": ("本案并入该案", "merged into it"),
    "split_from": ("由该案拆分", "split from it"),
    "split_into": ("拆分出该案", "split into it"),
    "supervises": ("督办该案", "supervises it"),
    "supervised_by": ("由该案督办", "supervised by it"),
    "follows_up": ("回访该案", "follows it up"),
    "followed_up_by": ("由该案回访", "followed up by it"),
}
"""What one case is to another."""

OTHER: Mapping[str, tuple[str, str]] = {
    "because": (
        "因为 {condition} 成立{values?（}{values?!）}",
        "because {condition} holds{values? (}{values?!)}",
    ),
    "not": (
        "{condition} 不成立{values?（}{values?!）}",
        "{condition} does not hold{values? (}{values?!)}",
    ),
    "else": ("没有其他条件成立，走默认路径", "no other condition holds: the default way"),
    "limit": ("期限依据：{limit}{source?，}", "by the limit {limit}{source?, }"),
    "uncounted": ("期限由流程另行计算", "counted by the diagram itself"),
    "inputs": ("依据：{values}", "on {values}"),
    "rule": ("命中规则{rule}：{reason}", "rule {rule} hits: {reason}"),
    "default": ("没有规则命中，取默认结果", "no rule hits: the default result"),
    "redacted": ("已删除的内容：{names}", "deleted since: {names}"),
    "title": ("案件经过：{name}{key?（}{key?!）}", "The story of {name}{key? (}{key?!)}"),
    "open": ("尚未办结，等待：{places}", "Not over yet; waits at {places}"),
    "yes": ("同意", "yes"),
    "no": ("不同意", "no"),
    "parameter": ("参数 {name} = {value}", "parameter {name} = {value}"),
    "hours": ("{hours}小时", "{hours} h"),
    "minutes": ("{minutes}分钟", "{minutes} min"),
}
"""What else is said."""
