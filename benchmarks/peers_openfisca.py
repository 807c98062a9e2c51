"""openfisca-core given the same rows: variables over arrays, parameters by list and activity.

Two formulas, with equal answers. `gather` reads the terms of each case out of arrays by index, the
fastest way we know; `rows` tests one row after the other over the whole population, the way in
which country packages are mostly written. Both have one date for all cases, as OpenFisca has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.lawtables import Terms, part_of
from benchmarks.peer_cases import (
    BOARDS,
    DAY,
    PEOPLE,
    PLACES,
    PeerCase,
    standing_rows,
    standing_terms,
)
from benchmarks.population import Menu, chunks
from openzone.regimes.capital.outcome import EFFECTS
from openzone.rulebook.law import Law
from openzone.rulebook.model import MILLION, ParameterRef

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Column = NDArray[Any]

LISTS = tuple(PLACES)
OUTCOMES = (
    "prohibited", "denied_share", "denied_vehicle", "denied_relative_control", "denied_single_cap",
    "denied_condition", "not_on_record", "allowed_with_approval", "allowed_on_conditions",
    "allowed_within_limits", "allowed",
)  # fmt: skip
PASSING = OUTCOMES.index("not_on_record")
FACTS = {
    "list_no": int, "activity_no": int, "foreign_share": int, "largest_single_foreign": int,
    "legal_rep_foreign": bool, "manager_foreign": bool, "board_host_share": int,
    "partnership": bool,
}  # fmt: skip


class Peer:
    """The tax-benefit system of the capital regime on the day; `formula` is gather or rows."""

    def __init__(self, law: Law, formula: str) -> None:
        from openfisca_core.entities import build_entity
        from openfisca_core.parameters import ParameterNode
        from openfisca_core.taxbenefitsystems import TaxBenefitSystem

        self.tags = list(law.book.vocabulary)
        firm = build_entity(key="firm", plural="firms", label="firm", is_person=True)
        self.system = TaxBenefitSystem([firm])
        for name, kind in FACTS.items():
            self._variable(name, kind, firm, {})
        self.system.parameters = ParameterNode("", data=self._parameters(law))
        made = _gather() if formula == "gather" else _rows(_rules(law, self.tags))
        self._variable("outcome", int, firm, {"formula": made})

    def _variable(self, name: str, kind: type, firm: Any, more: Mapping[str, Any]) -> None:
        from openfisca_core.periods import DateUnit
        from openfisca_core.variables import Variable

        fields = {"value_type": kind, "entity": firm, "definition_period": DateUnit.MONTH,
                  "label": name, **more}  # fmt: skip
        self.system.add_variable(type(name, (Variable,), fields))

    def _parameters(self, law: Law) -> dict[str, Any]:
        """The terms of every list and activity, each term a dated list by activity."""
        terms = {(name, tag): found for name, tag, found in standing_terms(law)}
        start = DAY.replace(day=1).isoformat()
        tree: dict[str, Any] = {}
        for term in asdict(Terms()):
            values = [
                _number(getattr(terms[name, tag], term)) for name in LISTS for tag in self.tags
            ]
            tree[term] = {"values": {start: {"value": values}}}
        return tree

    def outcomes(self, facts: Mapping[str, Column]) -> Column:
        """The number of the outcome of every case."""
        from openfisca_core.simulations import SimulationBuilder

        count = len(facts["list_no"])
        simulation = SimulationBuilder().build_default_simulation(self.system, count)
        period = DAY.strftime("%Y-%m")
        for name, values in facts.items():
            simulation.set_input(name, period, values)
        found: Column = simulation.calculate("outcome", period)
        return found


def _number(value: Any) -> int:
    return OUTCOMES.index(value) if isinstance(value, str) else int(value)


def _gather() -> Callable[..., Column]:
    def formula(firm: Any, period: Any, parameters: Any) -> Column:
        import numpy as np

        law = parameters(period)
        count = len(law.prohibited) // len(LISTS)
        where = firm("list_no", period) * count + firm("activity_no", period)

        def term(name: str) -> Column:
            return np.asarray(getattr(law, name), dtype=np.int32)[where]

        share, single = firm("foreign_share", period), firm("largest_single_foreign", period)
        unfit = firm("legal_rep_foreign", period) & (term("legal_rep") > 0)
        unfit |= firm("manager_foreign", period) & (term("manager") > 0)
        unfit |= firm("board_host_share", period) < term("board_from")
        tests = [
            term("prohibited") > 0,
            share >= term("denied_from"),
            firm("partnership", period) & (term("no_partnership") > 0),
            (share + single >= MILLION) & (term("host_leads") > 0),
            single >= term("single_denied_from"),
            unfit,
        ]
        return np.select(tests, list(range(len(tests))), term("passing"))

    return formula


def _rules(law: Law, tags: list[str]) -> list[tuple[int, list[int], Any, int]]:
    """Each row in force: its list, the activities where it stands, its effect, its limit."""
    numbers = {tag: number for number, tag in enumerate(tags)}
    bound: dict[Any, list[int]] = {}
    for name, tag, rows in standing_rows(law):
        for row in rows:
            bound.setdefault((LISTS.index(name), row), []).append(numbers[tag])
    rules = []
    for (listed, row), places in bound.items():
        effect = EFFECTS[row.effect]
        figure = row.param(effect.figure) if effect.figure else 0
        if isinstance(figure, ParameterRef):
            figure = law.parameter(figure.parameter, DAY)
        micro = int(figure * MILLION // 100)
        rules.append((listed, places, effect, MILLION - micro if effect.complement else micro))
    return rules


def _rows(rules: list[tuple[int, list[int], Any, int]]) -> Callable[..., Column]:
    def formula(firm: Any, period: Any, parameters: Any) -> Column:
        import numpy as np

        listed, activity = firm("list_no", period), firm("activity_no", period)
        share, single = firm("foreign_share", period), firm("largest_single_foreign", period)
        persons = {
            "legal_rep_nationality": firm("legal_rep_foreign", period),
            "manager_nationality": firm("manager_foreign", period),
        }
        board, partnership = firm("board_host_share", period), firm("partnership", period)
        found = np.full(len(listed), OUTCOMES.index("allowed"), dtype=np.int8)
        for name, places, effect, limit in rules:
            binds = np.isin(activity, places) & (listed == name)

            def ends(test: Any, outcome: str, binds: Column = binds) -> None:
                number = OUTCOMES.index(outcome)
                np.minimum(found, number, out=found, where=binds & test)

            if effect.test == "never":
                ends(True, "prohibited")
                continue
            if effect.test == "share":
                ends(share >= limit if effect.strict else share > limit, "denied_share")
            elif effect.test == "relative":
                ends(share + single >= MILLION, "denied_relative_control")
            elif effect.test == "single":
                ends(single > limit, "denied_single_cap")
            elif effect.test == "person":
                ends(persons[effect.fact], "denied_condition")
            elif effect.test == "board":
                ends(board < limit, "denied_condition")
            if effect.equity or (effect.equity is None and limit < MILLION):
                ends(partnership, "denied_vehicle")
            ends(True, effect.gives)
        return found

    return formula


def facts_of(law: Law, cases: list[PeerCase]) -> dict[str, Column]:
    """A list of cases as arrays."""
    import numpy as np

    hosts = law.book.info.host_names
    tags = {tag: number for number, tag in enumerate(law.book.vocabulary)}
    columns: dict[str, list[Any]] = {name: [] for name in FACTS}
    for case in cases:
        facts = case.facts
        columns["list_no"].append(LISTS.index(case.list))
        columns["activity_no"].append(tags[str(case.case.activity)])
        for name in ("foreign_share", "largest_single_foreign", "board_host_share"):
            columns[name].append(facts[name])
        columns["legal_rep_foreign"].append(facts["legal_rep_nationality"] not in hosts)
        columns["manager_foreign"].append(facts["manager_nationality"] not in hosts)
        columns["partnership"].append(facts["vehicle"] == "partnership")
    return {
        name: np.array(columns[name], dtype=np.int32 if kind is int else bool)
        for name, kind in FACTS.items()
    }


def settled_tags(law: Law) -> list[int]:
    """The activities that cannot turn out to be something under other terms, in any list."""
    terms = {(name, tag): found for name, tag, found in standing_terms(law)}
    return [
        number
        for number, (tag, parts) in enumerate(part_of(law).items())
        if all(len({terms[name, part] for part in parts}) == 1 for name in LISTS)
    ]


def population(law: Law, menu: Menu, rows: int) -> dict[str, Column]:
    """`rows` cases of the day with every fact, as arrays; see `as_arrow`."""
    import numpy as np

    settled = np.array(settled_tags(law), dtype=np.int32)
    parts: list[dict[str, Column]] = []
    for chunk in chunks(menu, rows):
        number = chunk.first_id + np.arange(len(chunk))
        single = np.where(chunk.single < 0, chunk.share, chunk.single)
        parts.append(
            {
                "list_no": (number % 3).astype(np.int32),
                "activity_no": settled[chunk.activity % len(settled)],
                "foreign_share": chunk.share.astype(np.int32),
                "largest_single_foreign": single.astype(np.int32),
                "legal_rep_foreign": chunk.legal_rep > 0,
                "manager_foreign": number // 2 % 2 == 1,
                "board_host_share": np.array(BOARDS, np.int32)[number % len(BOARDS)],
                "partnership": chunk.vehicle == 1,
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in FACTS}


def write(law: Law, facts: Mapping[str, Column], path: Path) -> None:
    """The same cases as a Parquet file (zstd)."""
    import pyarrow.parquet as pq

    pq.write_table(
        as_arrow(law, facts), path, compression="zstd", store_decimal_as_integer=True,
        row_group_size=122_880 * 4,
    )  # fmt: skip


def read(law: Law, path: Path) -> dict[str, Column]:
    """The cases of a file as the arrays that OpenFisca takes."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    names = ("activity", "place", "legal_rep_nationality", "manager_nationality", "vehicle")
    table = pq.read_table(path, read_dictionary=list(names)).unify_dictionaries()

    def coded(name: str, wanted: Mapping[str, Any]) -> Column:
        import numpy as np

        column = table.column(name).combine_chunks()
        numbers = np.array([wanted[word] for word in column.dictionary.to_pylist()])
        found: Column = numbers[column.indices.to_numpy()]
        return found

    def share(name: str) -> Column:
        found: Column = pc.round(pc.multiply(pc.cast(table.column(name), "double"), MILLION))
        return pc.cast(found, "int32").to_numpy()

    tags = {tag: number for number, tag in enumerate(law.book.vocabulary)}
    lists = {place: number for number, place in enumerate(PLACES.values())}
    foreign = {person: person not in law.book.info.host_names for person in PEOPLE}
    return {
        "list_no": coded("place", lists),
        "activity_no": coded("activity", tags),
        "foreign_share": share("foreign_share"),
        "largest_single_foreign": share("largest_single_foreign"),
        "legal_rep_foreign": coded("legal_rep_nationality", foreign),
        "manager_foreign": coded("manager_nationality", foreign),
        "board_host_share": share("board_host_share"),
        "partnership": coded("vehicle", {"company": False, "partnership": True}),
    }


def as_arrow(law: Law, facts: Mapping[str, Column]) -> pa.Table:
    """The same cases as our engine reads them; shares as decimals."""
    import numpy as np
    import pyarrow as pa

    from benchmarks.population import decimals, words

    count = len(facts["list_no"])
    return pa.table(
        {
            "activity": words(tuple(law.book.vocabulary), facts["activity_no"]),
            "place": words(tuple(PLACES.values()), facts["list_no"]),
            "date": pa.array(np.full(count, np.datetime64(DAY, "D"))),
            "foreign_share": decimals(facts["foreign_share"]),
            "largest_single_foreign": decimals(facts["largest_single_foreign"]),
            "legal_rep_nationality": words(PEOPLE, facts["legal_rep_foreign"]),
            "manager_nationality": words(PEOPLE, facts["manager_foreign"]),
            "board_host_share": decimals(facts["board_host_share"]),
            "vehicle": words(("company", "partnership"), facts["partnership"]),
        }
    )
