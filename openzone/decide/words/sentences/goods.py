"""The sentences of figures in rows about goods."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

GOODS: Mapping[str, Text] = {
    "figure.papers": Text("监管证件代码：{n}", "control codes of the papers: {n}"),
    "figure.authority": Text("主管部门：{n}", "authority: {n}"),
    "figure.clock_days": Text("办理期限{n}个工作日", "{n} working days"),
    "figure.sanction": Text("违反的后果：{n}", "when broken: {n}"),
    "figure.asks": Text("须说明：{n}", "must be told: {n}"),
    "figure.also_bonded": Text("境外与保税区域之间也适用", "also between abroad and bonded areas"),
    "figure.rate_percent": Text("税率{n}%", "rate {n}%"),
    "figure.amount_yuan": Text("每单位{n}元", "{n} yuan a unit"),
    "figure.unit": Text("单位：{n}", "unit: {n}"),
    "figure.unit_per_kg": Text("每千克合{n}单位", "{n} units a kilogram"),
    "figure.amount_yuan_per_200_sticks": Text("每标准条{n}元", "{n} yuan for 200 sticks"),
    "figure.price_line_yuan_per_200_sticks": Text(
        "每标准条价格分界{n}元", "price line {n} yuan for 200 sticks"
    ),
    "figure.rate_percent_at_line": Text("达到分界：{n}%", "at the line or above: {n}%"),
    "figure.rate_percent_below": Text("低于分界：{n}%", "below the line: {n}%"),
    "figure.line_yuan_per_kg": Text("每千克分界：{n}元", "line: {n} yuan a kilogram"),
    "figure.specific_yuan_per_kg": Text(
        "达到分界：每千克{n}元", "at the line: {n} yuan a kilogram"
    ),
    "figure.divided": Text("价格的被除数：{n}", "{n} over the price"),
    "figure.times": Text("价格的系数：{n}", "{n} times the price"),
    "figure.cap_percent": Text("上限：{n}%", "at most {n}%"),
    "figure.adds": Text("加：{n}", "adds: {n}"),
    "figure.single_limit_yuan": Text("单次限值：{n}元", "one order: at most {n} yuan"),
    "figure.annual_limit_yuan": Text("年度限值：{n}元", "a year: at most {n} yuan"),
    "figure.fact": Text("依据：{n}", "by: {n}"),
    "figure.bands": Text("分档：{n}", "bands: {n}"),
    "figure.threshold_yuan": Text("起点{n}元", "from {n} yuan"),
    "figure.taxes": Text("税种：{n}", "taxes: {n}"),
    "figure.keeps_remedies": Text("加征措施仍然适用", "duties on top stay"),
    "figure.duty": Text("关税：{n}", "duty: {n}"),
    "figure.vat": Text("增值税：{n}", "VAT: {n}"),
    "figure.consumption_tax": Text("消费税：{n}", "consumption tax: {n}"),
    "figure.duty_percent": Text("关税税率{n}%", "duty {n}%"),
    "figure.tax_share_percent": Text(
        "增值税、消费税按{n}%征收", "{n}% of VAT and consumption tax is due"
    ),
    "figure.value_added_min_percent": Text("增值达到{n}%", "value added of {n}% or more"),
    "figure.vat_base": Text("增值税计税基础：{n}", "base of VAT: {n}"),
    "figure.interest_days_a_year": Text("利息按一年{n}日计", "interest over {n} days a year"),
    "figure.rate_list": Text("税率见清单{n}", "rates of the list {n}"),
    "figure.except_list": Text("清单{n}所列除外", "except what the list {n} names"),
}
