"""The calculation sheet: each step with its formula, its figures and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from openzone.rulebook.model import Text


class Step(NamedTuple):
    """One step. `figures`: the numbers put into the formula, as text; `basis`: rows, figures of the
    law, or columns of the tariff."""

    name: str
    title: Text
    formula: str
    result: str
    figures: Mapping[str, str] = {}
    basis: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The step as plain data."""
        return {
            "step": self.name,
            "title": {"zh": self.title.zh, "en": self.title.en},
            "formula": self.formula,
            "figures": dict(self.figures),
            "result": self.result,
            "basis": list(self.basis),
        }


TITLES: Mapping[str, Text] = {
    "customs_value": Text("完税价格", "customs value"),
    "duty": Text("关税", "duty"),
    "remedy": Text("加征关税", "additional duty"),
    "consumption_tax": Text("消费税", "consumption tax"),
    "vat": Text("进口增值税", "import VAT"),
    "total": Text("合计", "total"),
    "surcharge": Text("滞纳金", "late-payment surcharge"),
    "value_added_ratio": Text("加工增值比例", "share of value added"),
    "interest": Text("缓税利息", "interest on deferred duty"),
    "duty_finished": Text("按成品计征关税", "duty by finished goods"),
    "duty_materials": Text("按料件计征关税", "duty by materials"),
}


def step(name: str, formula: str, result: str, basis: Iterable[str] = (), **figures: str) -> Step:
    """A step under a known name."""
    return Step(name, TITLES[name], formula, result, figures, tuple(basis))
