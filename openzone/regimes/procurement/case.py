"""The fields that procurement reads itself: the question, the bids, the bidders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from openzone.decide.dmn.reading import TRUTHS, number
from openzone.decide.dmn.regime import Reading
from openzone.errors import nearest

QUESTION = "question"
BIDS = "bids"
BIDDERS = "bidders"
RULE = "rule"

MARKS: Mapping[str, tuple[str, ...]] = {
    "coverage": ("in_catalogue", "purchaser", "budget_money", "exempt", "related_to_works"),
    "origin": (
        "made_in_china", "passed_through_zone", "component_share_set", "component_share",
        "component_share_required", "named_product", "key_components_in_china",
    ),
    "imports": ("use_abroad",),
    "countermeasure": (
        BIDDERS, "listed_device", "imports_needed", "only_eu_fits", "awarded_before",
    ),
    "evaluation": (BIDS, "award", "small_firm_deduction"),
    "discrimination": (
        "local_points", "place_limited", "different_information", "unfit_conditions",
        "points_to_supplier", "different_review", "brand_named", "ownership_limited",
        "other_discrimination",
    ),
}  # fmt: skip
"""For each question, the fields that belong to it alone."""

SHARED: Mapping[str, str] = {
    "level": "coverage",
    "kind": "coverage",
    "budget": "coverage",
    "imports_approved": "imports",
    "owner_foreign": "origin",
}
"""Fields of several questions, with the question they mean where no other field names one."""

OWN = {
    QUESTION: "what is asked: " + ", ".join(MARKS) + "; taken from the other fields when absent",
    BIDS: "the bids, each {who, price, domestic (or domestic_share), small}",
    BIDDERS: "the bidders, each {who, seat, owner, eu_import_share}; seat, owner: countries",
}


class Bid(NamedTuple):
    """A bid: who, at which price; what is not told is None."""

    who: str
    price: Decimal
    domestic: bool | None
    domestic_share: Decimal | None
    small: bool


class Bidder(NamedTuple):
    """A bidder: its seat, the country of its owner, the share of its devices by value."""

    who: str
    seat: str
    owner: str | None
    eu_import_share: Decimal | None


def read_own(reading: Reading) -> Mapping[str, Any]:
    """The question, the bids and the bidders; faults go to the reading."""
    found: dict[str, Any] = {QUESTION: _question(reading)}
    if BIDS in reading.given:
        found[BIDS] = _entries(reading, BIDS, _bid, "{who, price, domestic}")
    if BIDDERS in reading.given:
        found[BIDDERS] = _entries(reading, BIDDERS, _bidder, "{who, seat, eu_import_share}")
    if found[QUESTION] == "evaluation" and BIDS not in found:
        reading.fault("missing_field", "there are no bids to compare", BIDS,
                      expected="a list of {who, price, domestic}")  # fmt: skip
    return found


def _question(reading: Reading) -> str | None:
    """The question told, else the only one that the fields belong to; None when unclear."""
    given = reading.given
    told = given.get(QUESTION)
    marked = [name for name, fields in MARKS.items() if any(one in given for one in fields)]
    if told is None:
        if not marked:
            marked = list(dict.fromkeys(word for name, word in SHARED.items() if name in given))
        if len(marked) == 1:
            return marked[0]
        hint = "the fields belong to " + " and ".join(marked) if marked else "no field tells it"
        reading.said.append(f"{hint}: name the question, one of {', '.join(MARKS)}")
        return None
    word = told.strip().casefold() if isinstance(told, str) else ""
    if word not in MARKS:
        reading.fault("wrong_value", "there is no such question", QUESTION,
                      expected="one of " + ", ".join(MARKS), next=nearest(word, MARKS))  # fmt: skip
        return None
    unused = [one for name in marked if name != word for one in MARKS[name] if one in given]
    if unused:
        reading.said.append(f"not used by the question {word}: {', '.join(unused)}")
    return word


Entry = Callable[[Mapping[str, Any]], Any]


def _entries(reading: Reading, field: str, read: Entry, shape: str) -> tuple[Any, ...]:
    """The entries of a list, each with a name of its own."""
    given = reading.given[field]
    found: list[Any] = []
    for one in given if isinstance(given, (list, tuple)) and given else (None,):
        entry = read(one) if isinstance(one, Mapping) else "it is no mapping"
        if isinstance(entry, str):
            reading.fault("wrong_value", f"an entry does not fit: {entry}", field, seen=one,
                          expected=f"a list of {shape}")  # fmt: skip
            return ()
        found.append(entry)
    names = [entry.who for entry in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        reading.fault("duplicate", f"'{twice}' stands twice", field, seen=twice)
        return ()
    return tuple(found)


def _bid(one: Mapping[str, Any]) -> Bid | str:
    """A bid, or what is wrong with it."""
    wrong = _strange(one, Bid._fields) or _unnamed(one)
    if wrong:
        return wrong
    price = number(one.get("price"))
    if price is None:
        return "'price' is an amount, 0 or more"
    domestic, small = _flag(one.get("domestic")), _flag(one.get("small", False))
    share = _share(one.get("domestic_share"))
    if domestic == "" or small in ("", None):
        return "'domestic' and 'small' are true or false"
    if share == "":
        return "'domestic_share' is a fraction from 0 to 1"
    if domestic is not None and share is not None:
        return "'domestic' and 'domestic_share' are both told"
    return Bid(one["who"].strip(), price, domestic, share, bool(small))


def _bidder(one: Mapping[str, Any]) -> Bidder | str:
    """A bidder, or what is wrong with it."""
    wrong = _strange(one, Bidder._fields) or _unnamed(one)
    if wrong:
        return wrong
    seat, owner = _country(one.get("seat")), _country(one.get("owner"))
    if not seat or owner == "":
        return "'seat' and 'owner' are countries of two letters (quote NO in YAML)"
    share = _share(one.get("eu_import_share"))
    if share == "":
        return "'eu_import_share' is a fraction from 0 to 1"
    return Bidder(one["who"].strip(), seat, owner, share)


def _strange(one: Mapping[str, Any], known: tuple[str, ...]) -> str:
    strange = [str(name) for name in one if name not in known]
    return f"it has no field '{strange[0]}' ({nearest(strange[0], known)})" if strange else ""


def _unnamed(one: Mapping[str, Any]) -> str:
    who = one.get("who")
    named = isinstance(who, str) and who.strip() and who.strip() != RULE
    return "" if named else f"'who' is a name (other than '{RULE}')"


def _flag(value: Any) -> Any:
    """True, false, None where absent; the empty text where it does not fit."""
    if isinstance(value, str):
        value = TRUTHS.get(value.strip().lower(), "")
    return value if value is None or isinstance(value, bool) else ""


def _share(value: Any) -> Any:
    """A fraction, None where absent; the empty text where it does not fit."""
    found = None if value is None else number(value)
    return "" if value is not None and (found is None or found > 1) else found


def _country(value: Any) -> str | None:
    """A country code, None where absent; the empty text where it does not fit."""
    if value is False:
        return "NO"  # YAML 1.1 reads the code of Norway as false
    text = value.strip().upper() if isinstance(value, str) else ""
    return None if value is None else text if len(text) == 2 and text.isalpha() else ""
