"""A table of cases in memory, decided on a connection that the caller made."""

from __future__ import annotations

from typing import Any

from openzone.errors import CaseError, Fault, missing_extra
from openzone.regimes.asking import Desk
from openzone.regimes.registry import REGIMES, TABLES, check_regime, table_regime

try:
    import pyarrow as pa
except ImportError as error:
    raise missing_extra("table", "deciding a table of cases") from error

CASES, LINE, ROW = "cases", "_line", "row"


class RegimeTables:
    """The engine for tables of one regime under one law; it keeps what it compiled."""

    def __init__(self, desk: Desk) -> None:
        """Raises CaseError where cases of the desk's regime are decided one by one only."""
        check_regime(desk.regime)
        self.desk, self.name = desk, str(desk.regime)
        self._engine: Any = self._made()

    def decided(self, connection: Any, cases: Any) -> Any:
        """The answers to an Arrow table of cases, as an Arrow table, in its order.

        The `id` of each case (without one its `row`, from 1) and the answers' columns of the
        regime. `connection` is an Ibis connection to DuckDB. Raises CaseError.
        """
        mark, table = self._laid(connection, cases)
        try:
            told = self._answers(table, (mark, LINE))
        finally:
            connection.drop_table(CASES, force=True)
        return told.sort_by(LINE).drop_columns([LINE])

    def _made(self) -> Any:
        desk, name = self.desk, self.name
        if name in REGIMES:
            from openzone.decide.table.engine import TableEngine

            return TableEngine(desk.frame(name), desk.today)
        if name in TABLES:
            from openzone.decide.dmn.table.engine import FlatEngine, flat_of

            regime = table_regime(name)
            flat_of(desk.law, regime)
            return FlatEngine(desk.law, regime, desk.today)
        from openzone.regimes.goods.table.engine import GoodsTable

        return GoodsTable(desk.law, desk.today)

    def _laid(self, connection: Any, cases: Any) -> tuple[str, Any]:
        """The cases as a table of the engine, each with its place; and what marks its answer."""
        if LINE in cases.column_names:
            raise CaseError(
                Fault("unknown_field", "this name is taken by the engine", field=LINE, seen=LINE,
                      next="name the column otherwise")
            )  # fmt: skip
        count = cases.num_rows
        mark = "id" if "id" in cases.column_names else ROW
        if mark == ROW and ROW not in cases.column_names:
            cases = cases.append_column(ROW, pa.array(range(1, count + 1), pa.int64()))
        placed = cases.append_column(LINE, pa.array(range(count), pa.int64()))
        return mark, connection.create_table(CASES, placed, temp=True, overwrite=True)

    def _answers(self, table: Any, keep: tuple[str, ...]) -> Any:
        if self.name in REGIMES:
            found, _ = self._engine.decide(table, keep, keep=keep)
            return found.to_pyarrow()
        if self.name in TABLES:
            return self._engine.decide(table, keep).to_pyarrow()
        from openzone.regimes.goods.table.engine import ANSWERS

        kinds = pa.schema([*table.select(*keep).schema().to_pyarrow(), *ANSWERS])
        batches = [batch.cast(kinds) for batch in self._engine.answers(table, keep)]
        return pa.Table.from_batches(batches, kinds)
