"""The words of the data in plain words: verdicts, outcomes, figures, evidence, records."""

from __future__ import annotations

from openzone.rulebook.model import Text

TERMS = {
    # ---- verdicts: the seven words of every regime -----------------------------------------
    "verdict.yes": Text("可以", "Yes"),
    "verdict.on_conditions": Text("附条件可以", "Yes, on conditions"),
    "verdict.on_approval": Text("须经主管部门批准", "Only with a decision of an authority"),
    "verdict.no": Text("不可以", "No"),
    "verdict.ask": Text("事实不足，尚不能回答", "Not settled: facts are missing"),
    "verdict.look_up": Text("本手册未收录，须查阅原文", "Not on record here; look it up"),
    "verdict.refused": Text("案件无法受理", "The case was refused"),
    # ---- outcomes of capital ---------------------------------------------------------------
    "outcome.capital.prohibited": Text(
        "外国投资者不得投资该领域", "foreign investors may not invest in this activity"
    ),
    "outcome.capital.denied_share": Text(
        "外方合计持股比例超过限额", "foreign investors together hold more than is allowed"
    ),
    "outcome.capital.denied_vehicle": Text(
        "有股权要求的领域不得设立外商投资合伙企业",
        "a partnership may not enter a field with an equity requirement",
    ),
    "outcome.capital.denied_relative_control": Text(
        "中方合计持股未超过最大的单一外国投资者",
        "the host side together does not hold more than the largest foreign investor",
    ),
    "outcome.capital.denied_single_cap": Text(
        "单一外国投资者（含关联方）持股超过上限",
        "one foreign investor, with its affiliates, holds more than is allowed",
    ),
    "outcome.capital.denied_condition": Text(
        "法定代表人、主要负责人或者决策机构组成不符合要求",
        "a condition on the legal representative, the manager or the governing body is not met",
    ),
    "outcome.capital.not_on_record": Text(
        "仅凭已收录的内容，不能判断是否限制、如何限制",
        "what is held does not show whether and how this is restricted",
    ),
    "outcome.capital.allowed_with_approval": Text(
        "批准后可以投资，并须符合所列条件",
        "open once it is approved, on the conditions listed",
    ),
    "outcome.capital.allowed_on_conditions": Text(
        "按所列条件可以投资；条件须由人核对", "open on the terms listed, which a person must check"
    ),
    "outcome.capital.allowed_within_limits": Text(
        "在限额和条件之内，可以投资", "allowed: the limits and conditions of the list are kept"
    ),
    "outcome.capital.allowed": Text(
        "没有专门针对外国投资者的限制", "no bar against foreign investors in particular"
    ),
    "outcome.capital.unknown": Text(
        "所给事实不足以得出唯一结论", "the facts given do not settle the answer"
    ),
    # ---- outcomes of services --------------------------------------------------------------
    "outcome.services.prohibited": Text(
        "境外服务提供者不得以该模式提供此项服务",
        "the service may not be supplied by a foreign supplier in this mode",
    ),
    "outcome.services.local_presence_required": Text(
        "须通过境内设立的机构提供，不得仅从境外提供",
        "only through an entity or office here; not from abroad alone",
    ),
    "outcome.services.look_up": Text(
        "仅凭已收录的内容，不能判断是否限制、如何限制",
        "what is held does not show whether and how this is restricted",
    ),
    "outcome.services.qualification_required": Text(
        "具备规定资格的境外个人可以提供", "allowed for persons who hold the qualification asked for"
    ),
    "outcome.services.on_conditions": Text(
        "按所列条件可以提供", "allowed on the conditions listed"
    ),
    "outcome.services.allowed": Text(
        "没有专门针对境外服务提供者的限制", "no bar against foreign suppliers in particular"
    ),
    "outcome.services.unknown": Text(
        "所给事实不足以得出唯一结论", "the facts given do not settle the answer"
    ),
    # ---- outcomes of the security review ---------------------------------------------------
    "outcome.security_review.declare": Text(
        "投资实施前须主动申报安全审查",
        "the investment must be declared for review before it is made",
    ),
    "outcome.security_review.consult": Text(
        "可能须要申报：是否“重要”由工作机制办公室认定，请先咨询，或者直接申报",
        "it may have to be declared: whether it is important is for the office to say; ask the"
        " office first, or declare",
    ),
    "outcome.security_review.not_required": Text(
        "按所给事实，无须申报", "on the facts given, it need not be declared"
    ),
    "outcome.security_review.look_up": Text(
        "当时的审查规定没有收录", "the rules of that day are not held"
    ),
    "outcome.security_review.unknown": Text(
        "所给事实不足以得出唯一结论", "the facts given do not settle the answer"
    ),
    # ---- figures of rows -------------------------------------------------------------------
    "figure.host_total_min_percent": Text(
        "中方合计不低于{n}%，即外方合计不超过{rest}%",
        "host side together at least {n}%, so foreign total at most {rest}%",
    ),
    "figure.foreign_total_max_percent": Text("外方合计不超过{n}%", "foreign total at most {n}%"),
    "figure.foreign_total_below_percent": Text(
        "外方合计须低于{n}%，即不得独资", "foreign total below {n}%, so not wholly foreign-owned"
    ),
    "figure.single_foreign_max_percent": Text(
        "单一外国投资者（含关联方）不超过{n}%",
        "each foreign investor with its affiliates at most {n}%",
    ),
    "figure.nationality": Text("须为本国公民", "must be a national of the host country"),
    "figure.host_members_min_percent": Text(
        "中方成员不低于{n}%", "host members at least {n}% of the governing body"
    ),
    "figure.foreign_share_min_percent": Text(
        "外方持股{n}%以上，或者虽不足{n}%但有决定性影响的，视为取得实际控制权",
        "control is a foreign share of {n}% or more, or less with decisive influence",
    ),
    "figure.clocks": Text("审查期限（工作日）：{n}", "time of the review in working days: {n}"),
    "figure.clock_extendable_last": Text("最后一段可以延长", "the last can be extended"),
    "figure.residence_months_min": Text("居留不少于{n}个月", "residence of at least {n} months"),
    "figure.term_months_max": Text("期限不超过{n}个月", "for at most {n} months"),
    "figure.degree": Text("学历：{n}", "degree: {n}"),
    "figure.experience_years": Text("工作经历不少于{n}年", "at least {n} years of experience"),
    "figure.share_of_library_max_percent": Text(
        "不超过可供播出总量的{n}%", "at most {n}% of the library"
    ),
    "figure.daily_share_max_percent": Text(
        "不超过每日播出时间的{n}%", "at most {n}% of the daily time"
    ),
    "figure.prime_time_share_max_percent": Text(
        "不超过黄金时段的{n}%", "at most {n}% of prime time"
    ),
    "figure.host_principal_creatives_min": Text(
        "中方主创人员不少于{n}", "host side at least {n} of the principal creative staff"
    ),
    "figure.host_principal_creatives_min_ftz": Text(
        "自贸试验区内：中方主创人员不少于{n}",
        "in the zones: host side at least {n} of the principal creative staff",
    ),
    "figure.foreign_lead_actors_max": Text(
        "外方主要演员不超过{n}", "foreign lead actors at most {n}"
    ),
    "figure.domestic_screen_time_min": Text(
        "国产影片放映时间不少于{n}", "domestic films at least {n} of the screen time"
    ),
    "figure.other": Text("{name}：{n}", "{name}: {n}"),
    # ---- what conditions of services ask for -----------------------------------------------
    "requires.approval": Text("取得批准或者许可", "an approval or licence"),
    "requires.local_agent": Text("委托境内机构代理", "an agent here"),
    "requires.quota": Text("遵守数量或者比例限制", "a quota or ratio is kept"),
    "requires.category": Text("属于规定的人员类别", "a person of the classes named"),
    "requires.local_presence_or_local_agent": Text(
        "境内设立机构或者委托境内代理", "an office here, or an agent here"
    ),
    "requires.host_partner": Text("与中方合作", "a host partner"),
    "requires.eligible_person": Text("属于规定的适格个人", "an eligible person"),
    # ---- evidence, confidence, records -----------------------------------------------------
    "status.verified": Text("已核实{n}条", "{n} verified"),
    "status.verified_in_part": Text("部分核实{n}条", "{n} verified in part"),
    "status.carried_back": Text("由相邻版本推得{n}条", "{n} carried back from another edition"),
    "status.verified_secondary": Text("据二手来源核实{n}条", "{n} verified from secondary sources"),
    "status.verified_title": Text("仅见标题{n}条", "{n} seen by title only"),
    "status.memory": Text("据记忆{n}条", "{n} from memory"),
    "status.none": Text("无依据{n}条", "{n} without evidence"),
    "evidence.verified": Text("已核实", "verified"),
    "evidence.verified_in_part": Text("部分核实", "verified in part"),
    "evidence.verified-secondary": Text("据二手来源核实", "verified from secondary sources"),
    "evidence.verified_title": Text("仅见标题", "seen by title only"),
    "evidence.memory/high": Text("据记忆，把握高", "from memory, confidence high"),
    "evidence.memory/medium": Text("据记忆，把握中", "from memory, confidence medium"),
    "evidence.memory/low": Text("据记忆，把握低", "from memory, confidence low"),
    "evidence.none": Text("无依据", "without evidence"),
    "level.high": Text("高", "high"),
    "level.medium": Text("中", "medium"),
    "level.low": Text("低", "low"),
    "record.complete": Text("收录完整", "held complete"),
    "record.partial": Text("只收录一部分", "held in part"),
    "record.none": Text("未收录条目", "its rows are not held"),
    "record.by_section": Text("按门类收录", "held by section"),
    "record.counts_only": Text("只收录条数", "held as a count only"),
    "record.not_held": Text("未收录", "not held"),
    # ---- values of facts -------------------------------------------------------------------
    "value.true": Text("是", "yes"),
    "value.false": Text("否", "no"),
    "value.company": Text("公司", "a company"),
    "value.partnership": Text("合伙企业", "a partnership"),
    "value.new": Text("新设", "a new establishment"),
    "value.acquisition": Text("并购", "an acquisition"),
    "value.host": Text("本国国籍", "a national of the host country"),
    "value.foreign": Text("外国国籍", "a foreign national"),
    # fields of the security review, as the measures name them
    "value.military_industry": Text("军工", "military industry"),
    "value.military_supply": Text("军工配套", "supplies to military industry"),
    "value.other_defence": Text("其他关系国防安全的领域", "other fields of defence"),
    "value.near_military_site": Text(
        "军事设施和军工设施周边地域", "a site near military facilities"
    ),
    "value.important_farm_products": Text("重要农产品", "important farm products"),
    "value.important_energy_resources": Text("重要能源和资源", "important energy and resources"),
    "value.major_equipment": Text("重大装备制造", "manufacture of major equipment"),
    "value.important_infrastructure": Text("重要基础设施", "important infrastructure"),
    "value.important_transport_services": Text("重要运输服务", "important transport services"),
    "value.important_culture": Text(
        "重要文化产品与服务", "important cultural products and services"
    ),
    "value.important_it_internet": Text(
        "重要信息技术和互联网产品与服务", "important information technology and internet services"
    ),
    "value.important_finance": Text("重要金融服务", "important financial services"),
    "value.key_technology": Text("关键技术", "key technologies"),
    "value.other_important": Text("其他重要领域", "other important fields"),
    "mode.1": Text("模式1（跨境提供）", "mode 1 (supply from abroad)"),
    "mode.2": Text("模式2（境外消费）", "mode 2 (consumption abroad)"),
    "mode.4": Text("模式4（自然人移动）", "mode 4 (natural persons)"),
    "place_kind.nation": Text("国家", "nation"),
    "place_kind.province_level": Text("省级行政区", "province-level place"),
    "place_kind.city": Text("城市", "city"),
    "place_kind.district": Text("区县", "district"),
    "place_kind.ftz": Text("自由贸易试验区", "pilot free trade zone"),
    "place_kind.ftz_area": Text("自由贸易试验区片区", "area of a pilot free trade zone"),
    "place_kind.ftp": Text("自由贸易港", "free trade port"),
    "place_kind.collective": Text("地区合称", "places taken together"),
    "place_kind.policy_area": Text("政策区域", "policy area"),
    "place_kind.customs_area": Text("海关特殊监管区域", "customs area"),
    "place_kind.functional_site": Text("功能平台", "functional site"),
    "place_kind.area": Text("区域", "area"),
    "status_word.draft": Text("草案", "draft"),
    "status_word.announced": Text("已公布，尚未施行", "announced, not in force"),
    "status_word.in_force": Text("施行中", "in force"),
    "status_word.ended": Text("已结束", "ended"),
    "change.repeal": Text("废止", "repeals"),
    "change.amend": Text("修改", "amends"),
    "change.add": Text("新增", "adds"),
    "change.extend": Text("扩展", "extends"),
    "change.suspend": Text("暂停", "suspends"),
    "change.parameter": Text("改变参数", "sets a figure"),
    "change.territory": Text("改变地域", "changes a place"),
    "days.always": Text("不限日期", "on every day"),
    "days.since": Text("自{start}起施行，未见终止", "in force since {start}"),
    "days.until": Text("{end}起不再有效", "in force until {end}, that day no more"),
    "days.between": Text(
        "自{start}起施行，{end}起不再有效", "in force from {start}, no longer on {end}"
    ),
}
