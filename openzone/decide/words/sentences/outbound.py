"""The sentences of the regime outbound: outbound investment."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

OUTBOUND: Mapping[str, Text] = {
    "outcome.outbound.barred": Text("不得开展该项境外投资", "the investment may not be made"),
    "outcome.outbound.approval": Text("须经核准", "it must be approved first"),
    "outcome.outbound.filing": Text("须办理备案", "it must be filed"),
    "outcome.outbound.report": Text("须报告，无须核准或者备案", "it must be reported, not filed"),
    "outcome.outbound.none": Text("无须办理手续", "nothing need be done"),
    "outcome.outbound.not_outbound": Text("不属于境外投资", "it is no outbound investment"),
    "outcome.outbound.look_up": Text(
        "适用的规定没有收录，须查阅原文", "the rules that apply are not held; look them up"
    ),
    "outcome.outbound.ask": Text(
        "所给事实不足以得出唯一结论", "the facts given do not settle the answer"
    ),
    "figure.ndrc": Text("项目主管部门：{n}", "desk of the project: {n}"),
    "figure.mofcom": Text("商务主管部门：{n}", "desk of the enterprise abroad: {n}"),
    "figure.fx": Text("外汇登记：{n}", "foreign exchange: {n}"),
    "figure.steps": Text("办理顺序：{n}", "order of steps: {n}"),
    "figure.open": Text("尚待补充的事实：{n}", "facts that are open: {n}"),
    "figure.aliases": Text("同一行业的其他说法：{n}", "other words for the trade: {n}"),
    "figure.confirm_countries": Text("须先查明的国家：{n}", "countries to look up first: {n}"),
    "figure.extension_days": Text("可以延长{n}个工作日", "may be extended by {n} working days"),
    "figure.validity_years": Text("有效期{n}年", "valid for {n} years"),
    "figure.adverse_event_days": Text(
        "重大不利情况在{n}个工作日内报告", "major adverse events are reported in {n} working days"
    ),
    "figure.certificate": Text("证书：{n}", "certificate: {n}"),
}
