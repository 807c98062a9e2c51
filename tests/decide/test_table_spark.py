"""The conformance run on Spark: one seeded table of each regime has the answers of its cases."""

import pytest

from openzone.decide.frame import Frame
from openzone.regimes.registry import REGIMES
from tests.strategies.seeded_laws import bundled_law

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def connection():
    from openzone.decide.table.files import connect

    return connect("spark")


LONG = {"capital", "services"}  # their plans take Spark up to two minutes


@pytest.mark.parametrize(
    "regime",
    [pytest.param(one, marks=pytest.mark.soak if one in LONG else ()) for one in REGIMES],
)
def test_a_seeded_table_of_the_bundled_book(connection, regime):
    from tests.strategies.table_proof import prove

    pick, law, _ = bundled_law(20130929)
    assert len(prove(Frame(law, REGIMES[regime]), pick, 400, connection)) > 2
