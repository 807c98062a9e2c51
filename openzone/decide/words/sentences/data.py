"""The sentences of the regime data: data leaving the country."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

DATA: Mapping[str, Text] = {
    # ---- outcomes --------------------------------------------------------------------------
    "outcome.data.no_procedure": Text(
        "不属于数据出境，不需办理", "no transfer abroad: no procedure"
    ),
    "outcome.data.exempt": Text(
        "不需申报评估、订立标准合同或者通过认证",
        "free: no assessment, no contract, no certification",
    ),
    "outcome.data.security_assessment": Text(
        "须通过数据出境安全评估", "a security assessment is needed"
    ),
    "outcome.data.contract_or_certification": Text(
        "须订立标准合同并备案，或者通过个人信息保护认证",
        "a filed standard contract or a certification is needed",
    ),
    "outcome.data.needs_list_lookup": Text(
        "须核对自贸试验区数据清单的数值", "the list of the zone decides: look up its threshold"
    ),
    "outcome.data.look_up": Text(
        "当时的规定未收录，须查阅原文", "the measures of that day are not held: look them up"
    ),
    "outcome.data.approval_of_competent_authority": Text(
        "须经主管机关批准", "only with an approval of the competent authority"
    ),
    "outcome.data.barred_or_special_law": Text(
        "不得提供，或者依照专门法律办理", "barred, or under a special law"
    ),
    "outcome.data.ask": Text("所给事实不足以得出唯一结论", "the facts given do not settle it"),
    # ---- figures ---------------------------------------------------------------------------
    "figure.rule": Text("所属规则：{n}", "part of the rule {n}"),
    "figure.counted": Text("计入累计人数", "counted"),
    "figure.sectors": Text("行业：{n}", "sectors: {n}"),
    "figure.thresholds": Text("数值未收录，须查清单", "thresholds: look them up in the list"),
    "figure.clinical_trial_sensitive_persons_count": Text(
        "药物临床试验：敏感个人信息{n}人", "clinical trials: {n} persons with sensitive items"
    ),
    "figure.report_after_transfer_working_days": Text(
        "出境后{n}个工作日内报告", "report within {n} working days after the transfer"
    ),
    "figure.record_kept_years": Text("记录保存{n}年", "keep the record {n} years"),
    "figure.valid_years": Text("有效期{n}年", "valid {n} years"),
    "figure.completeness_working_days": Text(
        "完备性查验{n}个工作日", "check of completeness: {n} working days"
    ),
    "figure.acceptance_working_days": Text("受理{n}个工作日", "acceptance: {n} working days"),
    "figure.review_working_days": Text("审查{n}个工作日", "review: {n} working days"),
    "figure.review_extendable": Text("审查可以延长", "the review may be extended"),
    "figure.objection_working_days": Text(
        "有异议的，{n}个工作日内申请复评", "objection within {n} working days"
    ),
    "figure.extension_apply_before_working_days": Text(
        "届满{n}个工作日前申请延长", "apply for an extension {n} working days before the end"
    ),
    "figure.extension_years": Text("可以延长{n}年", "extended by {n} years"),
    "figure.filing_working_days": Text(
        "合同生效之日起{n}个工作日内备案", "file within {n} working days from the contract in force"
    ),
    "figure.effective_before_filing": Text(
        "备案前可以生效", "it may be in force before it is filed"
    ),
    "figure.renew_before_months": Text("届满{n}个月前续期", "renew {n} months before the end"),
    "figure.onward_transfer": Text("再提供：{n}", "onward transfer: {n}"),
    # ---- the ledger ------------------------------------------------------------------------
    "ledger.head": Text(
        "{year}年：{n}笔出境，累计不含敏感{nonsensitive}人、敏感{sensitive}人",
        "{year}: {n} transfers; persons: {nonsensitive} not sensitive, {sensitive} sensitive",
    ),
    "ledger.head.one": Text(
        "{year}年：{n}笔出境，累计不含敏感{nonsensitive}人、敏感{sensitive}人",
        "{year}: {n} transfer; persons: {nonsensitive} not sensitive, {sensitive} sensitive",
    ),
    "ledger.route": Text("现行路径：{route}", "Route in force: {route}"),
    "ledger.id": Text("编号", "id"),
    "ledger.date": Text("日期", "date"),
    "ledger.own": Text("本笔", "this transfer"),
    "ledger.nonsensitive": Text("不含敏感（累计）", "not sensitive"),
    "ledger.sensitive": Text("敏感（累计）", "sensitive"),
    "ledger.after": Text("此后路径", "route after it"),
    "ledger.remark": Text("提示", "remark"),
    "ledger.uncounted": Text("不计入", "not counted"),
    "ledger.crosses": Text("本笔越过门槛", "crosses a threshold"),
    "ledger.warns": Text("{counter}距{at}还差{left}人", "{left} persons left to {at} ({counter})"),
    "ledger.next": Text(
        "{counter}：达到{at}人时须走“{route}”，还差{left}人",
        "{counter}: at {at} persons the route is: {route}; {left} left",
    ),
    "ledger.needs": Text(
        "所缺事实：{needs}（可用 --fact 名称=值 说明）",
        "Missing: {needs} (say it with --fact name=value)",
    ),
    "ledger.repeat": Text(
        "第{line}行重复第{first}行（{id}），只计一次",
        "line {line} repeats line {first} ({id}); counted once",
    ),
    "ledger.disorder": Text(
        "第{line}行（{id}）日期{on}早于此前的{after}，已按日期排列",
        "line {line} ({id}) of {on} comes after {after}; counted on its own day",
    ),
    "ledger.more": Text("另有{n}行，用 --all 列出", "{n} more; --all lists them"),
    "ledger.empty": Text("台账没有出境记录", "the ledger holds no transfer"),
    "value.nonsensitive": Text("不含敏感个人信息", "not sensitive"),
    "value.sensitive": Text("敏感个人信息", "sensitive"),
    "value.special_sensitive": Text("特殊敏感个人信息", "special class"),
    "value.volume_nonsensitive": Text("数据所涉、不含敏感", "in the data, not sensitive"),
    "value.volume_sensitive": Text("数据所涉、敏感", "in the data, sensitive"),
    "value.volume_special_sensitive": Text("数据所涉、特殊敏感", "in the data, special class"),
    "value.volume_all": Text("数据所涉总人数", "in the data, all"),
}
