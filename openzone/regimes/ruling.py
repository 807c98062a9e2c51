"""The rule that a row stands for, also where a reform has changed the row."""

from __future__ import annotations

from openzone.decide.dmn.answer import RULE
from openzone.rulebook.law import Law
from openzone.rulebook.model import Row


def rule_in(law: Law, row: Row) -> str:
    """The rule of a row; of a reform's row, that of the row it amends or stands instead of."""
    told = row.param(RULE)
    if told:
        return str(told)
    rules: dict[str, str] | None = law.memo.get("rules of rows")
    if rules is None:
        rules = law.memo["rules of rows"] = {
            name: str(one.param(RULE) or one.id) for one in law.rows for name in (one.id, one.key)
        }
    for name in (row.origin, *row.instead_of):
        if name in rules:
            return rules[name]
    return row.id
