"""Seeded cases of regimes of decision tables, drawn by DuckDB into a Parquet file."""

from __future__ import annotations

from pathlib import Path

import duckdb

SEED = 0.42
PLACES = ("", "", "ftz:beijing", "ftz:shanghai", "ftz:shanghai-lingang", "ftz:tianjin", "hainan")
ACCOUNTS = ("FTE", "FTN", "FTU", "FTI", "FTF", "FTE_UP", "EFE", "EFN")
COUNTERS = (*ACCOUNTS, "NRA", "OSA", "DOM", "DOM", "DOM", "DOM_FX", "OVERSEAS", "OVERSEAS")
PURPOSES = ("goods", "services", "current", "repay_loan", "merger", "securities", "other")
WHYS = ("contract", "hr", "emergency", "legal_duty", "trade_no_pi", "other", "other", "other")


def _one(words: tuple[str, ...]) -> str:
    return f"{list(words)}[1 + floor(random() * {len(words)})::int]"


def _often(share: float) -> str:
    return f"random() < {share}"


DAY = "date '2026-01-01' + floor(random() * 320)::int"
COLUMNS = {
    "data": {
        "transfer_abroad": _often(0.97),
        "state_secret_or_core": _often(0.01),
        "requested_by_foreign_authority": _often(0.01),
        "important_data": _one(("none", "none", "none", "designated", "suspected")),
        "contains_pi": _often(0.95),
        "overseas_origin_only": _often(0.02),
        "ciio": _often(0.1),
        "purpose": _one(WHYS),
        "strictly_necessary": _often(0.5),
        "hr_basis": _often(0.5),
        "nonsensitive": "exp(random() * 17)::bigint",
        "sensitive": "if(random() < 0.4, 0, exp(random() * 14)::bigint)",
        "zone_sector_covered": _often(0.5),
        "zone_list_hit": _one(("assessment", "contract", "outside", "unknown")),
        "place": _one(PLACES),
        "date": DAY,
    },
    "money": {
        "kind": "'transfer'",
        "zone_acct": _one(ACCOUNTS),
        "counter": _one(COUNTERS),
        "same_entity": _often(0.5),
        "entity_is_fi": _often(0.1),
        "rmb": _often(0.9),
        "purpose": _one(PURPOSES),
        "loan_age_months": "floor(random() * 24)::int",
        "use_prohibited": _often(0.1),
        "quota": _one(("ok", "exceeded", "unknown", "na")),
        "place": _one(PLACES),
        "date": DAY,
    },
}
KEPT = ("kind", "place", "date")


def population(regime: str, rows: int, path: Path, missing: float = 0.0) -> Path:
    """The Parquet file of so many cases, written on first use; `missing`: share of absent facts."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = ", ".join(
        f"{drawing if name in KEPT or not missing else f'if({_often(missing)}, NULL, {drawing})'}"
        f" AS {name}"
        for name, drawing in COLUMNS[regime].items()
    )
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute(f"SELECT setseed({SEED})")
    part = path.with_suffix(".part")
    connection.execute(
        f"COPY (SELECT n AS id, {drawn} FROM range({rows}) AS drawn(n)) TO '{part}'"
        " (FORMAT parquet)"
    )
    part.replace(path)
    return path
