"""The facts of a security review: field, importance, site, share, influence."""

from __future__ import annotations

from openzone.decide.facts import Fact
from openzone.rulebook.model import Text

FIELD = "security_field"
IMPORTANT = "security_important"
SITE = "near_military_site"
SHARE = "foreign_share"
INFLUENCE = "decisive_influence"
NO_FIELD = "none"

FACTS = (
    Fact(
        FIELD,
        "word",
        Text("安全审查领域", "Field of the review measures"),
        None,
        (NO_FIELD, SITE),
        hinted=True,
    ),
    Fact(IMPORTANT, "flag", Text("工作机制办公室认定重要", "Held important by the office"), None),
    Fact(SITE, "flag", Text("军事设施周边", "Near a military site"), False),
    Fact(SHARE, "share", Text("外方合计持股比例", "Share of all foreign investors together")),
    Fact(INFLUENCE, "flag", Text("决定性影响", "Decisive influence"), None),
)

FIELDS = {"largest_single_foreign": "accepted and not tested by the review"}
