"""The facts of an investment case: kind, unit, what absence means; shares added over investors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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

FIELDS = {
    "investors": "list of {nationality, share, controlled_by, group}; adds up to the shares",
}

LOOK_THROUGH = "look_through"
_INVESTOR = ("nationality", "share", "controlled_by", "name", "group")
_CONTROLLER = ("nationality", "share")


@dataclass(frozen=True, slots=True)
class Holding:
    """What one investor holds: its share, its nation, who controls it with what stake in it."""

    nation: str
    share: int
    controller: str | None
    stake: int
    group: str | None


def shares_of(
    given: Mapping[str, Any], book: Book
) -> tuple[dict[str, Any], list[Fault], dict[str, Any]]:
    """Shares that follow from the list of investors, the faults of that list, remarks.

    All foreign investors add up; those of one group count as one for the largest share. An investor
    of the host country that a foreigner controls is looked through: the foreign share counts the
    equity multiplied through, the largest single share counts what the controller controls in full.
    That is a modelling choice (the lists only say that reinvestment must comply) and is said.
    """
    investors = given.get("investors")
    if investors is None:
        return {}, [], {}
    if not isinstance(investors, (list, tuple)) or not investors:
        fault = Fault(
            "wrong_value",
            "the value does not fit",
            field="investors",
            seen=investors,
            expected="a list of {nationality, share}",
        )
        return {}, [fault], {}
    faults: list[Fault] = []
    read = [_holding(one, f"investors[{index}]", faults) for index, one in enumerate(investors)]
    holdings = [one for one in read if one is not None]
    total = sum(one.share for one in holdings)
    if not faults and total != MILLION:
        faults.append(
            Fault(
                "contradiction",
                "the shares of the investors do not add up to 1",
                field="investors",
                seen=total / MILLION,
                expected="1",
                next="list every investor, the host side too",
            )
        )
    if faults:
        return {}, faults, {}
    derived, said = _added(holdings, book)
    for name in (SHARE, SINGLE):
        stated = share_micro(given[name]) if name in given else None
        if stated is not None and stated != derived[name]:
            faults.append(
                Fault(
                    "contradiction",
                    "the share given is not what the investors add up to",
                    field=name,
                    seen=given[name],
                    expected=str(derived[name] / MILLION),
                )
            )
    return derived, faults, said


def _added(holdings: Iterable[Holding], book: Book) -> tuple[dict[str, Any], dict[str, Any]]:
    """Foreign shares by equity and by control, with what is to be said of them."""
    host = frozenset(name.upper() for name in book.info.host_names)
    equity = 0
    groups: dict[str, int] = {}
    through = False
    for index, one in enumerate(holdings):
        at_home = one.nation in host
        traced = at_home and one.controller is not None and one.controller not in host
        if at_home and not traced:
            continue
        through |= traced
        equity += (one.share * one.stake + MILLION // 2) // MILLION if traced else one.share
        name = one.group or (f"by {one.controller}" if traced else f"#{index}")
        groups[name] = groups.get(name, 0) + one.share
    derived: dict[str, Any] = {SHARE: equity, SINGLE: max(groups.values(), default=0)}
    said = {"shares": "the shares are added over the investors given"}
    if through:
        derived[LOOK_THROUGH] = True
        said["look_through"] = (
            "host-country investors under foreign control are looked through: foreign share"
            f" {equity / MILLION:g} by equity multiplied through, largest single share"
            f" {derived[SINGLE] / MILLION:g} by control (our modelling choice)"
        )
    if any(one.nation in book.info.foreign_by_reference for one in holdings):
        said["by_reference"] = (
            "investors from "
            + ", ".join(sorted(book.info.foreign_by_reference))
            + " count as foreign by reference"
        )
    return derived, said


def _holding(investor: Any, field: str, faults: list[Fault]) -> Holding | None:
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
    before = len(faults)
    _unknown(investor, _INVESTOR, field, faults)
    nation = _nation(investor.get("nationality"), f"{field}.nationality", faults)
    share = _share(investor.get("share"), f"{field}.share", faults)
    controller, stake = investor.get("controlled_by"), MILLION
    if isinstance(controller, Mapping):
        _unknown(controller, _CONTROLLER, f"{field}.controlled_by", faults)
        where = f"{field}.controlled_by"
        if "share" in controller:
            stake = _share(controller["share"], f"{where}.share", faults)
        controller = _nation(controller.get("nationality"), f"{where}.nationality", faults)
    elif controller is not None:
        controller = _nation(controller, f"{field}.controlled_by", faults)
    if len(faults) > before:
        return None
    group = investor.get("group")
    return Holding(nation, share, controller, stake, None if group is None else str(group))


def _unknown(
    found: Mapping[Any, Any], known: tuple[str, ...], field: str, faults: list[Fault]
) -> None:
    for name in found:
        if name not in known:
            faults.append(
                Fault(
                    "unknown_field",
                    "the field is not known here",
                    field=f"{field}.{name}",
                    next=nearest(str(name), known),
                )
            )


def _nation(value: Any, field: str, faults: list[Fault]) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip().upper()
    faults.append(
        Fault(
            "missing_field" if value is None else "wrong_value",
            "the nationality is missing",
            field=field,
            seen=value,
            expected="a country, best as two letters (CN, US)",
        )
    )
    return ""


def _share(value: Any, field: str, faults: list[Fault]) -> int:
    share = share_micro(value)
    if share is None or not 0 < share <= MILLION:
        faults.append(
            Fault(
                "wrong_value" if share is None else "out_of_range",
                "the share does not fit",
                field=field,
                seen=value,
                expected="a fraction above 0, at most 1",
            )
        )
        return 0
    return share


def contradiction(facts: Mapping[str, Any]) -> Fault | None:
    """Shares that cannot be true together: one investor holds no more than all, and not nothing."""
    share, single = facts.get(SHARE), facts.get(SINGLE)
    if share is None or single is None or facts.get(LOOK_THROUGH):
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
