"""The facts of an investment case: kind, unit, what absence means; shares added over investors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openzone.decide.facts import Fact, share_micro
from openzone.errors import Fault, nearest
from openzone.rulebook.book import Book
from openzone.rulebook.model import MILLION, Text

SHARE = "foreign_share"
SINGLE = "largest_single_foreign"
LEGAL_REP = "legal_rep_nationality"
MANAGER = "manager_nationality"
BOARD = "board_host_share"
VEHICLE = "vehicle"
FORM = "form"

FACTS = (
    Fact(SHARE, "share", Text("外方合计持股比例", "Share of all foreign investors together")),
    Fact(
        SINGLE,
        "share",
        Text(
            "单一外国投资者最高持股比例（含关联方）",
            "Largest share of one foreign investor with affiliates",
        ),
    ),
    Fact(LEGAL_REP, "nation", Text("法定代表人国籍", "Nationality of the legal representative")),
    Fact(MANAGER, "nation", Text("校长或主要负责人国籍", "Nationality of the head or manager")),
    Fact(BOARD, "share", Text("决策机构中方成员比例", "Host share of the governing body")),
    Fact(VEHICLE, "choice", Text("组织形式", "Legal form"), "company", ("company", "partnership")),
    Fact(
        FORM,
        "choice",
        Text("设立方式", "New establishment or acquisition"),
        "new",
        ("new", "acquisition"),
    ),
)

FIELDS = {"investors": "list of {nationality, share, controlled_by}; adds up to the shares"}

_INVESTOR = ("nationality", "share", "controlled_by", "name", "group")


def shares_of(
    given: Mapping[str, Any], book: Book
) -> tuple[dict[str, Any], list[Fault], dict[str, Any]]:
    """Shares that follow from the list of investors, with the faults of that list.

    All foreign investors add up; those of one group (or under one controller) count as one for the
    largest share. An investor of the host country that a foreigner controls counts as foreign in
    full: control tracing, a modelling choice that is said in the answer.
    """
    investors = given.get("investors")
    if investors is None:
        return {}, [], {}
    if not isinstance(investors, (list, tuple)) or not investors:
        return (
            {},
            [
                Fault(
                    "wrong_value",
                    "the value does not fit",
                    field="investors",
                    seen=investors,
                    expected="a list of {nationality, share}",
                )
            ],
            {},
        )
    faults: list[Fault] = []
    total = foreign = 0
    groups: dict[str, int] = {}
    traced = False
    for index, investor in enumerate(investors):
        field = f"investors[{index}]"
        read = _investor(investor, field, faults)
        if read is None:
            continue
        nation, controller, share, group = read
        total += share
        at_home = nation in book.info.host_names
        through = controller is not None and controller not in book.info.host_names
        traced |= at_home and through
        if not at_home or through:
            foreign += share
            name = group or (f"controller:{controller}:{index}" if through else f"#{index}")
            groups[name] = groups.get(name, 0) + share
    if faults:
        return {}, faults, {}
    if total != MILLION:
        return (
            {},
            [
                Fault(
                    "contradiction",
                    "the shares of the investors do not add up to 1",
                    field="investors",
                    seen=total / MILLION,
                    expected="1",
                    next="list every investor, the host side too",
                )
            ],
            {},
        )
    derived = {SHARE: foreign, SINGLE: max(groups.values(), default=0)}
    said: dict[str, Any] = {"shares": "added over the investors given"}
    if traced:
        said["look_through"] = (
            "a host-country investor under foreign control counts as foreign in full (control"
            " tracing; our modelling choice)"
        )
    for name, value in derived.items():
        stated = share_micro(given[name]) if name in given else value
        if stated is not None and stated != value:
            faults.append(
                Fault(
                    "contradiction",
                    "the share given is not what the investors add up to",
                    field=name,
                    seen=given[name],
                    expected=str(value / MILLION),
                )
            )
    return derived, faults, said


def _investor(
    investor: Any, field: str, faults: list[Fault]
) -> tuple[str, str | None, int, str | None] | None:
    if not isinstance(investor, Mapping):
        faults.append(
            Fault(
                "wrong_value",
                "the value does not fit",
                field=field,
                seen=investor,
                expected="{nationality, share}",
            )
        )
        return None
    unknown = [name for name in investor if name not in _INVESTOR]
    for name in unknown:
        faults.append(
            Fault(
                "unknown_field",
                "the field is not known here",
                field=f"{field}.{name}",
                next=nearest(str(name), _INVESTOR),
            )
        )
    nation, share = investor.get("nationality"), share_micro(investor.get("share"))
    if not isinstance(nation, str) or not nation.strip():
        faults.append(
            Fault(
                "missing_field",
                "the nationality is missing",
                field=f"{field}.nationality",
                expected="a country, CN or US",
            )
        )
    if share is None or not 0 < share <= MILLION:
        faults.append(
            Fault(
                "wrong_value" if share is None else "out_of_range",
                "the share does not fit",
                field=f"{field}.share",
                seen=investor.get("share"),
                expected="a fraction above 0, at most 1",
            )
        )
    if faults and (share is None or not isinstance(nation, str) or unknown):
        return None
    controller = investor.get("controlled_by")
    group = investor.get("group")
    return (
        str(nation).strip(),
        None if controller is None else str(controller).strip(),
        share or 0,
        None if group is None else str(group),
    )


def contradiction(facts: Mapping[str, Any]) -> Fault | None:
    """Shares that cannot be true together: one investor holds no more than all, and not nothing."""
    share, single = facts.get(SHARE), facts.get(SINGLE)
    if share is None or single is None:
        return None
    if single > share:
        return Fault(
            "contradiction",
            "one foreign investor holds more than all of them together",
            field=SINGLE,
            seen=single / MILLION,
            expected=f"at most {share / MILLION}",
        )
    if single == 0 and share > 0:
        return Fault(
            "contradiction",
            "there is a foreign share and no foreign investor",
            field=SINGLE,
            seen=0,
            expected=f"above 0, at most {share / MILLION}",
        )
    return None
