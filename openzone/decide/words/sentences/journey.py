"""The sentences of a journey: the verdict on a plan, its steps, what would unblock it."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

JOURNEY: Mapping[str, Text] = {
    "journey.regime.capital": Text("投资准入", "investment"),
    "journey.regime.services": Text("跨境服务", "services"),
    "journey.regime.security_review": Text("安全审查", "security review"),
    "journey.regime.licences": Text("许可与备案", "permits"),
    "journey.regime.goods": Text("货物", "goods"),
    "journey.regime.data": Text("数据出境", "data"),
    "journey.regime.money": Text("账户与资金", "money"),
    "journey.regime.people": Text("人员", "people"),
    "journey.regime.incentives": Text("税收优惠", "incentives"),
    "journey.regime.procurement": Text("政府采购", "public contracts"),
    "journey.regime.outbound": Text("对外投资", "investment abroad"),
    "journey.outside": Text("试验区外", "outside every zone"),
    "journey.asked": Text("{on}，{place}", "{on}, {place}"),
    "journey.verdict": Text("结论", "Verdict"),
    "journey.enter": Text("能否进入：{verdict}", "May enter: {verdict}"),
    "journey.operate": Text("能否经营：{verdict}", "May operate: {verdict}"),
    "journey.not_asked": Text("计划中没有涉及", "nothing in the plan asks it"),
    "journey.blocked": Text("受阻：{part}：{outcome}", "Blocked: {part}: {outcome}"),
    "journey.rests": Text("依据：{rows}", "rests on: {rows}"),
    "journey.decides": Text("有权修改的机关：{who}", "who may change it: {who}"),
    "journey.asks": Text("待说明：{part}：{needs}", "To be told: {part}: {needs}"),
    "journey.look_up": Text("须查阅：{part}：{needs}", "To be looked up: {part}: {needs}"),
    "journey.opens": Text("最早开业：{day}（{days}天）", "Earliest opening: {day} ({days} days)"),
    "journey.opens_at_least": Text(
        "最早开业：{day}以后（至少{days}天；{n}步的期限未收录）",
        "Earliest opening: {day} or later ({days} days at least; {n} steps without a clock on"
        " record)",
    ),
    "journey.opens_at_least.one": Text(
        "最早开业：{day}以后（至少{days}天；{n}步的期限未收录）",
        "Earliest opening: {day} or later ({days} days at least; {n} step without a clock on"
        " record)",
    ),
    "journey.opens_unknown": Text(
        "最早开业：无法计算（步骤超出已收录的工作日历）",
        "Earliest opening: cannot be told (a step runs beyond the calendar on record)",
    ),
    "journey.late": Text(
        "计划于{wish}开业，早于可能的日期", "the plan wants to open on {wish}, before that"
    ),
    "journey.amounts": Text(
        "货物税款：{total}元（关税{duty}，消费税{consumption_tax}，增值税{vat}）",
        "Duties and taxes on goods: {total} yuan (duty {duty}, consumption tax {consumption_tax},"
        " VAT {vat})",
    ),
    "journey.unpriced": Text("另有{n}项货物未能算出税款", "{n} lines of goods without an amount"),
    "journey.unpriced.one": Text("{n}项货物未能算出税款", "{n} line of goods without an amount"),
    "journey.answers": Text("各项回答", "Answers"),
    "journey.answer": Text("{part}：{short}。{outcome}", "{part}: {short}. {outcome}"),
    "journey.answer.rows": Text(
        "{part}：{short}。{outcome}（{rows}）", "{part}: {short}. {outcome} ({rows})"
    ),
    "journey.remark": Text("注意：{text}", "mind: {text}"),
    "journey.steps": Text("步骤", "Steps"),
    "journey.step.heads": Text(
        "开始|结束|期限|关键|步骤|机关", "starts|ends|takes|critical|what|with whom"
    ),
    "journey.step.deadline": Text("至迟 {day}", "by {day}"),
    "journey.step.unknown": Text("未收录", "not on record"),
    "journey.step.spot": Text("当场", "on the spot"),
    "journey.step.working": Text("{n}个工作日", "{n} working days"),
    "journey.step.calendar": Text("{n}天", "{n} days"),
    "journey.unblock": Text("哪项改革可以解除障碍", "Which reform would unblock this"),
    "journey.unblock.for": Text("{part}：", "{part}:"),
    "journey.unblock.one": Text(
        "{change}；结果：{outcome}；所需权力：{power}", "{change}; then: {outcome}; power: {power}"
    ),
    "journey.power": Text("{holder}（《{document}》）", "{holder} ({document})"),
    "journey.unblock.none": Text(
        "没有单独一项规则的改变可以解除", "no change of one rule alone does"
    ),
    "journey.evidence": Text("核实程度", "How far this is checked"),
    "journey.evidence.line": Text("{tag}：{n}行", "{tag}: {n} rows"),
    "journey.evidence.line.one": Text("{tag}：{n}行", "{tag}: {n} row"),
    "journey.compare.heads": Text(
        "地点|进入|经营|受阻|待定|天数|税款（元）",
        "place|enter|operate|blocked|open|days|due (yuan)",
    ),
    "journey.compare.differ": Text("结果因地而异的事项：{parts}", "Differs by place: {parts}"),
    "journey.compare.same": Text("各地结果相同", "every place gives the same answers"),
    "journey.amounts.partial": Text("{total}（部分）", "{total} in part"),
    "journey.short.yes": Text("可", "yes"),
    "journey.short.on_conditions": Text("附条件", "on conditions"),
    "journey.short.on_approval": Text("须批准", "on approval"),
    "journey.short.no": Text("否", "no"),
    "journey.short.ask": Text("待说明", "ask"),
    "journey.short.look_up": Text("待查", "look up"),
    "journey.short.refused": Text("不成立", "refused"),
    "step.open": Text("尚待确定：{of}", "still to be settled: {of}"),
    "step.licences.permit_before_operating": Text("取得许可：{of}", "permit: {of}"),
    "step.licences.commit_then_operate": Text("告知承诺：{of}", "commitment: {of}"),
    "step.licences.file_before_opening": Text("开业前备案：{of}", "filing before opening: {of}"),
    "step.licences.file_after_opening": Text("开业后备案：{of}", "filing after opening: {of}"),
    "step.licences.look_up": Text("查明要求：{of}", "find out what is asked: {of}"),
    "step.data.assessment": Text(
        "数据出境安全评估：{of}", "security assessment of the transfer: {of}"
    ),
    "step.data.contract": Text(
        "影响评估并订立标准合同：{of}", "impact assessment and standard contract: {of}"
    ),
    "step.data.filing": Text("标准合同备案：{of}", "filing of the standard contract: {of}"),
    "step.people.permit": Text("工作许可或者签证：{of}", "work permit or visa: {of}"),
    "step.outbound.filing": Text("对外投资备案：{of}", "filing of the investment abroad: {of}"),
    "step.outbound.approval": Text("对外投资核准：{of}", "approval of the investment abroad: {of}"),
    "step.outbound.report": Text("对外投资报告：{of}", "report of the investment abroad: {of}"),
    "journey.changed": Text(
        "{name}，{part}，{what}：{was} → {now}", "{name}, {part}, {what}: {was} → {now}"
    ),
    "journey.unchanged": Text("{name}：没有变化", "{name}: nothing changed"),
}
