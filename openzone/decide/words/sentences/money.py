"""The sentences of the regime money: money across the two lines."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

MONEY: Mapping[str, Text] = {
    "outcome.money.free_on_instruction": Text(
        "凭收付款指令即可办理", "the payment is free on the instruction"
    ),
    "outcome.money.allowed_with_review": Text(
        "银行审核真实性材料后可以办理", "allowed after the bank has looked at the papers"
    ),
    "outcome.money.allowed_in_quota": Text("在额度以内，可以办理", "allowed within the quota"),
    "outcome.money.separate_rule": Text(
        "另有专门规定，须查该规定", "rules of its own apply; look them up"
    ),
    "outcome.money.needs_quota_lookup": Text(
        "额度数值没有收录，须查文件", "the quota is not on record; look it up in the document"
    ),
    "outcome.money.barred": Text("不得办理", "barred"),
    "outcome.money.look_up": Text(
        "有关规定没有收录，须查文件", "the rule is not on record; look it up"
    ),
    "outcome.money.may_open": Text("可以开立", "the account may be opened"),
    "outcome.money.may_not_open": Text("不得开立", "the account may not be opened"),
    "outcome.money.may_borrow": Text("尚有额度，可以新增借款", "there is headroom to borrow"),
    "outcome.money.no_headroom": Text("没有余额，不得新增借款", "there is no headroom to borrow"),
    "outcome.money.report_due": Text(
        "达到大额标准，须提交报告", "a report of a large transaction is due"
    ),
    "outcome.money.none": Text("未达到大额标准，无须提交大额报告", "no report as large is due"),
    "outcome.money.ask": Text(
        "所给事实不足以得出唯一结论", "the facts given do not settle the answer"
    ),
    "figure.line": Text("所经线别：{n}", "line that is crossed: {n}"),
    "figure.in_use": Text("是否正在适用：{n}", "in use: {n}"),
    "figure.prohibited_uses": Text("禁止用途：{n}", "prohibited uses: {n}"),
    "figure.base": Text("计算基数：{n}", "base: {n}"),
    "figure.leverage": Text("杠杆率{n}", "leverage {n}"),
    "figure.macro_parameter": Text("宏观审慎调节参数{n}", "macro-prudential parameter {n}"),
    "figure.entities": Text("主体：{n}", "who: {n}"),
    "figure.factor": Text("因子{n}", "factor {n}"),
    "figure.items": Text("业务：{n}", "items: {n}"),
    "figure.existing": Text("存续合同：{n}", "contracts already signed: {n}"),
    "figure.new": Text("新增：{n}", "new contracts: {n}"),
    "figure.before_first_draw_days": Text(
        "首次提款前{n}个工作日备案", "filed {n} working days before the first draw"
    ),
    "figure.update": Text("更新频率：{n}", "updated: {n}"),
    "figure.rmb": Text("人民币{n}元", "{n} yuan"),
    "figure.usd": Text("{n}美元", "{n} US dollars"),
    "figure.within_days": Text("{n}个工作日以内", "within {n} working days"),
    "figure.counted_from": Text("起算：{n}", "counted from: {n}"),
    "figure.sent_to": Text("报送：{n}", "sent to: {n}"),
    "figure.no_amount_floor": Text("不设金额起点", "whatever the amount"),
    "figure.fine_yuan_max": Text("罚款最高{n}元", "a fine of {n} yuan at most"),
    "figure.serious_fine_yuan_max": Text(
        "情节严重的最高{n}元", "{n} yuan at most in serious cases"
    ),
    "figure.what": Text("内容：{n}", "what: {n}"),
    "figure.frequency": Text("频率：{n}", "how often: {n}"),
    "figure.cap": Text("上限{n}", "cap {n}"),
    "figure.used": Text("已用{n}", "used {n}"),
    "figure.headroom": Text("剩余{n}", "headroom {n}"),
    "figure.new_borrowing_allowed": Text("可否新增借款：{n}", "new borrowing allowed: {n}"),
    "figure.existing_contracts": Text("存续合同：{n}", "contracts already signed: {n}"),
    "figure.quota": Text("额度核对结果：{n}", "test of the quota: {n}"),
    "figure.report": Text("是否须报告大额交易：{n}", "report as large: {n}"),
    "figure.threshold": Text("达到的标准：{n}", "threshold that is reached: {n}"),
    "figure.floor": Text("标准金额{n}", "threshold: {n}"),
    "figure.inflow": Text("当日流入合计{n}", "inflow of the day: {n}"),
    "figure.outflow": Text("当日流出合计{n}", "outflow of the day: {n}"),
    "figure.unmet": Text("不符合的条件：{n}", "conditions that are not met: {n}"),
}
