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

LINE, ROW = "_line", "row"


def decided(desk: Desk, connection: Any, cases: Any) -> Any:
    """The answers to an Arrow table of cases of the desk's regime, as an Arrow table, in its order.

    The `id` of each case (without one its `row`, from 1) and the answers' columns of the regime.
    Raises CaseError, also where cases of the regime are decided one by one only.
    """
    check_regime(desk.regime)
    name = str(desk.regime)
    if LINE in cases.column_names:
        raise CaseError(
            Fault("unknown_field", "this name is taken by the engine", field=LINE, seen=LINE,
                  next="name the column otherwise")
        )  # fmt: skip
    mark = "id" if "id" in cases.column_names else ROW
    lines = pa.array(range(cases.num_rows), pa.int64())
    if mark == ROW and ROW not in cases.column_names:
        cases = cases.append_column(ROW, pa.array(range(1, cases.num_rows + 1), pa.int64()))
    table = connection.create_table("cases", cases.append_column(LINE, lines), temp=True)
    keep = (mark, LINE)
    if name in REGIMES:
        from openzone.decide.table.engine import TableEngine

        found, _ = TableEngine(desk.frame(name), desk.today).decide(table, keep, keep=keep)
        told = found.to_pyarrow()
    elif name in TABLES:
        from openzone.decide.dmn.table.engine import FlatEngine, flat_of

        regime = table_regime(name)
        flat_of(desk.law, regime)
        told = FlatEngine(desk.law, regime, desk.today).decide(table, keep).to_pyarrow()
    else:
        from openzone.regimes.goods.table.engine import ANSWERS, GoodsTable

        kinds = pa.schema([*table.select(*keep).schema().to_pyarrow(), *ANSWERS])
        batches = list(GoodsTable(desk.law, desk.today).answers(table, keep))
        told = pa.Table.from_batches([batch.cast(kinds) for batch in batches], kinds)
    return told.sort_by(LINE).drop_columns([LINE])
