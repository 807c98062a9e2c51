"""The sentences of the regime incentives: incentives."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

INCENTIVES: Mapping[str, Text] = {
    # ---- outcomes --------------------------------------------------------------------------
    "outcome.incentives.eligible": Text("可以享受优惠", "the relief is open"),
    "outcome.incentives.ineligible": Text(
        "不符合该优惠的条件", "the conditions of the relief are not met"
    ),
    "outcome.incentives.standard": Text(
        "当地没有专项优惠，适用基本税率", "no relief of the place; the standard rate applies"
    ),
    "outcome.incentives.unlawful": Text(
        "没有法定依据，不得给予该优惠", "this favour has no legal basis and must not be given"
    ),
    "outcome.incentives.look_up": Text(
        "该年度的规定没有收录，须查阅原文", "the terms of that year are not held; look them up"
    ),
    "outcome.incentives.ask": Text(
        "所给事实不足以得出结论", "the facts given do not settle the answer"
    ),
    # ---- figures of rows -------------------------------------------------------------------
    "figure.term_years": Text("期限{n}年", "for {n} years"),
    "figure.zone_policy": Text("是否为片区专项政策：{n}", "a policy of the zone: {n}"),
    # ---- figures of answers ----------------------------------------------------------------
    "figure.eligible": Text("是否可以享受：{n}", "relief open: {n}"),
    "figure.rate": Text("适用税率：{n}", "rate: {n}"),
    "figure.tax": Text("应纳税额{n}元", "tax {n} yuan"),
    "figure.saved": Text("少缴{n}元", "{n} yuan saved"),
    "figure.scheme": Text("优惠：{n}", "scheme: {n}"),
    "figure.relief": Text("优惠方式：{n}", "kind of relief: {n}"),
    "figure.document": Text("依据文号：{n}", "document: {n}"),
    "figure.constraint": Text("违反的界限：{n}", "limit broken: {n}"),
    "figure.candidates": Text("试算的优惠：{n}", "schemes tried: {n}"),
}
