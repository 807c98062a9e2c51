"""Drawn declaration lines: every kind of column, ordinary and odd, on the tariff of a book."""

import datetime as dt
import random
from decimal import Decimal

DAYS = [dt.date(2026, 6, 1), dt.date(2026, 1, 1), dt.date(2027, 3, 1), dt.date(2025, 6, 1), None]
ORIGINS = ["", "FR", "AU", "JP", "KR", "MZ", "XX", "US", "VN", "cl"]
PLACES = ["", "", "hainan", "ftz:shanghai", "cbz", "nowhere", "hainan;sanya", "ftz:tianjin"]
CODES = ["22042100", "02013000", "250100", "99", "27101210", "84433100", "01012100", "2204.2100"]
TRUTH = ["", "true", "false"]
NEVER_DROPPED = ("hs", "customs_value")


def lines(law, schedule, count, seed, columns=0.5):
    """Rows of a table; each column but the code and the value is there by chance."""
    pick = random.Random(seed)
    codes = [*schedule.hs, *schedule.quotas, *CODES]
    rows = [line(pick, schedule, codes) for _ in range(count)]
    gone = [name for name in rows[0] if name not in NEVER_DROPPED and pick.random() > columns]
    return [{name: value for name, value in row.items() if name not in gone} for row in rows]


def line(pick, schedule, codes):
    """One line."""
    origin = pick.choice(ORIGINS)
    opened = [column.id for column in schedule.open_to(origin.upper())]
    return {
        "hs": pick.choice(codes),
        "origin": origin,
        "proofs": pick.choice(["", *opened, *opened, ";".join(opened), pick.choice(ORIGINS)]),
        "customs_value": value(pick),
        "place": pick.choice(PLACES),
        "date": pick.choice(DAYS),
        "line": pick.choice(["", "first", "first", "second"]),
        "beneficiary": pick.choice(TRUTH),
        "on_taxed_list": pick.choice(TRUTH),
        "elects_to_pay": pick.choice(["", "", "all", "vat_and_ct"]),
        "quota_claim": pick.choice(["", "", "true"]),
        "quota_certificate": pick.choice(["", "", "true"]),
        "beyond_country_quota": pick.choice(TRUTH),
        "inside_sliding_quota": pick.choice(["", "", "true"]),
        "quantity_kg": quantity(pick),
        "quantity_litre": quantity(pick),
        "quantity_item": quantity(pick),
        "quantity_tonne": quantity(pick),
        "engine_litres": pick.choice([None, "1.0", "1.2", "2.5", "4", "x"]),
        "cv_each": pick.choice([None, Decimal(899999), Decimal(900000), Decimal(2000000)]),
        "channel": pick.choice(["", "", "cbec_retail"]),
        "papers": pick.choice(["", "", "1;7", "A"]),
        "purpose": pick.choice(["", "", "temporary_admission", "return_after_repair"]),
        "relief": pick.choice(["", "", "", "government_aid"]),
        "direction": pick.choice(["", "", "", "export"]),
        "producer": pick.choice(["", "A Works", "B Works"]),
    }


def value(pick):
    """A value in yuan: nothing, a few fen, ordinary, huge, none, negative."""
    most = pick.choice([300, 10**6, 10**6, 10**9, 10**9, 10**16])
    odd = pick.choice([*[False] * 30, None, Decimal("-1.00")])
    return Decimal(pick.randrange(0, most)) / 100 if odd is False else odd


def quantity(pick):
    """A quantity with three places, or none."""
    return pick.choice([None, Decimal(pick.randrange(0, 10 ** pick.choice([3, 6, 9]))) / 1000])
