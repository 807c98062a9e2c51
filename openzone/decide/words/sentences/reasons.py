"""The sentences of an explanation: why not, what is missing, how sure, who may act."""

from __future__ import annotations

from openzone.rulebook.model import Text

REASONS = {
    # ---- why a row does not bind -----------------------------------------------------------
    "near.head": Text("{row} {title}：{demand}", "{row}: {title} — {demand}"),
    "near.why": Text("不适用的原因：{reason}", "Why not: {reason}"),
    "near.more": Text("另有{n}项条件不符。", "{n} further conditions fail too."),
    "near.more.one": Text("另有{n}项条件不符。", "{n} further condition fails too."),
    "near.twins": Text(
        "同一规则也见于其他清单或者版本，在此不适用：{rows}。",
        "The same rule also stands in other lists or editions, which do not apply here: {rows}.",
    ),
    "near.twin": Text("{list}（{rows}）", "{list} ({rows})"),
    "near.rest": Text(
        "另有{n}条较远的规则未列出，可用 openzone law 查阅其沿革。",
        "{n} more came less close and are not shown; openzone law shows the history of a measure.",
    ),
    "near.none": Text("没有接近的规则。", "No row came close."),
    "reason.activity_excluded": Text("该条明文不含{named}。", "it leaves out {named}."),
    "reason.activity_other": Text(
        "该条约束的是{named}，不含{activity}。",
        "it binds {named}, which {activity} is not part of.",
    ),
    "reason.outside_list": Text(
        "该条在{list}之中，该清单只适用于{named}；{place}不在其内。",
        'it stands in the list "{list}", which applies only in: {named}. Not there: {place}.',
    ),
    "reason.list_replaced": Text(
        "该条在{list}之中；在{place}，以{named}为准。",
        'it stands in the list "{list}"; for {place}, another list applies instead: {named}.',
    ),
    "reason.not_public": Text(
        "其文件{day}才公布，晚于所设的法律知悉日{known}。",
        "it was published only on {day}; the law is asked as published by {known}.",
    ),
    "reason.not_yet": Text("该条自{day}起才施行。", "it is in force only from {day}."),
    "reason.no_longer": Text("该条自{day}起不再有效。", "it is no longer in force since {day}."),
    "reason.no_longer_by": Text(
        "该条自{day}起不再有效，为{other}所终止。",
        "it is no longer in force since {day}; ended by {other}.",
    ),
    "reason.reform_announced": Text(
        "该改革{day}公布，但使其施行的步骤没有收录；公布本身不产生权利。",
        "it was announced on {day}; no step that puts it in force is on record, and an announcement"
        " gives no right.",
    ),
    "reason.reform_draft": Text("该改革只是草案。", "the reform is a draft."),
    "reason.reform_ended": Text(
        "该改革已经结束（{days}），只作为历史保留，从不适用。",
        "the reform is over ({days}); it is kept as history and never applied.",
    ),
    "reason.reform_elsewhere": Text(
        "该改革只在下列地域施行：{named}；{place}不在其内。",
        "the reform is in force only in: {named}. Not among them: {place}.",
    ),
    "reason.reform_not_yet": Text(
        "该改革自{day}起才施行。", "the reform is in force only from {day}."
    ),
    "reason.reform_not_yet_announced": Text(
        "该改革{announced}公布，自{day}起才施行；公布本身不产生权利。",
        "the reform was announced on {announced} and is in force only from {day}; an announcement"
        " gives no right.",
    ),
    "reason.reform_over": Text(
        "该改革的施行期{day}届满。", "the days of the reform were over on {day}."
    ),
    "reason.place": Text("该条只适用于{condition}的情形。", "it binds only where {condition}."),
    "reason.fact": Text(
        "该条只适用于{wanted}的情形，本案为{given}。",
        "it binds only where {wanted}; here it is {given}.",
    ),
    "reason.fact_missing": Text(
        "该条只适用于{wanted}的情形，本案没有给出。",
        "it binds only where {wanted}; the case does not say.",
    ),
    "reason.lifted": Text(
        "在此地它已被改革{row}（{other}）取代；该改革{days}。",
        "here the reform {row} ({other}) stands instead of it, {days}.",
    ),
    "reason.lifted_repeal": Text(
        "在此地它已被改革{row}（{other}）废止；该改革{days}。",
        "here the reform {row} ({other}) has repealed it, {days}.",
    ),
    "reason.lifted_suspend": Text(
        "在此地它已被改革{row}（{other}）暂停适用；该改革{days}。",
        "here the reform {row} ({other}) has suspended it, {days}.",
    ),
    "reason.displaced": Text(
        "{row}（{other}）代替了它。", "row {row} ({other}) stands instead of it."
    ),
    "reason.displaced_why": Text(
        "{row}（{other}）代替了它：{text}。", "row {row} ({other}) stands instead of it: {text}."
    ),
    "reason.nothing_to_lift": Text(
        "它只放开仍受限制的业务，而它所要放开的条目（{rows}）在此已不起作用，因而不需要它。",
        "it opens only what is still closed, and what it would lift ({rows}) no longer acts here,"
        " so it is not needed.",
    ),
    "reason.code_only": Text(
        "只凭行业代码，不能确定本案是否属于该条所约束的{named}。",
        "the code alone does not say that the activity is one that it binds: {named}.",
    ),
    "reason.hit_before": Text(
        "按表中次序，在前的条目已经适用。",
        "a row that goes before it in the order of the table was hit.",
    ),
    "otherwise.place": Text(
        "假如地点在{value}：{answer}", "With a place in {value}, the answer would be: {answer}"
    ),
    "otherwise.outside": Text(
        "假如在各试验区以外：{answer}", "Outside the zones, the answer would be: {answer}"
    ),
    "otherwise.date": Text(
        "假如事实日期是{value}：{answer}", "On {value} the answer would be: {answer}"
    ),
    "otherwise.fact": Text(
        "假如“{title}”为{value}：{answer}",
        'If "{title}" were {value}, the answer would be: {answer}',
    ),
    "otherwise.share": Text("{verdict}（外方最高{n}）", "{verdict} (foreign share up to {n})"),
    "otherwise.share_below": Text(
        "{verdict}（外方低于{n}）", "{verdict} (foreign share below {n})"
    ),
    "otherwise.ask": Text("不能确定，还取决于{facts}", "not settled, it would depend on: {facts}"),
    "otherwise.same": Text("结论相同，{verdict}", "the same, {verdict}"),
    # ---- what is missing -------------------------------------------------------------------
    "ask.order": Text("依次询问：{facts}", "To be asked, in this order: {facts}"),
    "ask.fact": Text("{title}？", "{title}?"),
    "ask.leads": Text("{choices}：{result}", "{choices}: {result}"),
    "ask.then": Text("{choices}：再问", "{choices}: then ask"),
    "ask.later": Text(
        "{choices}：再问{facts}（可能：{possible}）",
        "{choices}: then ask for {facts} (possible: {possible})",
    ),
    "choice.any": Text("任何数值", "any value"),
    "choice.exactly": Text("正好{low}", "exactly {low}"),
    "choice.up_to": Text("不超过{high}", "up to {high}"),
    "choice.below": Text("低于{high}", "below {high}"),
    "choice.from": Text("{low}以上（含）", "{low} or more"),
    "choice.above": Text("高于{low}", "more than {low}"),
    "choice.elsewhere": Text("{named}的其他地方", "elsewhere in {named}"),
    "choice.other_kind": Text(
        "{named}之中规则没有点名的种类", "{named}, of a kind that no rule names"
    ),
    "choice.unnamed": Text("规则没有点名的其他活动", "any other activity, which no rule names"),
    "choice.more": Text("等{n}种", "and {n} more"),
    "choice.and": Text("且", " and "),
    # ---- the rest --------------------------------------------------------------------------
    "hinted.line": Text(
        "{title}：{value}（案件没有给出，由经营活动推断，须向主管机关核实）",
        "{title}: {value} (not stated; the activity hints at it; confirm with the authority)",
    ),
    "announced.line": Text(
        "{reform}（{row}），{since}公布。假如已经施行，结论是：{answer}",
        "{reform} ({row}), announced {since}. Were it in force, the answer would be: {answer}",
    ),
    "next.line": Text("{title}（{gate}）", "{title} ({gate})"),
    "confidence.line": Text("{level}。", "{level}."),
    "confidence.nothing": Text("没有降低把握的因素。", "Nothing lowers it."),
    "confidence.memory": Text(
        "但结论依据的内容部分出自记忆，使用前须核对原文。",
        "But part of what it rests on is from memory: confirm before relying on it.",
    ),
    "confidence.why": Text("原因：", "Because:"),
    "assurance.row_evidence": Text("{about}：{evidence}", "row {about} is {evidence}"),
    "assurance.row_version": Text(
        "{about}：这一版本的把握另行标明", "this version of row {about} has its own mark"
    ),
    "assurance.row_doubt": Text("{about}：{note}", "row {about}: {note}"),
    "assurance.code_mapping": Text(
        "{about}：只凭行业代码对应，代码与条目的对应是我们的判断",
        "row {about} is reached by industry code only, and that mapping is ours",
    ),
    "assurance.parameter": Text(
        "数值{about}（{title}）：{evidence}", "figure {about} ({title}) is {evidence}"
    ),
    "assurance.guessed_tag": Text(
        "{about}不在词表之中，只按其上位标签判断",
        "{about} is not in the vocabulary; only the tag it extends was read",
    ),
    "assurance.hint": Text(
        "没有说明{title}，按活动推断，这一对应是我们的判断",
        "{title} is not stated: it is read off the activity, and that mapping is ours",
    ),
    "assurance.no_list": Text("适用的清单没有收录", "no list is on record"),
    "assurance.list_partial": Text("{title}没有完整收录", "{title} is not held complete"),
    "assurance.list_complete": Text(
        "{title}的收录，把握为{level}", "the record of {title} is held with confidence {level}"
    ),
    "assurance.list_complete_note": Text(
        "{title}的收录，把握为{level}（{note}）",
        "the record of {title} is held with confidence {level} ({note})",
    ),
    "check.carried_back": Text(
        "查阅{cite}：{about}由相邻版本推得，该版原文未见。",
        "Read {cite}: {about} is carried back; the text of this edition was not seen.",
    ),
    "check.memory": Text(
        "查阅{cite}：{about}据记忆收录。", "Read {cite}: {about}, held from memory."
    ),
    "check.in_part": Text(
        "查阅{cite}：{about}只核实了一部分。", "Read {cite}: {about}, verified in part."
    ),
    "check.doubt": Text("查阅{cite}：{about}存疑。", "Read {cite}: {about}, in doubt."),
    "check.publication": Text(
        "查明{cite}的公布日：没有收录，以施行日代替。",
        "Find the day of publication of {cite}: it is not on record.",
    ),
    "check.authorisation": Text(
        "查明{cite}的法律依据：未见原文。", "Find the legal basis of {cite}: it was not seen."
    ),
    "check.parameter": Text("核对数值{about}：{cite}。", "Check the figure {about} in {cite}."),
    "check.silence": Text(
        "查阅{cite}全文：收录不全，未收录的条目可能约束本案。",
        "Read all of {cite}: it is not held complete, and a row not held may bind this case.",
    ),
    "check.partial_list": Text(
        "查阅{cite}全文：收录不全，可能另有更严的条目。",
        "Read all of {cite}: it is not held complete, and a stricter row may stand in it.",
    ),
    "check.no_list": Text(
        "查找这一天在这个地点适用的清单。", "Find the list that applies on this day in this place."
    ),
    "check.nothing": Text("没有须另行核对之处。", "Nothing in particular."),
    "note.line": Text("记录：{note}。", "On record: {note}."),
    "changers.norm": Text(
        "规则所在：{document}，层级为{level}。制定：{issuer}。修改：{changed_by}。",
        "The rule stands in {document}, level: {level}. Issued by: {issuer}. Changed by:"
        " {changed_by}.",
    ),
    "changers.power": Text(
        "专门权限，优先于层级：{matter}——{holder}（{article}；{evidence}）。",
        "A special power goes before the level: {matter} — {holder} ({article}; {evidence}).",
    ),
    "changers.body": Text(
        "可以为某地作出调整：{body}，形式：{instrument}（{article}；{evidence}）。",
        "May adjust it locally: {body}, by: {instrument} ({article}; {evidence}).",
    ),
    "changers.nobody": Text(
        "没有收录可以在试验区内调整这一层级的机关。",
        "No body is on record that may change this level in a zone.",
    ),
    "changers.no_article": Text("条文未收录", "article not on record"),
    "changers.reform": Text(
        "起作用的改革{row}出自{instrument}（{issuer}），层级为{level}。",
        "The reform {row}, which acts here, rests on {instrument} ({issuer}), level: {level}.",
    ),
    "changers.reform_basis": Text(
        "其法律依据：{basis}（{evidence}）", "Its legal basis: {basis} ({evidence})"
    ),
    "changers.reform_above": Text(
        "它所放开的规则层级更高（{above}），须有相应机关的授权或者同意。",
        "What it opens stands at a higher level ({above}), so it needs a mandate or the consent of"
        " that level.",
    ),
    "changers.reform_until": Text("有效至：{expiry}", "Authorised until: {expiry}"),
    "changers.approver": Text("个案由其决定：{approver}", "Decides each case: {approver}"),
    "unknown": Text("未收录", "not on record"),
}
