"""The facts of a cross-border service: mode of supply, presence, agent."""

from __future__ import annotations

from openzone.decide.facts import Fact
from openzone.rulebook.model import Text

MODE = "mode"
PRESENCE = "local_presence"
AGENT = "local_agent"
COMMERCIAL_PRESENCE = 3

FACTS = (
    Fact(MODE, "mode", Text("服务提供模式", "Mode of supply"), values=(1, 2, 4)),
    Fact(PRESENCE, "flag", Text("境内已设机构", "An entity or office here"), False),
    Fact(AGENT, "flag", Text("境内代理", "An agent here"), False),
)

FIELDS = {
    "supplier_nationality": "where the supplier is from; no row of the catalogue tests it",
    "qualifications": "qualifications held; no row of the catalogue tests them by machine",
}
