"""The sentences of the regime people: people."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

PEOPLE: Mapping[str, Text] = {
    # ---- outcomes --------------------------------------------------------------------------
    "outcome.people.class_a": Text(
        "符合高端人才（A类）工作许可条件", "meets the terms of a work permit of class A"
    ),
    "outcome.people.class_b": Text(
        "符合专业人才（B类）工作许可条件", "meets the terms of a work permit of class B"
    ),
    "outcome.people.class_c": Text(
        "属于其他人员（C类），按配额办理", "belongs to class C of work permits, given by quota"
    ),
    "outcome.people.admitted": Text("可以免签入境", "may enter without a visa"),
    "outcome.people.visa_required": Text("须办理签证", "needs a visa"),
    "outcome.people.permit_required": Text(
        "须办理工作许可和签证，免签不适用", "needs a work permit and a visa; no waiver helps"
    ),
    "outcome.people.licence_required": Text(
        "认可不等于准予执业，须另取得执业许可",
        "recognition gives no right to practise; a licence is needed besides",
    ),
    "outcome.people.waived": Text(
        "超过税负比例的个人所得税免征", "the income tax above the burden is waived"
    ),
    "outcome.people.subsidised": Text(
        "超过税负比例的个人所得税由财政补贴", "the income tax above the burden is paid back"
    ),
    "outcome.people.not_eligible": Text("不符合条件", "the conditions are not met"),
    "outcome.people.look_up": Text(
        "所依据的名单或者办法没有收录，须查阅原文",
        "the list or the terms are not held; look them up",
    ),
    "outcome.people.ask": Text(
        "所给事实不足以得出结论", "the facts given do not settle the answer"
    ),
    # ---- figures of rows -------------------------------------------------------------------
    "figure.criterion": Text("计分项目：{n}", "criterion: {n}"),
    "figure.points": Text("计{n}分", "{n} points"),
    "figure.points_max": Text("最多{n}分", "at most {n} points"),
    "figure.from_years": Text("自满{n}年起", "from {n} years on"),
    "figure.each_points": Text("每多一年加{n}分", "{n} more for each further year"),
    "figure.class": Text("工作许可类别：{n}类", "class of work permit: {n}"),
    "figure.penalty_yuan": Text("罚款（元）：{n}", "fine in yuan: {n}"),
    "figure.days_max": Text("停留不超过{n}天", "at most {n} days"),
    "figure.hours_max": Text("停留不超过{n}小时", "at most {n} hours"),
    "figure.stay_area": Text("停留范围：{n}", "stay within: {n}"),
    "figure.countries_count": Text("国家数：{n}", "countries: {n}"),
    "figure.ports_count": Text("口岸数：{n}", "ports: {n}"),
    "figure.provinces_count": Text("省份数：{n}", "provinces: {n}"),
    "figure.visa": Text("签证种类：{n}", "kind of visa: {n}"),
    "figure.employer_needed": Text("是否须由雇主邀请：{n}", "invited by an employer: {n}"),
    "figure.senior_count": Text("可对应中高级职称：{n}项", "with a middle or senior title: {n}"),
    "figure.urgent_count": Text("急需紧缺：{n}项", "in urgent need: {n}"),
    "figure.examinations_count": Text("开放考试：{n}项", "examinations opened: {n}"),
    "figure.quick_deduction_yuan": Text("速算扣除数{n}元", "quick deduction {n} yuan"),
    "figure.cap_yuan": Text("上限{n}元", "at most {n} yuan"),
    "figure.presumes": Text(
        "点名适用即视为符合：{n}", "taken as met when the scheme is named: {n}"
    ),
    # ---- figures of answers ----------------------------------------------------------------
    "figure.by_criterion": Text("各项得分：{n}", "points by criterion: {n}"),
    "figure.visa_needed": Text("是否须签证：{n}", "visa needed: {n}"),
    "figure.permit_needed": Text("是否须工作许可：{n}", "work permit needed: {n}"),
    "figure.lacked": Text("未满足：{n}", "not met: {n}"),
    "figure.nearest": Text("最接近的规则：{n}", "the rule that came nearest: {n}"),
    "figure.other_rules": Text("另可适用：{n}", "also open: {n}"),
    "figure.lists": Text("应查目录：{n}", "lists to look up: {n}"),
    "figure.year": Text("纳税年度：{n}", "tax year: {n}"),
    "figure.tax_before": Text("优惠前税额{n}元", "tax before relief {n} yuan"),
    "figure.tax_after": Text("优惠后税额{n}元", "tax after relief {n} yuan"),
    "figure.tax_paid": Text("已缴税额{n}元", "tax paid {n} yuan"),
    "figure.waived": Text("免征{n}元", "{n} yuan waived"),
    "figure.subsidy": Text("补贴{n}元", "subsidy {n} yuan"),
}
