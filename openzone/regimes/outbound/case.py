"""The fields that outbound investment reads itself: the partners, and the words of a trade."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, NamedTuple

from openzone.decide.dmn.complete import OTHER_WORD
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.reading import number
from openzone.decide.dmn.regime import Case, Reading
from openzone.decide.dmn.sheet import Facts, MissingFactError
from openzone.errors import CaseError, Fault, nearest

PARTNERS = "partners"
FILES = "filing_partner"
NO_RELATIONS = "no_relations"
NO_CLASS = "none"
NEAR = 0.8
"""From 0 to 1: how alike two spellings are where one may be meant by the other."""
MEMO_MAX = 1 << 12
OWN = {
    PARTNERS: "several investors of the host side, each {place, share}; the shares add up to 1",
    FILES: "the place of the partner who files, where two hold the same largest share",
}


class Partner(NamedTuple):
    """One investor of several: its place and its share of them all."""

    place: str
    share: Decimal


def read_partners(reading: Reading) -> Mapping[str, Any]:
    """The partners and who of them files. Faults: wrong entries, shares that do not add up."""
    given = reading.given.get(PARTNERS)
    files = reading.given.get(FILES)
    if given is None:
        if files is not None:
            reading.fault("contradiction", f"it names one of '{PARTNERS}', which are not given",
                          FILES, next=f"add '{PARTNERS}'")  # fmt: skip
        return {}
    partners = _partners(reading, given)
    if partners is None:
        return {}
    total = sum((one.share for one in partners), Decimal(0))
    if total != 1:
        reading.fault("contradiction", f"the shares add up to {total.normalize():f}, not to 1",
                      PARTNERS, expected="shares that add up to 1")  # fmt: skip
        return {}
    if files is not None and files not in (leaders := leading(partners)):
        reading.fault("contradiction", f"'{FILES}' is none of the largest of '{PARTNERS}'", FILES,
                      expected="one of " + ", ".join(leaders))  # fmt: skip
    return {PARTNERS: partners, FILES: files}


def leading(partners: tuple[Partner, ...]) -> tuple[str, ...]:
    """The places of the partners with the largest share: more than one in a tie."""
    most = max(one.share for one in partners)
    return tuple(dict.fromkeys(one.place for one in partners if one.share == most))


def check_places(ground: Ground, partners: tuple[Partner, ...]) -> None:
    """Raise CaseError where the place of a partner is not on record."""
    territories = ground.law.territories
    for one in partners:
        if territories.find(one.place) is None:
            raise CaseError(
                Fault("unknown_place", "the territory is not on record", field=PARTNERS,
                      seen=one.place, next=nearest(one.place, territories))
            )  # fmt: skip


def _partners(reading: Reading, given: Any) -> tuple[Partner, ...] | None:
    expected = "a list of {place, share}, each share above 0 and at most 1"
    found = []
    for one in given if isinstance(given, (list, tuple)) and given else (None,):
        fits = isinstance(one, Mapping) and set(one) == {"place", "share"}
        place, share = (one["place"], number(one["share"])) if fits else (None, None)
        if not isinstance(place, str) or not place.strip() or share is None or not 0 < share <= 1:
            reading.fault("wrong_value", "the value does not fit", PARTNERS, expected=expected)
            return None
        found.append(Partner(place.strip(), share))
    return tuple(found)


def check_industry(ground: Ground, code: str) -> None:
    """Raise CaseError where a code is in no edition of the classification."""
    codes = ground.law.book.classification
    if code not in codes:
        raise CaseError(
            Fault("unknown_code", f"the code is not in {codes.title.en}", field="industry",
                  seen=code, next=nearest(code, codes))
        )  # fmt: skip


def named_trade(
    ground: Ground, tables: tuple[str, ...], facts: Facts, case: Case
) -> tuple[Facts, tuple[str, ...], bool]:
    """The facts with the trade under the word of the rows, what is to be said, whether in doubt.

    A trade that no row names is not listed; one close to a listed word is in doubt. Where the
    industry code belongs in part to a listed trade, the trade is asked again (MissingFactError).
    """
    trade = facts.get("trade")
    if trade is None or trade == OTHER_WORD:
        return facts, (), False
    words = _words(ground, tables)
    known = _known(ground, words, trade)
    if known.word is not None:
        return (facts if known.word == trade else facts.beside(trade=known.word)), (), False
    code = case.facts.get("industry")
    if code is not None and trade == case.facts.get("trade") and _hinted(ground, tables, code):
        raise MissingFactError("trade")
    return facts, known.said, known.doubtful


class Trade(NamedTuple):
    """A trade as a case words it: the word of the rows, or what is said where they have none."""

    word: str | None
    said: tuple[str, ...] = ()
    doubtful: bool = False


def _known(ground: Ground, words: Mapping[str, str], trade: str) -> Trade:
    """The trade as the rows know it; one close to a listed word in spelling is in doubt."""
    key = ("outbound trade", trade)
    found: Trade | None = ground.memo.get(key)
    if found is None:
        if len(ground.memo) >= MEMO_MAX:
            ground.memo.clear()
        found = ground.memo[key] = _trade(words, trade)
    return found


def _trade(words: Mapping[str, str], trade: str) -> Trade:
    word = words.get(trade) or words.get(_plain(trade))
    if word is not None:
        return Trade(word)
    said = f"the trade '{trade}' is on no list of trades held here"
    close = get_close_matches(_plain(trade), words, n=1, cutoff=NEAR)
    if close:
        said += f"; the nearest listed word is '{words[close[0]]}': confirm that it is not meant"
    return Trade(None, (said,), bool(close))


def _words(ground: Ground, tables: tuple[str, ...]) -> Mapping[str, str]:
    """For every spelling of a trade that the rows know, their word for it."""
    found: dict[str, str] | None = ground.memo.get("outbound words")
    if found is None:
        found = ground.memo["outbound words"] = {}
        for table in tables:
            for one in ground.sheet(table).rows:
                for condition in one.conditions:
                    if condition.fact == "trade":
                        found.update((_plain(word), word) for word in condition.values)
                found.update((_plain(name), word) for name, word in one.row.param("aliases", ()))
    return found


def _plain(word: str) -> str:
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").split())


def _hinted(ground: Ground, tables: tuple[str, ...], code: str) -> bool:
    """Say whether a code is related to a code of a row of listed trades."""
    codes = ground.law.book.classification
    return any(
        codes.related(code, listed)
        for table in tables
        for one in ground.sheet(table).rows
        for listed, _ in one.row.industry
    )
