"""The sentences of the pages of the law."""

from __future__ import annotations

from openzone.rulebook.model import Text

PAGES = {
    "page.overview": Text(
        "{on}施行的法律（以截至{known}已公布者为准）", "The law of {on}, as published by {known}"
    ),
    "page.title": Text("{id} {title}", "{id}: {title}"),
    "page.measure": Text("事项：{named}", "Measure: {named}"),
    "page.table": Text("问题：{named}", "Question: {named}"),
    "page.list": Text("清单：{named}", "List: {named}"),
    "page.kind": Text("类型：{kind}", "Kind: {kind}"),
    "page.content": Text("内容", "Content"),
    "page.versions": Text("沿革", "Versions"),
    "page.rows": Text("条目", "Rows"),
    "page.reforms": Text("相关的改革", "Reforms"),
    "page.reforms_here": Text("此地施行中的改革", "Reforms in force here"),
    "page.precedents": Text("先例", "Precedents"),
    "page.changes": Text("改革内容", "What it changes"),
    "page.scope": Text("施行范围", "Where and when"),
    "page.rests": Text("法律依据", "On what it rests"),
    "page.before": Text("与前一文件相比", "Against the document before it"),
    "page.after": Text("与后一文件相比", "Against the document after it"),
    "page.values": Text("取值", "Values"),
    "page.users": Text("引用它的条目", "Rows that take it"),
    "page.lists": Text("适用的清单", "Lists that apply"),
    "page.today": Text(
        "{on}涉及它的条目（未计相互代替和改革）",
        "Rows that reach it on {on}, displacement and reforms apart",
    ),
    "page.earlier": Text("此前涉及它的条目", "Rows that reached it before"),
    "page.inside": Text("其下的活动", "Activities under it"),
    "page.around": Text("属于", "Lies in"),
    "page.nothing": Text("无。", "None."),
    "page.silence": Text(
        "没有条目涉及它；收录完整的清单未列明的，即为准入。",
        "No row reaches it; what a list held complete does not name is open.",
    ),
    "page.now": Text("{on}有效的版本：{n}", "In force on {on}: version {n}"),
    "page.not_now": Text("{on}没有有效的版本", "On {on}, no version is in force"),
    # ---- rows ------------------------------------------------------------------------------
    "row.binds": Text("约束：{named}", "Binds: {named}"),
    "row.binds_goods": Text(
        "约束：编码以此开头的货物：{codes}", "Binds: goods of codes that begin with {codes}"
    ),
    "row.binds_all": Text(
        "约束：一切（以条件为准）", "Binds: everything that meets its conditions"
    ),
    "row.leaves_out": Text("不含：{named}", "Leaves out: {named}"),
    "row.codes": Text("行业代码：{codes}", "Industry codes: {codes}"),
    "row.codes_confidence": Text(
        "行业代码：{codes}；代码对应的把握：{level}",
        "Industry codes: {codes}; confidence of that mapping: {level}",
    ),
    "row.code_exact": Text("{named}（整类）", "{named}, whole"),
    "row.code_part": Text("{named}（部分）", "{named}, in part"),
    "row.displaced_by": Text("被{row}代替", "{row} stands instead of it where both bind"),
    "row.displaced_by_why": Text(
        "被{row}代替：{reason}", "{row} stands instead of it where both bind: {reason}"
    ),
    "row.sources": Text("来源：{source}", "Source: {source}"),
    "version.head": Text("{days}：{demand}", "{days}: {demand}"),
    "version.titled": Text("{row} {title}：{demand}", "{row}: {title} — {demand}"),
    "version.item": Text("第{item}项", "item {item}"),
    "version.figure": Text("数值取自{parameter}", "figure from {parameter}"),
    "version.cite": Text("{row}，{cite}；{published}", "{row}; {cite}; {published}"),
    "version.checked": Text(
        "依据：{evidence}；法律内容哈希 {legal}", "Evidence: {evidence}; legal hash {legal}"
    ),
    "version.checked_level": Text(
        "依据：{evidence}；此版本的把握：{level}；法律内容哈希 {legal}",
        "Evidence: {evidence}; confidence of this version: {level}; legal hash {legal}",
    ),
    "version.carried": Text("由相邻版本推得", "carried back from another edition"),
    "version.ended": Text("{end}起不再列入：{other}", "Gone since {end}: {other}"),
    # ---- documents -------------------------------------------------------------------------
    "document.issued": Text("制定日：{day}", "Issued: {day}"),
    "document.issuer": Text("制定机关：{issuer}", "Issuer: {issuer}"),
    "document.level": Text("层级：{level}", "Level: {level}"),
    "document.held": Text(
        "{record}：{rows}条规则，{items}项；官方项数{count}",
        "Record {record}: {rows} rows, {items} items; official count {count}",
    ),
    "document.held_rows": Text(
        "{record}：{rows}条规则；官方项数{count}",
        "Record {record}: {rows} rows; official count {count}",
    ),
    "document.no_rows": Text(
        "{record}；官方项数{count}", "Record {record}; official count {count}"
    ),
    "document.evidence": Text("各条依据：{statuses}", "Evidence of the rows: {statuses}"),
    "document.carried": Text(
        "其中{n}条由相邻版本推得", "{n} of them carried back from another edition"
    ),
    "document.itself": Text("文件本身：{evidence}", "The document itself: {evidence}"),
    "document.note": Text("附注：{text}", "Note: {text}"),
    "document.line": Text("{document}：{number}，{days}", "{document}: {number}; {days}"),
    "document.here": Text("此地适用：{list}", "Applies here: {list}"),
    "document.here_none": Text("此地适用的清单没有收录", "No list that applies here is on record"),
    "document.before": Text("取代{document}", "It replaced {document}"),
    "document.after": Text("被{document}取代", "It was replaced by {document}"),
    "document.first": Text(
        "此前没有同一清单的文件。", "No earlier document of this list is on record."
    ),
    "document.last": Text("未见取代它的文件。", "No document that replaced it is on record."),
    "difference.added": Text("新增：{named}", "Added: {named}"),
    "difference.removed": Text("删除：{named}", "Removed: {named}"),
    "difference.changed": Text("修改：{named}", "Changed: {named}"),
    "difference.kept": Text("内容不变的事项：{n}", "Measures unchanged: {n}"),
    "difference.from_here": Text(
        "见于此文件；前一文件没有完整收录，是否已有不明：{named}",
        "Stands here; whether it stood before is unknown, the earlier document being held in part:"
        " {named}",
    ),
    "difference.to_here": Text(
        "见于前一文件；此文件没有完整收录，是否仍有不明：{named}",
        "Stood before; whether it still stands is unknown, the later document being held in part:"
        " {named}",
    ),
    # ---- reforms, precedents, figures ------------------------------------------------------
    "reform.line": Text("{row}，{kind}：{title}", "{row} {kind}: {title}"),
    "reform.line_demand": Text(
        "{row}，{kind}：{title}——{demand}", "{row} {kind}: {title} — {demand}"
    ),
    "reform.head": Text("{row} {title}；{state}", "{row}: {title}; {state}"),
    "reform.touches": Text("涉及条目：{rows}", "Rows named: {rows}"),
    "reform.state": Text("{days}；地域：{territory}", "{days}; places: {territory}"),
    "reform.over": Text("已结束，{days}", "over: {days}"),
    "reform.everywhere": Text("不限地域", "every place"),
    "reform.no_days": Text("施行日期未定", "no days yet"),
    "reform.announced": Text("{day}公布，尚未施行", "announced {day}, not in force"),
    "reform.body": Text("内容哈希：{hash}", "Hash of its body: {hash}"),
    "reform.purpose": Text("目的：{text}", "Purpose: {text}"),
    "reform.status": Text("状态：{status}", "Status: {status}"),
    "reform.number": Text("文号：{number}；{published}", "Number: {number}; {published}"),
    "reform.evidence": Text("依据：{evidence}", "Evidence: {evidence}"),
    "reform.condition": Text("由主管部门审查的条件：", "Conditions that an authority examines:"),
    "reform.instrument": Text(
        "{instrument}（{issuer}），层级为{level}", "{instrument} ({issuer}), level: {level}"
    ),
    "precedent.line": Text("{id} {title}", "{id}: {title}"),
    "precedent.lesson": Text("启示：{text}", "Lesson: {text}"),
    "parameter.value": Text(
        "{value}，{days}；{document}（{evidence}）", "{value}, {days}; {document} ({evidence})"
    ),
    "parameter.unit": Text("单位：{unit}", "Unit: {unit}"),
    "parameter.basis": Text("根据：{basis}", "Basis: {basis}"),
    # ---- places and activities -------------------------------------------------------------
    "place.valid": Text("存续：{days}", "Exists: {days}"),
    "place.gone": Text("{on}没有这个地方的记录。", "It is not on record as existing on {on}."),
    "place.inside": Text(
        "其中{place}在改革{reform}的地域之内",
        "inside it, {place} lies in the territory of {reform}",
    ),
    "activity.groups": Text("上位和所属：{named}", "Part of: {named}"),
    "activity.codes": Text("行业代码：{codes}", "Industry codes: {codes}"),
}
