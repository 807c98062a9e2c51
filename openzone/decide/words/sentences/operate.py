"""The sentences of entry against operation: what may remain, and how much is held."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

OPERATE: Mapping[str, Text] = {
    "operate.title": Text(
        "准入与准营（下限）：外商独资企业可否进入，还可能需要哪些许可",
        "Entry against operation (lower bound): may a wholly foreign-owned firm enter, which"
        " permits may remain",
    ),
    "operate.caution": Text(
        "下限：本书收录全国清单{listed}项许可事项中的{held}项，其余{rest}项没有收录。"
        "未收录的只会增加"
        "许可：“无收录事项”不等于“无须许可”；本表数字是行业小类的个数，不是经济总量中的份额。",
        "LOWER BOUND: the book holds {held} of the {listed} permit items of the national list;"
        " {rest} are not held. What is not held can only add permits: 'nothing on record' is not"
        " 'free'. The figures count industry classes; none of them is a share of the economy.",
    ),
    "operate.caution_unlisted": Text(
        "下限：本书收录{held}项许可事项，全部事项有多少项没有收录。未收录的只会增加许可："
        "“无收录事项”不等于"
        "“无须许可”；本表数字是行业小类的个数，不是经济总量中的份额。",
        "LOWER BOUND: the book holds {held} permit items; how many there are is not on record. What"
        " is not held can only add permits: 'nothing on record' is not 'free'. The figures count"
        " industry classes; none of them is a share of the economy.",
    ),
    "operate.list": Text("{title}：{n}项（{note}）", "{title}: {n} items ({note})"),
    "operate.enter": Text("可否进入（小类数，共{n}类）", "May it enter (classes, {n} in all)"),
    "operate.remains": Text(
        "进入之后至少还可能剩下什么（小类数）",
        "What may remain after entry, at least (classes)",
    ),
    "operate.coverage": Text(
        "各门类的收录情况（{held}项）", "Coverage by section (of the {held} items held)"
    ),
    "operate.classes_of": Text("{place} {on}：各小类", "{place} {on}: the classes"),
    "operate.classes_left_out": Text(
        "未列出可以进入且无收录事项的{n}类",
        "{n} classes that may enter, with nothing on record, are not listed",
    ),
    "operate.enter.yes": Text("可以", "yes"),
    "operate.enter.on_conditions": Text("附条件", "on conditions"),
    "operate.enter.on_approval": Text("须批准", "on approval"),
    "operate.enter.ask": Text("待说明", "ask"),
    "operate.enter.look_up": Text("须查阅", "look up"),
    "operate.enter.no": Text("不可以", "no"),
    "operate.word.blocked": Text("准入受阻", "blocked at entry"),
    "operate.word.permit": Text("可能仍需许可", "permit may remain"),
    "operate.word.commitment": Text("可能仍需告知承诺", "commitment may remain"),
    "operate.word.filing": Text("可能仍需备案", "filing may remain"),
    "operate.word.unknown": Text("方式未收录", "mode not on record"),
    "operate.word.free": Text("就收录事项而言无须许可", "free on what is held"),
    "operate.word.nothing": Text("无收录事项", "nothing on record"),
    "operate.head.blocked": Text("受阻 ≥", "blocked ≥"),
    "operate.head.remains": Text("任一事项 ≥", "any item ≥"),
    "operate.head.permit": Text("许可 ≥", "permit ≥"),
    "operate.head.commitment": Text("告知承诺", "commitment"),
    "operate.head.filing": Text("备案", "filing"),
    "operate.head.unknown": Text("方式未收录", "no mode"),
    "operate.head.free": Text("无须许可", "free"),
    "operate.head.nothing": Text("无收录 ≤", "nothing ≤"),
    "operate.head.classes": Text("小类数", "classes"),
    "operate.head.items": Text("收录事项 ≥", "items ≥"),
    "operate.head.hit": Text("涉及小类 ≥", "classes hit ≥"),
    "operate.mode.abolished": Text("已取消", "abolished"),
    "operate.mode.filing": Text("备案", "filing"),
    "operate.mode.commitment": Text("告知承诺", "commitment"),
    "operate.mode.optimised": Text("优化审批", "permit stays"),
    "operate.mode.look_up": Text("未收录", "not on record"),
    "operate.firm": Text(
        "只按行业代码询问外资比例为100%的企业。各项活动答案不同、"
        "部分区域有试点或者还要其他事实的小类，记为"
        "“待说明”，不算受阻",
        "The firm is asked by the code of the class alone, with a foreign share of 100%. Where the"
        " activities of a class differ, a part of the place has a pilot, or another fact is needed,"
        " the class counts as 'ask', not as blocked",
    ),
    "operate.record": Text(
        "{day}以前没有收录列明办理方式的清单，大多数事项的方式未收录："
        "该日的跳升是收录的变化，不是收紧",
        "Before {day} no list of modes is on record, and the mode of most items is not: the jump on"
        " that day is our record, not a tightening",
    ),
    "operate.weak": Text(
        "行业代码只是弱线索：列出的事项是否需要，仍须询问企业（待说明）",
        "A code is a weak hit: whether an item listed is needed is still to be asked of the firm",
    ),
    "operate.bounds": Text(
        "≥：至少；≤：至多。一个小类按已收录事项中最重的方式计一次；再收录一项，"
        "只会使它移向“许可”一侧。告知承诺和备案两"
        "栏是其中最重者，随收录增加可升可降。方式未收录：有事项，但当日的办理方式没有收录",
        "≥: at least; ≤: at most. A class counts once, under the hardest mode among the items held;"
        " one item more can only move it towards 'permit', so the columns commitment and filing may"
        " rise or fall as more is held. No mode: an item is held, its mode on that day is not",
    ),
    "operate.trigger": Text(
        "收录事项：触发代码落在该门类的事项，一项可以落在几个门类；全国清单没有按门类的总数",
        "items: those whose trigger codes lie in the section; one may lie in several. How many of"
        " the national list there are in each section is not on record",
    ),
    "operate.chart_note": Text(
        "小类数，共{n}类；按{listed}项中收录的{held}项计，是下限；“无收录事项”不等于“无须许可”",
        "classes, {n} in all; on {held} of {listed} items, a lower bound; 'nothing on record' is"
        " not 'free'",
    ),
    "operate.told": Text("至少{n}类{word}", "{word}: at least {n}"),
    "operate.told_most": Text("至多{n}类{word}", "{word}: at most {n}"),
    "operate.told_of": Text("其中{n}类{word}", "{word}: {n} of these"),
    "operate.any_item": Text("可能还需办理某一事项", "some item may remain"),
    "operate.unchanged": Text("改革不改变这些地方的任何小类", "the reform changes no class here"),
    "operate.changed": Text("改革后有变化的小类", "Classes that the reform changes"),
}
"""Words in both languages."""
