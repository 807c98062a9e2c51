"""The sentences of an explanation: the case, the answer, what binds."""

from __future__ import annotations

from openzone.rulebook.model import Text

TRACES = {
    # ---- headings --------------------------------------------------------------------------
    "head.case": Text("案件", "Case"),
    "head.answer": Text("结论", "Answer"),
    "head.binds": Text("适用的规则", "What binds"),
    "head.missing": Text("尚缺的事实", "What is missing"),
    "head.near": Text("接近但不适用的规则", "What came close"),
    "head.assumed": Text("未给出而推定的事实", "What was assumed"),
    "head.announced": Text("已公布而尚未施行", "Announced, not in force"),
    "head.next": Text("其他关口", "Further gates"),
    "head.confidence": Text("把握程度", "How sure"),
    "head.check": Text("下一步核对", "What to check next"),
    "head.changers": Text("此地谁有权调整这条规则", "Who could change this rule here"),
    # ---- first line ------------------------------------------------------------------------
    "first.rows": Text(
        "结论依据{n}条规则：{statuses}。", "The answer rests on {n} rows: {statuses}."
    ),
    "first.rows.one": Text(
        "结论依据{n}条规则：{statuses}。", "The answer rests on {n} row: {statuses}."
    ),
    "first.may": Text(
        "可能起决定作用的规则有{n}条：{statuses}。", "The answer may rest on {n} rows: {statuses}."
    ),
    "first.may.one": Text(
        "可能起决定作用的规则有{n}条：{statuses}。", "The answer may rest on {n} row: {statuses}."
    ),
    "first.figures": Text(
        "另有{n}项数值取自参数：{statuses}。", "It also uses {n} named figures: {statuses}."
    ),
    "first.figures.one": Text(
        "另有{n}项数值取自参数：{statuses}。", "It also uses {n} named figure: {statuses}."
    ),
    "first.confirm": Text(
        "据记忆的部分，使用前须核对原文。", "Confirm what is from memory before use."
    ),
    "first.silence": Text(
        "没有条目起决定作用：{document}收录完整，其中没有条目约束本案。",
        "No row decides: {document} is held complete, and no row of it binds this case.",
    ),
    "first.silence_sections": Text(
        "没有条目起决定作用：{document}在本案所属门类收录完整，其中没有条目约束本案。",
        "No row decides: {document} is held complete for the sections of this activity, and no row"
        " of it binds this case.",
    ),
    "first.partial": Text(
        "没有条目起决定作用，也不能以未列明推定准入：{document}{record}。",
        "No row decides, and silence proves nothing: {document} is {record}.",
    ),
    "first.partial_sections": Text(
        "没有条目起决定作用，也不能以未列明推定准入：{document}的{sections}门类只收录一部分。",
        "No row decides, and silence proves nothing: {document} is held only in part for the"
        " section of this activity ({sections}).",
    ),
    "first.no_list": Text(
        "没有条目起决定作用：这一天在这个地点适用的清单没有收录。",
        "No row decides: no list is on record for this day and place.",
    ),
    # ---- case ------------------------------------------------------------------------------
    "case.line": Text(
        "{regime}；事实日期{on}；以截至{known}已公布的法律为准",
        "{regime}; facts of {on}; the law as published by {known}",
    ),
    "case.activity": Text("经营活动：{named}", "Activity: {named}"),
    "case.industry": Text("行业代码：{named}", "Industry code: {named}"),
    "case.place": Text("地点：{named}", "Place: {named}"),
    "case.place_in": Text("地点：{named}，属于{around}", "Place: {named}, in {around}"),
    "case.nowhere": Text("各试验区以外", "the country outside the zones"),
    "case.fact": Text("{title}：{value}", "{title}: {value}"),
    "case.reforms": Text(
        "另假定施行的改革：{reforms}", "With these reforms put in force: {reforms}"
    ),
    "case.book": Text("规则手册：{book}，内容哈希{hash}", "Rulebook {book}, hash {hash}"),
    "case.child": Text(
        "说明：{about}不在词表之中，作为{named}的下位活动处理",
        "Note: {about} is not in the vocabulary; it is taken as a child of {named}",
    ),
    "answer.ordinary": Text(
        "不经该改革的通常途径依然可用：{outcome}（{word}）",
        "The ordinary route stays open beside the reform: {outcome} ({word})",
    ),
    "case.remark": Text("说明：{text}", "Note: {text}"),
    # ---- answer ----------------------------------------------------------------------------
    "table.working": Text(
        "{step} = {formula} = {result}（{figures}）", "{step} = {formula} = {result} ({figures})"
    ),
    "table.no_row": Text(
        "没有适用的行：结论来自表对沉默的规定。",
        "No row applies: the answer is what the table says of silence.",
    ),
    "answer.line": Text("{verdict}：{outcome}（{word}）。", "{verdict}: {outcome} ({word})."),
    "answer.ask": Text("{verdict}（{word}）。", "{verdict} ({word})."),
    "answer.max": Text("外方合计持股最高：{n}", "Greatest foreign share: {n}"),
    "answer.max_below": Text(
        "外方合计持股最高：低于{n}（不含{n}）",
        "Greatest foreign share: below {n}, {n} itself not allowed",
    ),
    "answer.max_unknown": Text(
        "外方合计持股最高：没有收录具体比例", "Greatest foreign share: no figure is on record"
    ),
    "answer.depends": Text(
        "另取决于最大的单一外国投资者的持股",
        "It also depends on the share of the largest foreign investor",
    ),
    "answer.conditions": Text(
        "下列条件由主管部门审查，机器不能判断：",
        "The authority examines these conditions; no machine can test them:",
    ),
    "answer.requires": Text("须：{requires}", "Asked for: {requires}"),
    "answer.clocks": Text(
        "审查期限（工作日）：{clocks}，合计最长{total}日，另可延长",
        "Time of the review in working days: {clocks}, together at most {total}, extensions apart",
    ),
    "answer.possible": Text("可能的结论：", "Possible outcomes:"),
    "answer.possible_one": Text("{outcome}（{word}）", "{outcome} ({word})"),
    # ---- what binds ------------------------------------------------------------------------
    "list.line": Text(
        "清单：{list}，依据{document}，{record}。", "List: {list}; {document}, {record}."
    ),
    "list.only": Text("依据{document}，{record}。", "{document}, {record}."),
    "list.none": Text("清单：没有收录。", "List: none is on record."),
    "list.replaces": Text(
        "在这个地点，它取代{replaces}。", "Here it takes the place of: {replaces}."
    ),
    "list.sections": Text(
        "本案所属门类{sections}只收录一部分。",
        "Held only in part for the section of this activity: {sections}.",
    ),
    "list.note": Text("收录说明：{note}", "Of the record: {note}"),
    "bind.none": Text("没有条目约束本案。", "No row binds this case."),
    "row.head": Text("{row} {title}", "{row}: {title}"),
    "row.demand": Text("要求：{demand}", "It demands: {demand}"),
    "row.measure": Text("措施类型：{demand}", "Kind of measure: {demand}"),
    "row.gives": Text("在本清单中的后果：{outcome}", "Under this list: {outcome}"),
    "row.state.met": Text("该条也适用，本案符合。", "It binds too, and the case keeps to it."),
    "row.state.fails": Text(
        "该条也适用，本案不符合；排序在前的理由已经决定结论。",
        "It binds too, and the case does not keep to it; a reason that comes first decides.",
    ),
    "row.state.open": Text(
        "该条适用；是否符合，取决于尚缺的事实。",
        "It binds; whether the case keeps to it depends on what is missing.",
    ),
    "row.state.may": Text(
        "该条是否适用，取决于尚缺的事实。", "Whether it binds depends on what is missing."
    ),
    "row.source": Text("出处：{cite}；{days}", "Stands in: {cite}; {days}"),
    "row.source_only": Text("出处：{cite}", "Stands in: {cite}"),
    "row.published": Text("{day}公布", "published {day}"),
    "row.unpublished": Text(
        "公布日未收录，以施行日代替", "day of publication not on record, the in-force day stands in"
    ),
    "row.evidence": Text("依据：{evidence}", "Evidence: {evidence}"),
    "row.evidence_note": Text("依据：{evidence}（{note}）", "Evidence: {evidence} ({note})"),
    "row.carried": Text(
        "回溯：此版本由相邻版本推得，该版原文未见。",
        "Carried back: inferred from a neighbouring edition; the text of this one was not seen.",
    ),
    "row.own_mark": Text("此版本的把握：{level}", "Confidence of this version: {level}"),
    "row.applies": Text("适用条件：{conditions}", "Applies where {conditions}"),
    "row.requires": Text("须：{requires}", "Asks for: {requires}"),
    "row.instead": Text("代替{rows}", "Stands instead of {rows}"),
    "row.instead_reason": Text("代替{rows}：{reason}", "Stands instead of {rows}: {reason}"),
    "row.amends": Text("由改革修改自{row}", "Amended by a reform, from {row}"),
    "row.carve": Text("但书：{text}", "Carved out: {text}"),
    "row.note": Text("附注：{text}", "Note: {text}"),
    "row.doubt": Text("存疑：{text}", "Doubt: {text}"),
    "row.basis": Text("所据法律：{text}", "Legal basis: {text}"),
    "row.parameter": Text(
        "数值{name}：{title}＝{n}（{evidence}）", "Figure {name}: {title} = {n} ({evidence})"
    ),
    "cite.document": Text("《{title}》（{number}）", "{title} ({number})"),
    "cite.item": Text("{document}第{item}项", "{document}, item {item}"),
    "cite.untitled": Text("《{title}》", "{title}"),
    "cite.reform": Text("{title}（{number}）", "{title} ({number})"),
    "cite.short_item": Text("{document}第{item}项", "{document}, item {item}"),
    "places.named": Text("所列地点", "the places named"),
    "cite.no_number": Text("文号未收录", "number not on record"),
    # ---- conditions ------------------------------------------------------------------------
    "condition.in": Text("“{title}”为{values}", '"{title}" is {values}'),
    "condition.not_in": Text("“{title}”不为{values}", '"{title}" is not {values}'),
    "condition.under": Text("“{title}”属于{values}", '"{title}" lies in {values}'),
    "condition.not_under": Text("“{title}”不属于{values}", '"{title}" does not lie in {values}'),
    "condition.between": Text("“{title}”{bounds}", '"{title}" is {bounds}'),
    "condition.not_between": Text("“{title}”不是{bounds}", '"{title}" is not {bounds}'),
    "bound.min": Text("不低于{n}", "at least {n}"),
    "bound.above": Text("高于{n}", "more than {n}"),
    "bound.max": Text("不超过{n}", "at most {n}"),
    "bound.below": Text("低于{n}", "below {n}"),
    "or": Text("或者", " or "),
}
