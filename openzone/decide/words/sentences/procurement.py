"""The sentences of the regime procurement: government procurement."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

PROCUREMENT: Mapping[str, Text] = {
    "outcome.procurement.covered": Text("属于政府采购", "the purchase is covered"),
    "outcome.procurement.open_tender": Text("应当招标", "it goes to tender"),
    "outcome.procurement.not_covered": Text("不适用政府采购法", "the purchase is not covered"),
    "outcome.procurement.domestic": Text("属于本国产品", "the product is domestic"),
    "outcome.procurement.not_domestic": Text("不属于本国产品", "the product is not domestic"),
    "outcome.procurement.admitted": Text("可以参加或者采购", "admitted"),
    "outcome.procurement.some_excluded": Text("部分投标人不得参加", "some bidders are kept out"),
    "outcome.procurement.excluded": Text("不得参加或者采购", "kept out"),
    "outcome.procurement.awarded": Text("评审价格最低者中标", "the lowest evaluated price wins"),
    "outcome.procurement.tied": Text(
        "评审价格最低者并列，由采购文件确定",
        "the lowest price is shared; the tender documents decide",
    ),
    "outcome.procurement.no_discrimination": Text("未见法定歧视情形", "no form of discrimination"),
    "outcome.procurement.unlawful": Text("构成歧视，违法", "discrimination, unlawful"),
    "outcome.procurement.look_up": Text(
        "适用的标准没有收录，须查阅原文", "the figure or rule is not held; look it up"
    ),
    "outcome.procurement.ask": Text(
        "所给事实不足以得出唯一结论", "the facts given do not settle the answer"
    ),
    "figure.lacked": Text("未满足：{n}", "not met: {n}"),
    "figure.law": Text("适用法律：{n}", "law: {n}"),
    "figure.is_covered": Text("属于政府采购", "covered"),
    "figure.tender_days_min": Text("投标期限不少于{n}日", "at least {n} days to bid"),
    "figure.deduction_share": Text("价格扣除比例：{n}", "price deduction: {n}"),
    "figure.deduction_share_min": Text("扣除比例不低于{n}", "deduction of at least {n}"),
    "figure.deduction_share_max": Text("扣除比例不高于{n}", "deduction of at most {n}"),
    "figure.package_share_min": Text("本国产品成本占比不低于{n}", "domestic share of at least {n}"),
    "figure.bidder": Text("投标人类别：{n}", "class of bidders: {n}"),
    "figure.treatment": Text("处理：{n}", "treatment: {n}"),
    "figure.members": Text("成员国：{n}", "member states: {n}"),
}
